"""Who was erased from a site, in a file beside its database, so that a database which comes back from a backup can be told.

A line for each person: a digest of their actor's id, which is partly random, and when it was asked for. Whoever finds the file alone
learns how many there were and when. Backups carry it. A line that cannot be read is passed over: a damaged file still tells the rest.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fedirse.base.errors import StorageError
from fedirse.storage.files import replace_file

LEDGER_FILE: Final = "erasures.txt"

_LINE: Final = re.compile(r"(?P<person>[0-9a-f]{64}) (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
_DATE: Final = "%Y-%m-%dT%H:%M:%SZ"


def person_digest(actor_id: str) -> str:
    """What stands for a person in the ledger."""
    return hashlib.sha256(f"fedirse erasure {actor_id}".encode()).hexdigest()


def digests_of(erased: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    """The lines for (actor id, when it was asked for)."""
    return {person_digest(actor_id): at for actor_id, at in erased}


def load_ledger(folder: Path) -> dict[str, datetime]:
    """The ledger in a site's folder: when each person was erased, by digest; empty where nobody was. Raises StorageError."""
    path = folder / LEDGER_FILE
    return read_ledger(path) if path.exists() else {}


def read_ledger(path: Path) -> dict[str, datetime]:
    """The ledger in a file. Raises StorageError when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        message = f"The ledger of erasures {path} cannot be read: {error.strerror}."
        raise StorageError(message, reason="ledger-unreadable", public_message=message) from error
    return dict(_entries(text))


def extend_ledger(folder: Path, more: Mapping[str, datetime]) -> None:
    """Write the ledger with these people too, if it lacks any; returns when it is on the disk. Raises StorageFull, StorageError."""
    with _alone(folder):
        known = load_ledger(folder)
        if not more.keys() <= known.keys():
            save_ledger(folder, {**more, **known})


def save_ledger(folder: Path, erased: Mapping[str, datetime]) -> None:
    """Write the ledger with these people and nobody else. Raises StorageFull, StorageError."""
    lines = (f"{person} {at.astimezone(UTC):{_DATE}}\n" for person, at in sorted(erased.items()))
    replace_file(folder / LEDGER_FILE, "".join(lines).encode())


def _entries(text: str) -> Iterator[tuple[str, datetime]]:
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is None:
            continue
        try:
            yield found["person"], datetime.strptime(found["at"], _DATE).replace(tzinfo=UTC)
        except ValueError:  # a thirteenth month
            continue


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """A command and the service may both have somebody to add. Raises StorageError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StorageError(f"{folder} cannot be opened: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
