"""What the pages about changing a post show."""

from dataclasses import dataclass
from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.errors import Gone, NotFound
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.posts import store
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.composing.circles.views import circles_to_edit
from fedirse.social.posts.composing.fields.views import form_of_typed
from fedirse.social.posts.composing.model import Circles, Typed
from fedirse.social.posts.composing.rules import choice_of
from fedirse.social.posts.composing.views import Composer, composer_to_edit
from fedirse.social.posts.history.model import Version
from fedirse.social.posts.history.store import list_versions
from fedirse.social.posts.languages.rules import besides_of, translations_in
from fedirse.social.posts.model import DraftFile, Post, PostKind
from fedirse.social.posts.publishing.actions import list_told
from fedirse.social.posts.rules import check_may_change
from fedirse.social.posts.views import Card, cards_of
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form


@dataclass(frozen=True, slots=True)
class EditPage:
    """A post to edit, and its fields."""

    post: Post
    composer: Composer


@dataclass(frozen=True, slots=True)
class DeletePage:
    """A post to delete, and how many servers will be asked to delete it too."""

    card: Card
    hosts: int


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A post, and what it said before, newest first."""

    card: Card
    versions: list[Version]


def read_edit(tx: Transaction, site: Site, author: StoredActor, post_id: str, form: Form | None = None) -> EditPage:
    """The page to edit a post, with what it says, or with what was typed.

    Raises:
        NotFound, NotAuthorised, Gone: no such post, not the author's, or deleted.
    """
    post = _own_post(tx, author, post_id)
    return EditPage(post, composer_to_edit(tx, site, author, post, form_of_typed(typed_of_post(post)) if form is None else form))


def read_circles(tx: Transaction, site: Site, author: StoredActor, post_id: str, now: datetime) -> Circles:
    """Which sites a post may be changed to be for; raises as `read_edit`."""
    return circles_to_edit(tx, site, _own_post(tx, author, post_id), now)


def typed_of_post(post: Post) -> Typed:
    """What the fields of a published post hold."""
    return Typed(
        text=post.source or "",
        title=post.title,
        warning=post.warning,
        language=post.language,
        choice=choice_of(post.audience) or "",
        segment=post.audience.of if post.audience.kind is AudienceKind.SEGMENT else "",
        files=tuple(DraftFile(file.media_id, file.alt) for file in post.attachments),
        besides=besides_of(translations_in(post.translations)),
    )


def read_delete(tx: Transaction, site: Site, author: StoredActor, post_id: str) -> DeletePage:
    """The page that asks before a post is deleted; raises as `read_edit`."""
    post = _own_post(tx, author, post_id)
    (card,) = cards_of(tx, site, reader_for(author), [post])
    return DeletePage(card, len({inbox.host for inbox in list_told(tx, site, author, post, site.clock.now())}))


def read_history(tx: Transaction, site: Site, reader: Reader, post_id: str) -> HistoryPage:
    """What a post said before, for whoever may read the post. Raises NotFound, Gone."""
    post = _post(tx, post_id, reader)
    (card,) = cards_of(tx, site, reader, [post])
    return HistoryPage(card, list_versions(tx, post.id))


def _own_post(tx: Transaction, author: StoredActor, post_id: str) -> Post:
    post = _post(tx, post_id, reader_for(author))
    check_may_change(post, author.id)
    return post


def _post(tx: Transaction, post_id: str, reader: Reader) -> Post:
    post = store.get_readable_post(tx, post_id, reader)
    if post.kind is PostKind.BOOST:
        raise NotFound("a boost")
    if post.deleted_at is not None:
        raise Gone("post deleted")
    return post
