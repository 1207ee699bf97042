"""Texts to start from: chosen before a word is typed, never over what was typed; and a head office's own."""

import html
import re

import pytest

from fedirse.base import limits
from fedirse.base.roles import Role
from fedirse.features.announcements.model import Asked, Priority
from fedirse.features.announcements.starters.model import Starter
from fedirse.features.announcements.starters.rules import BUILT_IN
from fedirse.features.announcements.starters.store import add_starter, list_starters
from fedirse.social.accounts.store import get_account, set_preferences
from tests.features.announcements.desks import TEXT, TITLE, WRITTEN, Desk, Office, give, path_of
from tests.features.announcements.test_pages import NOWHERE, errors_of, text_of
from tests.social.posts.composing.composer import fields_of

EMPTY = {"title": "", "text": "", "audience": "network", "priority": "info", "asked_of": "nobody"}


async def starters(office: Office) -> list[Starter]:
    return list(await office.site.read(list_starters))


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE, Role.ADMINISTRATOR])
async def test_nobody_but_who_announces_has_anything_to_do_with_them(office: Office, role: Role) -> None:
    await office.site.write(add_starter, Starter(NOWHERE, "Rappel maison", TITLE, TEXT))
    await give(office.shop, "ines", [role])
    ines = await office.shop.sign_in("ines")
    assert (await ines.get("/announcements/starters")).status_code == 403
    for deed in ("rename", "delete"):
        assert (await ines.post(f"/announcements/starters/{NOWHERE}/{deed}", {f"name-{NOWHERE}": "Pris"})).status_code == 403
    assert [one.name for one in await starters(office)] == ["Rappel maison"]


async def test_a_site_that_is_no_head_office_has_none(desk: Desk) -> None:
    await give(desk.shop, "marc", [Role.COMMUNICATOR])
    marc = await desk.shop.sign_in("marc")
    assert (await marc.get("/announcements/starters")).status_code == 404
    for deed in ("rename", "delete"):
        assert (await marc.post(f"/announcements/starters/{NOWHERE}/{deed}", {})).status_code == 404


async def test_one_that_is_not_there_starts_nothing(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    assert (await marc.post("/announcements", {**EMPTY, "start": "nothing"})).status_code == 404
    for deed in ("rename", "delete"):
        assert (await marc.post(f"/announcements/starters/{NOWHERE}/{deed}", {f"name-{NOWHERE}": "x"})).status_code == 404


@pytest.mark.parametrize("key", [one.key for one in BUILT_IN])
async def test_each_fills_what_is_empty_in_the_language_of_the_page(office: Office, key: str) -> None:
    chosen = next(one for one in BUILT_IN if one.key == key)
    marc = await office.shop.sign_in("marc")
    french = fields_of(await marc.post("/announcements", {**EMPTY, "start": key}))
    assert (french["priority"], french["asked_of"]) == (chosen.priority.value, chosen.asked.value)
    assert french["title"] not in {"", chosen.title}
    assert french["text"] not in {"", chosen.text}
    await office.site.write(lambda tx: set_preferences(tx, get_account(tx, "marc").id, language="en"))
    english = fields_of(await (await office.shop.sign_in("marc")).post("/announcements", {**EMPTY, "start": key}))
    assert (english["title"], english["text"]) == (chosen.title, chosen.text)
    assert await office.all() == []


async def test_a_recall_is_urgent_for_everybody_within_a_day(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    filled = fields_of(await marc.post("/announcements", {**EMPTY, "start": "recall"}))
    assert (filled["priority"], filled["asked_of"], filled["before"]) == ("urgent", "everyone", "2026-03-03T09:00")
    assert filled["title"] == "Rappel produit\u00a0:"


async def test_what_was_typed_is_never_overwritten_and_that_is_said(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    answer = await marc.post("/announcements", {**EMPTY, "text": "Déjà écrit.", "start": "recall"})
    filled = fields_of(answer)
    assert (filled["text"], filled["title"], filled["priority"]) == ("Déjà écrit.", "Rappel produit\u00a0:", "urgent")
    assert "Ce que vous avez écrit reste tel quel" in text_of(answer.text)


async def test_one_takes_the_place_of_another_that_was_not_touched(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    recall = fields_of(await marc.post("/announcements", {**EMPTY, "start": "recall"}))
    answer = await marc.post("/announcements", {**recall, "start": "results"})
    filled = fields_of(answer)
    assert (filled["title"], filled["priority"], filled["asked_of"], filled["before"]) == ("Résultats\u00a0:", "info", "nobody", "")
    assert "Ce que vous avez écrit reste tel quel" not in text_of(answer.text)


async def test_a_recall_is_sent_in_four_clicks_from_home(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    assert 'href="/announcements"' in (await marc.get("/")).text
    assert 'href="/announcements/new"' in (await marc.get("/announcements")).text
    assert 'name="start" value="recall"' in (await marc.get("/announcements/new")).text
    filled = fields_of(await marc.post("/announcements", {**fields_of(await marc.get("/announcements/new")), "start": "recall"}))
    answer = await marc.post("/announcements", {**filled, "title": f"{filled['title']} lot 4821"})
    [(post, announcement)] = await office.all()
    assert path_of(answer) == f"/announcements/{post.id}/board"
    assert (announcement.terms.priority, announcement.terms.asked, post.audience.kind.value) == (Priority.URGENT, Asked.EVERYONE, "network")


async def test_what_is_written_is_kept_to_start_others_from_and_published_nowhere(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    for _ in range(2):
        answer = await marc.post("/announcements", {**WRITTEN, "before": "2026-03-03T21:00", "keep_starter": "1"})
        assert answer.status_code == 200
        assert f"Gardé comme modèle sous le nom {TITLE}" in text_of(answer.text)
        assert {name: fields_of(answer)[name] for name in WRITTEN} == WRITTEN
    [kept] = await starters(office)
    assert (kept.name, kept.title, kept.text, kept.priority, kept.asked, kept.hours) == (
        *(TITLE, TITLE, TEXT, Priority.URGENT, Asked.EVERYONE),
        36,
    )
    assert await office.all() == []
    filled = fields_of(await marc.post("/announcements", {**EMPTY, "start": kept.key}))
    assert (filled["title"], filled["text"], filled["before"]) == (TITLE, TEXT, "2026-03-03T21:00")


async def test_a_published_announcement_is_kept_to_start_from_and_stays_as_it_is(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    answer = await marc.post(f"/announcements/{post.id}/change", {**WRITTEN, "of_version": "1", "keep_starter": "1"})
    assert "Gardé comme modèle" in text_of(answer.text)
    assert [one.name for one in await starters(office)] == [TITLE]
    assert [announcement.terms.version for _, announcement in await office.all()] == [1]


@pytest.mark.parametrize(("typed", "beside"), [({"title": ""}, "title"), ({"text": " "}, "text"), ({"before": "x"}, "before")])
async def test_what_cannot_be_kept_is_told_beside_its_field(office: Office, typed: dict[str, str], beside: str) -> None:
    answer = await (await office.shop.sign_in("marc")).post("/announcements", {**WRITTEN, **typed, "keep_starter": "1"})
    assert (answer.status_code, set(errors_of(answer.text))) == (422, {beside})
    assert await starters(office) == []


async def test_as_many_as_can_be_kept_are_kept_and_no_more(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    for number in range(limits.ANNOUNCEMENT_STARTERS):
        await office.site.write(add_starter, Starter(f"{number:026}", f"Modèle {number}", "Titre", f"Texte {number}"))
    answer = await marc.post("/announcements", {**WRITTEN, "keep_starter": "1"})
    assert answer.status_code == 422
    assert "supprimez-en un d’abord" in text_of(answer.text)
    assert len(await starters(office)) == limits.ANNOUNCEMENT_STARTERS


async def test_they_are_renamed_and_deleted(office: Office) -> None:
    marc, evil = await office.shop.sign_in("marc"), "<script>alert(1)</script>"
    await marc.post("/announcements", {**WRITTEN, "keep_starter": "1"})
    [kept] = await starters(office)
    path = f"/announcements/starters/{kept.key}"
    answer = await marc.post(f"{path}/rename", {f"name-{kept.key}": "  "})
    assert answer.status_code == 422
    assert "Donnez-lui un nom." in text_of(answer.text)
    assert path_of(await marc.post(f"{path}/rename", {f"name-{kept.key}": f"Rappel {evil}"})) == "/announcements/starters"
    for page in ("/announcements/starters", "/announcements/new"):
        shown = (await marc.get(page)).text
        assert evil not in shown
        assert html.escape(f"Rappel {evil}") in shown
    assert path_of(await marc.post(f"{path}/delete")) == "/announcements/starters"
    assert re.search("Pas encore de modèle", (await marc.get("/announcements/starters")).text)
