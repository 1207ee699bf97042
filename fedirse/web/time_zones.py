"""The time zones that a form offers."""

from functools import cache
from zoneinfo import available_timezones

_FIRST = ("Europe/Paris", "Europe/Brussels", "Europe/Zurich", "Europe/Luxembourg", "Africa/Algiers", "Africa/Casablanca", "Africa/Tunis")
_REGIONS = frozenset({"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})


@cache
def time_zones() -> tuple[tuple[str, str], ...]:
    """(name, words) of every zone of a place, the nearest to a French network first."""
    others = sorted(name for name in available_timezones() if name.partition("/")[0] in _REGIONS and name not in _FIRST)
    return tuple((name, name.replace("_", " ").replace("/", " / ")) for name in (*_FIRST, *others, "UTC"))
