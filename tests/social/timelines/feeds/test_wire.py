"""Feeds are well-formed XML whatever stands in them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.social.timelines.feeds.model import Enclosure, Feed, FeedItem
from fedirse.social.timelines.feeds.wire import render_atom, render_rss
from tests.social.timelines.feeds.parsed import parsed

ATOM = "{http://www.w3.org/2005/Atom}"
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ITEM = FeedItem(
    "https://s.example/posts/1", "https://s.example/posts/1", "Bonjour", "<p>Bonjour</p>", "fr", "Marc", "https://s.example/@marc", AT, AT
)
FEED = Feed("https://s.example/feed", "https://s.example/", "Le site", "Des mots", "fr", AT, items=(ITEM,))

anything = st.text(st.characters(exclude_categories=[]), max_size=40) | st.sampled_from(
    [
        "]]>",
        "<![CDATA[",
        "&#0;",
        "&nbsp;",
        "\x00\x0b\x1f",
        "\ufffe\uffff",
        "\ud800",
        '"><script>',
        "</content></entry>",
        "\r\n\t",
        "--><!--",
    ]
)


def allowed(text: str) -> str:
    """What XML 1.0 can hold of a text (section 2.2)."""
    return "".join(
        character
        for character in text
        if character in "\t\n\r" or " " <= character <= "\ud7ff" or "\ue000" <= character <= "\ufffd" or character >= "\U00010000"
    )


@pytest.mark.attack("CNT-028")
@settings(max_examples=50)
@given(title=anything, html=anything, author=anything, tag=anything, words=anything, address=anything)
def test_any_text_gives_xml_that_parses_and_says_the_same(title: str, html: str, author: str, tag: str, words: str, address: str) -> None:
    item = replace(ITEM, title=title, html=html, author=author, tags=(tag,), enclosures=(Enclosure(address, "image/png"),), language=words)
    feed = replace(FEED, words=words, items=(item,))
    atom = parsed(render_atom(feed))
    rss = parsed(render_rss(feed))
    entry, rss_item = atom.find(f"{ATOM}entry"), rss.find("channel/item")
    assert entry is not None
    assert rss_item is not None
    assert (entry.findtext(f"{ATOM}content") or "") == allowed(html)
    assert (rss_item.findtext("description") or "") == allowed(html)
    assert (entry.findtext(f"{ATOM}title") or "") == (rss_item.findtext("title") or "") == allowed(title)
    category = entry.find(f"{ATOM}category")
    assert category is not None
    assert category.get("term") == allowed(tag)
    assert len(entry) == 9


def test_atom_has_what_the_format_requires() -> None:
    feed = parsed(render_atom(FEED))
    assert [feed.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated")] == [FEED.url, "Le site", "2026-11-22T09:30:00Z"]
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": "https://s.example/feed", "alternate": "https://s.example/"}
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert [entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated")] == [ITEM.id, "Bonjour", "2026-11-22T09:30:00Z"]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Marc"


def test_rss_has_what_the_format_requires() -> None:
    channel = parsed(render_rss(replace(FEED, words=""))).find("channel")
    assert channel is not None
    assert [channel.findtext(name) for name in ("title", "link", "description")] == ["Le site", "https://s.example/", "Le site"]
    assert channel.findtext("item/pubDate") == "Sun, 22 Nov 2026 09:30:00 +0000"
    link = channel.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "https://s.example/feed.rss"


def test_a_feed_without_items_is_well_formed() -> None:
    empty = replace(FEED, items=(), words="")
    assert parsed(render_atom(empty)).find(f"{ATOM}entry") is None
    assert parsed(render_rss(empty)).find("channel/item") is None
