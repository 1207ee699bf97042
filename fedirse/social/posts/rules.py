"""Decisions about posts. Pure."""

from datetime import datetime, timedelta

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, NotAuthorised
from fedirse.social.posts.languages.rules import check_translations
from fedirse.social.posts.model import Draft, Poll, PollDraft, PollOption, Post, PostKind

KINDS = {kind.value: kind for kind in PostKind if kind is not PostKind.BOOST}
"""Our kind for each object type that is read as a post."""

TITLE_LENGTH = 200
_FEWEST_OPTIONS = 2


def check_draft(draft: Draft, language: str = "") -> None:
    """Raises InvalidInput for a draft that cannot become a post in `language`, or where it says another one itself."""
    if len(draft.title) > TITLE_LENGTH:
        raise InvalidInput(
            "The title is longer than %(most)s characters: shorten it.", reason="title-too-long", field="title", most=TITLE_LENGTH
        )
    if len(draft.warning) > TITLE_LENGTH:
        raise InvalidInput(
            "The warning is longer than %(most)s characters: shorten it.", reason="warning-too-long", field="warning", most=TITLE_LENGTH
        )
    check_translations(draft.translations, language=draft.language or language, title=draft.title, longest_title=TITLE_LENGTH)


def start_poll(typed: PollDraft, now: datetime) -> Poll:
    """The poll that was typed, before anybody voted; empty answers are left out.

    Raises:
        InvalidInput: too few or too many answers, one too long or there twice, or an end that is too near or too far.
    """
    options = tuple(name for name in (" ".join(option.split()) for option in typed.options) if name)
    if len(options) < _FEWEST_OPTIONS:
        raise InvalidInput("A poll needs at least two answers: write another one.", reason="too-few-options", field="poll")
    if len(options) > limits.OWN_POLL_OPTIONS:
        raise InvalidInput(
            "A poll has at most %(most)s answers: leave some out.", reason="too-many-options", field="poll", most=limits.OWN_POLL_OPTIONS
        )
    if any(len(option) > limits.OWN_POLL_OPTION_LENGTH for option in options):
        raise InvalidInput(
            "An answer has at most %(most)s characters: shorten it.",
            reason="option-too-long",
            field="poll",
            most=limits.OWN_POLL_OPTION_LENGTH,
        )
    if len({option.casefold() for option in options}) < len(options):
        raise InvalidInput("Two answers of the poll are the same: change one of them.", reason="same-option", field="poll")
    if typed.ends_at < now + timedelta(minutes=limits.POLL_SHORTEST_MINUTES):
        raise InvalidInput(
            "A poll stays open for at least %(least)s minutes: choose a later end.",
            reason="poll-too-short",
            field="poll_ends",
            least=limits.POLL_SHORTEST_MINUTES,
        )
    if typed.ends_at > now + timedelta(days=limits.POLL_LONGEST_DAYS):
        raise InvalidInput(
            "A poll stays open for at most %(most)s days: choose an earlier end.",
            reason="poll-too-long",
            field="poll_ends",
            most=limits.POLL_LONGEST_DAYS,
        )
    return Poll(tuple(PollOption(option, 0) for option in options), typed.several, typed.ends_at, None, 0)


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
