"""What a head office does with segments: defines them, withdraws them, and looks who is in one before anything is sent."""

from dataclasses import dataclass, replace
from datetime import datetime

from fedirse.activitypub.signatures import add_proofs, content_digest
from fedirse.base import limits
from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.base.identifiers import new_id
from fedirse.site import Site
from fedirse.social.network import store
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.model import Network
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.rules import members_in_force
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.segments.giving.actions import list_given, tell_definition
from fedirse.social.network.segments.model import Condition, Segment, Within
from fedirse.social.network.segments.rules import check_condition, covers, parts_of
from fedirse.social.network.segments.store import list_segments, save_segment
from fedirse.social.network.segments.wire import render_segment
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Covered:
    """Who is in a selection now, by name; the head office itself is never counted."""

    members: tuple[Credential, ...]


def define_segment(
    tx: Transaction,
    site: Site,
    name: str,
    condition: Condition,
    now: datetime,
    *,
    segment_id: str | None = None,
    seen: int | None = None,
    by: Decider | None = None,
) -> Segment:
    """Define a segment, or say anew who is in one, and tell those it covers; what was addressed to it is for these from now on.

    Args:
        tx: the transaction.
        site: the head office.
        name: what people call it.
        condition: who is in it.
        now: the time.
        segment_id: the id of the one to change; None for a new one.
        seen: the serial of the definition that is changed; None for whichever it is.
        by: who decided, for the audit log; None where nobody did.

    Raises:
        NotFound: this site has no network, or no such segment.
        Conflict: "segment-changed", it was defined anew since it was seen.
        InvalidInput: no name or one that another segment has, or a condition that cannot be.
    """
    network = _own_network(tx, site)
    known = {segment.id: segment for segment in list_segments(tx, network.uri)}
    if segment_id is not None and (segment_id not in known or known[segment_id].withdrawn):
        raise NotFound("no such segment")
    if segment_id is not None and seen is not None and known[segment_id].serial != seen:
        raise Conflict(
            "defined anew meanwhile", reason="segment-changed", public_message="Somebody else has changed this selection meanwhile."
        )
    own_id = segment_id or site.uris.segment(new_id(now))
    _check_name(name, own_id, known)
    check_condition(condition, own_id, known)
    before = list_given(tx, network)
    wanted = Segment(id=own_id, network=network.uri, serial=0, digest="", name=name.strip(), condition=condition, defined=now)
    defined = _state(tx, site, wanted, now)
    tell_definition(tx, site, network, own_id, before, now)
    _note(tx, "segment.defined" if segment_id is None else "segment.changed", defined, by, now)
    return defined


def withdraw_segment(tx: Transaction, site: Site, segment_id: str, now: datetime, *, by: Decider | None = None) -> Segment:
    """End a segment and tell those in it: nothing more can be addressed to it, and what was is read by its author's site alone.

    `by` is who decided, for the audit log.

    Raises:
        NotFound: no such segment.
        InvalidInput: another segment is made of it.
    """
    network = _own_network(tx, site)
    known = {segment.id: segment for segment in list_segments(tx, network.uri)}
    segment = known.get(segment_id)
    if segment is None or segment.withdrawn:
        raise NotFound("no such segment")
    users = [other.name for other in known.values() if not other.withdrawn and Within(segment_id) in parts_of(other.condition)]
    if users:
        raise InvalidInput(
            "The selection “%(other)s” is made of this one: change it first.", reason="segment-in-use", other=", ".join(sorted(users))
        )
    before = list_given(tx, network)
    withdrawn = _state(tx, site, replace(segment, withdrawn=True, defined=now), now)
    tell_definition(tx, site, network, segment_id, before, now)
    _note(tx, "segment.withdrawn", withdrawn, by, now)
    return withdrawn


def list_live_segments(tx: Transaction, network: Network) -> list[Segment]:
    """The segments that things can be addressed to, by name."""
    return [segment for segment in list_segments(tx, network.uri) if not segment.withdrawn]


def look_up_covered(tx: Transaction, network: Network, condition: Condition, now: datetime) -> Covered:
    """Who would be in a segment of that condition now."""
    known = {segment.id: segment for segment in list_segments(tx, network.uri)}
    trial = Segment(id="", network=network.uri, serial=0, digest="", name="", condition=condition, defined=now)
    members = members_in_force(load_roster(tx, network.uri), now)
    found = [one for uri, one in members.items() if uri != network.uri and covers(trial, uri, one.attributes, known)]
    return Covered(tuple(sorted(found, key=lambda credential: (credential.name.casefold(), credential.member))))


def _state(tx: Transaction, site: Site, segment: Segment, now: datetime) -> Segment:
    numbered = replace(segment, serial=store.next_serial(tx, segment.network))
    document = add_proofs(render_segment(numbered), keys=site.signing.load(tx, site.actor_id).proving, created=now)
    stated = replace(numbered, digest=content_digest(document))
    save_segment(tx, stated, document)
    return stated


def _note(tx: Transaction, deed: str, segment: Segment, by: Decider | None, now: datetime) -> None:
    if by is not None:
        record(tx, deed, segment.name, now, account_id=by.account_id, who=by.who)


def _own_network(tx: Transaction, site: Site) -> Network:
    network = store.find_network(tx, site.uris.site_actor)
    if network is None:
        raise NotFound("this site has no network", public_message="This site is no head office of a network: make one first.")
    return network


def _check_name(name: str, own_id: str, known: dict[str, Segment]) -> None:
    if not 0 < len(name.strip()) <= limits.NAME_LENGTH:
        raise InvalidInput(
            "Give the selection a name of at most %(most)s characters.", reason="segment-name", field="name", most=limits.NAME_LENGTH
        )
    taken = {segment.name.casefold() for segment in known.values() if segment.id != own_id and not segment.withdrawn}
    if name.strip().casefold() in taken:
        raise InvalidInput("Another selection has this name already.", reason="segment-name-taken", field="name")
