"""What posts need the network for: the parents of answers, and whether something is really gone."""

from datetime import datetime

from fedirse.activitypub.documents.object import PostObject, parse_object
from fedirse.activitypub.documents.tombstone import parse_tombstone
from fedirse.activitypub.origin import check_object_authority
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import ProtocolError, Refused, RemoteGone, RemoteRejected
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.posts import store
from fedirse.social.posts.receive import FETCH_PARENT, add_foreign_post, erase_foreign_post
from fedirse.storage.actors import get_actor_by_uri, mark_actor_gone
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction


async def fetch_parent(site: Site, subject: str, details: JsonObject) -> None:
    """Fetch the post that an answer points at, and its parent in turn, as far up as `limits.FETCHED_PARENTS`."""
    depth = int(details.get("depth", 1))
    fetched = await fetch_post(site, subject) if depth <= limits.FETCHED_PARENTS else None
    if fetched is not None:
        author, document = fetched
        await site.write(_keep_parent, site, author, document, depth, site.clock.now())


async def fetch_post(site: Site, uri: str) -> tuple[StoredActor, PostObject] | None:
    """A post from its own address with its author, or None when it is none, is gone, or is not for us."""
    if site.uris.is_own(uri) or await site.read(store.find_post_by_uri, uri) is not None:
        return None
    try:
        document = parse_object(await site.fetch_document(uri))
        if document.author is None:
            return None
        # Before the author is looked at: a document may name anybody, anywhere.
        check_object_authority(document.author, document)
        return await site.actors.resolve(document.author), document
    except (RemoteGone, RemoteRejected, ProtocolError, Refused):
        return None


async def verify_gone(site: Site, subject: str, _details: JsonObject) -> None:
    """Somebody of a post's own server said that it is deleted: believe it if the server says so too (ORG-027)."""
    try:
        parse_tombstone(await site.fetch_document(subject))
    except RemoteGone:
        pass
    except (ProtocolError, RemoteRejected):
        return
    await site.write(_erase_post, site, subject, site.clock.now())


async def refresh_actor(site: Site, subject: str, _details: JsonObject) -> None:
    """An actor says that it changed: read it again at its own address."""
    await site.actors.fetch(subject)


async def erase_actor(site: Site, subject: str, _details: JsonObject) -> None:
    """An actor deleted itself: erase what it said, a page at a time, so that no transaction grows long."""
    while await site.write(_erase_page, site, subject, site.clock.now()):
        pass


def _keep_parent(tx: Transaction, site: Site, author: StoredActor, document: PostObject, depth: int, now: datetime) -> None:
    add_foreign_post(tx, site, author, document, None, now)
    above = document.in_reply_to
    if above and not site.uris.is_own(above) and store.find_post_by_uri(tx, above) is None:
        add_job(tx, FETCH_PARENT, above, now, {"depth": depth + 1})
        site.pulse.mark()


def _erase_post(tx: Transaction, site: Site, uri: str, now: datetime) -> None:
    post = store.find_post_by_uri(tx, uri)
    if post is not None and post.deleted_at is None and not post.local:
        erase_foreign_post(tx, site, post, now)


def _erase_page(tx: Transaction, site: Site, actor_uri: str, now: datetime) -> bool:
    actor = get_actor_by_uri(tx, actor_uri)
    mark_actor_gone(tx, actor.id, now)
    page = store.list_living_posts(tx, actor.id, limit=200)
    for post in page:
        erase_foreign_post(tx, site, post, now)
    return bool(page)
