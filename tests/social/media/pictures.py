"""Pictures and files for the tests, all of them made here."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

from fedirse.site import Site
from fedirse.social.media.actions import accept_upload
from fedirse.social.media.model import Media, Purpose


class Sent:
    """What a browser sends, a part at a time."""

    def __init__(self, content: bytes) -> None:
        self._stream = io.BytesIO(content)

    @property
    def left(self) -> int:
        """How many bytes nobody read."""
        return len(self._stream.getvalue()) - self._stream.tell()

    async def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)


def photo(width: int = 60, height: int = 40, colour: str = "red", **options: object) -> bytes:
    """A JPEG of one colour; the options are Pillow's for writing it."""
    return saved(Image.new("RGB", (width, height), colour), "JPEG", **options)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    """A picture as a file of that format."""
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def animation(frames: int) -> bytes:
    """A GIF of so many frames, the first of them red, the others blue."""
    pictures = [Image.new("RGB", (40, 40), "red"), *(Image.new("RGB", (40, 40), (0, 0, 100 + number)) for number in range(frames - 1))]
    return saved(pictures[0], "GIF", save_all=True, append_images=pictures[1:])


def png_of_size(width: int, height: int) -> bytes:
    """A black PNG of two colours, as small as a bomb is: rows that are all alike take no room."""
    row = b"\x00" + bytes((width + 7) // 8)
    compressor = zlib.compressobj(9)
    rows = b"".join(compressor.compress(row) for _ in range(height)) + compressor.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


async def upload(site: Site, owner_id: str, content: bytes | Sent, name: str = "photo.jpg", purpose: Purpose = Purpose.POST) -> Media:
    """What becomes of a file that somebody uploads."""
    return await accept_upload(
        site, owner_id, content if isinstance(content, Sent) else Sent(content), filename=name, purpose=purpose, now=site.clock.now()
    )


def files_of(site: Site) -> list[Path]:
    """Every file that lies in the site's media folder, and whatever is left of an upload."""
    return sorted(path for path in (site.folder / "media").rglob("*") if path.is_file() or path.parent.name == ".incoming")


def noise(width: int, height: int) -> bytes:
    """A PNG that no format makes small."""
    return saved(Image.effect_noise((width, height), 100), "PNG")
