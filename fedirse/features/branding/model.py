"""How well a chosen colour can be read, in figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColourReport:
    """What becomes of a chosen colour.

    Attributes:
        chosen: as it was chosen.
        ink: black or white, whichever is written on it.
        ink_contrast: contrast of that ink on the colour.
        text: the shade that stands for it where it is text on a light page.
        text_contrast: contrast of the chosen colour itself there.
        corrected: whether the shade had to differ from what was chosen.
    """

    chosen: str
    ink: str
    ink_contrast: float
    text: str
    text_contrast: float
    corrected: bool
