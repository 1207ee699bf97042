"""The logos of the demo's sites, drawn from a few shapes in the site's own colours: as a picture, so that other sites can show it too."""

from collections.abc import Callable
from io import BytesIO
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from fedirse.demo.cast import Look

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

LOGO_FILE: Final = "logo.png"

_SIDE: Final = 192
_SCALE: Final = 8
"""Emblems are drawn on a square of 96, eight times as large, and made smaller afterwards so that edges are smooth."""
_PAPER: Final = "#ffffff"

Point = tuple[float, float]


class _Pen:
    """Draws on a square of 96 in the colours of a look: `ground` behind everything, `ink` and `paper` on it."""

    def __init__(self, drawing: "ImageDraw", look: Look) -> None:
        self._drawing = drawing
        self.ground, self.ink, self.paper = look.colour, look.accent, _PAPER

    def shape(self, colour: str, *points: Point) -> None:
        self._drawing.polygon([_larger(point) for point in points], fill=colour)

    def box(self, colour: str, left: float, top: float, right: float, bottom: float, *, round_by: float = 0) -> None:
        self._drawing.rounded_rectangle((*_larger((left, top)), *_larger((right, bottom))), round_by * _SCALE, fill=colour)

    def disc(self, colour: str, x: float, y: float, radius: float) -> None:
        self._drawing.ellipse((*_larger((x - radius, y - radius)), *_larger((x + radius, y + radius))), fill=colour)

    def line(self, colour: str, width: float, *points: Point) -> None:
        self._drawing.line([_larger(point) for point in points], fill=colour, width=round(width * _SCALE), joint="curve")


def _larger(point: Point) -> Point:
    return point[0] * _SCALE, point[1] * _SCALE


def _table(pen: _Pen) -> None:
    pen.box(pen.ink, 12, 38, 84, 48)
    pen.box(pen.paper, 22, 48, 30, 80)
    pen.box(pen.paper, 66, 48, 74, 80)
    pen.disc(pen.paper, 36, 28, 8)
    pen.disc(pen.paper, 60, 28, 8)


def _lion(pen: _Pen) -> None:
    pen.disc(pen.ink, 48, 48, 35)
    pen.disc(pen.paper, 48, 51, 21)
    pen.disc(pen.ground, 41, 48, 3)
    pen.disc(pen.ground, 55, 48, 3)
    pen.shape(pen.ground, (43, 58), (53, 58), (48, 64))


def _waves(pen: _Pen) -> None:
    for height, colour in ((28, pen.paper), (48, pen.ink), (68, pen.paper)):
        pen.line(colour, 8, *((x, height - 6 * sin((x - 12) / 18 * pi)) for x in range(10, 87)))


def _gable(pen: _Pen) -> None:
    steps = ((20, 83), (20, 43), (29, 43), (29, 32), (39, 32), (39, 20), (57, 20), (57, 32), (67, 32), (67, 43), (76, 43), (76, 83))
    pen.shape(pen.ink, *steps)
    pen.box(pen.ground, 41, 60, 55, 83)
    pen.disc(pen.ground, 48, 60, 7)
    pen.box(pen.ground, 36, 44, 44, 52)
    pen.box(pen.ground, 52, 44, 60, 52)


def _carafe(pen: _Pen) -> None:
    pen.box(pen.paper, 39, 11, 57, 40)
    pen.disc(pen.paper, 48, 60, 27)
    pen.shape(pen.ink, *_bowl(48, 60, 27, 58))


def _star(pen: _Pen) -> None:
    radii = (38, 19)
    corners = [(48 + radii[n % 2] * sin(n * pi / 8), 48 - radii[n % 2] * cos(n * pi / 8)) for n in range(16)]
    pen.shape(pen.ink, *corners)
    pen.disc(pen.paper, 48, 48, 10)


def _peak(pen: _Pen) -> None:
    pen.shape(pen.paper, (6, 80), (36, 30), (52, 54), (62, 39), (90, 80))
    pen.shape(pen.ink, (36, 30), (49, 50), (41, 54), (35, 48), (27, 55), (22, 53))
    pen.disc(pen.ink, 74, 22, 10)


def _glass(pen: _Pen) -> None:
    pen.box(pen.paper, 44, 50, 52, 80)
    pen.box(pen.paper, 30, 78, 66, 85, round_by=3)
    pen.box(pen.paper, 25, 14, 71, 36)
    pen.disc(pen.paper, 48, 36, 23)
    pen.shape(pen.ink, *_bowl(48, 36, 20, 34))


def _bowl(x: float, y: float, radius: float, top: float) -> list[Point]:
    """The part of a disc that lies below a height."""
    circle = [(x + radius * cos(n * pi / 90), y + radius * sin(n * pi / 90)) for n in range(180)]
    return sorted((one for one in circle if one[1] >= top), key=lambda one: one[0])


_EMBLEMS: Final[dict[str, Callable[[_Pen], None]]] = {
    "table": _table,
    "lion": _lion,
    "waves": _waves,
    "gable": _gable,
    "carafe": _carafe,
    "star": _star,
    "peak": _peak,
    "glass": _glass,
}


def draw_logo(look: Look) -> bytes:
    """The logo as a PNG picture. Raises KeyError for an emblem that nobody has drawn."""
    from PIL import Image, ImageDraw

    whole = Image.new("RGB", (96 * _SCALE, 96 * _SCALE), look.colour)
    _EMBLEMS[look.emblem](_Pen(ImageDraw.Draw(whole), look))
    written = BytesIO()
    whole.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()
