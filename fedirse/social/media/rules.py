"""Decisions about uploaded files: who may see one, what its name becomes, which address needs a signature. Pure."""

import re
import unicodedata
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.types import Reader
from fedirse.social.media.model import Exposure, FileType, ItemAccess, Media, MediaKind, Purpose, Variant

FULL_SIDE: Final = {Purpose.POST: 2048, Purpose.AVATAR: 512, Purpose.COVER: 2048, Purpose.LOGO: 512}
"""The longest side of the picture, by what it is for."""

SMALL_SIDE: Final = {Purpose.POST: 640, Purpose.AVATAR: 128, Purpose.COVER: 640, Purpose.LOGO: 128}
"""The longest side of the small picture beside it."""

FORMATS: Final = {Purpose.POST: "webp", Purpose.AVATAR: "webp", Purpose.COVER: "webp", Purpose.LOGO: "png"}
"""What pictures are stored as. A logo is PNG because mail programs show no WebP."""

IMAGE_ENDINGS: Final = frozenset({".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".avif", ".heic", ".heif", ".tif", ".tiff", ".bmp"})

_FALLBACK: Final = "file"
_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|%;]')
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,10}")


def exposure_of(media: Media, access: ItemAccess, reader: Reader, *, signed: bool) -> Exposure | None:
    """How a file may be answered to whoever knows its address; None for not at all.

    Args:
        media: the file.
        access: what the item it belongs to allows the reader.
        reader: who asks.
        signed: whether the address carries a signature of ours that still holds.

    The address itself is told to nobody but those who may read the item. Servers outside the network fetch files without saying who
    they are, so for what was sent to them the address must do. Members say who they are: what is for members, as what stays on this
    site, asks for a reader as well.
    """
    if media.item_id is None:
        own = reader.actor_id is not None and reader.actor_id == media.actor_id
        return Exposure.PRIVATE if own or signed else None
    if media.purpose is not Purpose.POST or access.public:
        return Exposure.PUBLIC
    return Exposure.PRIVATE if access.leaves or access.readable or signed else None


def file_name(media: Media, variant: Variant) -> str:
    """The name of a variant on disk and at the end of its address. What is no image has one variant only."""
    return f"{variant}.{FORMATS[media.purpose]}" if media.is_image else _FALLBACK


def file_names(media: Media) -> frozenset[str]:
    """The names of all variants."""
    return frozenset({file_name(media, "full"), file_name(media, "small")})


def clean_name(typed: str, kind: FileType, *, ending: str | None = None) -> str:
    """The name a file is downloaded under: the last part of what was sent, without what a header, a path or an eye could misread.

    Args:
        typed: the name that came with the upload.
        kind: what the file is.
        ending: the only ending the name may have, where the file was made here.
    """
    last = re.split(r"[\\/]", typed)[-1]
    # Controls, line breaks, invisible and bidirectional marks, private and unassigned code points (Trojan Source).
    seen = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in unicodedata.normalize("NFC", last))
    name = " ".join(_NOT_IN_NAMES.sub(" ", seen).split()).strip(". ")
    stem, found = _split(name)
    if ending is not None:
        found = ending
    elif kind.endings and found.lower() not in kind.endings:
        stem, found = name, kind.endings[0]
    room = limits.FILE_NAME_LENGTH - len(found)
    return f"{stem[:room].strip('. ') or _FALLBACK}{found}"


def claims_image(typed: str) -> bool:
    """Whether a name promises a picture."""
    return _split(typed.strip())[1].lower() in IMAGE_ENDINGS


def check_alt(alt: str) -> None:
    """Raises InvalidInput for a description that is too long."""
    if len(alt) > limits.ALT_LENGTH:
        raise InvalidInput(
            "The description of a file has at most %(most)s characters: shorten it.",
            reason="alt-too-long",
            field="alt",
            most=limits.ALT_LENGTH,
        )


def check_focus(x: float, y: float) -> None:
    """Raises InvalidInput for a point outside the picture."""
    if not (-1 <= x <= 1 and -1 <= y <= 1):
        raise InvalidInput("The point to keep in view must lie in the picture.", reason="focus-outside", field="focus")


def check_count(count: int) -> None:
    """Raises InvalidInput for more files than a post may have."""
    if count > limits.ATTACHMENTS_PER_POST:
        raise InvalidInput(
            "A post has at most %(most)s files: remove some.", reason="too-many-files", field="files", most=limits.ATTACHMENTS_PER_POST
        )


def check_size(size: int, kind: FileType) -> None:
    """Raises InvalidInput for a file that is empty or larger than its kind may be."""
    if size == 0:
        raise InvalidInput("This file is empty: choose another one.", reason="file-empty", field="files")
    most = limits.IMAGE_BYTES if kind.kind is MediaKind.IMAGE else limits.FILE_BYTES
    if size > most:
        raise too_large(most)


def too_large(most: int) -> InvalidInput:
    """What to say of a file that has more bytes than that."""
    return InvalidInput(
        "This file is too large: at most %(most)s MB are accepted. Make it smaller.",
        reason="file-too-large",
        field="files",
        most=most >> 20,
    )


def check_type(typed_name: str, kind: FileType, purpose: Purpose) -> None:
    """Raises InvalidInput for a picture that is not read here, and for what is no picture where one is needed or promised."""
    if not kind.readable:
        raise InvalidInput(
            "Pictures of this kind (%(type)s) are not read here: save it as JPEG or PNG and choose that.",
            reason="picture-kind",
            field="files",
            type=kind.media_type.removeprefix("image/").upper(),
        )
    if kind.kind is not MediaKind.IMAGE and (purpose is not Purpose.POST or claims_image(typed_name)):
        raise InvalidInput("This file is not a picture: choose a JPEG, PNG, WebP, GIF or AVIF.", reason="not-a-picture", field="files")


def _split(name: str) -> tuple[str, str]:
    """A name and its ending, which is empty for a name that has none."""
    stem, dot, rest = name.rpartition(".")
    ending = f".{rest}"
    return (stem, ending) if dot and stem and _ENDING.fullmatch(ending) else (name, "")
