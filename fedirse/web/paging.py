"""Where a page of a list begins: read from the address, checked before it reaches a query or a document."""

import re
from typing import Final

from starlette.requests import Request

from fedirse.base.errors import NotFound

_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def cursor(request: Request, parameter: str) -> str | None:
    """The id that `?parameter=` names; None without one, empty for an empty one. Raises NotFound for what is no id of ours."""
    given = request.query_params.get(parameter)
    if given and not _ULID.fullmatch(given):
        raise NotFound(f"{parameter} is no id")
    return given
