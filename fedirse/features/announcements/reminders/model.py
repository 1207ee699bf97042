"""How far a site has reminded its own people."""

from enum import IntEnum


class Stage(IntEnum):
    """What was done about the date by which an announcement is to be confirmed. Stages only go up."""

    NONE = 0
    DAY_BEFORE = 1
    """Whoever has something to do is reminded a day before."""
    OVER = 2
    """The date has passed, and whoever answers for the site hears that it has not confirmed."""
