"""Whoever has not confirmed is asked once more: by the head office when somebody there wants it, and by the site itself as the date comes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base.actors import StoredActor
from fedirse.base.roles import Role
from fedirse.base.types import Reader
from fedirse.features.announcements.board.actions import remind_silent
from fedirse.features.announcements.board.rules import REST
from fedirse.features.announcements.model import Asked, Terms
from fedirse.features.announcements.reminders.jobs import remind
from fedirse.social.accounts.store import find_account_of_actor, set_roles
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.model import Post
from fedirse.storage.transaction import Transaction
from tests.features.announcements.ground import NADIA, Speaking
from tests.federation.rosters import running_group

DAY = timedelta(days=1)


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Speaking]:
    async with running_group(tmp_path, "lyon", "nantes") as group:
        yield Speaking(group)


async def staff(speaking: Speaking, name: str) -> tuple[StoredActor, StoredActor]:
    """Whoever answers for a site, and somebody else of it."""
    marc, ines = await speaking.people(name, 2)

    def answer(tx: Transaction) -> None:
        account = find_account_of_actor(tx, marc.id)
        assert account is not None
        set_roles(tx, account.id, [Role.RESPONSIBLE])

    await speaking.site(name).write(answer)
    return marc, ines


async def ask_again(speaking: Speaking, post: Post) -> int:
    siege = speaking.siege
    reader = Reader(siege.actor_id, siege.uris.site_actor, siege.uris.host, local=True)
    asked = await siege.write(lambda tx: remind_silent(tx, siege, reader, post.id, speaking.now, by=NADIA))
    await speaking.group.settle()
    return asked


async def heard(speaking: Speaking, name: str, who: StoredActor) -> list[NotificationKind]:
    return [one.kind for one in await speaking.site(name).read(list_notifications, who.id)]


async def time_passes(speaking: Speaking, **values: float) -> None:
    speaking.group.clock.advance(timedelta(**values))
    for name in ("siege", "lyon", "nantes"):
        await remind(speaking.site(name))


async def test_only_silent_sites_are_asked_once_more_and_each_once_in_a_while(speaking: Speaking) -> None:
    marc, ines = await staff(speaking, "lyon")
    jean, _ = await staff(speaking, "nantes")
    post = await speaking.announce(Terms(asked=Asked.RESPONSIBLE))
    await speaking.confirm("nantes", post, jean)
    assert [await ask_again(speaking, post), await ask_again(speaking, post)] == [1, 0]
    assert await heard(speaking, "lyon", marc) == [NotificationKind.ANNOUNCEMENT_WAITS]
    # Who is not asked to confirm hears nothing twice.
    assert await heard(speaking, "lyon", ines) == [NotificationKind.ANNOUNCEMENT]
    assert NotificationKind.ANNOUNCEMENT_WAITS not in await heard(speaking, "nantes", jean)
    assert (await speaking.line("lyon", post)).reminded_at == speaking.now
    speaking.group.clock.advance(REST)
    assert await ask_again(speaking, post) == 1
    assert await heard(speaking, "lyon", marc) == [NotificationKind.ANNOUNCEMENT_WAITS]


async def test_where_everybody_is_asked_those_who_confirmed_are_left_in_peace(speaking: Speaking) -> None:
    marc, ines = await staff(speaking, "lyon")
    post = await speaking.announce()
    await speaking.acknowledge("lyon", post, ines)
    await ask_again(speaking, post)
    assert NotificationKind.ANNOUNCEMENT_WAITS in await heard(speaking, "lyon", marc)
    assert NotificationKind.ANNOUNCEMENT_WAITS not in await heard(speaking, "lyon", ines)


async def test_nobody_is_asked_about_what_asks_for_nothing(speaking: Speaking) -> None:
    await staff(speaking, "lyon")
    post = await speaking.announce(Terms())
    assert await ask_again(speaking, post) == 0


async def test_a_site_that_is_off_is_asked_when_it_is_back(speaking: Speaking) -> None:
    marc, _ = await staff(speaking, "lyon")
    post = await speaking.announce(Terms(asked=Asked.RESPONSIBLE))
    speaking.group.cut("lyon")
    assert await ask_again(speaking, post) == 2
    assert await heard(speaking, "lyon", marc) == [NotificationKind.ANNOUNCEMENT]
    speaking.group.cut()
    for _ in range(6):
        await speaking.group.pass_time(hours=1)
    assert await heard(speaking, "lyon", marc) == [NotificationKind.ANNOUNCEMENT_WAITS]


async def test_a_site_reminds_its_people_a_day_before_and_tells_who_answers_for_it_when_the_date_has_passed(speaking: Speaking) -> None:
    marc, ines = await staff(speaking, "lyon")
    post = await speaking.announce(Terms(asked=Asked.EVERYONE, before=speaking.now + 3 * DAY))
    speaking.group.cut("siege")
    await time_passes(speaking, days=1)
    assert await heard(speaking, "lyon", ines) == [NotificationKind.ANNOUNCEMENT]
    await time_passes(speaking, days=1)
    for who in (marc, ines):
        assert await heard(speaking, "lyon", who) == [NotificationKind.ANNOUNCEMENT_WAITS]
    [first] = await speaking.site("lyon").read(list_notifications, marc.id)
    await time_passes(speaking, hours=1)
    assert await speaking.site("lyon").read(list_notifications, marc.id) == [first]
    await time_passes(speaking, days=1)
    [again] = await speaking.site("lyon").read(list_notifications, marc.id)
    assert again.created_at > first.created_at
    [of_ines] = await speaking.site("lyon").read(list_notifications, ines.id)
    assert of_ines.created_at == first.created_at
    assert not (await speaking.line("lyon", post)).settled


async def test_who_has_confirmed_hears_no_more_of_it(speaking: Speaking) -> None:
    marc, ines = await staff(speaking, "lyon")
    post = await speaking.announce(Terms(asked=Asked.EVERYONE, before=speaking.now + 3 * DAY))
    await speaking.acknowledge("lyon", post, ines)
    await speaking.confirm("lyon", post, marc)
    for _ in range(4):
        await time_passes(speaking, days=1)
    for who in (marc, ines):
        assert NotificationKind.ANNOUNCEMENT_WAITS not in await heard(speaking, "lyon", who)


async def test_a_later_version_that_asks_again_is_reminded_of_again(speaking: Speaking) -> None:
    marc, _ = await staff(speaking, "lyon")
    before = speaking.now + 3 * DAY
    post = await speaking.announce(Terms(asked=Asked.RESPONSIBLE, before=before))
    await speaking.confirm("lyon", post, marc)
    await time_passes(speaking, days=4)
    terms = Terms(asked=Asked.RESPONSIBLE, before=speaking.now + 3 * DAY)
    await speaking.change(post, "Lots 4821 et 4822.", ask_again=True, terms=terms)
    assert await heard(speaking, "lyon", marc) == [NotificationKind.ANNOUNCEMENT]
    await time_passes(speaking, days=2)
    assert await heard(speaking, "lyon", marc) == [NotificationKind.ANNOUNCEMENT_WAITS]


async def test_what_is_over_is_asked_for_no_more(speaking: Speaking) -> None:
    marc, _ = await staff(speaking, "lyon")
    start = speaking.now
    await speaking.announce(Terms(asked=Asked.RESPONSIBLE, before=start + 2 * DAY, ends_at=start + 2 * DAY))
    await time_passes(speaking, days=3)
    assert await heard(speaking, "lyon", marc) == [NotificationKind.ANNOUNCEMENT]
