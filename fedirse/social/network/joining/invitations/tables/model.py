"""A line of a table that cannot be used."""

from dataclasses import dataclass

from fedirse.base.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class WrongLine:
    """What is wrong with one line.

    Attributes:
        number: which, counted as a spreadsheet does: the heading is 1.
        error: why it cannot be used.
    """

    number: int
    error: InvalidInput
