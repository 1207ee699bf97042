"""Files of a composer: added, described, arranged, published with the post, and nothing typed is lost on the way."""

import re
from datetime import timedelta

import httpx
import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import StorageFull
from fedirse.social.media.actions import sweep
from fedirse.social.media.store import list_of_actor, list_of_item
from fedirse.social.posts.composing.files import actions
from tests.social.media.pictures import photo
from tests.social.posts.composing.composer import drafts_of, fields_of, posts_of
from tests.visitors import AS2, Browser, Shop

Files = list[tuple[str, tuple[str, bytes, str]]]


def picture(name: str = "rayon.jpg", colour: str = "red") -> tuple[str, tuple[str, bytes, str]]:
    return ("files", (name, photo(colour=colour), "image/jpeg"))


PDF = ("files", ("tarifs.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf"))
NO_PICTURE = ("files", ("faux.png", b"<html><script>alert(1)</script>", "image/png"))


async def add(browser: Browser, fields: dict[str, object], files: Files, **more: object) -> httpx.Response:
    """Choose files and press "Add", then see the composer again."""
    response = await browser.post(f"/drafts/{fields['draft']}", {**fields, **more, "add": "1"}, files=files)
    return await browser.get(response.headers["location"]) if response.status_code == 303 else response


def ids(fields: dict[str, object]) -> list[str]:
    found = fields.get("file", [])
    return [found] if isinstance(found, str) else list(found)  # type: ignore[call-overload]


async def test_a_picture_is_added_described_and_published(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields = fields_of(await browser.get("/compose"))
    page = await add(browser, fields, [picture()], text="Le rayon", audience="public")
    fields = fields_of(page)
    (media_id,) = ids(fields)
    assert fields["text"] == "Le rayon"
    shown = re.search(r'<img class="composer-picture" src="([^"]+)"', page.text)
    assert shown is not None
    assert (await browser.get(shown[1])).headers["content-type"] == "image/webp"
    response = await browser.post("/posts", {**fields, f"alt-{media_id}": "Un rayon rouge"})
    (post,) = await posts_of(shop, "ines")
    (attachment,) = post.attachments
    assert response.headers["location"] == f"/posts/{post.id}"
    assert (attachment.alt, attachment.media_type, attachment.width, attachment.height) == ("Un rayon rouge", "image/webp", 60, 40)
    (sent,) = (await shop.get(f"/posts/{post.id}", accept=AS2)).json()["attachment"]
    assert sent["name"] == "Un rayon rouge"
    assert sent["url"].startswith("https://magasin.example/media/")


async def test_a_post_may_be_a_picture_alone(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields = fields_of(await add(browser, fields_of(await browser.get("/compose")), [picture()], audience="site"))
    assert (await browser.post("/posts", {**fields, f"alt-{ids(fields)[0]}": "Rouge"})).status_code == 303
    (post,) = await posts_of(shop, "ines")
    assert (post.content, len(post.attachments)) == ("", 1)


async def test_pictures_without_words_are_asked_about_once(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields = fields_of(await browser.get("/compose"))
    asked = await browser.post("/posts", {**fields, "text": "Voilà", "audience": "public"}, files=[picture()])
    assert asked.status_code == 422
    assert "Dites ce que montre chaque image" in asked.text
    assert await posts_of(shop, "ines") == []
    again = fields_of(asked)
    assert again["text"] == "Voilà"
    assert (await browser.post("/posts", again)).status_code == 303
    (post,) = await posts_of(shop, "ines")
    assert [attachment.alt for attachment in post.attachments] == [""]


async def test_a_document_is_known_by_its_name_and_needs_no_words(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields = fields_of(await browser.get("/compose"))
    assert (await browser.post("/posts", {**fields, "text": "Les tarifs", "audience": "public"}, files=[PDF])).status_code == 303
    (post,) = await posts_of(shop, "ines")
    assert [(one.alt, one.media_type) for one in post.attachments] == [("tarifs.pdf", "application/pdf")]


async def test_what_cannot_be_added_is_named_and_the_rest_is_kept(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields = fields_of(await browser.get("/compose"))
    for path in (f"/drafts/{fields['draft']}", "/posts"):
        response = await browser.post(path, {**fields, "text": "Deux fichiers", "audience": "public"}, files=[NO_PICTURE, picture()])
        assert response.status_code in {409, 422}
        assert "<bdi>faux.png</bdi>" in response.text
        again = fields_of(response)
        assert again["text"] == "Deux fichiers"
        assert len(ids(again)) == 1
        fields = fields_of(await browser.get("/compose"))
    assert await posts_of(shop, "ines") == []


async def test_files_are_moved_up_and_taken_away(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields = fields_of(await add(browser, fields_of(await browser.get("/compose")), [picture("a.jpg"), picture("b.jpg"), PDF]))
    a, b, c = ids(fields)
    fields = fields_of(await add(browser, fields, [], earlier=c))
    assert ids(fields) == [a, c, b]
    fields = fields_of(await add(browser, fields, [], remove=a))
    assert ids(fields) == [c, b]
    ines = await shop.person("ines")
    assert {one.id for one in await shop.site.read(list_of_actor, ines.id)} == {b, c}


async def test_a_post_takes_so_many_files_and_not_one_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ATTACHMENTS_PER_POST", 2)
    browser = await shop.sign_in("ines")
    fields = fields_of(await browser.get("/compose"))
    response = await add(browser, fields, [PDF, PDF, ("files", ("de-trop.pdf", PDF[1][1], "application/pdf"))], text="Trois")
    assert response.status_code == 422
    assert "de-trop.pdf" in response.text
    assert len(ids(fields_of(response))) == 2
    (draft,) = await drafts_of(shop, "ines")
    assert len(draft.typed.files) == 2


async def test_the_files_of_a_draft_outlast_the_night_and_go_with_it(shop: Shop) -> None:
    browser, ines = await shop.sign_in("ines"), await shop.person("ines")
    fields = fields_of(await add(browser, fields_of(await browser.get("/compose")), [PDF], text="Demain"))
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(hours=limits.FORGOTTEN_UPLOAD_HOURS + 2))
    await sweep(shop.site, clock.now())
    assert len(await shop.site.read(list_of_actor, ines.id)) == 1
    await browser.post(f"/drafts/{fields['draft']}/delete")
    assert await shop.site.read(list_of_actor, ines.id) == []


async def test_the_files_of_others_are_never_taken(shop: Shop) -> None:
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    fields = fields_of(await add(ines, fields_of(await ines.get("/compose")), [PDF], text="À moi"))
    stolen = fields_of(await marc.get("/compose")) | {"text": "À moi aussi", "audience": "public", "file": fields["file"]}
    response = await marc.post("/posts", stolen)
    assert response.status_code == 422
    assert "Un des fichiers n’est plus là" in response.text
    assert "tarifs.pdf" not in response.text
    await marc.post(f"/drafts/{stolen['draft']}", stolen)
    await marc.post(f"/drafts/{stolen['draft']}/delete")
    assert len(await shop.site.read(list_of_actor, (await shop.person("ines")).id)) == 1
    assert (await ines.post("/posts", {**fields, "audience": "public"})).status_code == 303


async def test_a_file_is_part_of_one_post_only(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    fields = fields_of(await add(browser, fields_of(await browser.get("/compose")), [PDF], text="Un", audience="public"))
    await browser.post("/posts", fields)
    other = fields_of(await browser.get("/compose")) | {"text": "Deux", "audience": "public", "file": fields["file"]}
    assert (await browser.post("/posts", other)).status_code == 422
    (post,) = await posts_of(shop, "ines")
    assert len(await shop.site.read(list_of_item, post.id)) == 1


async def test_a_full_disk_refuses_the_file_and_keeps_the_words(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StorageFull

    monkeypatch.setattr(actions, "accept_upload", full)
    browser = await shop.sign_in("ines")
    fields = fields_of(await browser.get("/compose"))
    response = await browser.post("/posts", {**fields, "text": "Mes mots", "audience": "public"}, files=[PDF])
    assert response.status_code == 503
    assert "tarifs.pdf" in response.text
    assert fields_of(response)["text"] == "Mes mots"
    assert await posts_of(shop, "ines") == []


async def test_a_post_shows_its_pictures_small_with_a_link_to_the_large_one(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    big = ("files", ("grand.jpg", photo(900, 300), "image/jpeg"))
    fields = fields_of(await add(browser, fields_of(await browser.get("/compose")), [big, PDF], text="Voir", audience="site"))
    first, _ = ids(fields)
    response = await browser.post("/posts", {**fields, f"alt-{first}": 'Un "grand" rayon'})
    page = (await browser.get(response.headers["location"])).text
    shown = re.search(
        r'<a class="picture" href="([^"]+/full.webp)"><img src="([^"]+/small.webp)" alt="([^"]+)" loading="lazy" width="640" height="213">',
        page,
    )
    assert shown is not None
    assert shown[3] == "Un &#34;grand&#34; rayon"
    for address in shown[1], shown[2]:
        assert (await browser.get(address)).status_code == 200
        assert (await shop.get(address)).status_code == 404
    assert "tarifs.pdf" in page


async def test_a_file_that_another_tab_added_is_not_lost_when_this_one_publishes(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    early = fields_of(await browser.get("/compose"))
    await add(browser, early, [PDF], text="Les tarifs", audience="public")
    await browser.post("/posts", {**early, "text": "Les tarifs", "audience": "public"})
    assert [post.attachments for post in await posts_of(shop, "ines")] == [()]
    (draft,) = await drafts_of(shop, "ines")
    assert len(draft.typed.files) == 1
    ines = await shop.person("ines")
    assert len(await shop.site.read(list_of_actor, ines.id, limit=10)) == 1
