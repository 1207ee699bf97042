"""What somebody types into a composer, and what is kept of it until it is published."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from fedirse.social.follows.channels.model import Reach
from fedirse.social.network.members.model import People
from fedirse.social.posts.model import DraftFile, Post

NOT_KNOWN: Final = People(0, complete=False)


class Choice(StrEnum):
    """The audiences that a composer offers, by the words people choose them by."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PARTNERS = "partners"
    NETWORK = "network"
    SEGMENT = "segment"
    FOLLOWERS = "followers"
    SITE = "site"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Circle:
    """Sites that something can be for, together.

    Attributes:
        address: what it is addressed to.
        name: what people call it; empty for a segment that this site was never told about.
        sites: the names of the sites, this one included.
        people: how many people these sites have together.
    """

    address: str
    name: str
    sites: tuple[str, ...]
    people: People = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class OfferedChannel:
    """A partner channel that somebody may write in.

    Attributes:
        id: of its actor.
        handle: its name in `@name@host`.
        name: what people call it.
        reach: how far it goes.
    """

    id: str
    handle: str
    name: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class Circles:
    """What can be addressed besides everybody and one's own circles: the network, if the site is in one, segments of it, and the partner
    channels that whoever writes may write in.
    """

    network: Circle | None = None
    segments: tuple[Circle, ...] = ()
    channels: tuple[OfferedChannel, ...] = ()


@dataclass(frozen=True, slots=True)
class TypedPoll:
    """A poll as typed: its answers, whether several may be chosen, and for how many hours people vote."""

    options: tuple[str, ...]
    several: bool = False
    hours: int = 24

    @property
    def is_empty(self) -> bool:
        """Whether no answer is written."""
        return not any(option.strip() for option in self.options)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a composer; anything may be missing or wrong.

    Attributes:
        text, title, warning, language: as typed.
        choice: the audience chosen; any text, empty when none is.
        segment: address of the segment that is chosen beside it; any text.
        channel: handle of the partner channel that is chosen beside it; any text.
        reply_to: our id of the post it answers.
        files: its files, in order, and what each shows in words.
        poll: its poll; None without one.
        desk: name of the desk of another slice that it is written at (web/desks.py); empty for a post.
        besides: what that desk has beside the fields of a post, name by name, as typed.
    """

    text: str = ""
    title: str = ""
    warning: str = ""
    language: str = ""
    choice: str = ""
    reply_to: str | None = None
    files: tuple[DraftFile, ...] = ()
    poll: TypedPoll | None = None
    segment: str = ""
    channel: str = ""
    desk: str = ""
    besides: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """How many bytes were typed."""
        options = self.poll.options if self.poll else ()
        besides = (text for _, text in self.besides)
        alts = (file.alt for file in self.files)
        return sum(len(text.encode()) for text in (self.text, self.title, self.warning, *alts, *options, *besides))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a composer sends.

    Attributes:
        draft_id: the draft that it was opened for.
        version: the version of that draft that it shows; 0 for one that was never saved.
        typed: what stands in it.
    """

    draft_id: str
    version: int
    typed: Typed


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as it is kept.

    Attributes:
        id: its id, made when its composer was opened; means nothing without its owner.
        version: how often it was saved, so that one tab does not undo what was typed in another.
        typed: what stands in it.
        updated_at: when it was saved last.
        published_post_id: what became of it; then nothing stands in it any more.
    """

    id: str
    version: int
    typed: Typed
    updated_at: datetime
    published_post_id: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of saving a draft: `apart` when it had changed elsewhere, so that this is a second one beside it."""

    draft: KeptDraft
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What became of publishing a draft.

    Attributes:
        post: the post.
        again: whether it was there already.
        kept: whether something that differs from it was kept as another draft.
    """

    post: Post
    again: bool = False
    kept: bool = False
