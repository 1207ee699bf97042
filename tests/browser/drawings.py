"""Pictures for the scene, drawn from a few shapes: rooms of a furniture shop, faces, and a sheet of prices."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

Size = tuple[int, int]


def living_room() -> bytes:
    """A sofa under a lamp."""

    def draw(ink: ImageDraw.ImageDraw) -> None:
        _room(ink, "#efe3d3", "#c9a27a")
        ink.rounded_rectangle((330, 420, 1070, 660), 40, fill="#2f6f6a")
        ink.rounded_rectangle((290, 520, 420, 700), 36, fill="#275c58")
        ink.rounded_rectangle((980, 520, 1110, 700), 36, fill="#275c58")
        ink.rounded_rectangle((400, 560, 1000, 690), 28, fill="#3a857f")
        ink.rounded_rectangle((450, 470, 580, 590), 22, fill="#e0b15c")
        ink.rounded_rectangle((820, 470, 950, 590), 22, fill="#b7493c")
        ink.line((1240, 260, 1240, 740), fill="#4b3a2c", width=12)
        ink.polygon([(1170, 300), (1310, 300), (1280, 190), (1200, 190)], fill="#f6d98b")
        ink.rectangle((180, 160, 480, 360), fill="#8a5a3c")
        ink.rectangle((196, 176, 464, 344), fill="#d7e3e6")
        ink.polygon([(196, 344), (290, 230), (350, 300), (400, 250), (464, 344)], fill="#6f9aa5")

    return _jpeg((1440, 900), draw)


def kitchen_table() -> bytes:
    """A laid table and two chairs."""

    def draw(ink: ImageDraw.ImageDraw) -> None:
        _room(ink, "#dfe7e4", "#b98d63")
        ink.rounded_rectangle((260, 500, 940, 545), 14, fill="#8a5a3c")
        for x in (300, 870):
            ink.rectangle((x, 545, x + 30, 800), fill="#74492f")
        for x in (150, 960):
            ink.rounded_rectangle((x, 380, x + 26, 800), 10, fill="#3f5f58")
            ink.rounded_rectangle((x - (0 if x < 500 else 90), 600, x + (116 if x < 500 else 26), 630), 10, fill="#3f5f58")
        ink.ellipse((380, 470, 520, 505), fill="#ffffff")
        ink.ellipse((680, 470, 820, 505), fill="#ffffff")
        ink.rounded_rectangle((575, 380, 625, 500), 16, fill="#7fa8b8")
        for x, colour in ((560, "#b7493c"), (600, "#e0b15c"), (640, "#b7493c")):
            ink.ellipse((x - 26, 320, x + 26, 372), fill=colour)

    return _jpeg((1200, 900), draw)


def portrait(ground: str, skin: str, hair: str, coat: str) -> bytes:
    """A face, drawn plainly."""

    def draw(ink: ImageDraw.ImageDraw) -> None:
        ink.rectangle((0, 0, 400, 400), fill=ground)
        ink.ellipse((108, 62, 292, 290), fill=hair)
        ink.ellipse((60, 300, 340, 560), fill=coat)
        ink.rounded_rectangle((170, 230, 230, 330), 26, fill=skin)
        ink.ellipse((130, 96, 270, 272), fill=skin)
        ink.pieslice((116, 70, 284, 230), 180, 360, fill=hair)
        for x in (172, 228):
            ink.ellipse((x - 7, 178, x + 7, 192), fill="#2b2b2b")
        ink.arc((172, 190, 228, 240), 20, 160, fill="#7c3b32", width=6)

    return _jpeg((400, 400), draw)


def shop_front() -> bytes:
    """A long view of a street with the shop, for the top of a profile."""

    def draw(ink: ImageDraw.ImageDraw) -> None:
        ink.rectangle((0, 0, 1500, 500), fill="#bcd3dc")
        ink.rectangle((0, 420, 1500, 500), fill="#8d8478")
        colours = ("#d9a066", "#c9735b", "#e2c285", "#a9b98f", "#d58e7b", "#e5d3b3", "#b58a6a")
        for place, colour in enumerate(colours):
            left = place * 215
            ink.rectangle((left, 150, left + 205, 430), fill=colour)
            ink.polygon([(left - 6, 150), (left + 211, 150), (left + 102, 60 + place % 2 * 26)], fill="#7a3f32")
            for x in (left + 36, left + 124):
                ink.rectangle((x, 190, x + 46, 250), fill="#f4efe4")
                ink.line((x + 23, 190, x + 23, 250), fill="#8a5a3c", width=4)
            ink.rounded_rectangle((left + 30, 300, left + 175, 420), 8, fill="#3b4a4f")

    return _jpeg((1500, 500), draw)


def price_sheet() -> bytes:
    """The smallest PDF that is one."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _room(ink: ImageDraw.ImageDraw, wall: str, floor: str) -> None:
    ink.rectangle((0, 0, 2000, 640), fill=wall)
    ink.rectangle((0, 640, 2000, 2000), fill=floor)
    ink.rectangle((0, 632, 2000, 648), fill="#fbf7f0")


def _jpeg(size: Size, draw: Callable[[ImageDraw.ImageDraw], None]) -> bytes:
    picture = Image.new("RGB", size)
    draw(ImageDraw.Draw(picture))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88)
    return written.getvalue()
