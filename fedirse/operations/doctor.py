"""What `fedirse doctor` finds: first what keeps a site from being opened at all, then how it is doing."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fedirse.assembly import DATABASE_FILE, Ground, check_belongs, lay_ground, open_site
from fedirse.base.errors import ConfigurationError, FedirseError, StorageError
from fedirse.base.settings import PROCESS_FILE, ProcessSettings, load_process_settings, load_site_settings
from fedirse.features.care.health.model import Finding, Level
from fedirse.features.care.health.views import examine
from fedirse.operations.contents import check_keys
from fedirse.operations.progress import Progress
from fedirse.storage.inspection import damaged_tables, quick_check
from fedirse.storage.migration import check_schema

_RESTORE: Final = (
    "Stop the service. Put back the last backup with `fedirse restore`; what is newer than that, as far as it can be read, comes out with "
    "`fedirse doctor --salvage FOLDER`."
)
_LOOK_AT_FILE: Final = "Change the file as the sentence says, then ask the doctor again."


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The findings about one site, or about the process where `domain` is empty."""

    domain: str
    findings: tuple[Finding, ...]

    @property
    def is_red(self) -> bool:
        """Whether anything does not work."""
        return any(finding.level is Level.RED for finding in self.findings)


async def diagnose(root: Path, folders: list[Path], progress: Progress) -> list[Diagnosis]:
    """Look at the settings of the process and at these sites, whether they are served at this moment or not."""
    try:
        settings = load_process_settings(root)
        ground = lay_ground(settings)
    except ConfigurationError as error:
        said = Finding(Level.RED, "settings", "%(problem)s", {"problem": error.public_message}, _LOOK_AT_FILE)
        return [Diagnosis("", (said,))]
    try:
        well = Finding(Level.GREEN, "settings", "The settings of the process are in order (%(file)s).", {"file": PROCESS_FILE})
        return [Diagnosis("", (well,)), *[await _look_at(folder, ground, settings, progress) for folder in folders]]
    finally:
        progress.end()
        await ground.close()


async def _look_at(folder: Path, ground: Ground, settings: ProcessSettings, progress: Progress) -> Diagnosis:
    progress.begin(f"{folder.name}: checking the database")
    found = await asyncio.to_thread(lambda: tuple(_examine_closed(folder, settings)))
    if any(finding.level is Level.RED for finding in found):
        return Diagnosis(folder.name, found)
    try:
        site = await open_site(folder, ground)
        try:
            return Diagnosis(folder.name, (*found, *await examine(site)))
        finally:
            await site.database.close()
    except FedirseError as error:
        return Diagnosis(folder.name, (*found, _red("site", error)))


def _examine_closed(folder: Path, process: ProcessSettings) -> Iterator[Finding]:
    """What must be right before the site can be opened; ends at the first thing that is not."""
    try:
        settings = load_site_settings(folder)
        check_belongs(folder, settings, process)
    except ConfigurationError as error:
        yield _red("site-settings", error, _LOOK_AT_FILE)
        return
    yield Finding(Level.GREEN, "site-settings", "The settings of the site are in order.")
    database = _examine_database(folder / DATABASE_FILE)
    yield database
    if database.level is Level.RED:
        return
    try:
        check_keys(folder, settings)
    except (ConfigurationError, StorageError) as error:
        advice = _RESTORE if error.reason == "no-site-actor" else "Put the folder keys back from the site's backup."
        yield _red("secrets", error, advice)


def _examine_database(path: Path) -> Finding:
    try:
        check_schema(path)
        problems = quick_check(path)
    except (ConfigurationError, StorageError) as error:
        advice = _RESTORE if error.reason in {"database-unusable", "database-missing", "database-corrupt", "not-a-database"} else ""
        damaged = error.reason in {"database-unusable", "database-corrupt"} and damaged_tables(path)
        return _damage(damaged, str(error)) if damaged else _red("database", error, advice)
    if problems:
        return _damage(damaged_tables(path), problems[0])
    return Finding(Level.GREEN, "database", "The database is there, can be read and is sound.")


def _damage(tables: dict[str, str], problem: str) -> Finding:
    words = {"tables": ", ".join(tables), "problem": problem}
    if tables:
        return Finding(Level.RED, "database", "The database is damaged, in the tables %(tables)s (%(problem)s).", words, _RESTORE)
    return Finding(Level.RED, "database", "The database is damaged (%(problem)s).", words, _RESTORE)


def _red(code: str, error: FedirseError, advice: str = "") -> Finding:
    said = error.public_message if isinstance(error, ConfigurationError) else str(error)
    return Finding(Level.RED, code, "%(problem)s", {"problem": said}, advice)
