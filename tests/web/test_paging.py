"""Where a page of a list begins."""

import pytest
from starlette.requests import Request

from fedirse.base.errors import NotFound
from fedirse.web.paging import cursor

ULID = "01M7Z4SAY0K0KSXE960TCKXQ5W"


def request(query: str) -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": query.encode()})


@pytest.mark.parametrize(
    "value", ["x", "01M7Z4SAY0K0KSXE960TCKXQ5", f"{ULID}0", ULID.lower(), "81M7Z4SAY0K0KSXE960TCKXQ5W", "'; DROP TABLE posts", "%00"]
)
def test_what_is_no_id_leads_nowhere(value: str) -> None:
    with pytest.raises(NotFound):
        cursor(request(f"before={value}"), "before")


def test_an_id_is_where_the_page_begins() -> None:
    assert cursor(request(f"before={ULID}"), "before") == ULID


def test_none_and_empty_are_told_apart() -> None:
    assert cursor(request(""), "before") is None
    assert cursor(request("before="), "before") == ""
