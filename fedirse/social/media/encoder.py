"""A program of its own that makes the pictures we keep from the bytes somebody sent: decoding is where memory and time are attacked.

It knows nothing of the site. It reads a picture from standard input, writes files into its working folder, and says in one line of
JSON on standard output what it made, or why not. Whoever starts it decides on the limits and on how long it may take.
"""

import contextlib
import errno
import json
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
"""The only decoders that are ever asked; Pillow has more than forty."""

DAMAGED: Final = "damaged"
TOO_MANY_PIXELS: Final = "too-many-pixels"
NO_MEMORY: Final = "no-memory"
NO_SPACE: Final = "no-space"

_HASH_SIDE: Final = 32
_QUALITY: Final = 82
_FILES: Final = 64
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Order:
    """What to make, and what it may cost; given as JSON in the first argument.

    Attributes:
        format: `webp` or `png`.
        full_side: longest side of the picture.
        small_side: longest side of the small one.
        pixels: most pixels of a picture that must be decoded whole.
        scalable_pixels: most pixels of a JPEG, which is decoded at an eighth of its size where that is enough.
        memory_bytes: of address space.
        cpu_seconds: of computing.
        output_bytes: of each file.
    """

    format: str
    full_side: int
    small_side: int
    pixels: int
    scalable_pixels: int
    memory_bytes: int
    cpu_seconds: int
    output_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was made, or why nothing was.

    Attributes:
        error: why nothing was made; None when something was.
        detail: what the decoder said, for the log.
        megapixels: of a picture that has too many.
        width: of the full picture.
        height: of the full picture.
        blurhash: a preview of a few characters.
    """

    error: str | None = None
    detail: str = ""
    megapixels: int = 0
    width: int = 0
    height: int = 0
    blurhash: str = ""


class _TooManyPixelsError(Exception):
    def __init__(self, pixels: int) -> None:
        self.megapixels = -(-pixels // 1_000_000)


def main(order: Order) -> Outcome:
    """Limit this process, then make the pictures from standard input in the working folder."""
    _limit(order)
    try:
        with sys.stdin.buffer as source:
            return encode(source, order)
    except _TooManyPixelsError as error:
        return Outcome(TOO_MANY_PIXELS, megapixels=error.megapixels)
    except MemoryError:
        return Outcome(NO_MEMORY)
    except OSError as error:
        return Outcome(NO_SPACE if error.errno in _FULL else DAMAGED, detail=f"{type(error).__name__}: {error!s:.200}")
    except Exception as error:  # noqa: BLE001 - decoders raise whatever they like at bytes that somebody made to hurt them
        return Outcome(DAMAGED, detail=f"{type(error).__name__}: {error!s:.200}")


def encode(source: BinaryIO, order: Order) -> Outcome:
    """Make `full` and `small` of the picture, with nothing in them but its pixels: no metadata, no other frames, nothing appended."""
    with _open(source, order) as opened:
        full = _upright(opened, order.full_side)
    _save(full, "full", order)
    small = full.copy()
    small.thumbnail((order.small_side, order.small_side))
    _save(small, "small", order)
    return Outcome(width=full.width, height=full.height, blurhash=_hash(small))


@contextlib.contextmanager
def _open(source: BinaryIO, order: Order) -> "Iterator[Image]":
    """The picture, opened but not decoded, once its header says that it is not too large."""
    from PIL import Image

    warnings.simplefilter("ignore")  # nobody reads them; damaged metadata is left behind anyway
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    _check_webp(source, order)
    # The check is made here, to name the figure; Pillow's own comes back for what happens after it.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(source, formats=FORMATS) as opened:
        scalable = opened.format in {"JPEG", "MPO"}  # phones put a second picture behind the first and call it MPO
        _check_pixels(opened.width * opened.height, order.scalable_pixels if scalable else order.pixels)
        Image.MAX_IMAGE_PIXELS = order.scalable_pixels
        if scalable:
            # libjpeg leaves out what is finer than asked for, so a large photo takes the memory of a small one.
            longest = max(opened.size)
            opened.draft(None, (max(1, opened.width * order.full_side // longest), max(1, opened.height * order.full_side // longest)))
            _check_pixels(opened.width * opened.height, order.pixels)
        yield opened


def _check_pixels(pixels: int, most: int) -> None:
    if pixels > most:
        raise _TooManyPixelsError(pixels)


def _check_webp(source: BinaryIO, order: Order) -> None:
    """Pillow makes room for a WebP before it tells its size (RFC 9649, sections 2.5 to 2.7)."""
    head = source.read(30)
    source.seek(0)
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return
    match head[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        case _:
            width = height = 0
    _check_pixels(width * height, order.pixels)


def _upright(opened: "Image", side: int) -> "Image":
    """The first frame in our colours, no larger than `side`, turned the way it was taken."""
    turn, profile = _turn_of(opened), opened.info.get("icc_profile")
    picture = opened
    if picture.mode.startswith("I"):
        # Sixteen bits of grey are scaled to eight; to convert would cut them off.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode in {"P", "PA"}:
        picture = picture.convert("RGBA")
    picture.thumbnail((side, side))
    if profile:
        picture = _in_srgb(picture, profile)
    with_alpha = picture.mode in {"RGBA", "LA", "RGBa", "La"} or "transparency" in picture.info
    picture = picture.convert("RGBA" if with_alpha else "RGB")
    return picture.transpose(turn) if turn is not None else picture


def _turn_of(opened: "Image") -> "Transpose | None":
    """How the picture must be turned to stand upright (Exif 3.0, tag 274); a damaged note is none."""
    from PIL.Image import Transpose

    try:
        told = opened.getexif().get(274)
    except Exception:  # noqa: BLE001 - the picture itself may still be sound
        return None
    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return turns.get(told) if isinstance(told, int) else None


def _in_srgb(picture: "Image", profile: bytes) -> "Image":
    """The picture in sRGB; as it is when its profile cannot be used."""
    import io  # noqa: PLC0415

    from PIL import ImageCms

    if picture.mode not in {"RGB", "RGBA", "L", "CMYK"} or len(profile) > _LONGEST_PROFILE:
        return picture
    target = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode=target)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return picture if turned is None else turned


_LONGEST_PROFILE: Final = 4 * 1024 * 1024


def _save(picture: "Image", name: str, order: Order) -> None:
    from PIL import Image

    # A copy of the pixels alone: what the file said besides stays behind, whatever the format's writer would look for.
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    path = f"{name}.{order.format}"
    if order.format == "webp":
        bare.save(path, "WEBP", quality=_QUALITY, method=4)
    else:
        bare.save(path, "PNG", optimize=False)
    with open(path, "rb") as written:  # noqa: PTH123 - pathlib costs time at every start
        os.fsync(written.fileno())


def _hash(picture: "Image") -> str:
    """The blurhash, on white where the picture is transparent."""
    import blurhash  # type: ignore[import-untyped]
    from PIL import Image

    tiny = picture.convert("RGBA")
    tiny.thumbnail((_HASH_SIDE, _HASH_SIDE))
    ground = Image.new("RGBA", tiny.size, "white")
    ground.alpha_composite(tiny)
    flat = ground.convert("RGB")
    rows = [[flat.getpixel((x, y)) for x in range(flat.width)] for y in range(flat.height)]
    return str(blurhash.encode(rows, components_x=4, components_y=3))


def _limit(order: Order) -> None:
    for what, most in (
        (resource.RLIMIT_AS, order.memory_bytes),
        (resource.RLIMIT_CPU, order.cpu_seconds),
        (resource.RLIMIT_FSIZE, order.output_bytes),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.umask(0o077)
    # Where memory runs out, this process goes and the one that serves stays.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:  # noqa: PTH123
        score.write("1000")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(main(Order(**json.loads(sys.argv[1]))))))
