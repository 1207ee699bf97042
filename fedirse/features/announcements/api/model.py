"""What programs send and what they are answered, as values; the schemas of the OpenAPI document are made from these."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from fedirse.base import limits
from fedirse.features.announcements.board.model import Arrival
from fedirse.features.announcements.model import Asked, Priority

Instant = Annotated[datetime, Meta(tz=True, description="A date and time with its offset from UTC, as RFC 3339 writes them.")]
PostId = Annotated[str, Meta(description="The id of an announcement at the head office.")]
SegmentId = Annotated[
    str, Meta(max_length=limits.URI_LENGTH, description="The address of a selection of sites, as GET /segments gives it.")
]
Count = Annotated[int, Meta(ge=0)]
Version = Annotated[int, Meta(ge=1, description="How often it was published; grows with every change.")]


class For(StrEnum):
    """Which sites it is for."""

    NETWORK = "network"
    SEGMENT = "segment"
    PUBLIC = "public"


class Audience(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom an announcement is for: all sites of the network, the sites of one selection, or everybody, all sites included."""

    kind: For
    segments: Annotated[
        tuple[SegmentId, ...], Meta(max_length=1, description="The selection, where the kind is “segment”; else none.")
    ] = ()


class NewAnnouncement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An announcement to publish."""

    title: Annotated[str, Meta(description="What people see of it first, on one line.")]
    text: Annotated[str, Meta(description="What it says, in Markdown.")]
    audience: Audience
    priority: Annotated[Priority, Meta(description="How much it matters.")] = Priority.INFO
    asked_of: Annotated[Asked, Meta(description="Who is asked to confirm it.")] = Asked.NOBODY
    confirm_before: Annotated[Instant | None, Meta(description="Until when they are asked to.")] = None
    counts_until: Annotated[Instant | None, Meta(description="From when on it asks for nothing any more.")] = None
    embargo_until: Annotated[Instant | None, Meta(description="Until when it is not to be spoken of outside the network.")] = None
    text_by_mail: Annotated[bool, Meta(description="Whether sites may mail its text to their people.")] = False
    language: Annotated[
        str | None,
        Meta(description="The language of the text as a tag such as “fr”; without one, that of the account which made the key."),
    ] = None


class LaterVersion(NewAnnouncement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that an announcement says from now on; what is left out is asked no more. Its files stay."""

    of_version: Annotated[Version, Meta(description="The version that this one is made from; refused when there is a later one by now.")]
    ask_again: Annotated[bool, Meta(description="Whether those who confirmed an earlier version are asked once more.")] = False


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """No body, or an empty object."""


class Announcement(Struct, frozen=True, kw_only=True):
    """An announcement as it is in force."""

    id: PostId
    version: Version
    url: Annotated[str, Meta(description="Where people of the head office read it.")]
    title: str
    text: str
    language: Annotated[str, Meta(description="A language tag, or empty.")]
    audience: Audience
    priority: Priority
    asked_of: Asked
    confirm_before: Instant | None
    counts_until: Instant | None
    embargo_until: Instant | None
    text_by_mail: bool
    confirm_from: Annotated[int, Meta(ge=1, description="The version from which on a confirmation counts.")]
    published_at: Instant
    changed_at: Annotated[Instant | None, Meta(description="When the latest version was published; null for the first.")]


class Announcements(Struct, frozen=True, kw_only=True):
    """A page of announcements, the latest first."""

    items: tuple[Announcement, ...]
    next: Annotated[str | None, Meta(description="The path of the page with the older ones; null for the last page.")]


class Published(Struct, frozen=True, kw_only=True):
    """What was published. It is remembered for a day under the Idempotency-Key that came with the request, and holds no words."""

    id: PostId
    version: Version
    url: Annotated[str, Meta(description="Where people of the head office read it.")]


class Reminded(Struct, frozen=True, kw_only=True):
    """How many sites were asked once more; those that were asked within ten minutes are left alone."""

    asked: Count


class Segment(Struct, frozen=True, kw_only=True):
    """A selection of sites that an announcement can be for."""

    id: SegmentId
    name: str
    sites: Annotated[int, Meta(ge=0, description="How many sites are in it now, the head office included.")]


class Segments(Struct, frozen=True, kw_only=True):
    """All selections, by name."""

    items: tuple[Segment, ...]


class People(Struct, frozen=True, kw_only=True):
    """How many people; told by sites where at least five are asked, and never of single ones."""

    asked: Count
    seen: Count
    confirmed: Count


class Sums(Struct, frozen=True, kw_only=True):
    """Where an announcement stands at all sites together."""

    sites: Count
    received: Annotated[int, Meta(ge=0, description="Sites that have the latest version.")]
    waiting: Annotated[int, Meta(ge=0, description="Sites that it is still on the way to.")]
    failed: Annotated[int, Meta(ge=0, description="Sites that it will not reach by itself.")]
    confirmed: Annotated[int, Meta(ge=0, description="Sites that have confirmed it.")]
    people: Annotated[People | None, Meta(description="The people of those sites that tell numbers; null where none does.")]


class Line(Struct, frozen=True, kw_only=True):
    """Where an announcement stands at one site."""

    site: Annotated[str, Meta(description="The address of the site's actor.")]
    host: str
    name: str
    region: str
    city: str
    arrival: Annotated[Arrival, Meta(description="How far the latest version has come.")]
    since: Annotated[Instant | None, Meta(description="Since when that is so.")]
    why: Annotated[str, Meta(description="What was answered where it was not delivered; else empty.")]
    late: Annotated[bool, Meta(description="Whether it came more than a day after it was published.")]
    version: Annotated[int, Meta(ge=0, description="The version that the site has; 0 for none.")]
    confirmed: Annotated[bool, Meta(description="Whether its confirmation holds for the version in force.")]
    confirmed_version: Annotated[int, Meta(ge=0, description="The latest version that it confirmed; 0 for none.")]
    confirmed_at: Instant | None
    people: Annotated[People | None, Meta(description="Null where the site tells no numbers, as sites of fewer than five people.")]
    reminded_at: Instant | None


class Board(Struct, frozen=True, kw_only=True):
    """Where an announcement stands, site by site; those that want attention first."""

    announcement: PostId
    version: Version
    sums: Sums
    lines: tuple[Line, ...]


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was refused (RFC 9457)."""

    title: Annotated[str, Meta(description="The HTTP status in words.")]
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(description="A sentence that says what to do.")]
    code: Annotated[str, Meta(description="Which problem it is; stays the same from version to version.")]
    field: Annotated[str | None, Meta(description="The field of the body, or the parameter, that it is about.")] = None
    type: Annotated[str, Meta(description="Always “about:blank”: the code says more.")] = "about:blank"
