"""What programs do: the same deeds as on the pages, from what they sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from fedirse.base.errors import Conflict, InvalidInput
from fedirse.features.announcements.actions import announce, change_announcement, withdraw_announcement
from fedirse.features.announcements.api.keys.model import Caller
from fedirse.features.announcements.api.model import LaterVersion, NewAnnouncement, Published, Reminded
from fedirse.features.announcements.api.views import get_announcement
from fedirse.features.announcements.api.wire import PAGE_FIELDS, terms_of, typed_of
from fedirse.features.announcements.board.actions import remind_silent
from fedirse.features.announcements.model import Asked, Terms
from fedirse.site import Site
from fedirse.social.posts.changing.views import typed_of_post
from fedirse.social.posts.composing.circles.views import circles_for, circles_to_edit
from fedirse.social.posts.composing.rules import draft_of
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction


def announce_as_sent(tx: Transaction, site: Site, caller: Caller, body: NewAnnouncement, now: datetime) -> Published:
    """Publish an announcement. Raises InvalidInput, Refused as `announce`, and InvalidInput for a selection that is not there."""
    author = get_actor(tx, caller.reader.actor_id or "")
    with _fields_as_sent():
        draft = draft_of(typed_of(body, caller.language), now, circles_for(tx, site, now, author, None))
        post = announce(tx, site, draft, terms_of(body, Terms()), now, by=caller.by)
    return _published(post, 1)


def change_as_sent(tx: Transaction, site: Site, caller: Caller, post_id: str, body: LaterVersion, now: datetime) -> Published:
    """Publish a later version; sent again it is the one that is in force by now.

    Raises:
        NotFound: no such announcement of this site.
        Conflict: "stale-version", it was not made from the version in force.
        InvalidInput, Refused: as `change_announcement`.
    """
    post, known = get_announcement(tx, caller, post_id)
    with _fields_as_sent():
        typed = typed_of(body, post.language or caller.language, typed_of_post(post))
        draft = draft_of(typed, now, circles_to_edit(tx, site, post, now))
        wanted = terms_of(body, known.terms)
        if body.of_version == known.terms.version:
            changed = change_announcement(tx, site, post_id, draft, wanted, now, by=caller.by, ask_again=body.ask_again)
            return _published(changed, known.terms.version + 1)
    if body.of_version == known.terms.version - 1 and _is_same(post, known.terms, draft, wanted):
        return _published(post, known.terms.version)
    raise Conflict(
        f"made from version {body.of_version}, in force is {known.terms.version}",
        reason="stale-version",
        public_message="Version %(version)s is in force by now: read it, and send what is to be said after it.",
        version=known.terms.version,
    )


def withdraw_as_asked(tx: Transaction, site: Site, caller: Caller, post_id: str, now: datetime) -> None:
    """Take an announcement back everywhere. Raises NotFound: no such announcement of this site."""
    get_announcement(tx, caller, post_id)
    withdraw_announcement(tx, site, post_id, now, by=caller.by)


def remind_as_asked(tx: Transaction, site: Site, caller: Caller, post_id: str, now: datetime) -> Reminded:
    """Ask the silent sites once more. Raises NotFound: no such announcement of this site."""
    get_announcement(tx, caller, post_id)
    return Reminded(asked=remind_silent(tx, site, caller.reader, post_id, now, by=caller.by))


def _published(post: Post, version: int) -> Published:
    return Published(id=post.id, version=version, url=post.url or post.uri)


def _is_same(post: Post, known: Terms, draft: Draft, wanted: Terms) -> bool:
    """Whether the version in force says and asks just that."""
    asked = replace(wanted, before=wanted.before if wanted.asked is not Asked.NOBODY else None)
    says = (post.title, post.source, post.language, post.audience.kind, post.audience.of)
    return asked == known and says == (draft.title, draft.text, draft.language, draft.audience.kind, draft.audience.of)


@contextmanager
def _fields_as_sent() -> Iterator[None]:
    """What is wrong is said of the field that the program sent, not of the page's."""
    try:
        yield
    except InvalidInput as error:
        field = PAGE_FIELDS.get(error.field or "", error.field)
        raise InvalidInput(error.template, reason=error.reason, field=field, **error.words) from error
