"""Feeds as XML: Atom (RFC 4287) and RSS 2.0. Whatever a post says, what comes out is well-formed (CNT-028). Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from fedirse.social.timelines.feeds.model import Feed, FeedItem

ATOM_TYPE: Final = "application/atom+xml"
RSS_TYPE: Final = "application/rss+xml"

# What is no Char of XML 1.0 (section 2.2) cannot be written at all, not even escaped.
_NO_CHARACTER: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A bare CR would come back as LF; in an attribute, tabs and line ends as spaces.
_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\r"): "&#13;"}
_IN_ATTRIBUTE: Final = _ESCAPES | {ord("\t"): "&#9;", ord("\n"): "&#10;"}


def render_atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    return _document(
        '<feed xmlns="http://www.w3.org/2005/Atom"' + _attribute("xml:lang", feed.language) + ">",
        [
            _element("id", feed.url),
            _element("title", feed.title),
            *([_element("subtitle", feed.words)] if feed.words else []),
            _element("updated", _timestamp(feed.updated)),
            _empty("link", rel="self", type=ATOM_TYPE, href=feed.url),
            _empty("link", rel="alternate", type="text/html", href=feed.page),
            *([_element("icon", feed.icon)] if feed.icon else []),
            *(_entry(item) for item in feed.items),
        ],
        "</feed>",
    )


def render_rss(feed: Feed) -> bytes:
    """The feed as RSS."""
    return _document(
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>',
        [
            _element("title", feed.title),
            _element("link", feed.page),
            # Required, and never empty in practice: some readers refuse a feed without one.
            _element("description", feed.words or feed.title),
            _element("language", feed.language),
            _element("lastBuildDate", _mail_date(feed.updated)),
            _empty("atom:link", rel="self", type=RSS_TYPE, href=f"{feed.url}.rss"),
            *(_item(item) for item in feed.items),
        ],
        "</channel>\n</rss>",
    )


def _entry(item: FeedItem) -> str:
    parts = [
        _element("id", item.id),
        _element("title", item.title),
        _element("published", _timestamp(item.published)),
        _element("updated", _timestamp(item.updated)),
        _empty("link", rel="alternate", type="text/html", href=item.url),
        f"<author>{_element('name', item.author)}{_element('uri', item.author_url)}</author>",
        *(_empty("category", term=tag) for tag in item.tags),
        *(_empty("link", rel="enclosure", type=file.media_type, href=file.url) for file in item.enclosures),
        f'<content type="html"{_attribute("xml:lang", item.language)}>{_text(item.html)}</content>',
    ]
    return "<entry>\n" + "\n".join(parts) + "\n</entry>"


def _item(item: FeedItem) -> str:
    parts = [
        f'<guid isPermaLink="{"true" if item.id == item.url else "false"}">{_text(item.id)}</guid>',
        _element("title", item.title),
        _element("link", item.url),
        _element("pubDate", _mail_date(item.published)),
        _element("dc:creator", item.author),
        *(_element("category", tag) for tag in item.tags),
        # One is all that most readers take; nobody here knows how long the file of somebody else is.
        *(_empty("enclosure", url=file.url, length="0", type=file.media_type) for file in item.enclosures[:1]),
        _element("description", item.html),
    ]
    return "<item>\n" + "\n".join(parts) + "\n</item>"


def _document(begin: str, parts: Iterable[str], end: str) -> bytes:
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', begin, *parts, end, ""]).encode()


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _empty(name: str, **attributes: str) -> str:
    return f"<{name}{''.join(_written(attributes))}/>"


def _written(attributes: dict[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        yield f' {name}="{_NO_CHARACTER.sub("", value).translate(_IN_ATTRIBUTE)}"'


def _attribute(name: str, value: str) -> str:
    return "".join(_written({name: value})) if value else ""


def _text(text: str) -> str:
    return _NO_CHARACTER.sub("", text).translate(_ESCAPES)


def _timestamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _mail_date(instant: datetime) -> str:
    return format_datetime(instant.astimezone(UTC).replace(microsecond=0))
