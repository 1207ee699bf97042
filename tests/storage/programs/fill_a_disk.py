"""Lives through a disk that is full for a while, and tells on standard output what it met.

    fill_a_disk.py FOLDER

FOLDER lies on a small file system of its own. A ballast file is removed to make room again.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable
from pathlib import Path

from fedirse.base.errors import StorageFull
from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from fedirse.storage.streaming import copy_database
from tests.storage.tables import add_word, create_tables, list_words


async def fill(database: Database) -> int:
    """How many words were acknowledged before the disk was full."""
    for number in range(10_000):
        try:
            await database.write(add_word, f"{number} " + "x" * 2000)
        except StorageFull:
            return number
    raise AssertionError("the disk was never full")


async def outcome(call: Awaitable[object]) -> str:
    try:
        await call
    except StorageFull:
        return "full"
    return "done"


def copies_in(folder: Path) -> list[str]:
    return [file.name for file in folder.glob("copy*")]


async def main(folder: Path) -> None:
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(400_000))
    path = folder / "site.db"
    create_tables(path)
    lanes = Lanes()
    database = Database(path, lanes)
    acknowledged = await fill(database)
    together = await asyncio.gather(*(outcome(database.write(add_word, f"{n} " + "y" * 9000)) for n in range(5)))
    readable_when_full = len(await database.read(list_words))
    copied = await outcome(copy_database(path, folder / "copy.db"))
    left_of_the_copy = copies_in(folder)
    ballast.unlink()
    await database.write(add_word, "there is room again")
    words = await database.read(list_words)
    await database.close()
    lanes.close()
    sys.stdout.write(
        json.dumps(
            {
                "acknowledged": acknowledged,
                "together": together,
                "copied": copied,
                "left of the copy": left_of_the_copy,
                "readable when full": readable_when_full,
                "words": len(words),
                "last": words[-1],
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
