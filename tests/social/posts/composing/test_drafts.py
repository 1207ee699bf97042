"""Drafts: kept while somebody types, one tab never undoes another, and nobody sees those of others."""

import httpx
import pytest

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.identifiers import new_id
from fedirse.social.posts.composing.actions import keep_draft
from fedirse.social.posts.composing.model import Sheet, Typed
from fedirse.social.posts.composing.store import remove_drafts_of
from tests.federation.network import START
from tests.social.posts.composing.composer import compose, drafts_of, fields_of, posts_of
from tests.visitors import Browser, Shop

JSON = {"accept": "application/json"}


async def save(browser: Browser, fields: dict[str, object], **headers: str) -> httpx.Response:
    return await browser.post(f"/drafts/{fields['draft']}", fields, headers=headers)


async def test_what_is_kept_is_there_to_go_on_with(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose"))
    typed |= {"text": "À finir", "title": "Jardin", "warning": "Long", "audience": "site", "language": "de", "keep": "1"}
    typed |= {"poll_option": ["Oui", "Non", "", ""], "poll_several": "1", "poll_hours": "72"}
    assert (await save(browser, typed)).headers["location"] == "/drafts"
    listed = await browser.get("/drafts")
    assert "Gardé comme brouillon." in listed.text
    assert "Jardin" in listed.text
    again = fields_of(await browser.get(f"/compose?draft={typed['draft']}"))
    assert {name: again[name] for name in ("text", "title", "warning", "audience", "poll_several")} == {
        "text": "À finir",
        "title": "Jardin",
        "warning": "Long",
        "audience": "site",
        "poll_several": "1",
    }
    (draft,) = await drafts_of(shop, "ines")
    assert draft.typed.poll is not None
    assert (draft.typed.poll.options[:2], draft.typed.poll.hours, draft.typed.language) == (("Oui", "Non"), 72, "de")


async def test_a_draft_that_is_published_is_none_any_more(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose")) | {"text": "À finir"}
    await save(browser, typed)
    kept = fields_of(await browser.get(f"/compose?draft={typed['draft']}"))
    done = await browser.post("/posts", {**kept, "text": "Fini."})
    assert await drafts_of(shop, "ines") == []
    assert [post.source for post in await posts_of(shop, "ines")] == ["Fini."]
    back = await browser.get(f"/compose?draft={typed['draft']}")
    assert back.headers["location"] == done.headers["location"]


async def test_a_script_saves_and_is_told_the_version(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose"))
    first = await save(browser, typed | {"text": "Un"}, **JSON)
    assert (first.status_code, first.json()) == (200, {"draft": typed["draft"], "version": 1})
    second = await save(browser, typed | {"text": "Deux", "version": "1"}, **JSON)
    assert second.json()["version"] == 2
    (draft,) = await drafts_of(shop, "ines")
    assert draft.typed.text == "Deux"


@pytest.mark.parametrize("headers", [{}, JSON])
async def test_of_two_tabs_both_texts_are_kept(shop: Shop, headers: dict[str, str]) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose"))
    await save(browser, typed | {"text": "Début"}, **JSON)
    await save(browser, typed | {"text": "Onglet un", "version": "1"}, **JSON)
    late = await save(browser, typed | {"text": "Onglet deux", "version": "1"}, **headers)
    assert late.status_code == 409
    assert "dans un autre onglet" in (late.json()["sentence"] if headers else late.text)
    assert {draft.typed.text for draft in await drafts_of(shop, "ines")} == {"Onglet un", "Onglet deux"}
    now = late.json() if headers else fields_of(late)
    assert now["draft"] != typed["draft"]
    assert str(now["version"]) == "1"


async def test_a_text_that_another_tab_saved_is_kept_when_this_one_publishes(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose"))
    await save(browser, typed | {"text": "De l’autre onglet"}, **JSON)
    await browser.post("/posts", typed | {"text": "De celui-ci"})
    assert [post.source for post in await posts_of(shop, "ines")] == ["De celui-ci"]
    assert [draft.typed.text for draft in await drafts_of(shop, "ines")] == ["De l’autre onglet"]


@pytest.mark.parametrize("field", ["title", "warning"])
async def test_any_words_that_another_tab_saved_are_kept_when_this_one_publishes(shop: Shop, field: str) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose")) | {"text": "Le même texte", "title": "Un titre"}
    await save(browser, typed | {field: "De l’autre onglet"}, **JSON)
    await browser.post("/posts", typed)
    assert [getattr(draft.typed, field) for draft in await drafts_of(shop, "ines")] == ["De l’autre onglet"]


async def test_what_another_tab_saved_and_this_one_publishes_as_well_is_kept_no_second_time(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose")) | {"text": "Le même texte", "title": "Un titre"}
    await save(browser, typed, **JSON)
    for _ in range(2):
        await browser.post("/posts", typed | {"warning": "Long"})
    assert await drafts_of(shop, "ines") == []


async def test_another_title_after_publishing_becomes_another_draft(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose")) | {"text": "Le même texte", "title": "Un titre"}
    await browser.post("/posts", typed)
    await browser.post("/posts", typed | {"title": "Un autre"})
    assert [draft.typed.title for draft in await drafts_of(shop, "ines")] == ["Un autre"]
    assert len(await posts_of(shop, "ines")) == 1


async def test_what_is_saved_after_publishing_becomes_another_draft(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose"))
    await browser.post("/posts", typed | {"text": "Publié"})
    late = await save(browser, typed | {"text": "Encore"}, **JSON)
    assert late.status_code == 409
    assert [draft.typed.text for draft in await drafts_of(shop, "ines")] == ["Encore"]
    assert len(await posts_of(shop, "ines")) == 1


async def test_nobody_sees_or_deletes_the_drafts_of_others(shop: Shop) -> None:
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    typed = fields_of(await ines.get("/compose")) | {"text": "Mon secret"}
    await save(ines, typed)
    missing = await marc.get(f"/compose?draft={new_id(START)}")
    hidden = await marc.get(f"/compose?draft={typed['draft']}")
    assert (missing.status_code, missing.text) == (hidden.status_code, hidden.text)
    assert hidden.status_code == 404
    assert "Mon secret" not in (await marc.get("/drafts")).text
    assert (await marc.post(f"/drafts/{typed['draft']}/delete")).status_code == 404
    await save(marc, typed | {"text": "De Marc"}, **JSON)
    assert [draft.typed.text for draft in await drafts_of(shop, "ines")] == ["Mon secret"]


async def test_a_draft_is_thrown_away(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose")) | {"text": "Non"}
    await save(browser, typed)
    assert (await browser.post(f"/drafts/{typed['draft']}/delete")).headers["location"] == "/drafts"
    assert await drafts_of(shop, "ines") == []
    assert "Vous n’avez pas de brouillon" in (await browser.get("/drafts")).text
    assert (await browser.post(f"/drafts/{typed['draft']}/delete")).status_code == 404


async def test_so_many_drafts_are_kept_and_not_one_more(shop: Shop) -> None:
    browser, ines = await shop.sign_in("ines"), await shop.person("ines")
    for number in range(limits.DRAFTS_PER_ACCOUNT - 1):
        await shop.site.write(keep_draft, shop.site, ines.id, Sheet(new_id(START), 0, Typed(f"{number}")), START)
    last = fields_of(await browser.get("/compose"))
    assert (await save(browser, last | {"text": "La dernière"})).status_code == 303
    over = fields_of(await browser.get("/compose"))
    refused = await save(browser, over | {"text": "Une de trop"})
    assert refused.status_code == 422
    assert "supprimez-en un" in refused.text
    assert "Une de trop" in refused.text
    told = await save(browser, over | {"text": "Une de trop"}, **JSON)
    assert "supprimez-en un" in told.json()["sentence"]
    assert len(await drafts_of(shop, "ines")) == limits.DRAFTS_PER_ACCOUNT
    assert (await browser.post("/posts", over | {"text": "Une de trop"})).status_code == 303


async def test_a_draft_is_as_long_as_is_kept_and_no_longer(shop: Shop) -> None:
    ines = await shop.person("ines")
    await shop.site.write(keep_draft, shop.site, ines.id, Sheet(new_id(START), 0, Typed("x" * limits.DRAFT_BYTES)), START)
    with pytest.raises(InvalidInput) as refused:
        await shop.site.write(keep_draft, shop.site, ines.id, Sheet(new_id(START), 0, Typed("x" * limits.DRAFT_BYTES, "y")), START)
    assert refused.value.reason == "draft-too-long"


async def test_a_person_who_leaves_takes_their_drafts_along(shop: Shop) -> None:
    ines = await shop.person("ines")
    await shop.site.write(keep_draft, shop.site, ines.id, Sheet(new_id(START), 0, Typed("Un")), START)
    await shop.site.write(remove_drafts_of, ines.id)
    assert await drafts_of(shop, "ines") == []


@pytest.mark.parametrize("draft", ["x", "../../etc", "0" * 27])
async def test_an_id_that_is_none_is_missing(shop: Shop, draft: str) -> None:
    browser = await shop.sign_in("ines")
    assert (await browser.post(f"/drafts/{draft}", {"text": "x"})).status_code == 404
    assert await drafts_of(shop, "ines") == []


async def test_the_short_composer_leads_to_the_whole_one_with_what_was_typed(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose"))
    response = await save(browser, {"draft": typed["draft"], "version": "0", "text": "Début", "audience": "followers"})
    assert response.headers["location"] == f"/compose?draft={typed['draft']}"
    assert fields_of(await browser.get(response.headers["location"]))["text"] == "Début"


async def test_a_poll_is_published_with_its_answers(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields: dict[str, object] = {"poll_option": ["Rouge", " ", "Vert"], "poll_hours": "6", "audience": "public"}
    assert (
        await browser.post("/posts", {**fields_of(await browser.get("/compose")), "text": "Quelle couleur ?", **fields})
    ).status_code == 303
    (post,) = await posts_of(shop, "ines")
    assert post.poll is not None
    assert [option.name for option in post.poll.options] == ["Rouge", "Vert"]
    assert post.poll.ends_at is not None
    assert (post.poll.ends_at - post.published_at).total_seconds() == 6 * 3600


async def test_a_poll_lasts_a_day_unless_said_otherwise(shop: Shop) -> None:
    page = await (await shop.sign_in("ines")).get("/compose")
    assert fields_of(page)["poll_hours"] == "24"


async def test_a_poll_that_cannot_be_is_shown_again(shop: Shop) -> None:
    response = await compose(await shop.sign_in("ines"), "Quoi ?", poll_option=["Seul", ""], audience="public")
    assert response.status_code == 422
    assert fields_of(response)["poll_option"][0] == "Seul"  # type: ignore[index]
    many = [f"Réponse {number}" for number in range(limits.OWN_POLL_OPTIONS + 1)]
    assert (await compose(await shop.sign_in("ines"), "Quoi ?", poll_option=many, audience="public")).status_code == 422
    assert await posts_of(shop, "ines") == []
