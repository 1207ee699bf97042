"""What the page shows of a vote that cannot count."""

from dataclasses import dataclass

from fedirse.base.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class RefusedVote:
    """A vote that was not counted.

    Attributes:
        post_id: the post with the poll.
        error: why; says what to do.
        chosen: what was chosen, to be chosen again.
        back: the page where the poll was read.
    """

    post_id: str
    error: InvalidInput
    chosen: frozenset[str]
    back: str
