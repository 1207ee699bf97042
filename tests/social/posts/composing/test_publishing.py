"""The composer: who will read it in words, publishing once, and nothing typed is ever lost."""

import asyncio
import html
import re

import pytest

from fedirse.base import limits
from fedirse.base.errors import StorageFull
from fedirse.base.identifiers import new_id
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.composing import actions, store
from fedirse.social.posts.store import get_readable_post
from tests.federation.network import START
from tests.social.posts.composing.composer import compose, drafts_of, fields_of, posts_of
from tests.visitors import Shop


async def test_what_is_typed_is_published_for_whom_it_is_for(shop: Shop) -> None:
    response = await compose(await shop.sign_in("ines"), "Le rayon *jardin* ouvre.", audience="site")
    (post,) = await posts_of(shop, "ines")
    assert response.headers["location"] == f"/posts/{post.id}"
    assert "<em>jardin</em>" in post.content
    assert post.audience.kind is AudienceKind.SITE


async def test_an_unlisted_post_is_public_and_unlisted(shop: Shop) -> None:
    await compose(await shop.sign_in("ines"), "Discret.", audience="unlisted")
    (post,) = await posts_of(shop, "ines")
    assert (post.audience.kind, post.audience.listed) == (AudienceKind.PUBLIC, False)


async def test_a_title_makes_an_article_and_a_warning_stands_before_it(shop: Shop) -> None:
    await compose(await shop.sign_in("ines"), "Texte.", title="Un titre", warning="Long", language="de", audience="public")
    (post,) = await posts_of(shop, "ines")
    assert (post.title, post.warning, post.language, post.kind.value) == ("Un titre", "Long", "de", "Article")


async def test_a_reader_is_offered_no_composer(shop: Shop) -> None:
    browser = await shop.sign_in("lea")
    assert (await browser.get("/compose")).status_code == 403
    assert (await browser.post("/posts", {"text": "Bonjour", "audience": "public"})).status_code == 403
    assert await posts_of(shop, "lea") == []


async def test_every_audience_says_who_will_read_it(shop: Shop) -> None:
    ines = await shop.person("ines")
    for number in range(3):
        await shop.let_follow((await shop.stranger(f"loin{number}")).actor, ines)
    await shop.let_follow(await shop.person("lea"), ines)
    page = (await (await shop.sign_in("ines")).get("/compose")).text
    assert "Sera lu par vos 4 abonnés" in page
    assert "Sortira d’ici\u00a0: 3 d’entre eux sont sur d’autres serveurs." in page
    assert "Sera lu par les 3 personnes de ce site. Ne sortira pas d’ici." in page
    assert "Lu seulement par les personnes que vous nommez" in page
    assert page.count('name="audience"') == 5


async def test_no_audience_is_never_read_as_public(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    for sent in ({}, {"audience": ""}, {"audience": "network"}, {"audience": "x" * 5000}):
        response = await browser.post("/posts", {"text": "Pour qui ?", "draft": new_id(START), **sent})
        assert response.status_code == 422
        assert "Choisissez qui peut lire." in response.text
        assert "Pour qui ?" in response.text
    assert await posts_of(shop, "ines") == []


async def test_publishing_twice_gives_the_post_that_is_there(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = {**fields_of(await browser.get("/compose")), "text": "Une fois."}
    first, second = await browser.post("/posts", typed), await browser.post("/posts", typed)
    assert first.headers["location"] == second.headers["location"]
    assert len(await posts_of(shop, "ines")) == 1
    assert "C’était déjà publié" in (await browser.get(second.headers["location"])).text


async def test_what_was_typed_after_publishing_is_kept_as_a_draft(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose"))
    await browser.post("/posts", {**typed, "text": "Une fois."})
    await browser.post("/posts", {**typed, "text": "Une fois, et demie."})
    (draft,) = await drafts_of(shop, "ines")
    assert draft.typed.text == "Une fois, et demie."
    assert len(await posts_of(shop, "ines")) == 1


async def test_the_id_of_somebody_elses_draft_is_one_of_ones_own(shop: Shop) -> None:
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    typed = fields_of(await ines.get("/compose"))
    await ines.post("/posts", {**typed, "text": "De Inès."})
    await marc.post("/posts", {**typed, "text": "De Marc."})
    assert [post.source for post in await posts_of(shop, "marc")] == ["De Marc."]
    assert [post.source for post in await posts_of(shop, "ines")] == ["De Inès."]


async def test_what_became_of_a_draft_is_forgotten_in_the_end(shop: Shop) -> None:
    browser, ines = await shop.sign_in("ines"), await shop.person("ines")
    typed = fields_of(await browser.get("/compose"))
    await browser.post("/posts", {**typed, "text": "Une fois."})
    await shop.site.write(store.forget_published, ines.id, START + store.PUBLISHED_LASTS)
    assert await shop.site.read(store.find_draft, ines.id, str(typed["draft"])) is not None
    await shop.site.write(store.forget_published, ines.id, START + store.PUBLISHED_LASTS * 1.01)
    assert await shop.site.read(store.find_draft, ines.id, str(typed["draft"])) is None


SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


async def test_a_script_in_every_field_stays_text(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields = dict.fromkeys(("text", "title", "warning", "language", "reply_to", "version", "draft", "return_to"), SCRIPT)
    refused = await browser.post("/posts", {**fields, "audience": SCRIPT})
    published = await browser.post("/posts", {**fields, "audience": "public"})
    assert published.headers["location"].startswith("/posts/")
    shown = await browser.get(published.headers["location"])
    for page in (refused, shown):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert "alert(1)" in shown.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("   \n ", "La publication est vide"),
        ("é" * (limits.TYPED_BYTES // 2) + "x", str(limits.TYPED_BYTES)),
    ],
)
async def test_what_cannot_be_published_is_shown_again_with_the_reason(shop: Shop, text: str, words: str) -> None:
    response = await compose(await shop.sign_in("ines"), text, title="Gardé")
    assert response.status_code == 422
    assert words in html.unescape(response.text)
    assert "Gardé" in response.text
    assert text[:200].strip() in response.text
    assert await posts_of(shop, "ines") == []


async def test_a_text_of_as_many_bytes_as_fit_is_published(shop: Shop) -> None:
    response = await compose(await shop.sign_in("ines"), "é" * (limits.TYPED_BYTES // 2))
    assert response.status_code == 303


@pytest.mark.attack("PRV-010")
async def test_somebody_elsewhere_is_not_named_in_what_stays_here(shop: Shop) -> None:
    await shop.stranger("bob")
    response = await compose(await shop.sign_in("ines"), "Dis @bob@ailleurs.example !", audience="site")
    assert response.status_code == 422
    assert "bob@ailleurs.example" in response.text
    assert "Dis @bob@ailleurs.example !" in response.text
    assert await posts_of(shop, "ines") == []


async def test_a_link_to_write_to_somebody_starts_a_direct_post(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    page = await browser.get("/compose?to=@lea&audience=direct")
    assert "@lea </textarea>" in page.text
    assert fields_of(page)["audience"] == "direct"
    await compose(browser, "@lea Merci", "?to=@lea&audience=direct")
    (post,) = await posts_of(shop, "ines")
    stored = await shop.site.read(get_readable_post, post.id, reader_for(await shop.person("lea")))
    assert stored.audience.kind is AudienceKind.DIRECT


@pytest.mark.parametrize("to", ["%3Cscript%3E", "a%20b", "@", "@a@b@c", "x" * 200])
async def test_a_link_that_names_nobody_starts_with_nothing(shop: Shop, to: str) -> None:
    page = await (await shop.sign_in("ines")).get(f"/compose?to={to}")
    assert re.search(r"<textarea[^>]*>\s*</textarea>", page.text)


async def test_an_answer_greets_whom_it_answers_and_keeps_to_their_readers(shop: Shop) -> None:
    bob = await shop.stranger("bob")
    await shop.let_follow(await shop.person("ines"), bob.actor)
    parent = await shop.receive(bob.actor, "<p>Pour mes abonnés</p>", Audience(AudienceKind.FOLLOWERS))
    browser = await shop.sign_in("ines")
    page = await browser.get(f"/compose?reply_to={parent.id}&audience=public")
    assert "@bob@ailleurs.example </textarea>" in page.text
    assert "Pour mes abonnés" in page.text
    assert "Vos propres abonnés ne la recevront pas." in page.text
    assert page.text.count('name="audience"') == 1
    assert fields_of(page)["audience"] == "direct"
    await browser.post("/posts", {**fields_of(page), "text": "@bob@ailleurs.example Oui", "audience": "public"})
    (post,) = await posts_of(shop, "ines")
    assert post.audience.kind is AudienceKind.DIRECT
    assert post.parent_id == parent.id


async def test_an_answer_in_the_house_stays_in_the_house(shop: Shop) -> None:
    await compose(await shop.sign_in("marc"), "Entre nous.", audience="site")
    (parent,) = await posts_of(shop, "marc")
    browser = await shop.sign_in("ines")
    page = await browser.get(f"/compose?reply_to={parent.id}")
    assert "votre réponse y reste aussi" in page.text
    assert fields_of(page)["audience"] == "site"
    assert page.text.count('name="audience"') == 2


async def test_an_answer_to_what_is_not_for_me_is_missing(shop: Shop) -> None:
    bob = await shop.stranger("bob")
    secret = await shop.receive(bob.actor, "<p>secret</p>", Audience(AudienceKind.DIRECT))
    browser = await shop.sign_in("ines")
    missing = await browser.get(f"/compose?reply_to={new_id(START)}")
    hidden = await browser.get(f"/compose?reply_to={secret.id}")
    assert (hidden.status_code, hidden.text) == (missing.status_code, missing.text)
    response = await compose(browser, "Ah !", reply_to=secret.id)
    assert response.status_code == 422
    assert "secret" not in response.text
    assert "Ah !" in response.text


async def test_a_full_disk_keeps_what_was_typed_on_the_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await shop.sign_in("ines")
    typed = {**fields_of(await browser.get("/compose")), "text": "À ne pas perdre.", "title": "Titre"}

    async def full(*_: object) -> None:
        raise StorageFull

    with monkeypatch.context() as patch:
        patch.setattr(type(shop.site), "write", full)
        response = await browser.post("/posts", typed)
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert "À ne pas perdre." in response.text
    assert "Le disque de ce site est plein" in html.unescape(response.text)
    again = await browser.post("/posts", {**typed, **fields_of(response)})
    assert again.status_code == 303
    assert len(await posts_of(shop, "ines")) == 1


@pytest.mark.parametrize("more", [0, 1])
async def test_a_post_names_so_many_people_and_not_one_more(shop: Shop, more: int) -> None:
    text = " ".join(f"@personne{number}" for number in range(limits.MENTIONS_PER_POST + more))
    response = await compose(await shop.sign_in("ines"), text, audience="public")
    assert response.status_code == (422 if more else 303)
    assert len(await posts_of(shop, "ines")) == 1 - more


async def test_two_hundred_names_cause_no_fetch(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def resolve(text: str, **_: object) -> None:
        asked.append(text)

    monkeypatch.setattr(actions, "try_to_resolve", resolve)
    text = " ".join(f"@a{number}@serveur{number}.example" for number in range(200))
    assert (await compose(await shop.sign_in("ines"), text, audience="public")).status_code == 422
    assert asked == []


async def test_whoever_waits_for_a_slow_server_waits_so_long_only(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def resolve(_: object, text: str, __: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(text)

    monkeypatch.setattr(limits, "MENTION_SECONDS", 0.05)
    monkeypatch.setattr(actions, "resolve_mentions", resolve)
    response = await compose(await shop.sign_in("ines"), "@a@lent.example @b@lent.example", audience="public")
    assert response.status_code == 303
    assert sorted(ended) == ["@a@lent.example", "@b@lent.example"]


async def test_a_session_that_ended_meanwhile_loses_nothing(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    typed = fields_of(await browser.get("/compose")) | {"text": "Écrit longtemps", "audience": "site"}
    browser.cookies.clear()
    asked = await browser.post("/posts", typed)
    assert "Écrit longtemps" in asked.text
    assert str(typed["draft"]) in asked.text
    assert await posts_of(shop, "ines") == []
    back = await shop.sign_in("ines")
    assert (await back.post("/posts", typed)).status_code == 303
    (post,) = await posts_of(shop, "ines")
    assert post.source == "Écrit longtemps"


async def test_names_that_are_not_found_in_time_stay_text(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MENTION_SECONDS", 0.05)
    browser = await shop.sign_in("ines")
    response = await compose(browser, "Merci @personne@nulle.part.example")
    assert response.status_code == 303
    shown = await browser.get(response.headers["location"])
    assert "@personne@nulle.part.example" in shown.text
    assert "Introuvable" in shown.text
