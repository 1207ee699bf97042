"""Writes twelve words one after the other, and tells on standard output how each of them was answered.

    write_in_turn.py DATABASE

The log is copied into the database file after every fourth commit, so that the disk is synced for both reasons.
"""

import asyncio
import json
import sys
from pathlib import Path

from fedirse.base.errors import StorageError
from fedirse.storage import connections
from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from tests.storage.tables import add_word, list_words

connections._CHECKPOINT_COMMITS = 4  # type: ignore[misc]


async def answer(database: Database, word: str) -> str:
    try:
        await database.write(add_word, word)
    except StorageError as error:
        return error.reason
    return "acknowledged"


async def main(path: Path) -> None:
    lanes = Lanes(writers=1)
    database = Database(path, lanes)
    answers = [await answer(database, f"word {number}") for number in range(12)]
    words = await database.read(list_words)
    sys.stdout.write(json.dumps({"answers": answers, "words": words}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
