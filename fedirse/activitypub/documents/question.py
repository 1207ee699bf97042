"""Polls: what makes a Question out of a post (FEP-9967)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fedirse.activitypub import values
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject


@dataclass(frozen=True, slots=True)
class PollOption:
    """One answer to choose.

    Attributes:
        name: plain text; a vote repeats it exactly, so it is never cut.
        total: votes so far; None where the author does not say.
    """

    name: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """The question's answers and its state.

    Attributes:
        options: at least one, at most limits.POLL_OPTIONS, no name twice.
        multiple: whether several may be chosen (`anyOf` instead of `oneOf`).
        end_time: when voting ends.
        closed: when voting ended, or will; True where only the fact is said.
        voters_count: how many people voted.
    """

    options: tuple[PollOption, ...]
    multiple: bool = False
    end_time: datetime | None = None
    closed: datetime | bool = False
    voters_count: int | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When voting ends, by whichever property says it: FEP-9967 has consumers read `closed` like `endTime`."""
        return self.end_time or (self.closed if isinstance(self.closed, datetime) else None)


def parse_poll(document: JsonObject) -> Poll | None:
    """The poll in a Question; None when it has no options.

    Raises:
        MalformedDocument: "too-many-options", or "option-too-long". Cutting either would change what is voted on.
    """
    multiple = not document.get("oneOf") and bool(document.get("anyOf"))
    listed = values.many(document.get("anyOf" if multiple else "oneOf"))
    if len(listed) > limits.POLL_OPTIONS:
        raise MalformedDocument("the poll has too many options", reason="too-many-options")
    options: dict[str, PollOption] = {}
    for item in listed:
        if (option := _parse_option(item)) is not None:
            options.setdefault(option.name, option)
    if not options:
        return None
    return Poll(
        tuple(options.values()),
        multiple,
        values.parse_datetime(document.get("endTime")),
        _parse_closed(document.get("closed")),
        values.count(document.get("votersCount")),
    )


def render_poll(poll: Poll) -> JsonObject:
    """The members that a Question has and a Note has not."""
    options = [_render_option(option) for option in poll.options]
    closed = values.render_datetime(poll.closed) if isinstance(poll.closed, datetime) else poll.closed or None
    return {
        "anyOf" if poll.multiple else "oneOf": options,
        "endTime": values.render_datetime(poll.end_time) if poll.end_time else None,
        "closed": closed,
        "votersCount": poll.voters_count,
    }


def _parse_option(item: Any) -> PollOption | None:
    if not isinstance(item, dict):
        return None
    name = values.text(item.get("name"), limits.POLL_OPTION_LENGTH + 1)
    if name is None:
        return None
    if len(name) > limits.POLL_OPTION_LENGTH:
        raise MalformedDocument("a poll option is too long", reason="option-too-long")
    return PollOption(name, values.total(item.get("replies")))


def _render_option(option: PollOption) -> JsonObject:
    replies = {"type": "Collection", "totalItems": option.total} if option.total is not None else None
    return values.present({"type": "Note", "name": option.name, "replies": replies})


def _parse_closed(value: Any) -> datetime | bool:
    """AS2 allows a date, a boolean, an object or a link: the last two say that it is closed."""
    value = values.first(value)
    if value is None or isinstance(value, bool):
        return bool(value)
    return values.parse_datetime(value) or isinstance(value, dict) or values.boolean(value) or values.web_address(value) is not None
