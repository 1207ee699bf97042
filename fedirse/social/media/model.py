"""What an uploaded file is once it is stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

Variant = Literal["full", "small"]


class Purpose(StrEnum):
    """What a file was uploaded for."""

    POST = "post"
    AVATAR = "avatar"
    COVER = "cover"
    LOGO = "logo"


class MediaKind(StrEnum):
    """What a page does with a file: show an image, offer everything else for download."""

    IMAGE = "image"
    DOCUMENT = "document"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class FileType:
    """What the first bytes of a file say it is.

    Attributes:
        media_type: the type it is served as.
        kind: what a page does with it.
        endings: endings of names that go with it, the usual one first; none where any will do.
        readable: whether it can be shown after being re-encoded; always true but for pictures that are not read here.
    """

    media_type: str
    kind: MediaKind
    endings: tuple[str, ...] = ()
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Media:
    """An uploaded file.

    Attributes:
        id: its id.
        key: the unguessable part of its address, and the name of its folder.
        actor_id: who uploaded it.
        purpose: what for.
        kind: what a page does with it.
        media_type: the type it is served as.
        name: the name it is downloaded under.
        alt: what it shows, in words.
        width: in pixels, as is the height; None for what is no image.
        height: see `width`.
        blurhash: a preview of a few characters; None for what is no image.
        size: of the stored file, in bytes.
        sha256: of the stored file, in hexadecimal.
        focus: the point to keep in view, x and y from -1 to 1, y upwards.
        item_id: what it belongs to: a post, or an actor whose picture it is; None until it is published.
        created_at: when it was uploaded.
    """

    id: str
    key: str
    actor_id: str
    purpose: Purpose
    kind: MediaKind
    media_type: str
    name: str
    alt: str
    width: int | None
    height: int | None
    blurhash: str | None
    size: int
    sha256: str
    focus: tuple[float, float] | None
    item_id: str | None
    created_at: datetime

    @property
    def is_image(self) -> bool:
        """Whether it can be shown in a page."""
        return self.kind is MediaKind.IMAGE


@dataclass(frozen=True, slots=True)
class ItemAccess:
    """What the item that a file belongs to allows a reader.

    Attributes:
        readable: whether this reader may read it.
        public: whether everybody may.
        leaves: whether it is sent to servers outside the network, which fetch its files without saying who they are.
    """

    readable: bool = False
    public: bool = False
    leaves: bool = False


class Exposure(StrEnum):
    """How a file may be answered."""

    PUBLIC = "public"
    PRIVATE = "private"
