"""Who may see something first, and what takes the place of what."""

from collections.abc import Collection
from typing import Final

from fedirse.base.errors import InvalidInput, Refused
from fedirse.features.announcements.model import Announcement, Terms
from fedirse.social.posts.model import Post

FIRST_LOOK: Final = "first_look"
"""The field that says which sites see it first; empty for none."""


def check_has_date(segment: str, *, dated: bool) -> None:
    """Raises InvalidInput for sites that are to see something first which all the others would see at once."""
    if segment and not dated:
        raise InvalidInput(
            "Choose above when the others see it, or show it to nobody first.", reason="first-look-without-date", field=FIRST_LOOK
        )


def check_is_offered(segment: str, offered: Collection[str]) -> None:
    """Raises InvalidInput for sites that are none which can be addressed."""
    if segment not in offered:
        raise InvalidInput("Choose which sites see it first.", reason="unknown-first-look", field=FIRST_LOOK)


def check_grows(first: Collection[str], then: Collection[str]) -> None:
    """Raises InvalidInput where those who see it later are not those who see it first and others besides."""
    if not set(first) < set(then):
        raise InvalidInput(
            "Everybody who sees it first has to be among those whom it is for, and not be all of them: choose other sites.",
            reason="first-look-too-wide",
            field=FIRST_LOOK,
        )


def check_counts(post: Post | None, announcement: Announcement | None) -> tuple[Post, Announcement]:
    """What was shown first, while it can be shown to more. Raises Refused: it was taken back."""
    if post is None or announcement is None or post.deleted_at is not None:
        raise Refused(
            "first look withdrawn",
            reason="first-look-withdrawn",
            public_message="What some sites saw first was taken back, so it is not shown to the others: make it a draft again.",
        )
    return post, announcement


def takes_place(second: Post, terms: Terms, first: Post, known: Terms) -> bool:
    """Whether an announcement goes on where another one was: by the same author, and never from an earlier version."""
    return (
        first.deleted_at is None
        and first.uri == terms.first_look_of
        and first.id != second.id
        and first.actor_id == second.actor_id
        and terms.version >= known.version
    )
