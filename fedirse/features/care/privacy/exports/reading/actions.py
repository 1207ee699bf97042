"""Posts as an export shows them, and as other programs read them from it: somebody's own, or a whole site's."""

from collections.abc import Sequence
from typing import Final

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.object import PostObject, render_object
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.types import ANYONE, JsonObject
from fedirse.features.care.privacy.exports import rules, store
from fedirse.features.care.privacy.exports.model import Export
from fedirse.features.care.privacy.exports.of_site.store import list_shared_ids
from fedirse.features.care.privacy.exports.views import Answered, ShownFile, ShownPost
from fedirse.features.care.privacy.exports.wire import render_announce, render_create
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.media.model import Media
from fedirse.social.media.store import list_of_items
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.publishing.actions import render_own_post
from fedirse.social.posts.store import find_post, list_readable_posts
from fedirse.social.posts.wire import render_post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.html import to_text

_LEAVES: Final = frozenset({AudienceKind.PUBLIC, AudienceKind.FOLLOWERS, AudienceKind.DIRECT})

Read = list[tuple[ShownPost, JsonObject | None]]
"""Each post for people's eyes and for programs; None for what says nothing to programs."""


def read_own_posts(tx: Transaction, site: Site, export: Export) -> Read:
    """The next page of what the owner of the export published."""
    actor = get_actor(tx, export.actor_id)
    reader = store.reader_of_actor(actor)
    ids = store.list_own_ids(tx, actor.id, export.position, limits.EXPORT_PAGE_POSTS)
    posts = [post for post in (find_post(tx, post_id) for post_id in ids) if post is not None]
    targets = store.boosted_uris(tx, [post.boost_of for post in posts if post.boost_of], reader)
    media = list_of_items(tx, ids)
    found: Read = []
    for post in posts:
        if post.kind is PostKind.BOOST:
            target = targets.get(post.boost_of or "", "")
            found.append((ShownPost(post, (), target), render_announce(actor, post, target) if target else None))
            continue
        files = [one for one in media.get(post.id, ()) if one.actor_id == actor.id]
        found.append((ShownPost(post, _shown_files(post, files), ""), _create(tx, site, actor, post, files)))
    return found


def read_site_posts(tx: Transaction, site: Site, export: Export) -> Read:
    """The next page of what the people of the site published, with who it was and what it answers."""
    ids = list_shared_ids(tx, export.position, limits.EXPORT_PAGE_POSTS)
    media = list_of_items(tx, ids)
    found: Read = []
    for post in [post for post in (find_post(tx, post_id) for post_id in ids) if post is not None]:
        author, files = get_actor(tx, post.actor_id), media.get(post.id, [])
        shown = ShownPost(post, _shown_files(post, files), "", f"{author.display_name}, {author.address}", _answered(tx, post))
        found.append((shown, _create(tx, site, author, post, files)))
    return found


def _answered(tx: Transaction, post: Post) -> Answered | None:
    """What a post answers, where everybody may read it; what others wrote for members is not for an archive to keep."""
    parent = list_readable_posts(tx, [post.parent_id], ANYONE).get(post.parent_id) if post.parent_id else None
    return Answered(get_actor(tx, parent.actor_id).address, to_text(parent.content)) if parent is not None else None


def _shown_files(post: Post, files: Sequence[Media]) -> list[ShownFile]:
    alts = {attachment.media_id: attachment.alt for attachment in post.attachments}
    return [ShownFile(rules.media_name(one), alts.get(one.id, one.alt), one.is_image) for one in files]


def _create(tx: Transaction, site: Site, author: StoredActor, post: Post, files: Sequence[Media]) -> JsonObject:
    document = render_object(_as_object(tx, site, author, post))
    return render_create(site.uris, author, post, document, {one.id: rules.media_name(one) for one in files})


def _as_object(tx: Transaction, site: Site, actor: StoredActor, post: Post) -> PostObject:
    """The post as everybody else reads it; one that stays on the site or in the network is addressed to nobody."""
    if post.audience.kind in _LEAVES and not post.audience.internal:
        return render_own_post(tx, site, actor, post)
    return render_post(post, author=actor, addressing=Addressing((), ()), uris=site.uris, plain=to_text)
