"""HTML that is safe to show: foreign HTML cleaned, and what people type here turned into it.

The one place that makes markup out of text. Whatever comes out of here may be put into a page as it is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from fedirse.base import limits
from fedirse.base.errors import InvalidInput

_TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre"),
    *("s", "span", "strong", "sub", "sup", "u", "ul"),
}
_ATTRIBUTES = {"a": {"href"}, "span": {"lang"}, "ol": {"start", "reversed"}, "li": {"value"}, "p": {"lang"}}
_CLASSES = {"a": {"mention", "hashtag", "u-url"}, "span": {"h-card", "invisible", "ellipsis"}}
_GONE_WITH_CONTENT = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "textarea", "select"}

_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes={tag: set(classes) for tag, classes in _CLASSES.items()},
    clean_content_tags=_GONE_WITH_CONTENT,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener noreferrer ugc",
)

MENTION = re.compile(r"@([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?)(?:@([A-Za-z0-9.-]+(?::[0-9]{1,5})?))?")
HASHTAG = re.compile(r"#(\w*[^\W\d_]\w*)")
_BEFORE_NAME = re.compile(r"[\w@#/&;.-]\Z")
_BREAKS = re.compile(r"<br\s*/?>|</p>|</li>|</h[1-6]>|</blockquote>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# What escaping makes of a text of nothing but ampersands; beyond that it is markup that multiplied.
_MOST_GROWTH = 5
_MOST_PARAGRAPHS = 200


def clean(html: str) -> str:
    """Foreign HTML with only what a post needs: text, structure, links. No pictures, no forms, no styles, no scripts.

    Longer than `limits.CONTENT_BYTES` characters is cut before it is parsed, and of what has more than `limits.HTML_TAGS` tags only the
    words are kept: mis-nested tags cost quadratic time (DOS-033), and are closed and opened again for every block they reach into.
    """
    html = html[: limits.CONTENT_BYTES]
    if html.count("<") > limits.HTML_TAGS:
        return _words_alone(html)
    cleaned = _cleaner.clean(html)
    if cleaned.count("<") > limits.HTML_TAGS or len(cleaned) > _MOST_GROWTH * limits.CONTENT_BYTES:
        return _words_alone(html)
    return cleaned


def to_text(html: str) -> str:
    """The words of some HTML, a line for each paragraph; for previews, titles and terminals."""
    return unescape(_TAG.sub("", _BREAKS.sub("\n", html))).strip()


def _words_alone(html: str) -> str:
    lines = [line for line in to_text(html).splitlines() if line.strip()]
    shown = [*lines[:_MOST_PARAGRAPHS], *([" ".join(lines[_MOST_PARAGRAPHS:])] if len(lines) > _MOST_PARAGRAPHS else [])]
    return _cleaner.clean("".join(f"<p>{escape(line)}</p>" for line in shown))


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of a typed text.

    Attributes:
        html: safe HTML.
        tags: hashtags in it, lower-case, without `#`, in order, each once.
        mentions: (name as written, URI) of the mentioned actors that were known, each once.
    """

    html: str
    tags: tuple[str, ...]
    mentions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KnownName:
    """Where a mention leads: the actor's URI and the page to open."""

    uri: str
    page: str


@dataclass(slots=True)
class _Found:
    names: Mapping[str, KnownName]
    tag_page: Callable[[str], str]
    tags: dict[str, None] = field(default_factory=dict)
    mentions: dict[str, str] = field(default_factory=dict)


def mentioned_names(text: str) -> list[str]:
    """The names after `@` in a text, as written, without the `@`, each once: `ines` or `karim@mastodon.example`."""
    names = dict.fromkeys(f"{name}@{host}" if host else name for name, host in MENTION.findall(text))
    return list(names)


def render_markdown(text: str, names: Mapping[str, KnownName], tag_page: Callable[[str], str]) -> Rendered:
    """Markdown as people use it in a post: paragraphs, emphasis, lists, quotes, code, links; no HTML, no pictures.

    Args:
        text: what was typed.
        names: the mentions that are known, by name as written without `@`; others stay plain text.
        tag_page: where a hashtag leads.

    Raises:
        InvalidInput: the text is empty or longer than `limits.CONTENT_BYTES`.
    """
    if not text.strip():
        raise InvalidInput("The post is empty: write something first.", reason="empty-post", field="text")
    if len(text.encode()) > limits.TYPED_BYTES:
        raise InvalidInput(
            "The post is longer than %(most)s bytes: shorten it.", reason="post-too-long", field="text", most=limits.TYPED_BYTES
        )
    found = _Found(names, tag_page)
    html = _parser().render(text, {"found": found})
    return Rendered(_cleaner.clean(html).strip(), tuple(found.tags), tuple(found.mentions.items()))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False, "maxNesting": 20})
    parser.disable(["image", "html_block", "html_inline", "reference"])
    parser.inline.ruler.before("link", "name", _name_rule)
    parser.inline.ruler.before("link", "address", _address_rule)
    # The text rule swallows everything up to a character that some rule may start at; these must be among them.
    parser.inline.ruler.at("text", _text_rule)
    return parser


_STARTS = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]|https?://")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\^`{|}]+[^\s<>\"'\\^`{|}.,;:!?)\]»]")


def _text_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of markdown-it's rules
    match = _STARTS.search(state.src, state.pos)
    end = match.start() if match else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.pending += state.src[state.pos : end]
    state.pos = end
    return True


def _name_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of markdown-it's rules
    if _BEFORE_NAME.search(state.src[max(0, state.pos - 1) : state.pos]):
        return False
    found: _Found = state.env["found"]
    if mention := MENTION.match(state.src, state.pos):
        name, host = mention.groups()
        written = f"{name}@{host}" if host else name
        known = found.names.get(written)
        if known is None:
            return False
        if not silent:
            found.mentions[f"@{written}"] = known.uri
            _link(state, known.page, f"@{name}", "mention u-url")
        state.pos = mention.end()
        return True
    if hashtag := HASHTAG.match(state.src, state.pos):
        tag = hashtag.group(1)
        if not silent:
            found.tags[tag.lower()] = None
            _link(state, found.tag_page(tag.lower()), f"#{tag}", "hashtag")
        state.pos = hashtag.end()
        return True
    return False


def _address_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of markdown-it's rules
    address = _ADDRESS.match(state.src, state.pos)
    if address is None or state.linkLevel > 0:
        return False
    if not silent:
        _link(state, address.group(), address.group(), "")
    state.pos = address.end()
    return True


def _link(state: StateInline, href: str, text: str, classes: str) -> None:
    attributes = f' class="{classes}"' if classes else ""
    token = state.push("html_inline", "", 0)
    token.content = f'<a href="{escape(href)}"{attributes}>{escape(text)}</a>'
