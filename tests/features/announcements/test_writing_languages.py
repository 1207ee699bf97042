"""Writing an announcement in several languages: nothing typed is lost, no button publishes early, and errors stand beside their field."""

import re

import pytest

from tests.features.announcements.desks import TITLE, WRITTEN, Office, path_of
from tests.social.posts.composing.composer import fields_of

ENGLISH = {"said_language-0": "en", "said_title-0": "Recall: batch 4821", "said_text-0": "Take it off the shelves."}
SPANISH = {"said_language-1": "es", "said_title-1": "Retirada", "said_text-1": "Retírelo."}
PLANNED = {"publish_at": "2026-03-04T08:30"}


def rows(page: str) -> list[str]:
    """The titles in the fields of other languages."""
    return re.findall(r'name="said_title-\d+" type="text" value="([^"]*)"', page)


async def test_one_more_language_is_offered_without_publishing_and_nothing_typed_is_lost(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    opened = await marc.get("/announcements/new")
    page = opened.text
    assert rows(page) == [""]
    assert '<details class="composer-more composer-languages">' in page
    answer = await marc.post("/announcements", {**fields_of(opened), **WRITTEN, **ENGLISH, "add_language": "1"})
    assert answer.status_code == 200
    assert rows(answer.text) == ["Recall: batch 4821", ""]
    assert '<details class="composer-more composer-languages" open>' in answer.text
    assert "Take it off the shelves." in answer.text
    assert TITLE in answer.text
    assert await office.all() == []


async def test_a_language_is_taken_away_without_publishing(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    answer = await marc.post("/announcements", {**fields, **WRITTEN, **ENGLISH, **SPANISH, "drop_language": "0"})
    assert (answer.status_code, rows(answer.text)) == (200, ["Retirada"])
    assert await office.all() == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"said_language-0": ""}, "said_language-0"),
        ({"said_language-0": "fr"}, "said_language-0"),
        ({"said_title-0": ""}, "said_title-0"),
        ({"said_text-0": " "}, "said_text-0"),
        ({"said_title-0": "a" * 201}, "said_title-0"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_with_all_that_was_typed(office: Office, typed: dict[str, str], field: str) -> None:
    marc = await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    answer = await marc.post("/announcements", {**fields, **WRITTEN, **ENGLISH, **SPANISH, **typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Retírelo." in answer.text
    assert await office.all() == []


async def test_it_is_published_in_all_and_a_later_version_begins_with_all(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    # A gap between them is none.
    gap = {"said_language-2": "es", "said_title-2": "Retirada", "said_text-2": "Retírelo."}
    post_id = path_of(await marc.post("/announcements", {**fields, **WRITTEN, **ENGLISH, **gap})).split("/")[2]
    [(post, _)] = await office.all()
    assert {tag: (version.title, version.source) for tag, version in post.translations.items()} == {
        "en": ("Recall: batch 4821", "Take it off the shelves."),
        "es": ("Retirada", "Retírelo."),
    }
    page = (await marc.get(f"/announcements/{post_id}/change")).text
    assert rows(page) == ["Recall: batch 4821", "Retirada"]
    assert re.search(r'name="said_language-1".*?<option value="es" selected>', page, re.DOTALL)


async def test_who_reads_another_language_sees_it_in_the_list(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    await marc.post("/announcements", {**fields, **WRITTEN, **ENGLISH})
    french = (await marc.get("/announcements")).text
    assert TITLE in french
    assert "Recall: batch 4821" not in french


async def test_a_draft_keeps_them(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    await marc.post(f"/announcements/drafts/{fields['draft']}", {**fields, **WRITTEN, **ENGLISH, **SPANISH})
    page = (await marc.get(f"/announcements/new?draft={fields['draft']}")).text
    assert rows(page) == ["Recall: batch 4821", "Retirada"]


async def test_a_planned_one_keeps_them_and_is_looked_at_when_it_is_planned(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    fields = fields_of(await marc.get("/announcements/new"))
    wrong = await marc.post("/announcements", {**fields, **WRITTEN, **PLANNED, **ENGLISH, "said_text-0": ""})
    assert 'id="said_text-0-error"' in wrong.text
    assert (await marc.post("/announcements", {**fields, **WRITTEN, **PLANNED, **ENGLISH})).status_code == 303
    page = (await marc.get(f"/announcements/planned/{fields['draft']}")).text
    assert rows(page) == ["Recall: batch 4821"]
