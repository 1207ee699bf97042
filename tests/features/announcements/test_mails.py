"""What is mailed, to whom and when: who gets none, first."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.errors import RemoteRejected, RemoteUnavailable
from fedirse.features.announcements.mail import actions, jobs, store
from fedirse.features.announcements.mail.model import Kind, Sending, State
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.reminders.actions import remind_people
from fedirse.features.announcements.store import find_announcement
from fedirse.features.announcements.wishes.model import Wish
from fedirse.features.announcements.wishes.store import count_text_readers, save_wish
from fedirse.remote.mail import compose
from fedirse.social.accounts.actions import disable
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import posts
from fedirse.storage.transaction import Transaction
from tests.features.announcements.desks import TEXT, TITLE, Desk
from tests.features.announcements.letterbox import LINK, Letterbox, forget_jobs, link_in
from tests.federation.network import START

URGENT = Terms(priority=Priority.URGENT, asked=Asked.EVERYONE)
INFO = Terms(asked=Asked.EVERYONE)
MORNING = timedelta(hours=22, minutes=30)
"""From START, which is 9:00 in Paris, to 7:30 of the next day."""


@pytest.fixture
async def letters(desk: Desk) -> Letterbox:
    """The letterbox of a site where everybody has a proven address."""
    box = Letterbox(desk.site)
    await box.give_address("marc", "ines", "lea")
    return box


def wait(desk: Desk, by: timedelta) -> datetime:
    assert isinstance(desk.site.clock, FixedClock)
    desk.site.clock.advance(by)
    return desk.site.clock.now()


async def wish(desk: Desk, handle: str, wanted: Wish) -> None:
    person = await desk.shop.person(handle)
    await desk.site.write(save_wish, person.id, wanted)


async def sendings(desk: Desk, post: Post) -> list[Sending]:
    return await desk.site.read(lambda tx: store.list_of_announcement(tx, post.id, limit=5000))


def addresses(box: Letterbox) -> list[str]:
    return sorted(mail.to.partition("@")[0] for mail in box.mails)


# Who gets none.


async def test_nobody_is_mailed_who_left_has_proven_no_address_or_wants_nothing(desk: Desk, letters: Letterbox) -> None:
    await desk.hire("paul", "nora", "yann")
    await letters.give_address("paul", proven=False)
    await letters.give_address("yann")
    await desk.site.write(disable, "lea", START)
    await wish(desk, "yann", Wish.NOTHING)
    await desk.receive(URGENT)
    await letters.turn()
    assert addresses(letters) == ["ines", "marc"]


async def test_a_site_that_sends_no_mail_plans_none(desk: Desk) -> None:
    post = await desk.receive(URGENT)
    assert not await jobs.plan_mails(desk.site)
    assert await sendings(desk, post) == []


async def test_what_changes_between_planning_and_sending_counts(desk: Desk, letters: Letterbox) -> None:
    post = await desk.receive(URGENT)
    await desk.site.write(actions.plan_arrivals, desk.site, START)
    await desk.acknowledge(post, "ines")
    await desk.site.write(disable, "lea", START)
    await wish(desk, "marc", Wish.NOTHING)
    await letters.turn()
    assert letters.mails == []
    answers = {(one.state, one.answer) for one in await sendings(desk, post)}
    assert answers == {(State.DROPPED, "nothing-to-read"), (State.DROPPED, "no-address"), (State.DROPPED, "unwanted")}


async def test_what_is_long_here_is_mailed_to_nobody_once_the_site_begins_to_send_mail(desk: Desk, letters: Letterbox) -> None:
    await desk.receive(URGENT, at=START - timedelta(days=3))
    await letters.turn()
    assert letters.mails == []


@pytest.mark.parametrize("seed", range(12))
async def test_no_mail_leaves_about_what_its_person_may_not_read_any_more(desk: Desk, letters: Letterbox, seed: int) -> None:
    chance = random.Random(seed)
    found = [await desk.receive(chance.choice((URGENT, INFO)), f"Annonce {number}", content=f"mots{number}") for number in range(6)]
    for handle in ("marc", "ines", "lea"):
        await wish(desk, handle, chance.choice([one for one in Wish if one is not Wish.NOTHING]))
    while await desk.site.write(actions.plan_arrivals, desk.site, START):
        pass
    lost = chance.sample(found, 3)

    def lose(tx: Transaction) -> None:
        for post in lost:
            narrowed = {"audience": chance.choice((AudienceKind.DIRECT, AudienceKind.FOLLOWERS)).value, "audience_of": ""}
            values = chance.choice(({"deleted_at": START}, {"hidden_at": START}, narrowed))
            tx.execute(posts.update().where(posts.c.id == post.id).values(values))

    await desk.site.write(lose)
    await letters.turn()
    wait(desk, timedelta(days=1))
    await letters.turn()
    said = "\n".join(f"{mail.subject}\n{mail.text}\n{mail.html}" for mail in letters.mails)
    for number, post in enumerate(found):
        assert (f"Annonce {number}" in said) is (post not in lost), number


# What a mail says.


async def test_a_mail_has_title_and_link_and_never_the_words(desk: Desk, letters: Letterbox) -> None:
    before = START + timedelta(days=2)
    await desk.receive(replace(URGENT, before=before))
    await letters.turn()
    [mail] = letters.to("ines")
    assert mail.subject == f"Urgent\xa0: {TITLE}"
    for words in (mail.text, mail.html):
        assert TITLE in words
        assert "Maison Aubrelle" in words
        assert "4 mars 2026" in words
        assert TEXT not in words
        assert LINK.search(words)
    message = compose(mail, "magasin@magasin.example", "Magasin", START)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<https://magasin.example/link/mails/")


@pytest.mark.parametrize(
    ("head_office", "site", "held"), [(False, False, False), (True, False, False), (False, True, False), (True, True, True)]
)
async def test_the_words_are_mailed_only_where_both_allow_it(
    desk: Desk, letters: Letterbox, head_office: bool, site: bool, held: bool
) -> None:
    desk.site.adopt(msgspec.structs.replace(desk.site.settings, mail_texts=site))
    post = await desk.receive(replace(URGENT, text_by_mail=head_office))
    await letters.turn()
    [mail] = letters.to("ines")
    assert (TEXT in mail.text, TEXT in mail.html) == (held, held)
    assert {one.kind for one in await sendings(desk, post)} == {Kind.TEXT if held else Kind.NOTICE}


async def test_each_link_is_of_one_person(desk: Desk, letters: Letterbox) -> None:
    await desk.receive(URGENT)
    await letters.turn()
    assert len({link_in(mail) for mail in letters.mails}) == len(letters.mails) == 3
    kept = await desk.site.read(lambda tx: tx.exec_driver_sql("SELECT * FROM announcement_links").all())
    assert not any(link_in(mail).rpartition("/")[2] in str(kept) for mail in letters.mails)


async def test_a_version_that_asks_again_is_mailed_and_a_mended_letter_is_not(desk: Desk, letters: Letterbox) -> None:
    post = await desk.receive(URGENT)
    await letters.turn()
    await desk.keep(post, replace(URGENT, version=2))
    await letters.turn()
    assert len(letters.to("ines")) == 1
    await desk.keep(post, replace(URGENT, version=3, confirm_from=3))
    await letters.turn()
    assert len(letters.to("ines")) == 2
    assert {one.version for one in await sendings(desk, post)} == {1, 3}


# When.


async def test_what_is_not_urgent_stands_in_the_mail_of_the_next_morning(desk: Desk, letters: Letterbox) -> None:
    await wish(desk, "marc", Wish.AT_ONCE)
    await desk.receive(INFO, "Inventaire")
    await desk.receive(replace(INFO, priority=Priority.IMPORTANT), "Soldes")
    await letters.turn()
    assert addresses(letters) == ["marc", "marc"]
    wait(desk, MORNING - timedelta(minutes=1))
    await letters.turn()
    assert letters.to("ines") == []
    wait(desk, timedelta(minutes=1))
    await letters.turn()
    [digest] = letters.to("ines")
    assert "Inventaire" in digest.text
    assert "Soldes" in digest.text
    assert TEXT not in digest.text
    wait(desk, timedelta(days=2))
    await letters.turn()
    assert len(letters.to("ines")) == 1, "nothing came since"


async def test_what_still_waits_stands_beside_what_is_new(desk: Desk, letters: Letterbox) -> None:
    await desk.receive(INFO, "Inventaire")
    await letters.turn()
    wait(desk, MORNING)
    await letters.turn()
    later = desk.site.clock.now()
    await desk.receive(INFO, "Soldes", at=later)
    await letters.turn()
    wait(desk, timedelta(days=1))
    await letters.turn()
    assert ["Inventaire" in mail.text for mail in letters.to("ines")] == [True, True]


async def test_nothing_is_mailed_in_the_morning_of_what_was_read_the_day_before(desk: Desk, letters: Letterbox) -> None:
    post = await desk.receive(INFO)
    await letters.turn()
    await desk.acknowledge(post, "ines")
    wait(desk, MORNING)
    await letters.turn()
    assert letters.to("ines") == []
    assert len(letters.to("lea")) == 1


async def test_who_is_reminded_on_the_site_is_reminded_by_mail(desk: Desk, letters: Letterbox) -> None:
    post = await desk.receive(URGENT)
    await letters.turn()
    await desk.acknowledge(post, "ines")
    now = wait(desk, timedelta(hours=1))
    found = await desk.site.read(find_announcement, post.id)
    assert found is not None
    await desk.site.write(remind_people, post, found, now)
    await letters.turn()
    await letters.turn()
    assert [mail.subject for mail in letters.to("lea")] == [f"Urgent\xa0: {TITLE}", f"Rappel\xa0: {TITLE}"]
    assert len(letters.to("ines")) == 1


# Once, and not lost.


async def test_two_workers_at_once_send_each_mail_once(desk: Desk, letters: Letterbox) -> None:
    await desk.hire(*(f"salarie{number}" for number in range(8)))
    await letters.give_address(*(f"salarie{number}" for number in range(8)))
    await desk.receive(URGENT)
    await desk.site.write(actions.plan_arrivals, desk.site, START)
    await asyncio.gather(*(jobs.send_mails(desk.site, jobs.MAIL_SERVER, {}) for _ in range(3)))
    await jobs.send_mails(desk.site, jobs.MAIL_SERVER, {})
    assert len(addresses(letters)) == len(set(addresses(letters))) == 11


async def test_what_was_under_way_when_the_site_stopped_is_not_sent_again(desk: Desk, letters: Letterbox) -> None:
    post = await desk.receive(URGENT)
    await desk.site.write(actions.plan_arrivals, desk.site, START)
    [first, *_] = await desk.site.read(lambda tx: store.list_due(tx, START, limit=1))
    await desk.site.write(actions.take_letter, desk.site, first.id, ["geheim"], START)
    wait(desk, timedelta(minutes=11))
    await letters.turn()
    await letters.turn()
    assert len(letters.mails) == 2
    assert [one.state for one in await sendings(desk, post) if one.id == first.id] == [State.UNKNOWN]


async def test_a_mail_server_that_cannot_be_used_is_asked_again_and_given_up_after_a_day(desk: Desk, letters: Letterbox) -> None:
    await wish(desk, "marc", Wish.NOTHING)
    await wish(desk, "lea", Wish.NOTHING)
    post = await desk.receive(URGENT)
    letters.failing = [RemoteUnavailable("451", reason="mail-unavailable")]
    await letters.turn()
    [once] = await sendings(desk, post)
    assert (letters.mails, once.state, once.attempts, once.due_at > START) == ([], State.PLANNED, 1, True)
    wait(desk, timedelta(minutes=1))
    await letters.turn()
    assert len(letters.to("ines")) == 1
    later = wait(desk, timedelta(hours=1))
    await desk.keep(post, replace(URGENT, version=2, confirm_from=2), at=later)
    letters.failing = [RemoteUnavailable("451", reason="mail-unavailable")] * 60
    for _ in range(40):
        await letters.turn()
        wait(desk, timedelta(hours=1))
    [last, *_] = await sendings(desk, post)
    assert (last.state, last.answer) == (State.FAILED, "mail-unavailable")
    links = await desk.site.read(lambda tx: tx.exec_driver_sql("SELECT count(*) FROM announcement_links").scalar_one())
    assert links == 1, "what was never sent opens nothing"


async def test_a_mail_server_that_is_down_is_left_alone_after_three_mails(desk: Desk, letters: Letterbox) -> None:
    await desk.hire("paul", "nora")
    await letters.give_address("paul", "nora")
    await desk.receive(URGENT)
    await desk.site.write(actions.plan_arrivals, desk.site, START)
    letters.failing = [RemoteUnavailable("down", reason="mail-unavailable")] * 5
    with pytest.raises(RemoteUnavailable):
        await jobs.send_mails(desk.site, jobs.MAIL_SERVER, {})
    assert len(letters.failing) == 2


async def test_an_address_that_is_refused_is_noted_and_holds_nobody_else_up(desk: Desk, letters: Letterbox) -> None:
    post = await desk.receive(URGENT)
    letters.failing = [RemoteRejected("no such user", status=550, reason="mail-refused")]
    await letters.turn()
    assert len(letters.mails) == 2
    assert [one.answer for one in await sendings(desk, post) if one.state is State.FAILED] == ["mail-refused 550"]


async def test_a_job_sends_a_few_mails_and_leaves_the_rest_for_the_next(desk: Desk, letters: Letterbox) -> None:
    staff = [f"salarie{number}" for number in range(jobs.AT_ONCE)]
    await desk.hire(*staff)
    await letters.give_address(*staff)
    await desk.receive(URGENT)
    assert await jobs.plan_mails(desk.site)
    await desk.site.write(forget_jobs)
    await jobs.send_mails(desk.site, jobs.MAIL_SERVER, {})
    assert len(letters.mails) == jobs.AT_ONCE
    await letters.turn()
    assert len(letters.mails) == len(set(addresses(letters))) == jobs.AT_ONCE + 3


async def test_everybody_is_planned_though_only_some_at_a_time(desk: Desk, letters: Letterbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    await desk.receive(URGENT)
    await letters.turn()
    assert addresses(letters) == ["ines", "lea", "marc"]


# What the head office is told.


async def test_those_count_as_mailed_texts_who_want_mails_at_once(desk: Desk, letters: Letterbox) -> None:
    wishes: Sequence[tuple[str, Wish]] = (("marc", Wish.AT_ONCE), ("lea", Wish.DAILY))
    for handle, wanted in wishes:
        await wish(desk, handle, wanted)
    assert await desk.site.read(count_text_readers) == 2
    await wish(desk, "marc", Wish.NOTHING)
    assert await desk.site.read(count_text_readers) == 1
