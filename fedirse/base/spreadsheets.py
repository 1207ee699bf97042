"""Tables that people open in a spreadsheet: CSV in which no cell is run as a formula (CNT-030). The one place that writes them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# What a spreadsheet takes for the beginning of a formula, the wide forms of East Asian keyboards among it; tab and line ends, because it
# may skip them first.
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
_MARK: Final = "'"


def safe_cell(value: object) -> object:
    """A value as a cell: a text that could be taken for a formula is marked with an apostrophe, everything else stays as it is."""
    if not isinstance(value, str):
        return value
    return f"{_MARK}{value}" if value.lstrip(" ").startswith((*_FORMULA, _MARK)) else value


def plain_cell(cell: str) -> str:
    """The text that `safe_cell` made the cell of."""
    return cell[1:] if cell.startswith(_MARK) and safe_cell(cell[1:]) == cell else cell


def render_table(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table as CSV (RFC 4180), with a heading."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()
