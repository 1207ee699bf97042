"""Decisions about how a page shows a file of another server: as a picture or as a link, how large, in which colour until it comes. Pure."""

import re
import string
from typing import Final

from fedirse.activitypub import uris
from fedirse.social.media.cache.model import Form, Source
from fedirse.social.posts.model import Attachment, Post

_KINDS: Final = frozenset({"", "*", "avif", "gif", "jpeg", "jpg", "png", "webp"})
"""Pictures that are made anew here; of another kind only the link is shown."""

_OPAQUE: Final = frozenset({"jpeg", "jpg"})
_BASE_83: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase + "#$%*+,-.:;=?@[]^_{|}~"
_COLOUR: Final = slice(2, 6)
_ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,5})(?:[?#]|$)")


def may_be_shown(attachment: Attachment) -> bool:
    """Whether a file of another server promises to be a picture that can be shown; whether it is one shows when it is fetched."""
    return attachment.sort == "image" and _subtype(attachment) in _KINDS


def source_of(post: Post, attachment: Attachment) -> Source | None:
    """How a file of a post of another server is kept here; None for what is no picture, and lies open to whoever follows the link.

    What a member has for members, on its own host or one below that, is asked for as a member; a site that asked another one like that
    would open for itself what the author of the post may not have.
    """
    form = Form.PICTURE if may_be_shown(attachment) else Form.FILE
    if post.audience.internal and _lies_with(post.uri, attachment.url):
        return Source(attachment.url, post.id, form)
    return Source(attachment.url) if form is Form.PICTURE else None


def shown_size(width: int | None, height: int | None, longest: int) -> tuple[int | None, int | None]:
    """Width and height of the small picture made of one of that size; None for both where one is not known."""
    if not width or not height:
        return None, None
    share = min(1.0, longest / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def ground_colour(attachment: Attachment) -> str:
    """The colour to show until a picture has come, `#rrggbb`, from its blurhash: its average.

    Empty where none is known, and for kinds that may let the ground shine through, which could make them unreadable for good.
    """
    if _subtype(attachment) not in _OPAQUE:
        return ""
    digits = [_BASE_83.find(character) for character in attachment.blurhash[_COLOUR]]
    if len(digits) != _COLOUR.stop - _COLOUR.start or min(digits) < 0:
        return ""
    value = 0
    for digit in digits:
        value = value * len(_BASE_83) + digit
    return f"#{value:06x}" if value <= 0xFFFFFF else ""  # noqa: PLR2004 - three bytes


def format_of(attachment: Attachment) -> str:
    """What kind of file it says it is, in the few capitals people know, such as MP4; empty where its address does not end in them."""
    ending = _ENDING.search(attachment.url.rpartition("/")[2])
    return ending[1].upper() if ending else ""


def _lies_with(uri: str, url: str) -> bool:
    home, host = uris.find_host(uri), uris.find_host(url)
    return home is not None and host is not None and (host == home or host.endswith(f".{home}"))


def _subtype(attachment: Attachment) -> str:
    return attachment.media_type.partition(";")[0].partition("/")[2].strip().lower()
