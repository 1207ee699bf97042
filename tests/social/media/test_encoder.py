"""What the program makes of pictures, and which it refuses before it decodes them."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from fedirse.base import limits
from fedirse.social.media import encoder
from fedirse.social.media.encoder import Order, Outcome
from tests.social.media.pictures import animation, photo, png_of_size, saved

ORDER = Order(
    "webp", 2048, 640, limits.IMAGE_PIXELS, limits.JPEG_PIXELS, limits.ENCODER_MEMORY_BYTES, limits.ENCODER_CPU_SECONDS, limits.IMAGE_BYTES
)
SMALL = Order("webp", 50, 20, 100 * 100, 400 * 400, limits.ENCODER_MEMORY_BYTES, limits.ENCODER_CPU_SECONDS, limits.IMAGE_BYTES)
PLACE = "Colmar, 12 rue des Clefs"


def run(content: bytes, folder: Path, order: Order = ORDER) -> Outcome:
    """What the program answers to a picture."""
    source = folder / "source"
    source.write_bytes(content)
    made = folder / "made"
    made.mkdir(exist_ok=True)
    command = [sys.executable, "-I", str(encoder.__file__), json.dumps(asdict(order))]
    with source.open("rb") as opened:
        done = subprocess.run(command, stdin=opened, capture_output=True, cwd=made, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return Outcome(**json.loads(done.stdout))


def result(folder: Path, name: str = "full.webp") -> Image.Image:
    with Image.open(folder / "made" / name) as opened:
        opened.load()
        return opened


def pixel(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """The colour of a pixel, transparency last."""
    red, green, blue, alpha = picture.convert("RGBA").crop((x, y, x + 1, y + 1)).tobytes()
    return red, green, blue, alpha


@pytest.mark.attack("DOS-034")
def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    bomb = png_of_size(13_000, 13_000)
    assert len(bomb) < 40_000
    outcome = run(bomb, tmp_path)
    assert (outcome.error, outcome.megapixels) == (encoder.TOO_MANY_PIXELS, 169)
    assert list((tmp_path / "made").iterdir()) == []


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_of_as_many_pixels_as_are_decoded_is_made_and_one_of_more_is_not(tmp_path: Path, form: str) -> None:
    assert run(saved(Image.new("RGB", (100, 100)), form), tmp_path, SMALL).error is None
    assert run(saved(Image.new("RGB", (100, 101)), form), tmp_path, SMALL).error == encoder.TOO_MANY_PIXELS


def test_a_jpeg_may_have_more_because_it_is_decoded_smaller(tmp_path: Path) -> None:
    outcome = run(photo(400, 400), tmp_path, SMALL)
    assert (outcome.error, outcome.width) == (None, 50)
    assert run(photo(400, 401), tmp_path, SMALL).error == encoder.TOO_MANY_PIXELS


def test_a_jpeg_that_cannot_be_decoded_smaller_counts_as_any_picture(tmp_path: Path) -> None:
    # Already half of it would be smaller than the result is to be.
    assert run(photo(120, 120), tmp_path, Order(**asdict(SMALL) | {"full_side": 100})).error == encoder.TOO_MANY_PIXELS


def test_the_photo_of_a_phone_with_fifty_megapixels_is_made(tmp_path: Path) -> None:
    outcome = run(photo(8160, 6144), tmp_path)
    assert (outcome.error, outcome.width, outcome.height) == (None, 2048, 1542)


def test_the_table_says_how_many_pixels(tmp_path: Path) -> None:
    assert run(png_of_size(6000, limits.IMAGE_PIXELS // 6000), tmp_path).error is None
    assert run(png_of_size(6000, limits.IMAGE_PIXELS // 6000 + 1), tmp_path).megapixels == 34


@pytest.mark.attack("DOS-036")
@pytest.mark.parametrize("form", ["EPS", "ICNS", "JPEG2000", "PDF", "TIFF", "BMP", "PPM", "TGA", "ICO", "PCX", "SGI", "DDS"])
def test_a_rare_format_is_read_by_nobody(tmp_path: Path, form: str) -> None:
    assert run(saved(Image.new("RGB", (64, 64), "red"), form), tmp_path).error == encoder.DAMAGED


@pytest.mark.attack("DOS-036")
@pytest.mark.parametrize(
    "content",
    [
        b"SIMPLE  =                    T / FITS".ljust(80) + b"BITPIX  =                    8".ljust(80) + b"END".ljust(2720) + bytes(2880),
        b"8BPS\x00\x01" + bytes(6) + b"\x00\x03\x00\x00\x00\x40\x00\x00\x00\x40\x00\x08\x00\x03" + bytes(4096),
    ],
)
def test_neither_is_one_that_pillow_only_reads(tmp_path: Path, content: bytes) -> None:
    assert run(content, tmp_path).error == encoder.DAMAGED


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\x89PNG\r\n\x1a\n", photo(600, 600)[:2000], saved(Image.effect_noise((99, 99), 9), "PNG")[:-900]]
)
def test_what_is_broken_is_refused(tmp_path: Path, content: bytes) -> None:
    assert run(content, tmp_path).error == encoder.DAMAGED


@pytest.mark.attack("CNT-018")
@pytest.mark.parametrize(
    "content",
    [
        photo() + b"PK\x03\x04 <script>alert(1)</script>",
        photo(comment=b"<?php system($_GET['c']); ?><script>alert(1)</script>"),
        saved(Image.new("P", (20, 20)), "GIF", comment=b"*/=1;<script>alert(1)</script>"),
        saved(Image.new("RGB", (20, 20)), "PNG") + b"<script>alert(1)</script>",
        saved(Image.new("RGB", (20, 20)), "WEBP", xmp=b"<x:xmpmeta><script>alert(1)</script></x:xmpmeta>"),
    ],
)
def test_of_a_file_that_is_two_things_only_the_pixels_remain(tmp_path: Path, content: bytes) -> None:
    assert b"<script>" in content
    assert run(content, tmp_path).error is None
    for path in (tmp_path / "made").iterdir():
        assert b"script" not in path.read_bytes()
        assert b"PK\x03\x04" not in path.read_bytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_remains_of_where_and_by_whom_a_photo_was_taken(tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = PLACE
    exif.get_ifd(0x8825)[2] = (48.0, 4.0, 45.0)
    content = saved(Image.new("RGB", (60, 40), "red"), form, exif=exif.tobytes())
    assert PLACE.encode() in content
    assert run(content, tmp_path).error is None
    for name in ("full.webp", "small.webp"):
        assert dict(result(tmp_path, name).getexif()) == {}
        assert set(result(tmp_path, name).info) <= {"loop", "background", "timestamp", "duration"}
        assert PLACE.encode() not in (tmp_path / "made" / name).read_bytes()


@pytest.mark.parametrize(
    ("turn", "size", "corner"),
    [(1, (60, 40), "lt"), (2, (60, 40), "rt"), (3, (60, 40), "rb"), (4, (60, 40), "lb"),
     (5, (40, 60), "lt"), (6, (40, 60), "rt"), (7, (40, 60), "rb"), (8, (40, 60), "lb")],
)  # fmt: skip
def test_a_photo_stands_the_way_it_was_taken(tmp_path: Path, turn: int, size: tuple[int, int], corner: str) -> None:
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("black", (0, 0, 20, 12))
    exif = Image.Exif()
    exif[0x0112] = turn
    outcome = run(saved(picture, "JPEG", quality=95, exif=exif.tobytes()), tmp_path)
    assert (outcome.width, outcome.height) == size
    full = result(tmp_path)
    corners = {"lt": (5, 5), "rt": (full.width - 6, 5), "lb": (5, full.height - 6), "rb": (full.width - 6, full.height - 6)}
    dark = {name for name, place in corners.items() if pixel(full, *place)[0] < 99}
    assert dark == {corner}


def test_of_an_animation_the_first_frame_remains(tmp_path: Path) -> None:
    assert run(animation(60), tmp_path).error is None
    full = result(tmp_path)
    assert getattr(full, "n_frames", 1) == 1
    red, _, blue, _ = pixel(full, 20, 20)
    assert red > 200 > blue


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_kind_of_colour_are_made(tmp_path: Path, mode: str) -> None:
    assert run(saved(Image.new(mode, (30, 20)), "PNG"), tmp_path).error is None
    assert result(tmp_path).mode == ("RGBA" if mode in {"LA", "RGBA"} else "RGB")


def test_sixteen_bits_of_grey_are_scaled_to_eight(tmp_path: Path) -> None:
    run(saved(Image.new("I;16", (30, 20), 40_000), "PNG"), tmp_path)
    assert abs(pixel(result(tmp_path), 5, 5)[0] - 156) <= 2


def test_what_is_transparent_stays_so(tmp_path: Path) -> None:
    run(saved(Image.new("P", (30, 20)), "PNG", transparency=0), tmp_path)
    assert pixel(result(tmp_path), 5, 5)[3] == 0


def test_colours_of_a_printer_become_those_of_a_screen(tmp_path: Path) -> None:
    assert run(saved(Image.new("CMYK", (30, 20), (0, 255, 255, 0)), "JPEG"), tmp_path).error is None
    red, green, blue, _ = pixel(result(tmp_path), 5, 5)
    assert red > 180 > max(green, blue) + 60


def test_a_profile_is_used_and_left_behind_and_a_damaged_one_ignored(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab, b"no profile at all", lab[:200]):
        assert run(photo(icc_profile=profile), tmp_path).error is None
        assert "icc_profile" not in result(tmp_path).info


def test_a_logo_is_made_as_png(tmp_path: Path) -> None:
    order = Order(**asdict(ORDER) | {"format": "png", "full_side": 512, "small_side": 128})
    assert run(photo(2000, 1000), tmp_path, order).width == 512
    assert (result(tmp_path, "full.png").format, result(tmp_path, "small.png").size) == ("PNG", (128, 64))


def test_a_disk_without_room_is_told_from_a_damaged_picture(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "full.webp").symlink_to("/dev/full")
    assert run(photo(), tmp_path).error == encoder.NO_SPACE


def test_a_picture_has_a_preview_of_a_few_characters(tmp_path: Path) -> None:
    outcome = run(photo(3, 900), tmp_path)
    assert len(outcome.blurhash) == 28
    assert (outcome.width, outcome.height) == (3, 900)


def test_an_uncounted_webp_is_left_to_the_decoder(tmp_path: Path) -> None:
    assert run(b"RIFF\x10\x00\x00\x00WEBPABCD" + bytes(40), tmp_path).error == encoder.DAMAGED
