"""Gives the definitions of segments to the members they cover and to nobody else, in the transaction that changed who they are."""

from collections.abc import Collection, Mapping
from datetime import datetime

from fedirse.base.identifiers import new_id
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.network.authority.telling.actions import ADD, UPDATE
from fedirse.social.network.authority.telling.wire import render_news
from fedirse.social.network.model import Network
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.store import highest_serial, load_roster
from fedirse.social.network.segments.rules import given_to, needed_for
from fedirse.social.network.segments.store import list_segment_documents, list_segments
from fedirse.storage.actors import get_actor, list_actors_by_uri
from fedirse.storage.transaction import Transaction

Given = Mapping[str, frozenset[str]]
"""For each member the ids of the segments whose definitions are for it."""


def list_given(tx: Transaction, network: Network, *, only: Collection[str] | None = None) -> Given:
    """Who is to have which definitions now: every other member that has its rights, or those of `only`."""
    known = {segment.id: segment for segment in list_segments(tx, network.uri)}
    held = load_roster(tx, network.uri, only=only).held
    return {
        member: given_to(member, one.statement.attributes, known)
        for member, one in held.items()
        if member != network.uri and isinstance(one.statement, Credential) and not one.statement.suspended
    }


def tell_definition(tx: Transaction, site: Site, network: Network, segment_id: str, before: Given, now: datetime) -> None:
    """Tell members of a segment that was just defined, changed or withdrawn, and of whatever else is for them now by that.

    Args:
        tx: the transaction.
        site: the head office.
        network: its network.
        segment_id: which segment.
        before: who was to have what until now. Whoever had the former definition is told the new one, so that they know that it ended.
        now: the time.
    """
    after = list_given(tx, network)
    owed: dict[tuple[str, str], set[str]] = {}
    for member in before.keys() | after.keys():
        had, has = before.get(member, frozenset()), after.get(member, frozenset())
        for name in has - had:
            owed.setdefault((name, ADD), set()).add(member)
        if segment_id in had:
            owed.setdefault((segment_id, UPDATE), set()).add(member)
    _tell(tx, site, network, owed, now)


def tell_member(tx: Transaction, site: Site, network: Network, member: str, now: datetime) -> None:
    """Tell a member of all that is for it: it was admitted, or is known by something else now."""
    names = list_given(tx, network, only=[member]).get(member, frozenset())
    _tell(tx, site, network, {(name, ADD): {member} for name in names}, now)


def _tell(tx: Transaction, site: Site, network: Network, owed: Mapping[tuple[str, str], set[str]], now: datetime) -> None:
    documents, counter = list_segment_documents(tx, network.uri), highest_serial(tx, network.uri)
    known = {segment.id: segment for segment in list_segments(tx, network.uri)}
    # What a segment is made of goes first, so that whoever gets it can read it at once.
    for name, kind in sorted(owed, key=lambda one: (len(needed_for([one[0]], known)), one)):
        activity = render_news(
            kind,
            site.uris.activity(new_id(now)),
            network.uri,
            documents[name],
            members=network.members,
            to=[name],
            counter=counter,
            now=now,
        )
        publish(
            tx,
            site,
            actor=get_actor(tx, site.actor_id),
            activity=activity,
            inboxes=inboxes_of(list_actors_by_uri(tx, owed[name, kind]).values(), own_host=site.uris.host, shared=True),
            item_id=None,
            listed=False,
            now=now,
            signer_id=site.actor_id,
        )
