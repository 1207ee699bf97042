"""Publishing: the rows that say what is sent to whom, written in the caller's own transaction. Sends nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

from fedirse.activitypub.signatures import add_proof
from fedirse.base.actors import StoredActor
from fedirse.base.errors import MalformedDocument
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.outbox.recipients import Inbox
from fedirse.outbox.retry import CLOSED_INBOX_MEMORY
from fedirse.site import Site
from fedirse.storage.activities import PublishedActivity, add_activity, find_activity_by_uri
from fedirse.storage.deliveries import queue_deliveries
from fedirse.storage.peers import note_statements
from fedirse.storage.transaction import Transaction

_HIDDEN = frozenset({"bto", "bcc"})


def publish(  # noqa: PLR0913 - all by name
    tx: Transaction,
    site: Site,
    *,
    actor: StoredActor,
    activity: JsonObject,
    inboxes: Sequence[Inbox],
    item_id: str | None,
    listed: bool,
    now: datetime,
    signer_id: str | None = None,
) -> PublishedActivity:
    """Record an activity of ours, proved and serialised once for everybody, and queue it for each distinct inbox.

    Args:
        tx: the write transaction of whatever the activity tells about.
        site: whose activity it is.
        actor: the local actor who does it; its key makes the proof (FEP-8b32) and will sign the requests.
        activity: a rendered document with its `@context` and, as id, `site.uris.activity(…)` of a fresh id. Its `bto` and `bcc` are
            neither sent nor stored (AP 6).
        inboxes: where it goes; one at this site's own host is left out.
        item_id: the post it is about, if any, whose audience is checked again before each delivery.
        listed: whether everybody may read it, in the public outbox and under its id.
        now: the present.
        signer_id: who proves and signs it for the actor: the site's own actor, for what leaves for members of the network only. They
            know that key and no other, so such a delivery is always signed with it (Ed25519, RFC 9421).

    Raises:
        MalformedDocument: reason "not-our-activity", the id is not one of this site's activities.
        NotFound: whoever signs it has no keys.
    """
    key = site.signing.load(tx, signer_id or actor.id).ed25519
    proved = add_proof(_without_hidden(activity), key=key.key, verification_method=key.uri, created=now)
    published = PublishedActivity(
        id=_id_of(site, activity),
        uri=activity["id"],
        kind=activity["type"],
        actor_id=actor.id,
        item_id=item_id,
        body=orjson.dumps(proved),
        listed=listed,
        published_at=now,
        signer_id=signer_id,
    )
    add_activity(tx, published)
    _queue(tx, site, published.id, inboxes, now)
    return published


def forward(  # noqa: PLR0913 - all by name
    tx: Transaction,
    site: Site,
    *,
    body: bytes,
    uri: str,
    kind: str,
    forwarder_id: str,
    inboxes: Sequence[Inbox],
    item_id: str | None,
    now: datetime,
) -> None:
    """Queue somebody else's activity unchanged, so that its own proof still holds (inbox forwarding, AP 7.1.2).

    Its row has the foreign `uri`, an id of ours under which nothing is served, and the forwarder as the actor who signs the
    requests. An activity forwarded before goes only to inboxes it did not go to.

    Args:
        tx: the write transaction in which it was accepted.
        site: who forwards.
        body: the bytes as received.
        uri: its id.
        kind: its type.
        forwarder_id: the local actor in whose name it is passed on.
        inboxes: where to; the caller leaves out where it came from.
        item_id: the post of the thread whose audience is checked again before each delivery.
        now: the present.

    Raises:
        MalformedDocument: reason "own-activity", it is one of ours; those are published, not forwarded.
    """
    if site.uris.is_own(uri):
        raise MalformedDocument(f"{uri} is ours and cannot be forwarded", reason="own-activity")
    known = find_activity_by_uri(tx, uri)
    if known is None:
        known = PublishedActivity(new_id(now), uri, kind, forwarder_id, item_id, body, listed=False, published_at=now)
        add_activity(tx, known)
    _queue(tx, site, known.id, inboxes, now)


def _queue(tx: Transaction, site: Site, activity_id: str, inboxes: Iterable[Inbox], now: datetime) -> None:
    distinct = {inbox.url: inbox for inbox in inboxes if inbox.host != site.uris.host}
    if not distinct:
        return
    where = [(inbox.host, inbox.url) for inbox in distinct.values()]
    queue_deliveries(tx, activity_id, where, now, closed_after=now - CLOSED_INBOX_MEMORY)
    note_statements(tx, {inbox.host: inbox.stated for inbox in distinct.values() if inbox.stated is not None})
    site.pulse.mark()


def _id_of(site: Site, activity: JsonObject) -> str:
    uri: str = activity["id"]
    activity_id = uri.rpartition("/")[2]
    if uri != site.uris.activity(activity_id):
        raise MalformedDocument(f"{uri:.200} is not the id of an activity of this site", reason="not-our-activity")
    return activity_id


def _without_hidden(value: Any) -> Any:
    """The value without `bto` and `bcc`, at any depth: the object of an activity has them too."""
    if isinstance(value, dict):
        return {name: _without_hidden(member) for name, member in value.items() if name not in _HIDDEN}
    if isinstance(value, list):
        return [_without_hidden(member) for member in value]
    return value
