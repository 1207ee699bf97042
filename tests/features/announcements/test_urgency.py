"""How many urgent announcements there were is shown where one chooses, and one too many takes one more tick, never less."""

import re
from datetime import timedelta

import msgspec

from fedirse.base.clock import FixedClock
from fedirse.features.announcements.model import Priority, Terms
from fedirse.storage.audit import list_entries
from tests.features.announcements.desks import WRITTEN, Office, path_of, press
from tests.features.announcements.test_pages import errors_of, text_of

URGENT = Terms(priority=Priority.URGENT)


async def over_quota(office: Office) -> list[bool]:
    """Of each announcement that was published or changed, the latest first, whether the log says that it was one too many."""
    found = await office.site.read(list_entries, limit=20)
    return [bool(one.details.get("over_quota")) for one in found if one.deed in {"announcement.published", "announcement.changed"}]


async def test_one_more_than_agreed_is_not_sent_without_one_more_tick_and_loses_nothing(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    for _ in range(2):
        await office.announce(URGENT)
    page = (await marc.get("/announcements/new")).text
    assert "2 sur 2 ces 30 derniers jours." in text_of(page)
    assert 'name="over_quota"' in page
    answer = await marc.post("/announcements", WRITTEN)
    assert (answer.status_code, set(errors_of(answer.text))) == (422, {"over_quota"})
    assert WRITTEN["text"] in answer.text
    assert len(await office.all()) == 2
    assert path_of(await press(marc, answer.text, "/announcements", **WRITTEN, over_quota="1")).endswith("/board")
    assert len(await office.all()) == 3
    assert await over_quota(office) == [True, False, False]


async def test_what_is_not_urgent_is_asked_nothing(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    for _ in range(2):
        await office.announce(URGENT)
    assert path_of(await marc.post("/announcements", {**WRITTEN, "priority": "important"})).endswith("/board")
    assert await over_quota(office) == [False, False, False]


async def test_below_the_number_there_is_no_tick(office: Office) -> None:
    await office.announce(URGENT)
    page = (await (await office.shop.sign_in("marc")).get("/announcements/new")).text
    assert "1 sur 2 ces 30 derniers jours." in text_of(page)
    assert 'name="over_quota"' not in page


async def test_what_is_older_than_thirty_days_counts_no_more(office: Office) -> None:
    for _ in range(2):
        await office.announce(URGENT)
    clock = office.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=30, seconds=1))
    page = (await (await office.shop.sign_in("marc")).get("/announcements/new")).text
    assert "0 sur 2 ces 30 derniers jours." in text_of(page)


async def test_to_mend_an_urgent_one_takes_no_tick_and_to_make_one_urgent_does(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    first, plain = await office.announce(URGENT), await office.announce(Terms())
    await office.announce(URGENT)
    paths = [f"/announcements/{post.id}/change" for post in (first, plain)]
    mended, raised = [await press(marc, (await marc.get(path)).text, path, **WRITTEN) for path in paths]
    assert (mended.status_code, raised.status_code) == (303, 422)
    assert set(errors_of(raised.text)) == {"over_quota"}


async def test_the_number_is_a_setting_of_the_head_office(office: Office) -> None:
    office.site.adopt(msgspec.structs.replace(office.site.settings, head_office=True, urgent_announcements="0"))
    page = (await (await office.shop.sign_in("marc")).get("/announcements/new")).text
    assert "0 sur 0 ces 30 derniers jours." in text_of(page)
    assert re.search(r'name="over_quota"', page)
