"""Decisions about polls. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from fedirse.base.errors import InvalidInput
from fedirse.social.posts.model import Poll, PollOption
from fedirse.social.posts.polls.model import Vote

_NEVER = datetime.max.replace(tzinfo=UTC)


def is_over(poll: Poll, now: datetime) -> bool:
    """Whether no more votes are counted."""
    return any(end is not None and end <= now for end in (poll.ends_at, poll.closed_at))


def check_choice(poll: Poll, chosen: Collection[str], now: datetime) -> None:
    """Raises InvalidInput for what cannot be voted in a poll: nothing, too much, what is no answer, or too late."""
    if is_over(poll, now):
        raise InvalidInput("This poll is over: votes are no longer counted.", reason="poll-over")
    if not chosen:
        raise InvalidInput("Choose an answer first, then vote.", reason="nothing-chosen")
    if not set(chosen) <= {option.name for option in poll.options}:
        raise InvalidInput("The answers of this poll have changed: look at them again, then vote.", reason="unknown-option")
    if len(set(chosen)) > 1 and not poll.several:
        raise InvalidInput("Only one answer can be chosen in this poll.", reason="too-many-chosen")


def counted(poll: Poll, votes: Iterable[Vote]) -> frozenset[str]:
    """The answers that count among all that one voter ever sent.

    Where only one may be chosen it is the earliest, by the voter's own dates, and without any the one that stands first. So the
    result does not depend on the order in which votes arrive.
    """
    places = {option.name: place for place, option in enumerate(poll.options)}
    known = [vote for vote in votes if vote.option in places]
    if poll.several or not known:
        return frozenset(vote.option for vote in known)
    return frozenset({min(known, key=lambda vote: (vote.cast_at or _NEVER, places[vote.option])).option})


def recount(poll: Poll, before: frozenset[str], after: frozenset[str]) -> Poll:
    """The poll once the answers of one voter that count are `after` instead of `before`."""
    options = tuple(
        PollOption(option.name, max(option.votes + (option.name in after) - (option.name in before), 0)) for option in poll.options
    )
    voters = None if poll.voters is None else max(poll.voters + bool(after) - bool(before), 0)
    return replace(poll, options=options, voters=voters)


def have_same_answers(one: Poll, other: Poll) -> bool:
    """Whether a vote in the one means the same in the other."""
    return one.several == other.several and [option.name for option in one.options] == [option.name for option in other.options]


def refreshed(stored: Poll, fresh: Poll) -> Poll:
    """The results as their author states them now; what was closed stays closed."""
    return replace(fresh, closed_at=fresh.closed_at or stored.closed_at)
