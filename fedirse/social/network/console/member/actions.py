"""What somebody at the head office decides about a member on its page: only about what they saw there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fedirse.base.errors import Conflict
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.network.authority import actions as authority
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.console.member.model import Measure
from fedirse.social.network.model import Attributes
from fedirse.storage.transaction import Transaction

CHANGED_MEANWHILE: Final = N_(
    "Somebody else has decided something about this site since you opened the page. Look at what it is now, then decide once more."
)
_DEEDS: Final = {Measure.SUSPEND: authority.suspend, Measure.RESTORE: authority.restore, Measure.REMOVE: authority.remove}


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood on the page.

    Attributes:
        member: URI of the member's actor.
        serial: number of the head office's word about it.
    """

    member: str
    serial: int


def change_member(tx: Transaction, site: Site, seen: Seen, name: str, attributes: Attributes, *, now: datetime, by: Decider) -> bool:
    """Say what a member is called and known by; False where that is what is said of it already, so that nobody is told anything.

    Raises:
        Conflict: "changed-meanwhile".
        NotFound, InvalidInput: as `authority.actions.change`.
    """
    known = authority.get_credential(tx, site, seen.member)
    _check_seen(known.serial, seen)
    if (name, attributes) == (known.name, known.attributes):
        return False
    authority.change(tx, site, seen.member, name=name, attributes=attributes, now=now, by=by)
    return True


def decide(tx: Transaction, site: Site, seen: Seen, measure: Measure, *, now: datetime, by: Decider) -> None:
    """Suspend, restore or remove a member. Raises Conflict as `change_member`, else as what is done."""
    _check_seen(authority.get_credential(tx, site, seen.member).serial, seen)
    _DEEDS[measure](tx, site, seen.member, now=now, by=by)


def _check_seen(serial: int, seen: Seen) -> None:
    if serial != seen.serial:
        raise Conflict(f"{seen.member}: {serial}, not {seen.serial}", reason="changed-meanwhile", public_message=CHANGED_MEANWHILE)
