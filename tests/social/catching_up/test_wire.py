"""The outbox for members as documents."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.social.catching_up.model import Headline
from fedirse.social.catching_up.wire import newest_at, outbox_after, outbox_last, parse_headlines, parse_page, render_headlines, render_page
from tests.federation.network import START

ACTOR = "https://lyon.example/actor"
LINE = Headline("https://lyon.example/posts/1", "Bonjour", "Paul", START)
ID = "01KJPS3XFGK8SPCR8T9Z2AECKG"


def test_headlines_come_out_as_they_went_in() -> None:
    assert parse_headlines(render_headlines(ACTOR, [LINE], START), ACTOR, START) == (LINE,)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", newest_at("https://siege.example/actor")),
        ("attributedTo", "https://siege.example/actor"),
        ("published", "2026-03-02T07:49:59Z"),
        ("published", "2026-03-02T08:10:01Z"),
        ("published", None),
        ("orderedItems", {}),
    ],
)
def test_what_another_member_says_or_what_is_shown_again_later_is_refused(member: str, value: object) -> None:
    with pytest.raises(MalformedDocument):
        parse_headlines(render_headlines(ACTOR, [LINE], START) | {member: value}, ACTOR, START)


@pytest.mark.parametrize("uri", ["https://siege.example/posts/1", "javascript:alert(1)", "https://lyon.example.evil.example/1", None])
def test_a_member_announces_only_what_lies_on_its_own_origin(uri: str | None) -> None:
    document = render_headlines(ACTOR, [LINE], START)
    document["orderedItems"][0]["id"] = uri
    assert parse_headlines(document, ACTOR, START) == ()


def test_no_more_than_twenty_are_announced_and_none_from_the_future() -> None:
    lines = [Headline(f"https://lyon.example/posts/{number}", "x" * 9999, "Paul", START + timedelta(days=9)) for number in range(21)]
    found = parse_headlines(render_headlines(ACTOR, lines, START), ACTOR, START)
    assert len(found) == 20
    assert {(line.published, len(line.title) < 9999) for line in found} == {(START, True)}


def test_a_page_comes_out_as_it_went_in() -> None:
    page = parse_page(render_page(ACTOR, [{"id": "https://lyon.example/a/1"}], after="", following=ID), outbox_after(ACTOR, ""))
    assert (page.activities, page.next) == (({"id": "https://lyon.example/a/1"},), outbox_after(ACTOR, ID))


@pytest.mark.parametrize(
    "following", ["https://siege.example/network/outbox?after=x", "https://lyon.example/x?after=x", outbox_after(ACTOR, "")]
)
def test_a_next_page_somewhere_else_or_here_again_is_none(following: str) -> None:
    document = render_page(ACTOR, [{"id": "x"}], after="", following=None) | {"next": following}
    assert parse_page(document, outbox_after(ACTOR, "")).next is None


@pytest.mark.parametrize(
    "after", [ID, "01KJPS3XFGK8SPCR8T9Z2AECKF", "01KJPS3XFGK8SPCR8T9Z2AECKH&x=1", "01KJPS3XFGK8SPCR8T9Z2AECKH" * 2000, "x", ""]
)
def test_a_member_leads_nobody_in_a_circle(after: str) -> None:
    document = render_page(ACTOR, [{"id": "x"}], after=ID, following=after)
    assert parse_page(document, outbox_after(ACTOR, ID)).next is None


def test_the_pages_after_the_last_posts_and_after_an_id_go_on() -> None:
    later = "01KJPS3XFGK8SPCR8T9Z2AECKH"
    for asked in (outbox_last(ACTOR, 50), outbox_after(ACTOR, ""), outbox_after(ACTOR, ID)):
        assert parse_page(render_page(ACTOR, [{"id": "x"}], after=ID, following=later), asked).next == outbox_after(ACTOR, later)


@given(
    st.dictionaries(
        st.sampled_from(["orderedItems", "next", "id", "published", "attributedTo"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=6,
        ),
    )
)
def test_anything_else_is_refused_in_words(document: JsonObject) -> None:
    for read in (lambda: parse_page(document, outbox_after(ACTOR, "")), lambda: parse_headlines(document, ACTOR, START)):
        with suppress(MalformedDocument):
            read()
