"""Edit, delete and history in the browser: one's own posts only, nobody gets in who was not, nothing outlives its post."""

from datetime import timedelta

import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import Gone, NotFound
from fedirse.base.identifiers import new_id
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.media.store import list_of_actor
from fedirse.social.posts.actions import delete_post, edit_post
from fedirse.social.posts.history.store import count_versions
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.reactions.actions import boost_post
from fedirse.social.posts.store import find_post
from fedirse.storage.deliveries import list_waiting
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, say
from tests.social.media.pictures import photo
from tests.social.posts.composing.composer import compose, fields_of, posts_of
from tests.visitors import HTML, Browser, Shop

PDF = ("files", ("tarifs.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf"))
PICTURE = ("files", ("rayon.jpg", photo(), "image/jpeg"))


async def published(shop: Shop, browser: Browser, text: str = "Avant", audience: str = "public", **fields: object) -> Post:
    response = await compose(browser, text, "", audience=audience, **fields)
    return await stored(shop, response.headers["location"].removeprefix("/posts/"))


async def stored(shop: Shop, post_id: str) -> Post:
    post = await shop.site.read(find_post, post_id)
    assert post is not None
    return post


async def only(shop: Shop) -> Post:
    (post,) = await posts_of(shop, "ines")
    return post


def several(values: object) -> list[str]:
    assert isinstance(values, list)
    return values


async def sent_kinds(shop: Shop, host: str) -> list[str]:
    """The activities that wait for a host, in order."""

    def read(tx: Transaction) -> list[str]:
        waiting = list_waiting(tx, [host], now=shop.site.clock.now() + timedelta(days=1), limit=50)
        return [delivery.kind for delivery in waiting.get(host, [])]

    return await shop.site.read(read)


async def test_a_boost_of_ones_own_is_no_post_to_delete_or_to_edit(shop: Shop) -> None:
    ines, marc, browser = await shop.person("ines"), await shop.person("marc"), await shop.sign_in("ines")
    follower = await shop.stranger("karim")
    await shop.let_follow(follower.actor, ines)
    post = await say(shop.site, marc, "Bonjour")
    now = shop.site.clock.now()
    boost = await shop.site.write(boost_post, shop.site, ines, post.id, now)
    for name in ("edit", "delete"):
        assert (await browser.get(f"/posts/{boost.id}/{name}")).status_code == 404
        assert (await browser.post(f"/posts/{boost.id}/{name}", {"text": "Autre", "audience": "public"})).status_code == 404
    with pytest.raises(NotFound):
        await shop.site.write(edit_post, shop.site, ines, boost.id, Draft("Autre", boost.audience), now)
    assert await stored(shop, boost.id) == boost
    assert (await stored(shop, post.id)).boosts == 1
    assert await sent_kinds(shop, follower.actor.host) == ["Announce"]


async def test_an_edit_starts_with_what_was_typed_and_keeps_what_was_said(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    post = await published(shop, browser, "Avant, *là*", warning="Attention", language="de")
    fields = fields_of(await browser.get(f"/posts/{post.id}/edit"))
    assert {name: fields[name] for name in ("text", "warning", "language", "audience")} == {
        "text": "Avant, *là*",
        "warning": "Attention",
        "language": "de",
        "audience": "public",
    }
    response = await browser.post(f"/posts/{post.id}/edit", {**fields, "text": "Après", "warning": ""})
    assert response.headers["location"] == f"/posts/{post.id}"
    edited = await only(shop)
    assert (edited.source, edited.warning, edited.edited_at) == ("Après", "", START)
    history = await browser.get(f"/posts/{post.id}/history")
    assert "<em>là</em>" in history.text
    assert "Attention" in history.text


async def test_saving_the_same_keeps_no_version(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    post = await published(shop, browser)
    await browser.post(f"/posts/{post.id}/edit", fields_of(await browser.get(f"/posts/{post.id}/edit")))
    assert await shop.site.read(count_versions, post.id) == 0


async def test_so_many_versions_are_kept_and_then_the_oldest_go(shop: Shop) -> None:
    post, ines = await published(shop, await shop.sign_in("ines"), "Version 0"), await shop.person("ines")
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    for number in range(1, limits.VERSIONS_PER_POST + 2):
        clock.advance(timedelta(seconds=1))
        await shop.site.write(edit_post, shop.site, ines, post.id, Draft(f"Version {number}", post.audience), clock.now())
        assert await shop.site.read(count_versions, post.id) == min(number, limits.VERSIONS_PER_POST)
    history = (await shop.get(f"/posts/{post.id}/history")).text
    assert "Version 1<" in history
    assert "Version 0<" not in history


@pytest.mark.parametrize("path", ["edit", "delete"])
async def test_only_its_author_changes_a_post(shop: Shop, path: str) -> None:
    post = await published(shop, await shop.sign_in("ines"))
    marc = await shop.sign_in("marc")
    assert (await marc.get(f"/posts/{post.id}/{path}")).status_code == 403
    assert (await marc.post(f"/posts/{post.id}/{path}", {"text": "x", "audience": "public"})).status_code == 403
    assert (await only(shop)).source == "Avant"


@pytest.mark.parametrize("path", ["edit", "delete", "history"])
async def test_what_is_not_for_me_is_missing(shop: Shop, path: str) -> None:
    bob = await shop.stranger("bob")
    secret = await shop.receive(bob.actor, "<p>secret</p>", Audience(AudienceKind.DIRECT))
    browser = await shop.sign_in("ines")
    missing = await browser.get(f"/posts/{new_id(START)}/{path}")
    hidden = await browser.get(f"/posts/{secret.id}/{path}")
    assert (hidden.status_code, hidden.text) == (404, missing.text)


@pytest.mark.attack("PRV-013")
async def test_an_edit_never_lets_anybody_in(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    for first, asked in (("site", "public"), ("followers", "public"), ("unlisted", "public"), ("followers", "site")):
        post = await published(shop, browser, audience=first)
        page = await browser.get(f"/posts/{post.id}/edit")
        assert f'name="audience" value="{asked}"' not in page.text
        await browser.post(f"/posts/{post.id}/edit", {**fields_of(page), "text": "Après", "audience": asked})
        edited = await stored(shop, post.id)
        assert (edited.audience.kind, edited.audience.listed) == (post.audience.kind, post.audience.listed)
        assert edited.source == "Après"


@pytest.mark.attack("PRV-013")
async def test_the_history_of_a_post_is_for_those_it_is_for_now(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    post = await published(shop, browser, "Mot secret")
    fields = fields_of(await browser.get(f"/posts/{post.id}/edit"))
    await browser.post(f"/posts/{post.id}/edit", {**fields, "text": "Après"})
    assert "Mot secret" in (await shop.get(f"/posts/{post.id}/history")).text
    fields = fields_of(await browser.get(f"/posts/{post.id}/edit"))
    await browser.post(f"/posts/{post.id}/edit", {**fields, "audience": "site"})
    missing = await shop.get(f"/posts/{new_id(START)}/history")
    hidden = await shop.get(f"/posts/{post.id}/history")
    assert (hidden.status_code, hidden.text) == (404, missing.text)
    assert "Mot secret" not in hidden.text
    assert "Mot secret" in (await (await shop.sign_in("lea")).get(f"/posts/{post.id}/history")).text


async def test_servers_that_drop_out_of_the_audience_are_asked_to_delete_the_post(shop: Shop) -> None:
    ines = await shop.person("ines")
    near, far = await shop.stranger("proche", "proche.example"), await shop.stranger("loin", "loin.example")
    await shop.let_follow(near.actor, ines)
    browser = await shop.sign_in("ines")
    post = await published(shop, browser, "Bonjour @loin@loin.example")
    fields = fields_of(await browser.get(f"/posts/{post.id}/edit"))
    await browser.post(f"/posts/{post.id}/edit", {**fields, "text": "Bonjour", "audience": "followers"})
    assert await sent_kinds(shop, near.actor.host) == ["Create", "Update"]
    assert (await sent_kinds(shop, far.actor.host))[:2] == ["Create", "Delete"]
    fields = fields_of(await browser.get(f"/posts/{post.id}/edit"))
    assert "site" not in str(fields["audience"])


async def test_a_post_that_is_taken_back_into_the_house_is_deleted_elsewhere(shop: Shop) -> None:
    near = await shop.stranger("proche", "proche.example")
    await shop.let_follow(near.actor, await shop.person("ines"))
    browser = await shop.sign_in("ines")
    post = await published(shop, browser)
    fields = fields_of(await browser.get(f"/posts/{post.id}/edit"))
    await browser.post(f"/posts/{post.id}/edit", {**fields, "audience": "site"})
    assert await sent_kinds(shop, near.actor.host) == ["Create", "Delete"]
    outbox = (await shop.get("/people/ines/outbox?page=true", accept="application/activity+json")).text
    assert "Avant" not in outbox


async def test_what_cannot_be_saved_is_shown_again(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    post = await published(shop, browser)
    for typed, audience in (("", "public"), ("x" * (limits.TYPED_BYTES + 1), "public"), ("Après", "")):
        response = await browser.post(f"/posts/{post.id}/edit", {"text": typed, "audience": audience, "warning": "Gardé"})
        assert response.status_code == 422
        assert "Gardé" in response.text
        assert typed in response.text
    assert (await only(shop)).source == "Avant"


async def test_files_are_added_and_taken_away_by_an_edit(shop: Shop) -> None:
    browser, ines = await shop.sign_in("ines"), await shop.person("ines")
    opened = fields_of(await browser.get("/compose")) | {"text": "Avec", "audience": "public"}
    assert (await browser.post("/posts", opened, files=[PDF])).status_code == 303
    post = await only(shop)
    path = f"/posts/{post.id}/edit"
    added = await browser.post(path, {**fields_of(await browser.get(path)), "add": "1"}, files=[PICTURE])
    assert added.status_code == 200
    assert len((await only(shop)).attachments) == 1
    fields = fields_of(added)
    pdf, picture = several(fields["file"])
    removed = fields_of(await browser.post(path, {**fields, f"alt-{picture}": "Un rayon", "remove": pdf}))
    assert (removed["file"], removed[f"alt-{picture}"]) == (picture, "Un rayon")
    await browser.post(path, removed)
    (attachment,) = (await only(shop)).attachments
    assert (attachment.alt, attachment.media_type) == ("Un rayon", "image/webp")
    assert [one.id for one in await shop.site.read(list_of_actor, ines.id)] == [picture]


async def test_deleting_asks_first_and_says_who_will_be_asked(shop: Shop) -> None:
    ines = await shop.person("ines")
    for host in ("un.example", "deux.example"):
        await shop.let_follow((await shop.stranger("ami", host)).actor, ines)
    browser = await shop.sign_in("ines")
    post = await published(shop, browser)
    page = await browser.get(f"/posts/{post.id}/delete")
    assert "2 autres serveurs sont priés" in page.text
    inside = await published(shop, browser, "Entre nous", "site")
    assert "aucun autre serveur" in (await browser.get(f"/posts/{inside.id}/delete")).text


async def test_a_deleted_post_leaves_no_version_and_no_file(shop: Shop) -> None:
    browser, ines = await shop.sign_in("ines"), await shop.person("ines")
    opened = fields_of(await browser.get("/compose")) | {"text": "Avec", "audience": "public"}
    await browser.post("/posts", opened, files=[PDF])
    post = await only(shop)
    await browser.post(f"/posts/{post.id}/edit", {**fields_of(await browser.get(f"/posts/{post.id}/edit")), "text": "Après"})
    assert await shop.site.read(count_versions, post.id) == 1
    for _ in range(2):
        assert (await browser.post(f"/posts/{post.id}/delete")).status_code == 303
    assert await shop.site.read(count_versions, post.id) == 0
    assert await shop.site.read(list_of_actor, ines.id) == []
    assert (await shop.get(f"/posts/{post.id}/history", accept=HTML)).status_code == 410
    assert (await browser.get(f"/posts/{post.id}/edit")).status_code == 410


async def test_an_edit_that_comes_after_the_delete_brings_nothing_back(shop: Shop) -> None:
    browser, ines = await shop.sign_in("ines"), await shop.person("ines")
    post = await published(shop, browser, "Avant #soldes")
    now = shop.site.clock.now()
    await shop.site.write(delete_post, shop.site, ines, post.id, now)
    with pytest.raises(Gone):
        await shop.site.write(edit_post, shop.site, ines, post.id, Draft("Après #soldes", post.audience), now)
    left = await stored(shop, post.id)
    assert (left.content, left.source, left.tags) == ("", None, ())
