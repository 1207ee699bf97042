"""Decisions about posts. Pure."""

from datetime import datetime

from fedirse.base.errors import InvalidInput, NotAuthorised
from fedirse.social.posts.model import Draft, Post, PostKind

KINDS = {kind.value: kind for kind in PostKind if kind is not PostKind.BOOST}
"""Our kind for each object type that is read as a post."""

TITLE_LENGTH = 200


def check_draft(draft: Draft) -> None:
    """Raises InvalidInput for a draft that cannot become a post."""
    if len(draft.title) > TITLE_LENGTH:
        raise InvalidInput("The title is longer than %(most)s characters: shorten it.", reason="title-too-long", field="title", most=TITLE_LENGTH)
    if len(draft.warning) > TITLE_LENGTH:
        raise InvalidInput(
            "The warning is longer than %(most)s characters: shorten it.", reason="warning-too-long", field="warning", most=TITLE_LENGTH
        )


def check_may_change(post: Post, actor_id: str) -> None:
    """Only its author changes or deletes a post. Raises NotAuthorised."""
    if not post.local or post.actor_id != actor_id:
        raise NotAuthorised(f"post {post.id} is not of {actor_id}", public_message="You can only change your own posts.")


def is_newer(stored: Post, updated: datetime | None) -> bool:
    """Whether an Update says something later than what is stored; one without a date counts as new."""
    return updated is None or updated > (stored.edited_at or stored.published_at)


def should_forward(parent: Post, is_public: bool, author_is_local: bool) -> bool:  # noqa: FBT001 - two facts, named at the only call
    """Whether an answer is passed on to the followers of the post it answers (ActivityPub 7.1.2).

    Only public answers to public posts of ours: forwarding anything else would show it to people its author did not choose.
    """
    return parent.local and is_public and not author_is_local and parent.audience.kind.value == "public" and parent.deleted_at is None
