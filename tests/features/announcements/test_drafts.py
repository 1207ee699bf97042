"""The draft of an announcement keeps all of it, what it asks included, and is gone on with where announcements are written."""

import re

import pytest

from fedirse.base.roles import Role
from fedirse.social.posts.composing.model import KeptDraft
from fedirse.social.posts.composing.store import list_drafts
from tests.features.announcements.desks import TITLE, WRITTEN, Desk, Office, give, path_of
from tests.social.posts.composing.composer import fields_of
from tests.social.posts.composing.test_files import picture
from tests.visitors import Browser

TERMS = {
    "priority": "urgent",
    "asked_of": "everyone",
    "before": "2026-03-09T10:00",
    "ends": "2026-04-01T08:00",
    "embargo": "2026-03-05T08:00",
    "text_by_mail": "1",
    "publish_at": "2026-03-04T08:30",
}
JSON = {"accept": "application/json"}


async def page_fields(browser: Browser, path: str = "/announcements/new") -> dict[str, object]:
    return fields_of(await browser.get(path))


async def drafts_of(office: Office, handle: str = "marc") -> list[KeptDraft]:
    person = await office.shop.person(handle)
    return await office.site.read(list_drafts, person.id)


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE, Role.ADMINISTRATOR])
async def test_who_does_not_speak_for_the_head_office_keeps_no_draft_of_one(office: Office, role: Role) -> None:
    marc = await office.shop.sign_in("marc")
    draft = (await page_fields(marc))["draft"]
    await give(office.shop, "ines", [role])
    ines = await office.shop.sign_in("ines")
    assert (await ines.post(f"/announcements/drafts/{draft}", WRITTEN)).status_code == 403
    assert await drafts_of(office, "ines") == []


async def test_a_site_that_is_no_head_office_keeps_none(desk: Desk) -> None:
    await give(desk.shop, "marc", [Role.COMMUNICATOR])
    marc = await desk.shop.sign_in("marc")
    assert (await marc.post("/announcements/drafts/01J00000000000000000000000", WRITTEN)).status_code == 404


async def test_the_draft_of_somebody_else_is_not_there(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = await page_fields(marc)
    await marc.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN})
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    ines = await office.shop.sign_in("ines")
    answers = [await ines.get(f"/announcements/new?draft={one}") for one in (fields["draft"], "01J00000000000000000000000")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert TITLE not in (await ines.get("/drafts")).text


async def test_everything_typed_is_kept_and_comes_back_where_it_was_typed(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = await page_fields(marc)
    path = f"/announcements/drafts/{fields['draft']}"
    assert path_of(await marc.post(path, {**fields, **WRITTEN, **TERMS, "keep": "1"}, files=[picture()])) == "/drafts"
    listed = (await marc.get("/drafts")).text
    assert "Annonce</span>" in listed
    assert f'href="/announcements/new?draft={fields["draft"]}"' in listed
    page = await marc.get(f"/announcements/new?draft={fields['draft']}")
    again = fields_of(page)
    assert {name: again[name] for name in (*WRITTEN, *TERMS)} == WRITTEN | TERMS
    assert len(re.findall(r'name="file"', page.text)) == 1
    assert '<details class="composer-more composer-rare" open>' in page.text


async def test_the_ordinary_composer_never_opens_it_and_never_takes_its_place(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = await page_fields(marc)
    await marc.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN})
    answer = await marc.get(f"/compose?draft={fields['draft']}")
    assert answer.headers["location"] == f"/announcements/new?draft={fields['draft']}"
    typed = {**fields, "version": "1", "text": "Un billet", "audience": "site"}
    assert (await marc.post(f"/drafts/{fields['draft']}", typed)).status_code == 409
    await marc.post("/posts", {**typed, "text": "Un autre billet"})
    assert [(draft.typed.title, draft.typed.desk) for draft in await drafts_of(office)].count((TITLE, "announcement")) == 1


async def test_a_post_that_is_a_draft_is_not_opened_as_an_announcement(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/compose"))
    await marc.post(f"/drafts/{fields['draft']}", {**fields, "text": "Un billet"})
    answer = await marc.get(f"/announcements/new?draft={fields['draft']}")
    assert answer.headers["location"] == f"/compose?draft={fields['draft']}"


async def test_what_another_tab_saved_is_not_undone(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = await page_fields(marc)
    path = f"/announcements/drafts/{fields['draft']}"
    assert (await marc.post(path, {**fields, **WRITTEN}, headers=JSON)).json()["version"] == 1
    told = await marc.post(path, {**fields, **WRITTEN, "text": "De l’autre onglet.", "priority": "info"}, headers=JSON)
    assert told.status_code == 409
    assert "rien n’est perdu" in told.json()["sentence"]
    kept = {(draft.typed.text, dict(draft.typed.besides)["priority"]) for draft in await drafts_of(office)}
    assert kept == {(WRITTEN["text"], "urgent"), ("De l’autre onglet.", "info")}


async def test_what_is_typed_when_the_session_has_ended_is_carried_through_the_sign_in(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = await page_fields(marc)
    lost = Browser(office.shop)
    answer = await lost.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN, **TERMS})
    assert answer.status_code == 401
    assert TITLE in answer.text
    assert TERMS["before"] in answer.text


async def test_a_wrong_date_is_kept_as_it_was_typed(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = await page_fields(marc)
    await marc.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN, "before": "demain", "embargo": "x" * 500})
    again = await page_fields(marc, f"/announcements/new?draft={fields['draft']}")
    assert (again["before"], again["embargo"]) == ("demain", "x" * 32)


async def test_a_draft_that_is_announced_is_none_any_more_and_leads_to_what_it_became(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = await page_fields(marc)
    await marc.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN})
    kept = await page_fields(marc, f"/announcements/new?draft={fields['draft']}")
    await marc.post("/announcements", kept)
    [(post, announcement)] = await office.all()
    assert (post.title, announcement.terms.priority.value, announcement.terms.asked.value) == (TITLE, "urgent", "everyone")
    assert await drafts_of(office) == []
    assert path_of(await marc.get(f"/announcements/new?draft={fields['draft']}")) == f"/posts/{post.id}"


async def test_what_is_rarely_needed_is_folded_away_until_it_is_set_or_wrong(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    folded, unfolded = '<details class="composer-more composer-rare">', '<details class="composer-more composer-rare" open>'
    assert folded in (await marc.get("/announcements/new")).text
    for typed in ({"embargo": "2026-03-01T10:00"}, {"text_by_mail": "1", "title": ""}, {"ends": "x"}):
        page = (await marc.post("/announcements", {**WRITTEN, **typed})).text
        assert unfolded in page
        assert folded not in page


GERMAN = {"said_language-0": "de", "said_title-0": "Rückruf", "said_text-0": "Nehmen Sie das Los heraus."}


@pytest.mark.parametrize("other", [{"said_text-0": "Anders."}, {"before": "2026-03-10T10:00"}], ids=["language", "terms"])
async def test_what_another_tab_saved_besides_the_words_is_kept_when_this_one_publishes(office: Office, other: dict[str, str]) -> None:
    marc = await office.shop.sign_in("marc")
    typed = {**await page_fields(marc), **WRITTEN, **GERMAN, "before": "2026-03-09T10:00"}
    await marc.post(f"/announcements/drafts/{typed['draft']}", {**typed, **other}, headers=JSON)
    assert path_of(await marc.post("/announcements", typed)).endswith("/board")
    [kept] = await drafts_of(office)
    assert other.items() <= dict(kept.typed.besides).items()


async def test_another_language_after_publishing_becomes_another_draft_and_the_same_none(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    typed = {**await page_fields(marc), **WRITTEN, **GERMAN}
    for _ in range(2):
        assert path_of(await marc.post("/announcements", typed)).endswith("/board")
    assert await drafts_of(office) == []
    await marc.post("/announcements", {**typed, "said_text-0": "Anders."})
    assert [dict(one.typed.besides)["said_text-0"] for one in await drafts_of(office)] == ["Anders."]
    assert len(await office.all()) == 1
