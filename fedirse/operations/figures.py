"""Bytes and dates as an operator reads them, and as they stand in the names of files."""

from datetime import datetime

from fedirse.features.care.health.views import show_plain, show_size


def size(count: int) -> str:
    """`1536` → `1.5 KiB`."""
    return show_size(count)


def date(instant: datetime) -> str:
    """`2026-11-22 09:30:05 UTC`."""
    return show_plain(instant)


def stamp(instant: datetime) -> str:
    """A moment in the name of a file: `20261122T093005Z`."""
    return f"{instant:%Y%m%dT%H%M%SZ}"
