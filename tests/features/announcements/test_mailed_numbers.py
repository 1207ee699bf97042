"""To how many people sites mail texts, as their head office hears it: a number of five or more, none, or nothing; and never a name."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from fedirse.features.announcements.mail.store import list_text_readers, save_text_readers
from fedirse.features.announcements.mail.views import view_reach
from fedirse.social.posts.composing.circles.views import circles_of
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from tests.features.announcements.ground import Speaking
from tests.features.announcements.letterbox import Letterbox
from tests.federation.rosters import running_group

LYON = "https://lyon.example/actor"


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Speaking]:
    async with running_group(tmp_path, "lyon", "nantes") as group:
        yield Speaking(group)


@pytest.mark.parametrize(
    ("people", "reached", "allowed", "told"),
    [(6, 6, True, {LYON: 6}), (6, 5, True, {LYON: 5}), (6, 4, True, {}), (6, 6, False, {LYON: 0}), (4, 4, True, {})],
)
async def test_a_number_is_told_where_it_is_about_nobody(
    speaking: Speaking, people: int, reached: int, allowed: bool, told: dict[str, int]
) -> None:
    staff, site = await speaking.people("lyon", people), speaking.site("lyon")
    await Letterbox(site).give_address(*(person.handle for person in staff[:reached]))
    site.adopt(msgspec.structs.replace(site.settings, mail_texts=allowed))
    post = await speaking.announce()
    await speaking.acknowledge("lyon", post, staff[0])
    await speaking.gather()
    assert await speaking.siege.read(list_text_readers) == told
    for sent in speaking.group.wire.wire.sent:
        assert b"mail.example" not in sent.body


async def test_the_head_office_reads_at_least_how_many_while_a_site_has_told_nothing(speaking: Speaking) -> None:
    staff, site = await speaking.people("lyon", 6), speaking.site("lyon")
    await Letterbox(site).give_address(*(person.handle for person in staff))
    site.adopt(msgspec.structs.replace(site.settings, mail_texts=True))
    post = await speaking.announce()
    await speaking.acknowledge("lyon", post, staff[0])
    await speaking.gather()
    assert await reach(speaking) == (6, False)


@pytest.mark.parametrize(("people", "reached", "told"), [(6, 6, 6), (6, 5, 5), (6, 4, None), (6, 1, None), (6, 0, 0), (3, 3, None)])
async def test_the_head_office_counts_its_own_people_only_where_that_is_about_nobody(
    speaking: Speaking, people: int, reached: int, told: int | None
) -> None:
    siege = speaking.siege
    await siege.write(lambda tx: tx.exec_driver_sql("UPDATE accounts SET disabled_at = 1").close())
    staff = await speaking.people("siege", people)
    await Letterbox(siege).give_address(*(person.handle for person in staff[:reached]))
    siege.adopt(msgspec.structs.replace(siege.settings, mail_texts=True))
    for name in ("lyon", "nantes"):
        member = speaking.site(name).uris.site_actor
        await siege.write(save_text_readers, member, 7, speaking.now)
    assert await reach(speaking) == (14 + (told or 0), told is not None)


async def reach(speaking: Speaking) -> tuple[int, bool]:
    """How many people are mailed texts as the head office reads it where it writes, and whether those are all."""

    def read(tx: Transaction) -> tuple[int, bool]:
        siege = speaking.siege
        [network, *_] = view_reach(tx, siege, circles_of(tx, siege, speaking.now, get_actor(tx, siege.actor_id)), speaking.now)
        return network.people.count, network.people.complete

    return await speaking.siege.read(read)
