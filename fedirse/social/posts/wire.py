"""Posts ↔ ActivityStreams objects. Pure; texts from outside are cleaned by the caller's `clean`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.attachment import Attachment as AttachmentObject
from fedirse.activitypub.documents.object import PostObject, Source
from fedirse.activitypub.documents.preview import Preview
from fedirse.activitypub.documents.question import Poll as PollObject
from fedirse.activitypub.documents.question import PollOption as PollOptionObject
from fedirse.activitypub.documents.tag import Hashtag, Mention
from fedirse.activitypub.own_uris import OwnUris
from fedirse.base.actors import StoredActor
from fedirse.social.audiences.model import Audience
from fedirse.social.posts.languages.wire import parse_language, parse_versions, render_contents, render_names
from fedirse.social.posts.model import Attachment, Poll, PollOption, Post, PostKind

PREVIEW_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Texts:
    """How the texts of a foreign object become ours.

    Attributes:
        clean: foreign HTML to safe HTML.
        plain: HTML to its words.
    """

    clean: Callable[[str], str]
    plain: Callable[[str], str]


def parse_post(
    document: PostObject,
    *,
    post_id: str,
    author: StoredActor,
    audience: Audience,
    known_kinds: Mapping[str, PostKind],
    texts: Texts,
    now: datetime,
) -> Post:
    """A foreign object as a post of ours.

    Args:
        document: the object; its id and author were checked before.
        post_id: our id for it.
        author: who wrote it.
        audience: whom it is for, as understood here.
        known_kinds: our kind for each object type; unknown ones are read as pages with a link.
        texts: how its texts are cleaned.
        now: stands in for a date that is missing or in the future.
    """
    published = min(document.published or now, now)
    content, language = texts.clean(document.content or ""), parse_language(document)
    return Post(
        id=post_id,
        uri=document.id or "",
        actor_id=author.id,
        local=author.local,
        kind=known_kinds.get(document.type, PostKind.PAGE),
        audience=audience,
        published_at=published,
        title=document.name or "",
        content=content or texts.clean(document.summary or ""),
        warning=texts.plain(document.summary or "") if content else "",
        sensitive=document.sensitive,
        language=language,
        translations=parse_versions(document, language, texts.clean),
        in_reply_to=document.in_reply_to,
        url=document.url or document.id,
        tags=tuple(dict.fromkeys(tag.name.lower() for tag in document.hashtags)),
        mentions=tuple((mention.name or "", mention.href) for mention in document.mentions),
        attachments=tuple(_parse_attachment(attachment) for attachment in document.attachments),
        poll=parse_poll(document.poll, now),
        edited_at=min(document.updated, now) if document.updated and document.updated > published else None,
    )


def render_post(post: Post, *, author: StoredActor, addressing: Addressing, uris: OwnUris, plain: Callable[[str], str]) -> PostObject:
    """One of our posts as others read it.

    Args:
        post: the post.
        author: who wrote it.
        addressing: whom it is for, on the wire.
        uris: our addresses.
        plain: HTML to its words, for the preview of an article.
    """
    uri = uris.post(post.id)
    document = PostObject(
        id=uri,
        type=post.kind.value,
        attributed_to=(author.uri,),
        content=post.content,
        content_map=render_contents(post.language, post.content, post.translations),
        name=post.title or None,
        name_map=render_names(post.language, post.title, post.translations),
        summary=post.warning or None,
        source=Source(post.source, "text/markdown") if post.source is not None else None,
        to=addressing.to,
        cc=addressing.cc,
        within=addressing.within,
        published=post.published_at,
        updated=post.edited_at,
        in_reply_to=post.in_reply_to,
        url=uri,
        mentions=tuple(Mention(href, name) for name, href in post.mentions),
        hashtags=tuple(Hashtag(tag, uris.tag(tag)) for tag in post.tags),
        attachments=tuple(_render_attachment(attachment) for attachment in post.attachments),
        sensitive=post.sensitive or bool(post.warning),
        replies=f"{uri}/replies",
        poll=_render_poll(post.poll) if post.poll else None,
        announcement=post.announcement,
    )
    return replace(document, preview=_preview(post, plain)) if post.kind is PostKind.ARTICLE else document


def _preview(post: Post, plain: Callable[[str], str]) -> Preview:
    """The Note that stands for an Article where only Notes are shown whole (FEP-b2b8)."""
    words = plain(post.content)
    short = words if len(words) <= PREVIEW_LENGTH else words[: PREVIEW_LENGTH - 1].rsplit(" ", 1)[0] + "…"
    paragraphs: Sequence[str] = [line for line in short.splitlines() if line.strip()]
    return Preview("Note", "".join(f"<p>{_escape(line)}</p>" for line in paragraphs), post.title or None)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _parse_attachment(attachment: AttachmentObject) -> Attachment:
    return Attachment(
        url=attachment.url,
        media_type=attachment.media_type or "",
        alt=attachment.alt or "",
        blurhash=attachment.blurhash or "",
        width=attachment.width,
        height=attachment.height,
        type=attachment.type,
        size=attachment.size,
    )


def _render_attachment(attachment: Attachment) -> AttachmentObject:
    kind = "Image" if attachment.media_type.startswith("image/") else "Document"
    return AttachmentObject(
        type=kind,
        url=attachment.url,
        media_type=attachment.media_type or None,
        alt=attachment.alt or None,
        blurhash=attachment.blurhash or None,
        width=attachment.width,
        height=attachment.height,
    )


def parse_poll(poll: PollObject | None, now: datetime) -> Poll | None:
    """The poll of a foreign Question; one that is only said to be closed was closed by `now`."""
    if poll is None:
        return None
    closed = poll.closed if isinstance(poll.closed, datetime) else (now if poll.closed else None)
    options = tuple(PollOption(option.name, option.total or 0) for option in poll.options)
    return Poll(options, several=poll.multiple, ends_at=poll.ends_at, closed_at=closed, voters=poll.voters_count)


def _render_poll(poll: Poll) -> PollObject:
    options = tuple(PollOptionObject(option.name, option.votes) for option in poll.options)
    return PollObject(options, poll.several, poll.ends_at, poll.closed_at or False, poll.voters)
