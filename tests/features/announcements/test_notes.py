"""A site writes a note under an announcement: for its own people, and without touching a word of the head office."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.features.announcements.notes.actions import write_note
from fedirse.features.announcements.notes.store import find_note
from fedirse.social.follows.channels.model import Runner
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Post
from tests.features.announcements.ground import Speaking
from tests.federation.network import find
from tests.federation.rosters import running_group

TEXT = "À appliquer samedi, voir Léa."


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Speaking]:
    async with running_group(tmp_path, "lyon", "nantes") as group:
        yield Speaking(group)


async def write(speaking: Speaking, post: Post, by: StoredActor, text: str) -> None:
    site, here = speaking.site("lyon"), await speaking.there("lyon", post)
    await site.write(lambda tx: write_note(tx, reader_for(by), here, text, speaking.now, by=Runner(by.id, by.handle)))


async def note_at(speaking: Speaking, name: str, post: Post) -> str | None:
    found = await speaking.site(name).read(find_note, await speaking.there(name, post))
    return found.text if found is not None else None


async def test_a_note_stays_at_its_site_and_changes_nothing_of_the_announcement(speaking: Speaking) -> None:
    [marc] = await speaking.people("lyon", 1)
    post = await speaking.announce()
    before, said = await find(speaking.site("lyon"), post.uri), len(speaking.group.wire.wire.sent)
    await write(speaking, post, marc, f"  {TEXT}\n")
    await speaking.group.settle()
    assert await note_at(speaking, "lyon", post) == TEXT
    assert (await note_at(speaking, "nantes", post), await note_at(speaking, "siege", post)) == (None, None)
    assert await find(speaking.site("lyon"), post.uri) == before
    assert len(speaking.group.wire.wire.sent) == said


async def test_a_later_version_keeps_it_and_taking_the_announcement_back_takes_it_too(speaking: Speaking) -> None:
    [marc] = await speaking.people("lyon", 1)
    post = await speaking.announce()
    await write(speaking, post, marc, TEXT)
    await speaking.change(post, "Lots 4821 et 4822.", ask_again=True)
    assert await note_at(speaking, "lyon", post) == TEXT
    here = await speaking.there("lyon", post)
    await speaking.withdraw(post)
    assert await speaking.site("lyon").read(find_note, here) is None


async def test_an_empty_note_takes_it_away(speaking: Speaking) -> None:
    [marc] = await speaking.people("lyon", 1)
    post = await speaking.announce()
    await write(speaking, post, marc, TEXT)
    await write(speaking, post, marc, " \n ")
    assert await note_at(speaking, "lyon", post) is None


async def test_a_note_has_an_end_and_an_announcement(speaking: Speaking) -> None:
    [marc] = await speaking.people("lyon", 1)
    post = await speaking.announce()
    await write(speaking, post, marc, "é" * limits.SITE_NOTE_LENGTH)
    with pytest.raises(InvalidInput) as caught:
        await write(speaking, post, marc, "é" * (limits.SITE_NOTE_LENGTH + 1))
    assert (caught.value.reason, caught.value.field) == ("note-too-long", "note")
    assert await note_at(speaking, "lyon", post) == "é" * limits.SITE_NOTE_LENGTH
    site, by = speaking.site("lyon"), Runner(marc.id, marc.handle)
    with pytest.raises(NotFound):
        await site.write(lambda tx: write_note(tx, reader_for(marc), "01J00000000000000000000000", TEXT, speaking.now, by=by))
