"""An announcement that waits for its day: who sees it, that it is published once, and that nothing of it is lost."""

import asyncio
import html
import re
from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.errors import Refused, StorageFull
from fedirse.base.roles import Role
from fedirse.features.announcements.planning import jobs, pages
from fedirse.features.announcements.planning.actions import get_planned, note_failure
from fedirse.features.announcements.planning.jobs import publish_planned
from fedirse.features.announcements.planning.model import Plan
from fedirse.features.announcements.planning.store import list_plans
from fedirse.social.accounts.actions import disable
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.composing.store import list_drafts
from fedirse.storage.audit import list_entries
from fedirse.storage.deliveries import deliveries
from tests.features.announcements.desks import TITLE, WRITTEN, Desk, Office, give, path_of
from tests.features.announcements.test_pages import NOWHERE, errors_of, text_of
from tests.social.posts.composing.composer import fields_of
from tests.social.posts.composing.test_files import picture
from tests.visitors import Browser

DAY = "2026-03-04T08:30"
"""A Wednesday morning in the site's zone; the tests begin on Monday the second."""
ROLES = [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE, Role.ADMINISTRATOR]


async def plan(office: Office, browser: Browser, files: Sequence[tuple[str, tuple[str, bytes, str]]] = (), **typed: str) -> str:
    """Plan one; its id."""
    fields = fields_of(await browser.get("/announcements/new"))
    answer = await browser.post("/announcements", {**fields, **WRITTEN, "publish_at": DAY, "asked": "1", **typed}, files=files)
    assert path_of(answer) == "/announcements", answer.text
    return str(fields["draft"])


async def plans(office: Office) -> list[Plan]:
    return list(await office.site.read(list_plans))


def wait(office: Office, **time: float) -> None:
    clock = office.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(**time))


async def heard(office: Office, handle: str) -> list[NotificationKind]:
    person = await office.shop.person(handle)
    return [one.kind for one in await office.site.read(list_notifications, person.id)]


# Who may not.


@pytest.mark.parametrize("role", ROLES)
async def test_nobody_but_who_announces_sees_what_is_planned_or_does_anything_with_it(office: Office, role: Role) -> None:
    planned = await plan(office, await office.shop.sign_in("marc"))
    await give(office.shop, "ines", [role])
    ines = await office.shop.sign_in("ines")
    for path in ("/", "/announcements", "/drafts", "/notifications", "/search?q=rayons", "/site/audit", "/site/audit.csv"):
        page = await ines.get(path)
        assert TITLE not in page.text
    answers = [await ines.get(f"/announcements/planned/{one}") for one in (planned, NOWHERE)]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].text.replace(planned, NOWHERE) == answers[1].text
    for deed in ("", "/publish", "/cancel"):
        assert (await ines.post(f"/announcements/planned/{planned}{deed}", {**WRITTEN, "publish_at": DAY})).status_code == 403
    assert [one.id for one in await plans(office)] == [planned]
    assert await office.all() == []


async def test_nothing_leaves_before_its_day(office: Office) -> None:
    await plan(office, await office.shop.sign_in("marc"))
    before = await office.site.read(lambda tx: tx.execute(deliveries.select()).all())
    assert await publish_planned(office.site) is False
    assert await office.all() == []
    assert await office.site.read(lambda tx: tx.execute(deliveries.select()).all()) == before


async def test_a_site_that_is_no_head_office_plans_nothing(desk: Desk) -> None:
    await give(desk.shop, "marc", [Role.COMMUNICATOR])
    marc = await desk.shop.sign_in("marc")
    assert (await marc.get(f"/announcements/planned/{NOWHERE}")).status_code == 404
    assert (await marc.post(f"/announcements/planned/{NOWHERE}", {**WRITTEN, "publish_at": DAY})).status_code == 404
    assert (await marc.post("/announcements", {**WRITTEN, "publish_at": DAY})).status_code == 404


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"publish_at": "2026-03-02T08:00"}, "publish_at"),
        ({"publish_at": "demain"}, "publish_at"),
        ({"publish_at": DAY, "before": "2026-03-04T08:30"}, "publish_at"),
        ({"publish_at": DAY, "ends": "2026-03-03T12:00"}, "publish_at"),
        ({"publish_at": DAY, "embargo": "2026-03-03T12:00"}, "publish_at"),
        ({"publish_at": DAY, "title": ""}, "title"),
        ({"publish_at": DAY, "text": ""}, "text"),
        ({"publish_at": DAY, "audience": "site"}, "audience"),
    ],
)
async def test_what_could_not_be_published_then_is_told_beside_its_field_now(office: Office, typed: dict[str, str], beside: str) -> None:
    answer = await (await office.shop.sign_in("marc")).post("/announcements", {**WRITTEN, **typed})
    assert answer.status_code == 422
    assert set(errors_of(answer.text)) == {beside}
    assert f'name="publish_at" type="datetime-local" value="{typed["publish_at"]}"' in answer.text
    assert await plans(office) == []


async def test_an_empty_date_of_a_plan_is_told_beside_it(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    path = f"/announcements/planned/{await plan(office, marc)}"
    answer = await marc.post(path, {**fields_of_plan(await marc.get(path)), "publish_at": ""})
    assert (answer.status_code, set(errors_of(answer.text))) == (422, {"publish_at"})


# Planning.


def fields_of_plan(response: httpx.Response) -> dict[str, object]:
    """The fields of a plan, whose page keeps no drafts by a script."""
    page = html.unescape(response.text)
    kept = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("draft", "version", "title", "publish_at")}
    return {**WRITTEN, **{name: found[1] for name, found in kept.items() if found is not None}}


async def test_it_is_published_on_its_day_once_by_whoever_planned_it(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    planned = await plan(office, marc, (picture(),), before="2026-03-09T10:00")
    listed = text_of((await marc.get("/announcements")).text)
    assert "Prévues" in listed
    assert TITLE in listed
    assert "À publier le" in listed
    assert "Marc Weber" in listed
    assert (await marc.get("/drafts")).text.count(TITLE) == 0
    wait(office, days=3)
    # Two workers at once, and once more after a restart.
    await asyncio.gather(publish_planned(office.site), publish_planned(office.site))
    await publish_planned(office.site)
    [(post, announcement)] = await office.all()
    assert (post.title, post.actor_id, announcement.terms.asked.value) == (TITLE, office.site.actor_id, "everyone")
    assert len(post.attachments) == 1
    assert await plans(office) == []
    assert "Prévues" not in text_of((await marc.get("/announcements")).text)
    assert [(one.deed, one.who) for one in await office.site.read(list_entries, limit=2)] == [
        ("announcement.published", "marc"),
        ("announcement.planned", "marc"),
    ]
    assert (await marc.get(f"/announcements/planned/{planned}")).status_code == 404


async def test_sent_twice_it_is_planned_once_and_an_old_tab_announces_nothing_beside_it(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = {**fields_of(await marc.get("/announcements/new")), **WRITTEN, "publish_at": DAY}
    for _ in range(2):
        assert path_of(await marc.post("/announcements", fields)) == "/announcements"
    assert len(await plans(office)) == 1
    for later in ({"publish_at": ""}, {"text": "Autre chose."}):
        answer = await marc.post("/announcements", {**fields, **later})
        assert answer.status_code == 422
        assert "Cette annonce est déjà prévue" in text_of(answer.text)
    assert await office.all() == []
    wait(office, days=3)
    await publish_planned(office.site)
    assert path_of(await marc.post("/announcements", fields)) == "/announcements"
    assert (await marc.post("/announcements", {**fields, "publish_at": ""})).status_code == 422
    assert len(await office.all()) == 1


async def test_what_was_kept_as_a_draft_is_planned_with_its_files_and_is_a_draft_no_more(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    await marc.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN, "publish_at": DAY}, files=[picture()])
    kept = fields_of(await marc.get(f"/announcements/new?draft={fields['draft']}"))
    assert path_of(await marc.post("/announcements", {**kept, "asked": "1"})) == "/announcements"
    assert await office.site.read(list_drafts, (await office.shop.person("marc")).id) == []
    page = (await marc.get(f"/announcements/planned/{fields['draft']}")).text
    assert len(re.findall(r'name="file"', page)) == 1
    assert 'class="composer-picture" src="' in page


async def test_any_communicator_changes_it_and_of_two_the_later_is_told(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    path = f"/announcements/planned/{await plan(office, marc)}"
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    ines = await office.shop.sign_in("ines")
    pages = [fields_of_plan(await one.get(path)) for one in (marc, ines)]
    assert path_of(await ines.post(path, {**pages[1], "text": "D’Inès.", "publish_at": "2026-03-05T08:30"})) == "/announcements"
    answer = await marc.post(path, {**pages[0], "text": "De Marc."})
    assert answer.status_code == 422
    assert "Quelqu’un l’a modifiée entre-temps" in text_of(answer.text)
    assert "De Marc." in answer.text
    assert path_of(await marc.post(path, {**fields_of_plan(answer), "text": "De Marc."})) == "/announcements"
    wait(office, days=4)
    await publish_planned(office.site)
    assert [post.source for post, _ in await office.all()] == ["De Marc."]


@pytest.mark.parametrize("late", [False, True], ids=["before", "at-the-same-time"])
@pytest.mark.parametrize("deed", ["publish", "cancel"])
async def test_what_is_typed_into_a_plan_that_is_none_any_more_is_there_as_a_new_one(
    office: Office, deed: str, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    marc = await office.shop.sign_in("marc")
    planned = await plan(office, marc, (picture(),))
    path = f"/announcements/planned/{planned}"
    fields = fields_of_plan(await marc.get(path))
    found = await office.site.read(get_planned, office.site, planned)
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    await (await office.shop.sign_in("ines")).post(f"{path}/{deed}", {})
    if late:
        # It was still there when the page came, and is gone when it is to be changed.
        monkeypatch.setattr(pages, "get_planned", lambda *_: found)
    typed = {"text": "Écrit longtemps", "before": "2026-03-09T10:00", "said_language-0": "de", "said_title-0": "Neu", "said_text-0": "Lang"}
    answer = await marc.post(path, {**fields, **typed, "file": found[1].typed.files[0].media_id, "asked": "1"}, files=[picture()])
    assert answer.status_code == 422
    assert "publiée ou remise en brouillon entre-temps" in text_of(answer.text)
    again = fields_of(answer)
    assert {name: again[name] for name in typed} == typed
    assert again["publish_at"] == DAY
    assert again["draft"] != planned
    assert path_of(await marc.post("/announcements", {**again, "publish_at": "", "asked": "1"})).endswith("/board")
    [post] = [post for post, _ in await office.all() if post.source == "Écrit longtemps"]
    assert len(post.attachments) == 1


async def test_it_is_published_at_once_when_asked_for(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    planned = await plan(office, marc)
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    ines = await office.shop.sign_in("ines")
    answer = await ines.post(f"/announcements/planned/{planned}/publish")
    [(post, _)] = await office.all()
    assert path_of(answer) == f"/announcements/{post.id}/board"
    assert (await ines.post(f"/announcements/planned/{planned}/publish")).status_code == 404
    wait(office, days=3)
    await publish_planned(office.site)
    assert len(await office.all()) == 1
    assert [one.who for one in await office.site.read(list_entries, limit=1)] == ["ines"]


async def test_what_is_cancelled_is_a_draft_again_with_everything_in_it(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    planned = await plan(office, marc, (picture(),), before="2026-03-09T10:00", embargo="2026-03-06T08:00")
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    ines = await office.shop.sign_in("ines")
    answer = await ines.post(f"/announcements/planned/{planned}/cancel")
    page = await ines.get(answer.headers["location"])
    again = fields_of(page)
    assert {name: again[name] for name in WRITTEN} == WRITTEN
    assert (again["before"], again["embargo"], again["publish_at"]) == ("2026-03-09T10:00", "2026-03-06T08:00", DAY)
    assert 'class="composer-picture" src="' in page.text
    assert await plans(office) == []
    wait(office, days=3)
    await publish_planned(office.site)
    assert await office.all() == []
    assert path_of(await ines.post("/announcements", {**again, "publish_at": "", "asked": "1"})).endswith("/board")
    assert len((await office.all())[0][0].attachments) == 1


# What goes wrong on the day.


async def test_whose_author_may_announce_no_more_it_waits_with_the_reason_and_communicators_are_told(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    planned = await plan(office, marc)
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    await office.site.write(disable, "marc", office.site.clock.now())
    wait(office, days=3)
    for _ in range(3):
        await publish_planned(office.site)
    assert await office.all() == []
    ines = await office.shop.sign_in("ines")
    listed = text_of((await ines.get("/announcements")).text)
    assert "Non publiée le" in listed
    assert "La personne qui l’avait prévue ne peut plus annoncer" in listed
    assert await heard(office, "ines") == [NotificationKind.ANNOUNCEMENT_FAILED]
    assert NotificationKind.ANNOUNCEMENT_FAILED not in await heard(office, "lea")
    assert "n’a pas pu publier une annonce prévue" in text_of((await ines.get("/notifications")).text)
    path = f"/announcements/planned/{planned}"
    assert path_of(await ines.post(path, {**fields_of_plan(await ines.get(path)), "publish_at": "2026-03-09T08:30"})) == "/announcements"
    assert await heard(office, "ines") == []
    wait(office, days=5)
    await publish_planned(office.site)
    assert len(await office.all()) == 1


async def test_whose_date_to_confirm_by_passed_while_the_site_was_off_is_not_published_and_not_lost(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    planned = await plan(office, marc, before="2026-03-05T08:30")
    wait(office, days=10)
    await publish_planned(office.site)
    assert await office.all() == []
    assert "Cette date est passée : choisissez une date de confirmation" in text_of((await marc.get("/announcements")).text)
    answer = await marc.post(f"/announcements/planned/{planned}/publish")
    assert (answer.status_code, set(errors_of(answer.text))) == (422, {"before"})
    assert TITLE in answer.text


async def test_an_embargo_that_passed_while_the_site_was_off_keeps_nothing_from_being_published(office: Office) -> None:
    await plan(office, await office.shop.sign_in("marc"), embargo="2026-03-05T08:30")
    wait(office, days=10)
    await publish_planned(office.site)
    [(_, announcement)] = await office.all()
    assert announcement.terms.embargo_until is None


async def test_one_that_cannot_be_published_keeps_no_other_from_it(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    await plan(office, marc, before="2026-03-05T08:30", title="Trop tard")
    await plan(office, marc, title="À temps")
    wait(office, days=10)
    await publish_planned(office.site)
    assert [post.title for post, _ in await office.all()] == ["À temps"]


@pytest.mark.parametrize("meanwhile", ["put off", "failed"])
async def test_what_is_put_off_or_failed_after_it_was_listed_as_due_is_not_published(
    office: Office, meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marc = await office.shop.sign_in("marc")
    path = f"/announcements/planned/{await plan(office, marc)}"
    listed = await plans(office)
    if meanwhile == "put off":
        assert (
            path_of(await marc.post(path, {**fields_of_plan(await marc.get(path)), "publish_at": "2026-03-09T08:30"})) == "/announcements"
        )
    wait(office, days=3)
    if meanwhile == "failed":
        await office.site.write(note_failure, office.site, listed[0], Refused("no", reason="no"), office.site.clock.now())
    stored = await plans(office)
    monkeypatch.setattr(jobs, "list_due", lambda *_, **__: listed)
    await publish_planned(office.site)
    assert await office.all() == []
    assert await plans(office) == stored


async def test_a_full_disk_is_tried_again_and_told_to_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await plan(office, await office.shop.sign_in("marc"))
    wait(office, days=3)

    def fail(*_: object, **__: object) -> None:
        raise StorageFull

    with monkeypatch.context() as broken:
        broken.setattr(jobs, "publish_plan", fail)
        with pytest.raises(StorageFull):
            await publish_planned(office.site)
    assert await heard(office, "marc") == []
    await publish_planned(office.site)
    assert len(await office.all()) == 1
