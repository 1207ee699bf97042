"""Posts as this site holds them, ours and those of others."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from fedirse.base.types import JsonObject
from fedirse.social.audiences.model import Audience
from fedirse.social.posts.languages.model import LanguageVersion, Said, Translation
from fedirse.social.posts.languages.rules import closest


class PostKind(StrEnum):
    """What a post is. A boost is a post of its own that points at another one, so that timelines are one list."""

    NOTE = "Note"
    ARTICLE = "Article"
    PAGE = "Page"
    QUESTION = "Question"
    VIDEO = "Video"
    AUDIO = "Audio"
    IMAGE = "Image"
    EVENT = "Event"
    DOCUMENT = "Document"
    BOOST = "boost"


_SORTS = {"Image": "image", "Video": "video", "Audio": "audio"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a post.

    Attributes:
        url: where it lies.
        media_type: what its server calls it; may be empty.
        alt: what it shows, in words.
        blurhash: a preview of a few characters.
        width, height: in pixels, as its server says.
        media_id: our id of it; empty for those of others.
        type: what it is on the wire, such as Image; says what it is where `media_type` does not.
        size: in bytes, as its server says.
    """

    url: str
    media_type: str
    alt: str = ""
    blurhash: str = ""
    width: int | None = None
    height: int | None = None
    media_id: str = ""
    type: str = ""
    size: int | None = None

    @property
    def sort(self) -> str:
        """What a page makes of it: image, video, audio or something else."""
        return self.media_type.partition("/")[0].lower() if self.media_type else _SORTS.get(self.type, "")


@dataclass(frozen=True, slots=True)
class PollOption:
    """One answer of a poll and how many chose it, as its author last said."""

    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class Poll:
    """What may be answered.

    Attributes:
        options: the answers.
        several: whether more than one may be chosen.
        ends_at: when voting ends; None where its author does not say.
        closed_at: when it ended, or will, as its author said.
        voters: how many people voted; None where its author does not say.
    """

    options: tuple[PollOption, ...]
    several: bool
    ends_at: datetime | None
    closed_at: datetime | None
    voters: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One post.

    Attributes:
        id: our id for it, sorted by when it was published.
        uri: its id on the wire.
        actor_id: who wrote it, or who boosted.
        local: whether it is ours.
        kind: Note, Article, …, or a boost.
        audience: whom it is for.
        title: title of an Article, else empty.
        content: clean HTML, ready for a page.
        source: what the author typed, for our own posts.
        warning: content warning; empty for none.
        sensitive: whether pictures wait for a click.
        language: language tag or empty.
        translations: what it says in its other languages, by language tag.
        in_reply_to: URI of the post it answers.
        parent_id: our id of that post once it is known here.
        thread_id: our id of the first post of the thread.
        boost_of: our id of the boosted post.
        url: where people read it.
        tags: hashtags without `#`, lower-case.
        mentions: (name as written, actor URI) of those it mentions.
        attachments: its files.
        poll: its answers, for a Question.
        announcement: what it asks of sites, on the wire, where it is an announcement of ours.
        published_at, edited_at, deleted_at: dates.
        held_at: since when it waits for approval; None when it does not.
        hidden_at: since when a moderator hides it here; None for what is shown.
        likes, boosts, replies: how many are known here.
    """

    id: str
    uri: str
    actor_id: str
    local: bool
    kind: PostKind
    audience: Audience
    published_at: datetime
    title: str = ""
    content: str = ""
    source: str | None = None
    warning: str = ""
    sensitive: bool = False
    language: str = ""
    translations: dict[str, LanguageVersion] = field(default_factory=dict)
    in_reply_to: str | None = None
    parent_id: str | None = None
    thread_id: str | None = None
    boost_of: str | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    poll: Poll | None = None
    announcement: JsonObject | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    likes: int = 0
    boosts: int = 0
    replies: int = 0
    held_at: datetime | None = None
    hidden_at: datetime | None = None

    def said_in(self, language: str) -> Said:
        """What somebody reads of it who reads `language`: that version where there is one, else what it says itself."""
        tag = closest(language, self.language, self.translations)
        version = self.translations.get(tag)
        if version is None:
            return Said(self.language, self.title, self.content, self.language)
        return Said(tag, version.title or self.title, version.content, tag if version.title else self.language)


@dataclass(frozen=True, slots=True)
class PollDraft:
    """What somebody here lets people choose from, as typed; whether they may choose several answers; when voting ends."""

    options: tuple[str, ...]
    several: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DraftFile:
    """An uploaded file that goes with a post, and what it shows in words."""

    media_id: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody here wants to say.

    Attributes:
        text: Markdown subset as typed; `@name@host` and `#tag` are recognised.
        audience: kind of audience asked for; a reply may end up with a narrower one.
        listed: whether a public post appears in public timelines.
        title: makes it an Article.
        warning: content warning.
        language: language tag; empty for the site's.
        in_reply_to: our id of the post it answers.
        poll: makes it a Question; an edit leaves the poll as it was published.
        files: its files in order; of an edit, all that it has from now on, None to leave them as they are.
        announcement: what it asks of sites, on the wire; of an edit, None to leave that as it is.
        translations: what it says in other languages; of an edit, all that it says from now on: a version of other words is none.
    """

    text: str
    audience: Audience
    title: str = ""
    warning: str = ""
    language: str = ""
    in_reply_to: str | None = None
    poll: PollDraft | None = None
    files: tuple[DraftFile, ...] | None = None
    announcement: JsonObject | None = None
    translations: tuple[Translation, ...] = ()
