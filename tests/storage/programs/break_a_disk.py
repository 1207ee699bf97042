"""Meets a disk that fails at the commit, and tells on standard output how each caller was answered.

    break_a_disk.py FOLDER

The limit on the size of a file makes the kernel refuse the write; SQLite reports it as an I/O error.
"""

import asyncio
import json
import resource
import sys
from collections.abc import Awaitable
from pathlib import Path

from fedirse.base.errors import StorageError
from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from tests.storage.tables import add_word, create_tables, list_words


async def outcome(call: Awaitable[object]) -> str:
    try:
        await call
    except StorageError as error:
        return error.reason
    return "acknowledged"


async def main(folder: Path) -> None:
    path = folder / "site.db"
    create_tables(path)
    lanes = Lanes()
    database = Database(path, lanes)
    outcomes = [await outcome(database.write(add_word, "before"))]
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name("site.db-wal").stat().st_size, hard))
    outcomes += await asyncio.gather(*(outcome(database.write(add_word, f"during {number}")) for number in range(3)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    outcomes.append(await outcome(database.write(add_word, "after")))
    words = await database.read(list_words)
    refusal = database.refusal
    await database.close()
    lanes.close()
    sys.stdout.write(json.dumps({"outcomes": outcomes, "words": words, "refusal": refusal.reason if refusal else None}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
