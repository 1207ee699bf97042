"""Colours that can be read: a site chooses its brand, arithmetic sees to the contrast (WCAG 2.2, 1.4.3). Pure."""

from typing import Final

READABLE: Final = 4.5
"""Lowest contrast of text of ordinary size (WCAG 2.2, level AA)."""

BLACK: Final = "#000000"
WHITE: Final = "#ffffff"
_STEPS: Final = 50
_LINEAR_UP_TO: Final = 0.04045

Rgb = tuple[int, int, int]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours `#rrggbb`, from 1 to 21."""
    lighter, darker = sorted((_luminance(_rgb(first)), _luminance(_rgb(second))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(background: str) -> str:
    """Black or white, whichever reads better on `background`; never below `READABLE`, because no colour is far from both."""
    return max(WHITE, BLACK, key=lambda ink: contrast(ink, background))


def readable_on(colour: str, *backgrounds: str) -> str:
    """The shade of `colour` nearest to it that can be read as text on all the backgrounds.

    Args:
        colour: what is wanted.
        backgrounds: surfaces that are all light or all dark.
    """
    target = text_on(backgrounds[0])
    for step in range(_STEPS + 1):
        shade = mixed(colour, target, step / _STEPS)
        if all(contrast(shade, background) >= READABLE for background in backgrounds):
            return shade
    return target


def mixed(first: str, second: str, share: float) -> str:
    """`first` with a `share` (0 to 1) of `second` in it."""
    pairs = zip(_rgb(first), _rgb(second), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(rgb: Rgb) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    red, green, blue = (_linear(channel / 255) for channel in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _LINEAR_UP_TO else ((channel + 0.055) / 1.055) ** 2.4
