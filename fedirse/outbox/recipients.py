"""From the actors an activity is for to the inboxes it is posted to. Pure; who they are was decided by the audience."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fedirse.activitypub import uris
from fedirse.base.actors import StoredActor
from fedirse.base.errors import MalformedDocument
from fedirse.outbox.schemes import Scheme, stated_scheme


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where to post: the URL and the authority it belongs to.

    `stated` is the signature scheme that an actor behind it says its server takes; it says nothing about which inbox it is.
    """

    host: str
    url: str
    stated: Scheme | None = field(default=None, compare=False)


def inboxes_of(actors: Iterable[StoredActor], *, own_host: str, shared: bool) -> list[Inbox]:
    """The distinct inboxes of `actors`, by host and URL.

    Left out are actors of this site, those that are gone, and an inbox that cannot be read as an address.

    Args:
        actors: in any order.
        own_host: authority of this site; nothing is ever posted to it.
        shared: whether one post for everybody on a server will do (AP 7.1.3). A shared inbox counts only when it has the origin
            of the actor's own one: an actor must not direct what is meant for it to somebody else's server.
    """
    found: dict[str, Inbox] = {}
    for actor in actors:
        inbox = None if actor.local or actor.gone_at is not None else _inbox_of(actor, shared=shared)
        if inbox is None or inbox.host == own_host:
            continue
        known = found.get(inbox.url)
        if known is None or known.stated is None:
            found[inbox.url] = inbox
    return sorted(found.values(), key=lambda inbox: (inbox.host, inbox.url))


def _inbox_of(actor: StoredActor, *, shared: bool) -> Inbox | None:
    try:
        address = uris.parse(actor.inbox, allow_http=True)
    except MalformedDocument:
        return None
    url = (_shared_inbox_of(actor, address.origin) if shared else None) or actor.inbox
    return Inbox(address.authority, url, stated_scheme(actor.implements))


def _shared_inbox_of(actor: StoredActor, origin: str) -> str | None:
    try:
        usable = actor.shared_inbox is not None and uris.origin_of(actor.shared_inbox) == origin
    except MalformedDocument:
        return None
    return actor.shared_inbox if usable else None
