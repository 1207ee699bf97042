"""Reads single values out of a document in normal form: short names, Public as its full URI, no JSON-LD machinery left.

Foreign documents write one thing in many shapes. The readers here answer None (or nothing) for a shape they do not know and raise
only where the caller says that the value is required.
"""

import re
from collections.abc import Container
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

_HIGHEST = limits.JSON_HIGHEST_INTEGER
_MILLISECOND = 1000

# xsd:dateTime as ActivityStreams 2.0 (section 2.3) narrows it: seconds may be missing. Real documents also leave out the zone or the
# colon in it, and write a space or small letters.
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)? ?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
# RFC 3339 section 5.7 allows it; datetime does not know it.
_LEAP_SECOND = "60"
_DIGITS = re.compile(r"[0-9]{1,19}")
# Enough to keep "javascript:", white space and markup out of a link, and a name before an "@" that reads like a host (CNT-007). What is
# fetched passes the grammar of `uris` as well.
_WEB_ADDRESS = re.compile(r"https?://[^\x00-\x20\x7f<>\"\\^`{|}/?#@]+(?:[/?#][^\x00-\x20\x7f<>\"\\^`{|}]*)?", re.IGNORECASE)

# What a name may not contain that stands between "@" and a host, and as one segment of a path.
_NOT_IN_A_HANDLE = frozenset(" @/?#\\:<>\"'&%")


def first(value: Any) -> Any:
    """The value itself, or the first member of a list; None for nothing."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def many(value: Any) -> list[Any]:
    """All the values, in order: a list as it is, a single value as a list of one, nothing as an empty list."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def link_id(value: Any) -> str | None:
    """What a value points to: a string, the `id` of an object, the `href` of a Link; of a list its first member."""
    return _target_of(first(value))


def link_ids(value: Any) -> tuple[str, ...]:
    """What each of the values points to, in order and once each; those that point to nothing, or too long, are left out."""
    if value is None:
        return ()
    found = {target: None for item in many(value) if (target := _target_of(item)) is not None and len(target) <= limits.URI_LENGTH}
    return tuple(found)


def web_address(value: Any) -> str | None:
    """Like `link_id`, for what people may follow or look at: None unless it is an http(s) address of bearable length."""
    target = link_id(value)
    if target is None or len(target) > limits.URI_LENGTH or _WEB_ADDRESS.fullmatch(target) is None:
        return None
    return target if _has_host(target) else None


def _has_host(address: str) -> bool:
    """Whether what stands before the path can be a host: brackets in pairs, nothing that turns into a separator when it is normalised."""
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def uri(value: Any) -> str | None:
    """Like `link_id`, for what identifies: None unless it passes the grammar of `uris`."""
    target = link_id(value)
    return target if target is not None and is_uri(target) else None


def is_uri(value: str) -> bool:
    """Whether it is an absolute http(s) URI of the grammar of `uris`."""
    try:
        uris.parse(value, allow_http=True)
    except MalformedDocument:
        return False
    return True


def handle(value: Any) -> str | None:
    """The name in front of `@host`, unchanged; None for one that is too long or could not be told from what stands around it."""
    name = text(value, limits.HANDLE_LENGTH + 1)
    if name is None or len(name) > limits.HANDLE_LENGTH or not name.isprintable() or not _NOT_IN_A_HANDLE.isdisjoint(name):
        return None
    return name


def own_id(document: JsonObject) -> str | None:
    """The `id` of a document; None for an anonymous one.

    Raises:
        MalformedDocument: "bad-id" when it has one that is not an absolute http(s) URI.
    """
    value = document.get("id")
    if value is None:
        return None
    if not isinstance(value, str) or not is_uri(value):
        raise MalformedDocument("the id is not an absolute URI", reason="bad-id")
    return value


def required_id(document: JsonObject) -> str:
    """The `id` of a document that must be addressable (AP 3.1).

    Raises:
        MalformedDocument: "no-id" or "bad-id".
    """
    found = own_id(document)
    if found is None:
        raise MalformedDocument("the document has no id", reason="no-id")
    return found


def type_name(value: Any, known: Container[str] = ()) -> str | None:
    """The type to go by: a single one as it is; of several the first known one, else the first."""
    if isinstance(value, str):
        return value or None
    names = [name for name in many(value) if isinstance(name, str) and name]
    return next((name for name in names if name in known), names[0] if names else None)


def text(value: Any, limit: int = limits.SUMMARY_LENGTH) -> str | None:
    """A non-empty string, cut after `limit` characters; of a list its first member; of `{"@value": …}` the value."""
    if not isinstance(value, str):
        value = _literal(value)
    if not isinstance(value, str) or not value:
        return None
    return value if len(value) <= limit else value[:limit]


def language_map(value: Any, limit: int = limits.SUMMARY_LENGTH) -> dict[str, str]:
    """A natural language map (AS2 4.7): language tag to text, in the order given; what is neither is left out."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, str] = {}
    for tag, content in value.items():
        translation = text(content, limit)
        if translation is not None and tag and not tag.startswith("@"):
            found[tag] = translation
            if len(found) == limits.LANGUAGES:
                break
    return found


def natural_text(document: JsonObject, name: str, limit: int = limits.SUMMARY_LENGTH) -> str | None:
    """The text of a property, or the first translation of its map where only that is given."""
    found = text(document.get(name), limit)
    if found is None and (mapped := document.get(f"{name}Map")) is not None:
        return next(iter(language_map(mapped, limit).values()), None)
    return found


def parse_datetime(value: Any) -> datetime | None:
    """An instant, aware and in UTC, from an xsd:dateTime; a missing zone means UTC; None for what no calendar has.

    None, too, for the first and the last year there is: in another zone, or some days on, they would lie outside of the calendar.
    """
    if not isinstance(value, str):
        value = _literal(value)
    match = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    written: str = match[0].upper()
    if match["second"] == _LEAP_SECOND:
        written = written[: match.start("second")] + "59" + written[match.end("second") :]
    try:
        instant = datetime.fromisoformat(written)
        in_utc = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return in_utc if MINYEAR < in_utc.year < MAXYEAR else None


def render_datetime(instant: datetime) -> str:
    """An aware instant as xsd:dateTime in UTC, `…Z`, with milliseconds only when it has any."""
    in_utc = instant.astimezone(UTC).replace(tzinfo=None)
    return in_utc.isoformat(timespec="milliseconds" if in_utc.microsecond >= _MILLISECOND else "seconds") + "Z"


def integer(value: Any) -> int | None:
    """A whole number that fits into 64 bits, also when written as a string or as a float without fraction."""
    value = first(value)
    written_otherwise = value.is_integer() if isinstance(value, float) else isinstance(value, str) and _DIGITS.fullmatch(value)
    if written_otherwise:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _HIGHEST:
        return None
    return value


def count(value: Any) -> int | None:
    """A whole number that is not negative."""
    found = integer(value)
    return found if found is not None and found >= 0 else None


def total(value: Any) -> int | None:
    """How many items an embedded collection says it has."""
    value = first(value)
    return count(value.get("totalItems")) if isinstance(value, dict) else None


def number(value: Any) -> float | None:
    """A finite number."""
    value = first(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Written so that NaN fails too.
    return float(value) if -_HIGHEST <= value <= _HIGHEST else None


def boolean(value: Any) -> bool | None:
    """True or false, also spelled as a string; None for anything else."""
    value = first(value)
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def present(members: JsonObject) -> JsonObject:
    """The members that say something: without None, empty strings, lists and objects."""
    return {name: value for name, value in members.items() if value is not None and value not in ("", [], {})}


def one_or_all(items: tuple[str, ...]) -> str | list[str]:
    """A single value by itself, several as a list: how most programs write `attributedTo` and `inReplyTo`."""
    return items[0] if len(items) == 1 else list(items)


def _literal(value: Any) -> Any:
    """What a list or a JSON-LD value object has inside."""
    value = first(value)
    return value.get("@value") if isinstance(value, dict) else value


def _target_of(value: Any) -> str | None:
    if isinstance(value, dict):
        own = value.get("id")
        value = own if isinstance(own, str) else value.get("href")
    return value if isinstance(value, str) and value else None
