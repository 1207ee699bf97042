"""What takes more than one transaction: telling all partners of a closed channel, asking a server to delete what it has of one."""

from datetime import datetime
from typing import Final

from fedirse.activitypub.documents.tombstone import Tombstone, render_tombstone
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.partners.actions import part_from_some
from fedirse.social.partners.store import list_sent_to
from fedirse.social.posts.publishing.actions import addressing_of, publish_activity, sent_inboxes
from fedirse.social.posts.store import find_post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction

AT_ONCE: Final = 50


async def close(site: Site, subject: str, _details: JsonObject) -> None:
    """Tell each partner of the channel with that id that it is over."""
    while await site.write(part_from_some, site, subject, AT_ONCE, site.clock.now()):
        pass


async def recall(site: Site, _subject: str, details: JsonObject) -> None:
    """Ask the server `host` to delete every post that it has of `channel`."""
    after: str | None = ""
    while after is not None:
        after = await site.write(_recall_some, site, details["channel"], details["host"], after, site.clock.now())


def _recall_some(tx: Transaction, site: Site, channel_id: str, host: str, after: str, now: datetime) -> str | None:
    """Ask for some posts; the id of the last, behind which the next are, or None at the end."""
    channel = get_actor(tx, channel_id)
    found = list_sent_to(tx, channel_id, host, after=after, limit=AT_ONCE)
    for post_id in found:
        post = find_post(tx, post_id)
        inboxes = [inbox for inbox in sent_inboxes(tx, post_id) if inbox.host == host]
        if post is not None and post.deleted_at is None and inboxes:
            tombstone = render_tombstone(Tombstone(post.uri, now))
            to = addressing_of(tx, channel, post)
            publish_activity(tx, site, channel, "Delete", tombstone, to=to, inboxes=inboxes, item=post, now=now)
    return found[-1] if len(found) == AT_ONCE else None
