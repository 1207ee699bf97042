"""A table of sites to invite, read line by line. Pure."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.spreadsheets import plain_cell
from fedirse.social.network.authority.rules import read_trades
from fedirse.social.network.joining.invitations.model import Wish
from fedirse.social.network.joining.invitations.rules import check_wish
from fedirse.social.network.joining.invitations.tables.model import WrongLine
from fedirse.social.network.model import Attributes

_COLUMNS: Final = frozenset({"name", "region", "city", "brand", "format", "trades"})


def read_wishes(table: str, otherwise: Wish) -> list[Wish]:
    """The invitations of a table, one for each line; arguments as for `read_lines`. Raises InvalidInput for the first that is wrong."""
    wishes, wrong = read_lines(table, otherwise)
    if wrong:
        raise wrong[0].error
    return wishes


def read_lines(table: str, otherwise: Wish) -> tuple[list[Wish], list[WrongLine]]:
    """The invitations of a table: `name`, `region`, `city`, `brand`, `format`, `trades` (with `;` or `,` between them).

    Args:
        table: CSV with a heading, with commas or, as French spreadsheets write it, semicolons.
        otherwise: what counts where a column is missing or a cell empty, and how long the invitations last.

    Returns:
        The invitations of the lines that can be used, and what is wrong with the others.

    Raises:
        InvalidInput: a heading that is not one of these, no line, or too many.
    """
    lines = table.removeprefix("\ufeff").splitlines()
    heading = lines[0] if lines else ""
    reader = csv.DictReader(lines, delimiter=";" if heading.count(";") > heading.count(",") else ",")
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InvalidInput("This table cannot be read: save it as CSV.", reason="bad-table", field="table") from error
    unknown = {str(name).strip() for name in (rows[0][1] if rows else ()) if name} - _COLUMNS
    if unknown:
        raise InvalidInput(
            "The table has a column “%(name)s”. Use these: %(columns)s.",
            reason="unknown-column",
            field="table",
            name=min(unknown)[: limits.NAME_LENGTH],
            columns=", ".join(sorted(_COLUMNS)),
        )
    if not 1 <= len(rows) <= limits.INVITATIONS_AT_ONCE:
        raise InvalidInput(
            "A table has 1 to %(most)s lines below its heading.", reason="too-many-lines", field="table", most=limits.INVITATIONS_AT_ONCE
        )
    wishes, wrong = [], []
    for number, row in rows:
        try:
            wishes.append(_wish_of(row, otherwise))
        except InvalidInput as error:
            wrong.append(WrongLine(number, error))
    return wishes, wrong


def _wish_of(row: Mapping[str | None, str | list[str] | None], otherwise: Wish) -> Wish:
    if None in row:
        raise InvalidInput("A line of the table has more cells than its heading.", reason="long-line", field="table")
    cells = {str(name).strip(): plain_cell(str(cell or "").strip()) for name, cell in row.items()}
    usual = otherwise.attributes
    attributes = Attributes(
        region=cells.get("region") or usual.region,
        city=cells.get("city") or usual.city,
        brand=cells.get("brand") or usual.brand,
        format=cells.get("format") or usual.format,
        trades=read_trades(cells.get("trades", "")) or usual.trades,
    )
    wish = replace(otherwise, note=cells.get("name") or otherwise.note, attributes=attributes, uses=1)
    check_wish(wish)
    return wish
