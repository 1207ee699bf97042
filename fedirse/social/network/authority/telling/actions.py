"""Tells members what the head office has said, in the transaction in which it said it."""

from collections.abc import Collection
from datetime import datetime

from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.network.authority.telling.wire import render_news, with_counter
from fedirse.social.network.model import Network
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.store import highest_serial, load_roster
from fedirse.social.network.store import find_network
from fedirse.storage.actors import get_actor, list_actors_by_uri
from fedirse.storage.transaction import Transaction

ADD = "Add"
UPDATE = "Update"
REMOVE = "Remove"


def tell_members(
    tx: Transaction,
    site: Site,
    network: Network,
    kind: str,
    statement: JsonObject,
    now: datetime,
    *,
    counter: int,
    about: str | None = None,
) -> None:
    """Send a statement to every member, and by an activity of its own to whoever it is about, also when they are none any more.

    Members without rights hear of themselves alone: what the others are is for members. What waits for one that is removed meanwhile
    does not leave; the news of its removal does.

    Args:
        tx: the transaction.
        site: the head office.
        network: its network.
        kind: Add, Update or Remove.
        statement: the signed document.
        now: the time.
        counter: the highest serial of the roster before this statement.
        about: URI of the member; None for a snapshot.
    """
    held = load_roster(tx, network.uri).held
    told = {member for member, one in held.items() if isinstance(one.statement, Credential) and not one.statement.suspended}

    def say(whom: Collection[str], to: list[str], signer_id: str | None) -> None:
        # A list of everybody in `to` would be as long as the network, and tell nobody anything.
        uri = site.uris.activity(new_id(now))
        activity = render_news(kind, uri, network.uri, statement, members=network.members, to=to, counter=counter, now=now)
        inboxes = inboxes_of(list_actors_by_uri(tx, whom).values(), own_host=site.uris.host, shared=True)
        actor = get_actor(tx, site.actor_id)
        publish(tx, site, actor=actor, activity=activity, inboxes=inboxes, item_id=None, listed=False, now=now, signer_id=signer_id)

    # Signed for the members, so that it is asked about once more before it leaves; what tells a member that it is none is not.
    say(told - {about, network.uri}, [network.members], site.actor_id)
    if about is not None and about != network.uri:
        say({about}, [about], None)


def name_counter(tx: Transaction, site: Site, activity: JsonObject) -> JsonObject:
    """What a head office sends to its members, with the highest serial it has given: whoever missed a statement learns so by it.

    The activity of any other site stays as it is.
    """
    if not site.settings.head_office or find_network(tx, site.uris.site_actor) is None:
        return activity
    return with_counter(activity, highest_serial(tx, site.uris.site_actor))
