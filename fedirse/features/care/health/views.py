"""The findings about a site that is open: for the page, and for `fedirse doctor`."""

import asyncio
import shutil
import stat
from datetime import datetime, timedelta
from pathlib import Path

from fedirse import __version__
from fedirse.features.care.health.model import Disk, Facts, Finding, Size, Word
from fedirse.features.care.health.rules import judge
from fedirse.features.care.health.store import measure_traffic, read_schema
from fedirse.site import Site
from fedirse.storage.actors import find_actor
from fedirse.storage.backup_record import load_record

_STEP = 1024
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


async def examine(site: Site) -> tuple[Finding, ...]:
    """How the site is doing; see `Finding.say`. Raises StorageError when its database cannot be read."""
    return judge(await gather(site))


async def gather(site: Site) -> Facts:
    """Everything that is known about it."""
    now = site.clock.now()
    traffic = await site.read(measure_traffic, now)
    actor = await site.read(find_actor, site.actor_id)
    record = await asyncio.to_thread(load_record, site.folder)
    return Facts(
        now=now,
        version=__version__,
        schema=await site.read(read_schema),
        made_at=actor.published_at if actor else None,
        state=site.storage_state.value,
        disk=await asyncio.to_thread(_measure_disk, site),
        open_files=await asyncio.to_thread(list_open_files, site.folder),
        backup_at=record.last.at if record.last else None,
        restored_from=record.restored.backup_of if record.restored else None,
        traffic=traffic,
    )


def list_open_files(folder: Path) -> tuple[str, ...]:
    """The files with secrets of a site, and their folders, that others on the machine may read or change."""
    places = [folder, folder / "site.db", folder / "keys", *sorted((folder / "keys").glob("*"))]
    others = stat.S_IRWXG | stat.S_IRWXO
    if not folder.stat().st_mode & others:
        return ()  # nobody gets past the folder
    return tuple(path.relative_to(folder.parent).as_posix() for path in places[1:] if path.exists() and path.stat().st_mode & others)


def show_plain(word: Word) -> str:
    """A word of a finding in English, for the command line."""
    if isinstance(word, datetime):
        return f"{word:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(word, timedelta):
        return str(timedelta(seconds=round(word.total_seconds())))
    return show_size(word) if isinstance(word, Size) else str(word)


def show_size(count: int, units: tuple[str, ...] = _UNITS, point: str = ".") -> str:
    """`1536` → `1.5 KiB`; a page gives the names of its language (`o`, `Kio`, …) and its decimal point."""
    value, unit = float(count), 0
    while value >= _STEP and unit < len(units) - 1:
        value, unit = value / _STEP, unit + 1
    figures = f"{value:.0f}" if unit == 0 else f"{value:.1f}".replace(".", point)
    return f"{figures} {units[unit]}"


def _measure_disk(site: Site) -> Disk:
    usage = shutil.disk_usage(site.folder)
    return Disk(usage.total, usage.free, site.database.room.has_ballast)
