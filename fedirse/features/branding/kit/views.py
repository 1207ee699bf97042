"""A kit beside the present look of a site."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedirse.base.settings import SiteSettings
from fedirse.features.branding.kit.actions import find_offered, look_of
from fedirse.features.branding.kit.model import KnownKit, Look
from fedirse.features.branding.model import ColourReport
from fedirse.features.branding.rules import report_on
from fedirse.site import Site
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled


@dataclass(frozen=True, slots=True)
class KitPage:
    """What the page of a kit shows.

    Attributes:
        network: what the network is called; empty for none.
        known: the kit; None while none was ever offered.
        present: how the site looks now.
        reports: how well the colours of the kit can be read, by their names; none without a kit.
    """

    network: str
    known: KnownKit | None
    present: Look
    reports: Mapping[str, ColourReport]


def view_kit(tx: Transaction, site: Site) -> KitPage:
    """What the head office offers to this site."""
    network, known = current_network(tx), find_offered(tx)
    return KitPage(network.name if network is not None else "", known, look_of(site.settings), reports_on(known.kit.look) if known else {})


def reports_on(look: Look) -> Mapping[str, ColourReport]:
    """How well the colours of a look can be read."""
    return {"colour": report_on(look.colour), "accent": report_on(look.accent)}


def form_of(look: Look) -> Form:
    """The fields in which a look is changed before it is taken, with its pictures."""
    return filled({"colour": look.colour, "accent": look.accent, "font": look.font, "logo": bool(look.logo), "cover": bool(look.cover)})


def offering_form(known: KnownKit | None, settings: SiteSettings) -> Form:
    """The fields of what a head office offers: what it offers now, or how it looks itself."""
    kit = known.kit if known is not None and not known.kit.withdrawn else None
    look = kit.look if kit is not None else look_of(settings)
    words = {"name": kit.name, "sentence": kit.sentence} if kit is not None else {}
    return filled({**words, "colour": look.colour, "accent": look.accent, "font": look.font})
