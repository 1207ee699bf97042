"""Feeds hold what everybody may read, whoever asks for them, and say when nothing has changed."""

import pytest

from fedirse.base import limits
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import delete_post
from fedirse.social.posts.model import Attachment, Post
from fedirse.storage.actors import mark_actor_gone
from tests.federation.network import say
from tests.social.timelines.feeds.parsed import parsed
from tests.visitors import EVERYBODY, ORIGIN, Shop

ATOM = "{http://www.w3.org/2005/Atom}"
SECRET = "Le code de l’alarme est 4711"
FEEDS = ["/feed", "/@marc/feed", "/tags/secret/feed"]
BOTH = [*FEEDS, *(f"{path}.rss" for path in FEEDS)]


async def public(shop: Shop, text: str = "Bonjour #secret", **values: object) -> Post:
    marc = await shop.person("marc")
    return await shop.receive(marc, f"<p>{text}</p>", EVERYBODY, local=True, tags=("secret",), **values)


def contents(body: str) -> list[str]:
    return [entry.findtext(f"{ATOM}content") or "" for entry in parsed(body).findall(f"{ATOM}entry")]


@pytest.mark.attack("PRV-019")
@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.SITE])
@pytest.mark.parametrize("path", BOTH)
async def test_a_feed_never_holds_what_is_not_for_everybody(path: str, audience: AudienceKind, shop: Shop) -> None:
    before = await shop.get(path)
    await say(shop.site, await shop.person("marc"), f"@ines {SECRET} #secret", audience)
    ines, outsider = await shop.sign_in("ines"), await shop.stranger("karim")
    await shop.let_follow(outsider.actor, await shop.person("marc"))
    answers = [
        await shop.get(path),
        await ines.get(path),
        await shop.get(path, signer=outsider),
        await shop.get(path, token=await shop.token("ines")),
    ]
    assert before.status_code == 200
    assert {answer.content for answer in answers} == {before.content}
    assert {answer.headers["etag"] for answer in answers} == {before.headers["etag"]}


@pytest.mark.parametrize("path", BOTH)
async def test_an_unlisted_post_is_in_no_feed(path: str, shop: Shop) -> None:
    before = (await shop.get(path)).content
    unlisted = Audience(AudienceKind.PUBLIC, listed=False)
    await shop.receive(await shop.person("marc"), "<p>Discrètement</p>", unlisted, local=True, tags=("secret",))
    assert (await shop.get(path)).content == before


@pytest.mark.parametrize("path", FEEDS)
async def test_a_feed_holds_public_posts_in_both_formats(path: str, shop: Shop) -> None:
    post = await public(shop)
    atom, rss = await shop.get(path), await shop.get(f"{path}.rss")
    assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert rss.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert atom.headers["cache-control"] == "public, max-age=60"
    assert contents(atom.text) == ["<p>Bonjour #secret</p>"]
    item = parsed(rss.text).find("channel/item")
    assert item is not None
    assert item.findtext("description") == "<p>Bonjour #secret</p>"
    assert item.findtext("guid") == post.uri
    link = parsed(atom.text).find(f"{ATOM}link[@rel='self']")
    assert link is not None
    assert link.get("href") == f"{ORIGIN}{path}"


async def test_a_profile_says_where_its_feed_is(shop: Shop) -> None:
    await public(shop)
    for path, feed in (("/", "/feed"), ("/@marc", "/@marc/feed"), ("/tags/secret", "/tags/secret/feed")):
        page = (await shop.get(path)).text
        assert f'<link rel="alternate" type="application/atom+xml" href="{ORIGIN}{feed}"' in page
        assert f'<link rel="alternate" type="application/rss+xml" href="{ORIGIN}{feed}.rss"' in page


async def test_a_feed_of_a_person_leaves_out_answers_and_boosts(shop: Shop) -> None:
    first = await public(shop, "Bonjour")
    await say(shop.site, await shop.person("marc"), "Une réponse", reply_to=first)
    assert contents((await shop.get("/@marc/feed")).text) == ["<p>Bonjour</p>"]


async def test_a_feed_is_bounded(shop: Shop) -> None:
    for number in range(limits.FEED_ITEMS):
        await public(shop, f"Numéro {number}", uri=f"{ORIGIN}/posts/{number}")
    assert len(contents((await shop.get("/@marc/feed")).text)) == limits.FEED_ITEMS
    await public(shop, "Un de plus", uri=f"{ORIGIN}/posts/plus")
    assert len(contents((await shop.get("/@marc/feed")).text)) == limits.FEED_ITEMS


async def test_scripts_and_handlers_of_others_are_not_in_a_feed(shop: Shop) -> None:
    await public(shop, '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">ici</a>')
    (content,) = contents((await shop.get("/feed")).text)
    assert content == '<p><a rel="nofollow noopener noreferrer ugc">ici</a></p>'


async def test_what_waits_for_a_click_is_warned_of_and_not_attached(shop: Shop) -> None:
    file = Attachment("https://files.example/a.png", "image/png", alt="Une plaie")
    await public(shop, "À voir", warning="Sang", sensitive=True, attachments=(file,))
    feed = (await shop.get("/feed")).text
    assert "files.example" not in feed
    assert contents(feed)[0].startswith("<p><strong>Sang</strong></p><hr>")
    assert "<title>Sang</title>" in feed


async def test_files_are_enclosed(shop: Shop) -> None:
    await public(
        shop,
        attachments=(Attachment("https://files.example/a.png", "image/png", alt="Une perceuse"), Attachment("javascript:1", "image/png")),
    )
    entry = parsed((await shop.get("/feed")).text).find(f"{ATOM}entry")
    assert entry is not None
    assert [link.get("href") for link in entry.findall(f"{ATOM}link[@rel='enclosure']")] == ["https://files.example/a.png"]


async def test_who_has_the_feed_already_is_told_so(shop: Shop) -> None:
    post = await public(shop)
    first = await shop.get("/feed")
    same_tag = await shop.get("/feed", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    same_date = await shop.get("/feed", headers={"if-modified-since": first.headers["last-modified"]})
    other = await shop.get("/feed", headers={"if-none-match": '"other"', "if-modified-since": first.headers["last-modified"]})
    broken = await shop.get("/feed", headers={"if-modified-since": "yesterday"})
    assert [answer.status_code for answer in (same_tag, same_date, other, broken)] == [304, 304, 200, 200]
    assert same_tag.content == b""
    await shop.site.write(delete_post, shop.site, await shop.person("marc"), post.id, shop.site.clock.now())
    gone = await shop.get("/feed", headers={"if-none-match": first.headers["etag"], "if-modified-since": first.headers["last-modified"]})
    assert (gone.status_code, contents(gone.text)) == (200, [])


@pytest.mark.parametrize("path", ["/@nobody/feed", "/@karim@ailleurs.example/feed", "/@karim/feed.rss", "/tags/a%0Ab/feed"])
async def test_there_is_no_feed_of_nobody_nor_of_whom_another_server_speaks_for(path: str, shop: Shop) -> None:
    await shop.stranger("karim")
    assert (await shop.get(path)).status_code == 404


async def test_the_feed_of_who_is_gone_is_gone(shop: Shop) -> None:
    await shop.site.write(mark_actor_gone, (await shop.person("marc")).id, shop.site.clock.now())
    assert (await shop.get("/@marc/feed")).status_code == 410
