"""Writes pairs of words as fast as it can, and names each pair on standard output once it is acknowledged.

    acknowledge.py DATABASE [LAST]

With LAST, the function that writes the pair of that number kills the whole process between its two words.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy.engine import Connection

from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from tests.storage.tables import add_word

IN_FLIGHT = 16


def add_pair(tx: Connection, number: int, last: int | None) -> None:
    add_word(tx, f"{number} first")
    if number == last:
        os.kill(os.getpid(), signal.SIGKILL)
    add_word(tx, f"{number} second")


async def write_for_ever(database: Database, start: int, last: int | None) -> None:
    number = start
    while True:
        await database.write(add_pair, number, last)
        os.write(1, f"{number}\n".encode())
        number += IN_FLIGHT


async def main(path: Path, last: int | None) -> None:
    database = Database(path, Lanes())
    await asyncio.gather(*(write_for_ever(database, start, last) for start in range(IN_FLIGHT)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
