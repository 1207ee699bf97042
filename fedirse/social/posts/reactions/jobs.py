"""What boosts need the network for: the post that is boosted, where it is not known here."""

from datetime import datetime

from fedirse.activitypub.documents.object import PostObject
from fedirse.base.actors import StoredActor
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.store import was_undone
from fedirse.social.posts.jobs import fetch_post
from fedirse.social.posts.reactions.receive import add_foreign_boost
from fedirse.social.posts.receive import add_foreign_post
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.actors import find_actor_by_uri
from fedirse.storage.transaction import Transaction


async def fetch_boosted(site: Site, subject: str, details: JsonObject) -> None:
    """Fetch a post that somebody who is followed here boosted, and show the boost."""
    fetched = await fetch_post(site, subject)
    if fetched is not None:
        author, document = fetched
        await site.write(_keep_boosted, site, author, document, details, site.clock.now())


def _keep_boosted(tx: Transaction, site: Site, author: StoredActor, document: PostObject, details: JsonObject, now: datetime) -> None:
    add_foreign_post(tx, site, author, document, None, now)
    post = find_post_by_uri(tx, document.id or "")
    booster = find_actor_by_uri(tx, details["actor"])
    if post is None or booster is None or post.audience.kind is not AudienceKind.PUBLIC:
        return
    if booster.gone_at is not None or was_undone(tx, details["boost"], booster.id):
        return
    kind = AudienceKind.PUBLIC if details["public"] else AudienceKind.FOLLOWERS
    published = datetime.fromisoformat(details["published"])
    add_foreign_boost(tx, booster, post, details["boost"], audience=Audience(kind), published=published, now=now)
