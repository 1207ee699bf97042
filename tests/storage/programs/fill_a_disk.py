"""Lives through a disk that is full for a while, and tells on standard output what it met.

    fill_a_disk.py FOLDER

FOLDER lies on a small file system of its own. A ballast file is removed to make room again.
"""

import asyncio
import json
import sys
from pathlib import Path

from fedirse.base.errors import StorageFull
from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from tests.storage.tables import add_word, create_tables, list_words


async def fill(database: Database) -> int:
    """How many words were acknowledged before the disk was full."""
    for number in range(10_000):
        try:
            await database.write(add_word, f"{number} " + "x" * 2000)
        except StorageFull:
            return number
    raise AssertionError("the disk was never full")


async def main(folder: Path) -> None:
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(400_000))
    path = folder / "site.db"
    create_tables(path)
    lanes = Lanes()
    database = Database(path, lanes)
    acknowledged = await fill(database)
    together = await asyncio.gather(*(database.write(add_word, f"{n} " + "y" * 9000) for n in range(5)), return_exceptions=True)
    readable_when_full = len(await database.read(list_words))
    ballast.unlink()
    await database.write(add_word, "there is room again")
    words = await database.read(list_words)
    await database.close()
    lanes.close()
    sys.stdout.write(
        json.dumps(
            {
                "acknowledged": acknowledged,
                "together": [type(outcome).__name__ for outcome in together],
                "readable when full": readable_when_full,
                "words": len(words),
                "last": words[-1],
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
