"""The network of the demo: what it is called, what each site is known by, and the selections that posts are addressed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fedirse.demo.cast import BORDEAUX, LILLE, LYON, NANTES, NEWCOMER, STRASBOURG
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.choices.rules import condition_of
from fedirse.social.network.segments.model import Choice, Condition

NETWORK_NAME: Final = "Réseau Aubrelle"

KNOWN_BY: Final[Mapping[str, Attributes]] = {
    LYON.key: Attributes("Sud", "Lyon", "Aubrelle", "Centre-ville", frozenset({"vitrine", "réserve"})),
    NANTES.key: Attributes("Ouest", "Nantes", "Aubrelle", "Centre-ville", frozenset({"vitrine", "listes de mariage"})),
    LILLE.key: Attributes("Nord", "Lille", "Aubrelle", "Proxi", frozenset({"caisse"})),
    BORDEAUX.key: Attributes("Sud", "Bordeaux", "Le Comptoir", "Proxi", frozenset({"livraison", "vin"})),
    STRASBOURG.key: Attributes("Est", "Strasbourg", "Aubrelle", "Proxi", frozenset({"caisse", "listes de mariage"})),
    NEWCOMER.key: Attributes("Sud", "Annecy", "Aubrelle", "Proxi"),
}
"""By key of the site: what its invitation says of it."""


TELEPHONES: Final[Mapping[str, str]] = {
    LYON.key: "04 65 71 12 40",
    LILLE.key: "03 53 01 40 22",
    BORDEAUX.key: "05 36 49 20 15",
}
"""By key of the site: the number that it gives to the head office, from those that nobody has."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Some sites of the network.

    Attributes:
        name: what people call it.
        wanted: the sites that have one of these values for each of these attributes.
        within: names of selections that stand before it; a site is in one of them too.
    """

    name: str
    wanted: Mapping[Attribute, frozenset[str]]
    within: tuple[str, ...] = ()

    def condition(self, ids: Mapping[str, str]) -> Condition:
        """Who is in it; `ids` are those of the selections that stand before it, by name."""
        return condition_of(Choice(wanted=self.wanted, within=frozenset(ids[name] for name in self.within)))


_SUD: Final = Selection("Sud", {Attribute.REGION: frozenset({"Sud"})})
_PROXI: Final = Selection("Proxi", {Attribute.FORMAT: frozenset({"Proxi"})})
_BOTH: Final = Selection("Sud et Proxi", {Attribute.FORMAT: frozenset({"Proxi"})}, (_SUD.name,))

SELECTIONS: Final = {one.name: one for one in (_SUD, _PROXI, _BOTH)}
"""By name, in the order in which they are defined."""
