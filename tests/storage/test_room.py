"""On a full disk reading and deleting go on; writing comes back by itself."""

import functools
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from fedirse.base.errors import StorageFull
from fedirse.base.limits import BALLAST_BYTES, ROOM_BYTES
from fedirse.storage.database import Database
from fedirse.storage.room import SMALLEST_DISK, Room, frees_room, lets_in
from tests.storage.tables import add_word, list_words


class Disk:
    """A disk whose figures a test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = self.whole = 10 * SMALLEST_DISK
        monkeypatch.setattr(os, "statvfs", lambda _: self._figures())

    def _figures(self) -> os.statvfs_result:
        return os.statvfs_result((1, 1, self.whole, self.free, self.free, 0, 0, 0, 0, 255, 0))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture
def room(tmp_path: Path, disk: Disk) -> Room:
    return Room(tmp_path)


def delete(_: object) -> None:
    """Stands for what frees room."""


def sign_in(_: object) -> None:
    """Stands for what lets in who frees room."""


def test_the_ballast_is_really_there_and_for_its_owner_only(room: Room, tmp_path: Path) -> None:
    room.keep()
    status = (tmp_path / ".ballast").stat()
    assert status.st_size == BALLAST_BYTES
    assert status.st_blocks * 512 >= BALLAST_BYTES
    assert status.st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("free", "made"), [(BALLAST_BYTES + ROOM_BYTES - 1, False), (BALLAST_BYTES + ROOM_BYTES, True)])
def test_it_is_made_only_where_room_is_left_beside_it(room: Room, disk: Disk, free: int, made: bool) -> None:
    disk.free = free
    room.keep()
    assert room.has_ballast is made


@pytest.mark.parametrize(("whole", "made"), [(SMALLEST_DISK - 1, False), (SMALLEST_DISK, True)])
def test_a_small_disk_gets_none(room: Room, disk: Disk, whole: int, made: bool) -> None:
    disk.whole = disk.free = whole
    room.keep()
    assert room.has_ballast is made


def test_a_full_disk_takes_the_ballast_and_then_only_what_frees_room(room: Room) -> None:
    room.keep()
    room.give_up()
    assert not room.has_ballast
    with pytest.raises(StorageFull):
        room.check(add_word)
    room.check(functools.partial(frees_room(delete)))
    room.check(functools.partial(lets_in(sign_in)))


def test_writing_comes_back_only_when_the_ballast_fits_again(room: Room, disk: Disk) -> None:
    room.keep()
    room.give_up()
    disk.free = BALLAST_BYTES + ROOM_BYTES - 1
    room.keep()
    with pytest.raises(StorageFull):
        room.check(add_word)
    disk.free += 1
    room.keep()
    room.check(add_word)
    assert room.has_ballast


def test_beside_somebody_who_gave_it_up_only_what_frees_room_is_run(room: Room, disk: Disk, tmp_path: Path) -> None:
    beside = Room(tmp_path)
    room.keep()
    beside.look()
    beside.check(add_word)
    room.give_up()
    disk.free = BALLAST_BYTES + ROOM_BYTES - 1
    beside.look()
    with pytest.raises(StorageFull):
        beside.check(add_word)
    beside.check(frees_room(delete))


def test_where_nobody_keeps_the_room_a_full_disk_changes_nothing(room: Room) -> None:
    room.give_up()
    room.check(add_word)


class Meeting:
    """A function that finds the disk full as often as it is told, and writes then."""

    def __init__(self, refusals: int = 1) -> None:
        self.refusals = refusals
        self.tries = 0

    def __call__(self, tx: Connection, word: str) -> None:
        self.tries += 1
        if self.tries <= self.refusals:
            raise StorageFull("no room")
        add_word(tx, word)


def state_of(database: Database) -> str:
    return database.state.value


async def test_a_database_without_room_answers_reads_and_says_so(database: Database, disk: Disk) -> None:
    await database.write(add_word, "before")
    database.room.keep()
    database.room.give_up()
    assert state_of(database) == "full"
    with pytest.raises(StorageFull):
        await database.write(add_word, "during")
    assert await database.read(list_words) == ["before"]
    database.room.keep()
    assert state_of(database) == "writable"
    await database.write(add_word, "after")


@pytest.mark.parametrize("mark", [frees_room, lets_in])
async def test_what_the_ballast_is_kept_for_is_run_even_when_it_is_the_first_to_meet_the_full_disk(
    mark: Callable[[Meeting], Meeting], database: Database, disk: Disk
) -> None:
    database.room.keep()
    meeting = mark(Meeting())
    await database.write(meeting, "during")
    assert (state_of(database), database.room.has_ballast, meeting.tries) == ("full", False, 2)
    assert await database.read(list_words) == ["during"]


async def test_anything_else_that_meets_it_is_refused_and_not_tried_again(database: Database, disk: Disk) -> None:
    database.room.keep()
    meeting = Meeting()
    with pytest.raises(StorageFull):
        await database.write(meeting, "during")
    assert (state_of(database), meeting.tries) == ("full", 1)


async def test_where_even_the_ballast_left_no_room_it_is_refused_after_the_second_try(database: Database, disk: Disk) -> None:
    database.room.keep()
    meeting = frees_room(Meeting(refusals=2))
    with pytest.raises(StorageFull):
        await database.write(meeting, "during")
    assert meeting.tries == 2
