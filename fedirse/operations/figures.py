"""Bytes and dates as an operator reads them, and as they stand in the names of files."""

from datetime import datetime
from typing import Final

_STEP: Final = 1024
_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")


def size(count: int) -> str:
    """`1536` → `1.5 KiB`."""
    value = float(count)
    for unit in _UNITS[:-1]:
        if value < _STEP:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= _STEP
    return f"{value:.1f} {_UNITS[-1]}"


def date(instant: datetime) -> str:
    """`2026-11-22 09:30:05 UTC`."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def stamp(instant: datetime) -> str:
    """A moment in the name of a file: `20261122T093005Z`."""
    return f"{instant:%Y%m%dT%H%M%SZ}"
