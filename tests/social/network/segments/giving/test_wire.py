"""Pages of definitions: as many as a reader takes at once, none left out, none twice."""

from dataclasses import replace

import pytest

from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.social.network.segments.giving.wire import parse_listing, render_listing, segments_at
from fedirse.social.network.segments.model import Among
from fedirse.social.network.segments.wire import render_segment
from tests.social.network.segments.test_segments import NETWORK, segment

HERE = segments_at(NETWORK)


def documents(count: int, size: int) -> list[JsonObject]:
    filler = Among(frozenset({f"https://{'x' * size}.example/actor"}))
    return [render_segment(replace(segment(filler, str(serial)), serial=serial)) for serial in range(1, count + 1)]


def test_pages_follow_each_other_until_nothing_is_left() -> None:
    told = documents(5, limits.SEGMENT_PAGE_BYTES // 2)
    found: list[JsonObject] = []
    url: str | None = HERE
    while url is not None:
        after = int(url.partition("=")[2] or 0)
        page = parse_listing(render_listing(HERE, [one for one in told if one["serial"] > after], 9, after), url)
        assert page.serial == 9
        found += page.documents
        url = page.next
    assert found == told


def test_a_definition_that_fills_more_than_a_page_goes_alone() -> None:
    told = documents(2, limits.SEGMENT_PAGE_BYTES + 1)
    assert render_listing(HERE, told, 2, 0)["orderedItems"] == told[:1]


@pytest.mark.parametrize(
    "changes",
    [{"orderedItems": None}, {"orderedItems": ["x"]}, {"serial": None}, {"serial": "9"}],
    ids=["no-items", "items-by-name", "no-serial", "text"],
)
def test_what_is_no_page_is_refused(changes: JsonObject) -> None:
    with pytest.raises(MalformedDocument):
        parse_listing(render_listing(HERE, documents(1, 10), 9, 0) | changes, HERE)


@pytest.mark.parametrize("following", ["https://lyon.example/network/segments?after=1", HERE, f"{HERE}/x?after=1", 7])
def test_a_next_page_elsewhere_is_none(following: object) -> None:
    assert parse_listing(render_listing(HERE, documents(1, 10), 9, 0) | {"next": following}, HERE).next is None


def test_an_empty_page_is_the_last() -> None:
    page = parse_listing(render_listing(HERE, [], 9, 0) | {"next": f"{HERE}?after=3"}, HERE)
    assert (page.documents, page.next) == ((), None)
