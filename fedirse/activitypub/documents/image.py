"""A picture that belongs to something: an avatar, a header, the drawing of an emoji."""

from dataclasses import dataclass
from typing import Any

from fedirse.activitypub import values
from fedirse.base import limits
from fedirse.base.types import JsonObject


@dataclass(frozen=True, slots=True)
class Image:
    """A picture.

    Attributes:
        url: where it is fetched, http(s).
        media_type: what its server calls it; a hint, never trusted.
        alt: what it shows, in words.
    """

    url: str
    media_type: str | None = None
    alt: str | None = None


def parse_image(value: Any) -> Image | None:
    """An Image object, a Link or a bare address; of several the first; None when there is nothing that can be fetched."""
    value = values.first(value)
    if isinstance(value, str):
        url = values.web_address(value)
        return Image(url) if url is not None else None
    if not isinstance(value, dict):
        return None
    link = values.first(value.get("url"))
    url = values.web_address(link) or values.web_address(value.get("href"))
    if url is None:
        return None
    media_type = value.get("mediaType") or (link.get("mediaType") if isinstance(link, dict) else None)
    alt = value.get("name") or value.get("summary")
    return Image(url, values.text(media_type, limits.NAME_LENGTH), values.text(alt))


def render_image(image: Image | None) -> JsonObject | None:
    """The inverse of `parse_image`."""
    if image is None:
        return None
    return values.present({"type": "Image", "url": image.url, "mediaType": image.media_type, "name": image.alt})
