"""Posts: Note, Article, Page, Question, Video, Event and the like, read into one neutral model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from fedirse.activitypub import values
from fedirse.activitypub.addressing import Addressing, check_number
from fedirse.activitypub.contexts.outgoing import OBJECT_CONTEXT, context_announced, context_within
from fedirse.activitypub.documents.attachment import Attachment, parse_attachments, render_attachment
from fedirse.activitypub.documents.preview import Preview, parse_preview, render_preview
from fedirse.activitypub.documents.question import Poll, parse_poll, render_poll
from fedirse.activitypub.documents.tag import Emoji, Hashtag, Mention, Tags, parse_tags, render_tags
from fedirse.activitypub.vocabulary import OBJECT_TYPES
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

SHOWN_TYPES: Final = OBJECT_TYPES - {"Place", "Profile", "Relationship"}
"""The types read as posts; the other objects are looked up, never shown in a timeline."""

# In the order of trust: the consent-respecting property first (FEP-044f), then what came before it.
_QUOTE_PROPERTIES = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")


@dataclass(frozen=True, slots=True)
class Source:
    """What the author typed, before it became HTML.

    Attributes:
        content: the text.
        media_type: its format, such as text/markdown.
    """

    content: str
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostObject:
    """A post as its document describes it. Texts are foreign: nothing here is sanitised or verified.

    Attributes:
        id: absolute URI; None for an anonymous one, embedded somewhere.
        type: Note, Article, Page, Question, Event…
        attributed_to: ids of its authors, the first one first.
        content: HTML, or what `media_type` says.
        content_map: language tag to content, where the document gives languages.
        name: plain text: a title, or the option chosen by a vote.
        name_map: language tag to name, where the document gives languages.
        summary: HTML: an introduction, on Notes a content warning.
        to: recipients, as are cc and audience; `bto` and `bcc` are never read.
        within: collections that whoever reads it is in besides, among the members of a network.
        url: the page for people; may be anywhere.
        context: URI of what it belongs to (FEP-7888); `conversation` is an older, opaque name of a thread.
        quote: id of the post it quotes.
        quote_authorization: id of the quoted author's consent (FEP-044f), which is to be fetched and looked at.
        replies: id of the collection of replies.
        likes_total: as its own server counts; shares_total too.
        preview: the short form of a long text (FEP-b2b8).
        poll: the options of a Question.
        announcement: what an announcement of ours asks of sites, term by term; of those of others whoever they are for reads it.
    """

    id: str | None
    type: str
    attributed_to: tuple[str, ...] = ()
    content: str | None = None
    content_map: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    name_map: Mapping[str, str] = field(default_factory=dict)
    summary: str | None = None
    source: Source | None = None
    media_type: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    in_reply_to: str | None = None
    url: str | None = None
    mentions: tuple[Mention, ...] = ()
    hashtags: tuple[Hashtag, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sensitive: bool = False
    context: str | None = None
    conversation: str | None = None
    quote: str | None = None
    quote_authorization: str | None = None
    replies: str | None = None
    likes_total: int | None = None
    shares_total: int | None = None
    preview: Preview | None = None
    poll: Poll | None = None
    announcement: JsonObject | None = None

    @property
    def author(self) -> str | None:
        """The first author, whom a post is shown under."""
        return self.attributed_to[0] if self.attributed_to else None

    @property
    def addressing(self) -> Addressing:
        """`to`, `cc` and `within` together."""
        return Addressing(self.to, self.cc, self.within)

    @property
    def is_vote(self) -> bool:
        """Whether it has the shape of a vote (FEP-9967): a Note that names an option and says nothing."""
        return self.type == "Note" and self.name is not None and self.in_reply_to is not None and self.content is None


def parse_object(document: JsonObject, *, anonymous: bool = False) -> PostObject:
    """Read a post in normal form.

    Args:
        document: the object, embedded or fetched.
        anonymous: whether it may be without an id, as what is embedded may.

    Raises:
        MalformedDocument: "no-id", "bad-id", "not-a-post", "too-many-authors", "too-many-addressees", "content-too-large",
            "too-many-options" or "option-too-long". What is decoration (tags, attachments, names) is cut instead.
    """
    get = document.get
    object_id = values.own_id(document) if anonymous else values.required_id(document)
    post_type = values.type_name(get("type"), SHOWN_TYPES)
    if post_type not in SHOWN_TYPES:
        raise MalformedDocument("the document is not a post", reason="not-a-post")
    to, cc, audience, within = (values.link_ids(get(name)) for name in ("to", "cc", "audience", "within"))
    check_number(to, cc, audience, within)
    content, content_map = _parse_content(document)
    tags = parse_tags(get("tag"))
    return PostObject(
        id=object_id,
        type=post_type,
        attributed_to=_parse_authors(get("attributedTo")),
        content=content,
        content_map=content_map,
        name=values.natural_text(document, "name", limits.NAME_LENGTH),
        name_map=values.language_map(get("nameMap"), limits.NAME_LENGTH),
        summary=values.natural_text(document, "summary"),
        source=_parse_source(get("source")),
        media_type=values.text(get("mediaType"), limits.NAME_LENGTH),
        to=to,
        cc=cc,
        audience=audience,
        within=within,
        published=values.parse_datetime(get("published")),
        updated=values.parse_datetime(get("updated")),
        in_reply_to=values.web_address(get("inReplyTo")),
        url=_parse_page(get("url")),
        mentions=tags.mentions,
        hashtags=tags.hashtags,
        emojis=tags.emojis,
        attachments=parse_attachments(get("attachment")),
        sensitive=values.boolean(get("sensitive")) or False,
        context=values.web_address(get("context")),
        conversation=_parse_conversation(get("conversation")),
        quote=_parse_quote(document) or tags.quote,
        quote_authorization=values.uri(get("quoteAuthorization")),
        replies=values.web_address(get("replies")),
        likes_total=values.total(get("likes")),
        shares_total=values.total(get("shares")),
        preview=parse_preview(get("preview")),
        poll=parse_poll(document) if post_type == "Question" else None,
    )


def render_object(post: PostObject) -> JsonObject:
    """The inverse of `parse_object`: a whole document, with its context, which `render_activity` takes off again."""
    return values.present(
        {
            "@context": context_announced(context_within(OBJECT_CONTEXT, post.within), post.announcement),
            "id": post.id,
            "type": post.type,
            "attributedTo": values.one_or_all(post.attributed_to),
            "name": post.name,
            "nameMap": dict(post.name_map),
            "summary": post.summary,
            "content": post.content,
            "contentMap": dict(post.content_map),
            "mediaType": post.media_type,
            "source": _render_source(post.source),
            "to": list(post.to),
            "cc": list(post.cc),
            "audience": values.one_or_all(post.audience),
            "within": list(post.within),
            "published": values.render_datetime(post.published) if post.published else None,
            "updated": values.render_datetime(post.updated) if post.updated else None,
            "inReplyTo": post.in_reply_to,
            "url": post.url,
            "tag": render_tags(Tags(post.mentions, post.hashtags, post.emojis)),
            "attachment": [render_attachment(attachment) for attachment in post.attachments],
            "sensitive": post.sensitive or None,
            "context": post.context,
            "conversation": post.conversation,
            "replies": post.replies,
            "likes": _render_total(post.likes_total),
            "shares": _render_total(post.shares_total),
            "preview": render_preview(post.preview),
            "quoteAuthorization": post.quote_authorization,
        }
        # Under all the names, because each program reads another one.
        | dict.fromkeys(_QUOTE_PROPERTIES, post.quote)
        | (render_poll(post.poll) if post.poll else {})
        | (post.announcement or {})
    )


def _parse_content(document: JsonObject) -> tuple[str | None, dict[str, str]]:
    content = values.text(document.get("content"), limits.DOCUMENT_BYTES)
    mapped = document.get("contentMap")
    content_map = values.language_map(mapped, limits.DOCUMENT_BYTES) if mapped is not None else {}
    if content is None and content_map:
        content = next(iter(content_map.values()))
    if content is not None:
        _check_size(content)
        for translation in content_map.values():
            _check_size(translation)
    return content, content_map


def _check_size(content: str) -> None:
    # At most four bytes a character: short texts, nearly all of them, need no encoding to be measured.
    if len(content) * 4 > limits.CONTENT_BYTES and len(content.encode("utf-8", "surrogatepass")) > limits.CONTENT_BYTES:
        raise MalformedDocument("the content is larger than the limit", reason="content-too-large")


def _parse_authors(value: Any) -> tuple[str, ...]:
    authors = values.link_ids(value)
    if len(authors) > limits.OBJECT_REFERENCES:
        raise MalformedDocument("more authors than the limit", reason="too-many-authors")
    return authors


def _parse_source(value: Any) -> Source | None:
    # Pleroma used to send the text alone.
    details = value if isinstance(value, dict) else {"content": value}
    content = values.text(details.get("content"), limits.CONTENT_BYTES)
    return Source(content, values.text(details.get("mediaType"), limits.NAME_LENGTH)) if content is not None else None


def _parse_page(value: Any) -> str | None:
    """Of several addresses the one marked as HTML, else a plain one, else any."""
    if not isinstance(value, list):
        return values.web_address(value)
    pages = [link for link in value if isinstance(link, dict) and link.get("mediaType") == "text/html"]
    plain = [link for link in value if isinstance(link, str)]
    return next((address for link in [*pages, *plain, *value] if (address := values.web_address(link)) is not None), None)


def _parse_conversation(value: Any) -> str | None:
    conversation = values.link_id(value)
    return conversation if conversation is not None and len(conversation) <= limits.URI_LENGTH else None


def _parse_quote(document: JsonObject) -> str | None:
    for name in _QUOTE_PROPERTIES:
        if name in document and (quoted := values.web_address(document[name])) is not None:
            return quoted
    return None


def _render_source(source: Source | None) -> JsonObject | None:
    return values.present({"content": source.content, "mediaType": source.media_type}) if source else None


def _render_total(total: int | None) -> JsonObject | None:
    return {"type": "Collection", "totalItems": total} if total is not None else None
