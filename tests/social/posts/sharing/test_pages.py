"""What other programs may show of a post: public ones of ours, cleaned; of everything else not even that it exists."""

import re
from html import unescape
from pathlib import Path

import pytest

from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import delete_post
from fedirse.social.posts.model import Attachment, Post
from tests.federation.network import say
from tests.visitors import AS2, EVERYBODY, ORIGIN, Shop, open_shop

SECRET = "Le code de l’alarme est 4711"
NOT_PUBLIC = [AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.SITE]


def oembed(url: str, more: str = "") -> str:
    return f"/oembed?url={url}{more}"


async def public(shop: Shop, text: str = "Bonjour à tous", **values: object) -> Post:
    return await shop.receive(await shop.person("marc"), f"<p>{text}</p>", EVERYBODY, local=True, **values)


def meta(page: str) -> dict[str, str]:
    """The properties that a page says about itself, by name."""
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]*)" content="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


# oEmbed


@pytest.mark.attack("PRV-020")
@pytest.mark.parametrize("audience", NOT_PUBLIC)
async def test_what_is_not_for_everybody_is_answered_as_what_does_not_exist(audience: AudienceKind, shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), f"@ines {SECRET}", audience)
    ines, marc, outsider = await shop.sign_in("ines"), await shop.token("marc"), await shop.stranger("karim")
    missing = await shop.get(oembed(f"{ORIGIN}/posts/01JD0000000000000000000000"))
    path = oembed(f"{ORIGIN}/posts/{post.id}")
    answers = [
        await shop.get(path),
        await ines.get(path),
        await shop.get(path, token=marc),
        await shop.get(path, signer=outsider),
        await shop.get(path, accept=AS2),
        await shop.get(path, headers={"if-none-match": "*"}),
    ]
    assert {(answer.status_code, answer.content, answer.headers.get("etag")) for answer in answers} == {(404, missing.content, None)}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "https://evil.example/posts/1",
        f"{ORIGIN}/@marc",
        f"{ORIGIN}/",
        f"{ORIGIN}.evil.example/posts/1",
        "javascript:alert(1)",
        f"{ORIGIN}/posts/../posts/1",
    ],
)
async def test_only_a_post_of_ours_can_be_asked_about(url: str, shop: Shop) -> None:
    assert (await shop.get(oembed(url))).status_code == 404


async def test_a_post_of_another_server_and_a_deleted_one_are_not_there(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    foreign = await shop.receive(stranger.actor, "<p>Bonjour</p>")
    own = await public(shop)
    await shop.site.write(delete_post, shop.site, await shop.person("marc"), own.id, shop.site.clock.now())
    for post in (foreign, own):
        assert (await shop.get(oembed(f"{ORIGIN}/posts/{post.id}"))).status_code == 404


async def test_a_public_post_is_described(shop: Shop) -> None:
    post = await public(shop)
    response = await shop.get(oembed(f"{ORIGIN}/posts/{post.id}", "&format=json&maxwidth=400"))
    said = response.json()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert (said["type"], said["version"], said["width"]) == ("rich", "1.0", 400)
    assert (said["author_name"], said["author_url"]) == ("Marc Weber", f"{ORIGIN}/@marc")
    assert (said["provider_name"], said["title"]) == ("Magasin de Colmar", "Bonjour à tous")
    assert said["html"].startswith(f'<blockquote cite="{ORIGIN}/posts/{post.id}"><p>Bonjour à tous</p>')


@pytest.mark.attack("CNT-006")
@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<iframe src="https://evil.example"></iframe>',
        "</blockquote><script>",
    ],
)
async def test_what_is_given_to_others_runs_nothing(text: str, shop: Shop) -> None:
    post = await public(shop, text, title=text, warning="" if "iframe" in text else text)
    html = (await shop.get(oembed(f"{ORIGIN}/posts/{post.id}"))).json()["html"]
    assert not re.search(r"<(?!/?(blockquote|p|strong|a|span)\b)|<[^>]*\bon\w+=|<[^>]*javascript:", html)


async def test_of_a_post_with_a_warning_only_the_warning_is_given(shop: Shop) -> None:
    post = await public(shop, "Détails", warning="Sang")
    said = (await shop.get(oembed(f"{ORIGIN}/posts/{post.id}"))).json()
    assert "Détails" not in str(said)
    assert "<p>Sang</p>" in said["html"]


async def test_a_long_post_is_given_in_part(shop: Shop) -> None:
    post = await public(shop, "Bien des mots encore. " * 500)
    assert len((await shop.get(oembed(f"{ORIGIN}/posts/{post.id}"))).json()["html"]) < 2000


@pytest.mark.parametrize(
    ("asked", "given"), [("", 600), ("10", 220), ("99999999999999999999", 600), ("-1", 600), ("x", 600), ("¹", 600), ("500", 500)]
)
async def test_the_width_stays_within_reason(asked: str, given: int, shop: Shop) -> None:
    post = await public(shop)
    assert (await shop.get(oembed(f"{ORIGIN}/posts/{post.id}", f"&maxwidth={asked}"))).json()["width"] == given


async def test_another_format_is_not_offered(shop: Shop) -> None:
    post = await public(shop)
    assert (await shop.get(oembed(f"{ORIGIN}/posts/{post.id}", "&format=xml"))).status_code == 501


# The head of pages


async def test_a_public_post_says_what_a_card_of_it_shows(shop: Shop) -> None:
    picture = Attachment(f"{ORIGIN}/media/1/k/full.webp", "image/webp", alt='Une "perceuse"')
    foreign = Attachment("https://files.example/a.png", "image/png")
    post = await public(shop, attachments=(foreign, picture))
    page = (await shop.get(f"/posts/{post.id}")).text
    said = meta(page)
    assert said["og:url"] == f"{ORIGIN}/posts/{post.id}"
    assert (said["og:title"], said["og:description"]) == ("Marc Weber", "Bonjour à tous")
    assert (said["og:image"], said["og:image:alt"]) == (picture.url, 'Une "perceuse"')
    assert said["twitter:card"] == "summary_large_image"
    link = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page)
    assert link is not None
    assert (await shop.get(unescape(link[1]).removeprefix(ORIGIN))).json()["type"] == "rich"


async def test_a_picture_on_the_host_for_files_is_one_of_ours(made_site: Path, tmp_path: Path) -> None:
    async with open_shop(made_site, tmp_path, media_domain="fichiers.magasin.example") as shop:
        picture = Attachment("https://fichiers.magasin.example/media/1/k/full.webp", "image/webp")
        post = await public(shop, attachments=(picture,))
        assert meta((await shop.get(f"/posts/{post.id}")).text)["og:image"] == picture.url


async def test_a_post_without_a_picture_has_a_small_card(shop: Shop) -> None:
    post = await public(shop)
    said = meta((await shop.get(f"/posts/{post.id}")).text)
    assert said["twitter:card"] == "summary"
    assert "og:image" not in said


async def test_a_picture_that_waits_for_a_click_is_on_no_card(shop: Shop) -> None:
    picture = Attachment(f"{ORIGIN}/media/1/k/full.webp", "image/webp")
    for values in ({"sensitive": True}, {"warning": "Sang"}):
        post = await public(shop, "Détails", uri=f"{ORIGIN}/posts/{values}", attachments=(picture,), **values)
        said = meta((await shop.get(f"/posts/{post.id}")).text)
        assert "og:image" not in said
        assert said["og:description"] == ("Sang" if "warning" in values else "Détails")


@pytest.mark.attack("PRV-020")
@pytest.mark.parametrize("audience", NOT_PUBLIC)
async def test_the_head_of_a_page_for_some_says_nothing_to_other_programs(audience: AudienceKind, shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), f"@ines {SECRET}", audience)
    for page in (await (await shop.sign_in("marc")).get(f"/posts/{post.id}"), await shop.get(f"/posts/{post.id}")):
        assert meta(page.text) == {}
        assert "oembed" not in page.text
    assert SECRET not in (await shop.get(f"/posts/{post.id}")).text


@pytest.mark.parametrize("path", ["/", "/local", "/@marc"])
async def test_a_page_made_for_who_is_signed_in_has_no_card(path: str, shop: Shop) -> None:
    await public(shop)
    assert meta((await shop.get(path)).text)["og:site_name"] == "Magasin de Colmar"
    assert meta((await (await shop.sign_in("lea")).get(path)).text) == {}


async def test_a_profile_of_another_server_has_no_card_here(shop: Shop) -> None:
    await shop.stranger("karim")
    assert meta((await shop.get("/@karim@ailleurs.example")).text) == {}


async def test_an_unlisted_post_can_be_shared_by_who_has_its_address(shop: Shop) -> None:
    post = await shop.receive(await shop.person("marc"), "<p>Discret</p>", Audience(AudienceKind.PUBLIC, listed=False), local=True)
    assert (await shop.get(oembed(f"{ORIGIN}/posts/{post.id}"))).status_code == 200
