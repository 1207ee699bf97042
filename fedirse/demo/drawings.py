"""The pictures of the demo's posts, drawn from a few shapes so that they show nothing of anybody."""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_WIDTH, _HEIGHT = 1200, 800
_SCALE: Final = 2
"""Drawn larger and made smaller, so that edges are smooth."""


class _Pen:
    """Draws on a sheet of 1200 by 800 whatever its real size is."""

    def __init__(self, ink: "ImageDraw") -> None:
        self._ink = ink

    def box(self, left: float, top: float, right: float, bottom: float, colour: str, *, round_by: float = 0) -> None:
        place = (left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE)
        self._ink.rounded_rectangle(place, round_by * _SCALE, fill=colour)

    def disc(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        place = ((x - width / 2) * _SCALE, (y - height / 2) * _SCALE, (x + width / 2) * _SCALE, (y + height / 2) * _SCALE)
        self._ink.ellipse(place, fill=colour)

    def shape(self, colour: str, *points: tuple[float, float]) -> None:
        self._ink.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=colour)


def _laid_table(pen: _Pen) -> None:
    """The long table of winter, with glasses of smoke and candles."""
    pen.box(0, 0, _WIDTH, 560, "#2b3d4f")
    pen.box(0, 560, _WIDTH, _HEIGHT, "#6f5a46")
    for x in (180, 420, 660, 900):
        pen.box(x, 70, x + 130, 300, "#3c536a", round_by=60)
        pen.disc(x + 65, 150, 46, 46, "#f4d58d")
    pen.shape("#b9862f", (90, 450), (1110, 450), (1170, 690), (30, 690))
    pen.shape("#c9973f", (90, 430), (1110, 430), (1130, 520), (70, 520))
    for place, x in enumerate((210, 400, 590, 780, 970)):
        pen.disc(x, 482, 150, 44, "#f7f1e5")
        pen.disc(x, 480, 104, 28, ("#d8c7a9", "#8c1c2b", "#0f6b6b", "#d8c7a9", "#6b2346")[place])
    for x in (300, 690, 1060):
        pen.box(x - 5, 400, x + 5, 450, "#8fa0a8")
        pen.disc(x, 452, 44, 12, "#8fa0a8")
        pen.shape("#7d8f99", (x - 30, 330), (x + 30, 330), (x + 20, 404), (x - 20, 404))
    for x in (495, 875):
        pen.box(x - 8, 330, x + 8, 455, "#f3ead7")
        pen.disc(x, 314, 14, 32, "#f6b94a")


def _small_window(pen: _Pen) -> None:
    """A shop window one metre wide, with four covers and a chair that looks out of it."""
    pen.box(0, 0, _WIDTH, _HEIGHT, "#9c4f3a")
    for row in range(10):
        for column in range(-1, 13):
            left = column * 104 + (52 if row % 2 else 0)
            pen.box(left, row * 80, left + 98, row * 80 + 74, "#a95a43" if (row + column) % 3 else "#94482f")
    pen.box(300, 90, 900, 720, "#2d2620", round_by=14)
    pen.box(330, 120, 870, 690, "#f3dfb4")
    pen.box(330, 560, 870, 690, "#caa36f")
    pen.box(400, 470, 760, 500, "#7a4b2c", round_by=8)
    pen.box(425, 500, 445, 650, "#68401f")
    pen.box(715, 500, 735, 650, "#68401f")
    for x in (450, 530, 620, 700):
        pen.disc(x, 468, 70, 20, "#ffffff")
        pen.disc(x, 466, 42, 10, "#5b3a8c")
    pen.box(790, 360, 806, 690, "#3f5f58", round_by=6)
    pen.box(790, 540, 930, 560, "#3f5f58", round_by=6)
    pen.box(912, 556, 928, 716, "#34504a", round_by=6)
    pen.box(596, 120, 602, 250, "#2d2620")
    pen.shape("#b5442e", (540, 300), (660, 300), (624, 240), (576, 240))
    pen.disc(600, 306, 60, 22, "#fbe7a6")


def _carafes(pen: _Pen) -> None:
    """Three carafes with narrow necks, on a shelf of the workshop."""
    pen.box(0, 0, _WIDTH, _HEIGHT, "#dfe9ee")
    pen.box(0, 600, _WIDTH, 640, "#8a6a4a")
    pen.box(0, 640, _WIDTH, _HEIGHT, "#c3d2d9")
    for x, colour, water in ((300, "#a8c9d8", "#7fb2c8"), (600, "#b9c7cc", "#8d9fa6"), (900, "#d3b4b1", "#c58e89")):
        pen.disc(x, 606, 230, 22, "#74583b")
        pen.shape(
            colour, (x - 34, 190), (x + 34, 190), (x + 26, 330), (x + 110, 500), (x + 96, 600), (x - 96, 600), (x - 110, 500), (x - 26, 330)
        )
        pen.shape(water, (x - 92, 466), (x + 92, 466), (x + 110, 500), (x + 96, 600), (x - 96, 600), (x - 110, 500))
        pen.disc(x, 190, 92, 26, colour)
        pen.disc(x, 188, 62, 14, "#eef5f8")
        pen.shape("#eef5f8", (x - 76, 490), (x - 62, 482), (x - 62, 580), (x - 72, 584))


_DRAWN: Final[dict[str, Callable[[_Pen], None]]] = {"grande-table": _laid_table, "petite-vitrine": _small_window, "brume": _carafes}


def draw(name: str) -> bytes:
    """A drawing as a JPEG picture. Raises KeyError for one that nobody has made."""
    from PIL import Image, ImageDraw

    whole = Image.new("RGB", (_WIDTH * _SCALE, _HEIGHT * _SCALE))
    _DRAWN[name](_Pen(ImageDraw.Draw(whole)))
    written = BytesIO()
    whole.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).save(written, "JPEG", quality=88)
    return written.getvalue()
