"""Decisions that reports, held answers and blocks share. Pure."""

from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput

# What a spreadsheet takes for the beginning of a formula (CNT-030); tab and line ends, because it may skip them first.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK: Final = "'"


def check_reason(typed: str) -> str:
    """Why something is decided, without spaces around it. Raises InvalidInput for none, and for one that is too long."""
    reason = typed.strip()
    if not reason:
        raise InvalidInput("Say why: whoever looks at this later should understand it.", reason="no-reason", field="reason")
    if len(reason) > limits.REASON_CHARACTERS:
        raise InvalidInput(
            "The reason is longer than %(limit)s characters: shorten it.",
            reason="reason-too-long",
            field="reason",
            limit=limits.REASON_CHARACTERS,
        )
    return reason


def safe_cell(text: str) -> str:
    """A text as a cell of a table that no spreadsheet takes for a formula: marked with an apostrophe where it could be one."""
    return f"{_MARK}{text}" if text.lstrip(" ").startswith((*_FORMULA, _MARK)) else text


def plain_cell(cell: str) -> str:
    """The text that `safe_cell` made the cell of."""
    return cell[1:] if cell.startswith(_MARK) and safe_cell(cell[1:]) == cell else cell
