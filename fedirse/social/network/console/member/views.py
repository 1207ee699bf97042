"""One site of the network put together for its page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.authority.departures.model import Departure
from fedirse.social.network.authority.departures.store import find_departure
from fedirse.social.network.console.member.model import Measure
from fedirse.social.network.console.model import MemberLine
from fedirse.social.network.console.views import lines_of
from fedirse.social.network.members.store import list_facts
from fedirse.social.network.model import Network
from fedirse.social.network.roster.model import Credential, Removal
from fedirse.social.network.roster.store import list_members_at, load_roster
from fedirse.social.network.rules import segments_of
from fedirse.social.network.segments.store import list_segments
from fedirse.storage.actors import find_actor_by_uri
from fedirse.storage.audit import AuditEntry, list_entries_about
from fedirse.storage.peers import Peer, find_peer
from fedirse.storage.transaction import Transaction

ENTRIES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One site of the network.

    Attributes:
        network: which network.
        line: how it is doing.
        statement: the head office's last word about it.
        received: when that first came here.
        segments: the names of the selections known here that it is in.
        actor: its own actor, whose page shows its posts; None while it was not met.
        peer: how sending to it goes; None where nothing was ever sent.
        told_at: when it last said what its version is.
        entries: what the audit log of this site says about it, the newest first.
        departure: what it says of its parting; None where it is a member, or this is not its head office.
    """

    network: Network
    line: MemberLine
    statement: Credential | Removal
    received: datetime
    segments: tuple[str, ...]
    actor: StoredActor | None
    peer: Peer | None
    told_at: datetime | None
    entries: tuple[AuditEntry, ...]
    departure: Departure | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What its head office can decide about it now; nothing about the head office itself, or where another decides."""
        if not self.network.head_office or self.line.head_office or not isinstance(self.statement, Credential):
            return ()
        return (Measure.RESTORE if self.statement.suspended else Measure.SUSPEND, Measure.REMOVE)


def view_member(tx: Transaction, site: Site, host: str, now: datetime) -> MemberView:
    """The site of the network on that host, whatever it is now. Raises NotFound."""
    network = store.current_network(tx)
    members = list_members_at(tx, network.uri, host) if network is not None else []
    if network is None or not members:
        raise NotFound(f"no member at {host:.200}", public_message="There is no member of that address.")
    roster = load_roster(tx, network.uri, only=members)
    # Of several that were ever there, the one the head office spoke of last.
    member = max(members, key=lambda one: roster.held[one].statement.serial)
    held = roster.held[member]
    segments = [one for one in list_segments(tx, network.uri) if not one.withdrawn]
    attributes = held.statement.attributes if isinstance(held.statement, Credential) else None
    covering = segments_of(member, attributes, segments) if attributes is not None else frozenset()
    facts = list_facts(tx, {host}).get(host)
    return MemberView(
        network=network,
        line=lines_of(tx, site, roster, [held], now)[0],
        statement=held.statement,
        received=held.received,
        segments=tuple(one.name for one in segments if one.id in covering),
        actor=find_actor_by_uri(tx, member),
        peer=find_peer(tx, host),
        told_at=facts.told_at if facts is not None else None,
        entries=tuple(list_entries_about(tx, member, limit=ENTRIES)),
        departure=find_departure(tx, member) if isinstance(held.statement, Removal) else None,
    )
