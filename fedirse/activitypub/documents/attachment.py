"""Media attached to a post."""

from dataclasses import dataclass
from typing import Any

from fedirse.activitypub import values
from fedirse.base import limits
from fedirse.base.types import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture, a recording, a file or a link.

    Attributes:
        type: what it says it is: Image, Document, Video, Audio, Link…
        url: where it is, http(s).
        media_type: what its server calls it; a hint, never trusted.
        alt: what it shows, in words.
        blurhash: a small preview, for as long as the picture is not there.
        width: in pixels, as is height.
        focal_point: the point to keep in view, x and y from -1 to 1, y upwards.
        duration: xsd:duration, as written.
        size: in bytes.
    """

    type: str
    url: str
    media_type: str | None = None
    alt: str | None = None
    blurhash: str | None = None
    width: int | None = None
    height: int | None = None
    focal_point: tuple[float, float] | None = None
    duration: str | None = None
    size: int | None = None


def parse_attachments(value: Any) -> tuple[Attachment, ...]:
    """Read `attachment`; what is beyond the limit or has no web address is left out."""
    if not value:
        return ()
    found = (_parse_attachment(item) for item in values.many(value)[: limits.ATTACHMENTS])
    return tuple(attachment for attachment in found if attachment is not None)


def render_attachment(attachment: Attachment) -> JsonObject:
    """One member of `attachment`; a Link says where with `href`, everything else with `url`."""
    place = "href" if attachment.type == "Link" else "url"
    return values.present(
        {
            "type": attachment.type,
            place: attachment.url,
            "mediaType": attachment.media_type,
            "name": attachment.alt,
            "blurhash": attachment.blurhash,
            "width": attachment.width,
            "height": attachment.height,
            "focalPoint": list(attachment.focal_point) if attachment.focal_point else None,
            "duration": attachment.duration,
            "size": attachment.size,
        }
    )


def _parse_attachment(item: Any) -> Attachment | None:
    if not isinstance(item, dict):
        return None
    # Where several renditions are offered, the publisher's first choice is taken.
    link = values.first(item.get("url"))
    url = values.web_address(link) or values.web_address(item.get("href"))
    if url is None:
        return None
    details = link if isinstance(link, dict) else {}

    def detail(name: str) -> Any:
        value = item.get(name)
        return details.get(name) if value is None else value

    return Attachment(
        type=values.type_name(item.get("type")) or "Document",
        url=url,
        media_type=values.text(detail("mediaType"), limits.NAME_LENGTH),
        # Mastodon sends `name` and reads `summary` first; others write the one or the other.
        alt=values.text(item.get("summary")) or values.text(item.get("name")),
        blurhash=values.text(item.get("blurhash"), limits.NAME_LENGTH),
        width=values.count(detail("width")),
        height=values.count(detail("height")),
        focal_point=_parse_focal_point(item.get("focalPoint")),
        duration=values.text(detail("duration"), limits.NAME_LENGTH),
        size=values.count(detail("size")),
    )


def _parse_focal_point(value: Any) -> tuple[float, float] | None:
    match values.many(value):
        case [across, up]:
            x, y = values.number(across), values.number(up)
            return (x, y) if x is not None and y is not None and abs(x) <= 1 and abs(y) <= 1 else None
        case _:
            return None
