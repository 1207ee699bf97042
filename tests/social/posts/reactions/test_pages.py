"""The buttons under a post: what they do, for whom, and what they tell nobody."""

import re
from datetime import timedelta
from html import unescape

import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.types import Reader
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import delete_post, reader_for
from fedirse.social.posts.model import Post
from fedirse.social.posts.reactions.model import Mine
from fedirse.social.posts.reactions.store import find_like, list_bookmarks, list_mine
from fedirse.social.posts.store import get_readable_post
from tests.federation.network import say
from tests.visitors import ORIGIN, Shop

MISSING = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
NAMES = ["like", "unlike", "boost", "unboost", "bookmark", "unbookmark"]
SECRET = "Le code de l’alarme est 4711"
JSON = {"accept": "application/json"}


async def mine(shop: Shop, handle: str, post: Post) -> Mine | None:
    """What one of the people did with a post."""
    actor = await shop.person(handle)
    return (await shop.site.read(list_mine, actor.id, [post.id])).get(post.id)


async def again(shop: Shop, post: Post) -> Post:
    return await shop.site.read(get_readable_post, post.id, reader_for(await shop.person("marc")))


def bar(html: str, post: Post) -> str:
    """The buttons under a post, as HTML."""
    found = re.search(rf'<form class="acts"[^>]*data-post="{post.id}">(.*?)</form>', html, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


async def test_nobody_reacts_without_signing_in(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    stranger = await shop.sign_in("ines")
    stranger.cookies = {}
    for name in NAMES:
        answer = await stranger.post(f"/posts/{post.id}/{name}")
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
    assert (await again(shop, post)).likes == 0


async def test_a_form_of_another_page_changes_nothing(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    ines = await shop.sign_in("ines")
    for name in NAMES:
        assert (await ines.post(f"/posts/{post.id}/{name}", token="x")).status_code == 403
        assert (await ines.post(f"/posts/{post.id}/{name}", headers={"origin": "https://evil.example"})).status_code == 403
    assert await mine(shop, "ines", post) is None


@pytest.mark.attack("PRV-028")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("audience", [AudienceKind.DIRECT, AudienceKind.FOLLOWERS])
async def test_what_one_may_not_read_answers_like_what_does_not_exist(shop: Shop, name: str, audience: AudienceKind) -> None:
    text = f"@lea {SECRET}" if audience is AudienceKind.DIRECT else SECRET
    hidden = await say(shop.site, await shop.person("marc"), text, audience)
    ines = await shop.sign_in("ines")
    refused = await ines.post(f"/posts/{hidden.id}/{name}", headers=JSON)
    nothing = await ines.post(f"/posts/{MISSING}/{name}", headers=JSON)
    assert (refused.status_code, nothing.status_code) == (404, 404)
    assert refused.content == nothing.content
    assert SECRET not in refused.text


async def test_a_reader_does_not_boost(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    lea = await shop.sign_in("lea")
    assert (await lea.post(f"/posts/{post.id}/boost")).status_code == 403
    assert "/boost" not in (await lea.get(f"/posts/{post.id}")).text


async def test_what_is_not_public_is_not_boosted(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Entre nous", AudienceKind.SITE)
    ines = await shop.sign_in("ines")
    assert (await ines.post(f"/posts/{post.id}/boost")).status_code == 403
    assert f"/posts/{post.id}/boost" not in (await ines.get(f"/posts/{post.id}")).text


async def test_what_was_deleted_takes_no_reaction(shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await say(shop.site, marc, "Bonjour")
    await shop.site.write(delete_post, shop.site, marc, post.id, shop.site.clock.now())
    ines = await shop.sign_in("ines")
    for name in NAMES:
        assert (await ines.post(f"/posts/{post.id}/{name}")).status_code == 410
    assert await mine(shop, "ines", post) is None


@pytest.mark.parametrize(
    ("name", "state"), [("like", Mine(liked=True)), ("boost", Mine(boosted=True)), ("bookmark", Mine(bookmarked=True))]
)
async def test_a_button_does_it_and_the_same_button_takes_it_back(shop: Shop, name: str, state: Mine) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    ines = await shop.sign_in("ines")
    before = bar((await ines.get(f"/posts/{post.id}")).text, post)
    assert re.search(rf'formaction="/posts/{post.id}/{name}"[^>]* aria-pressed="false"', before)
    await ines.post(f"/posts/{post.id}/{name}")
    assert await mine(shop, "ines", post) == state
    after = bar((await ines.get(f"/posts/{post.id}")).text, post)
    assert re.search(rf'formaction="/posts/{post.id}/un{name}"[^>]* aria-pressed="true"', after)
    await ines.post(f"/posts/{post.id}/un{name}")
    assert await mine(shop, "ines", post) is None
    assert (await again(shop, post)).likes == (await again(shop, post)).boosts == 0


@pytest.mark.parametrize("name", NAMES)
async def test_a_double_click_changes_nothing_more(shop: Shop, name: str) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    ines = await shop.sign_in("ines")
    await ines.post(f"/posts/{post.id}/{name.removeprefix('un')}")
    first = await ines.post(f"/posts/{post.id}/{name}", headers=JSON)
    second = await ines.post(f"/posts/{post.id}/{name}", headers=JSON)
    assert first.json() == second.json()


async def test_a_second_click_keeps_the_id_by_which_a_like_is_taken_back(shop: Shop) -> None:
    karim = await shop.stranger("karim")
    post = await shop.receive(karim.actor, "<p>Bonjour</p>")
    ines, clock = await shop.sign_in("ines"), shop.site.clock
    assert isinstance(clock, FixedClock)
    actor = await shop.person("ines")
    await ines.post(f"/posts/{post.id}/like")
    sent = await shop.site.read(find_like, post.id, actor.id)
    clock.advance(timedelta(seconds=1))
    await ines.post(f"/posts/{post.id}/like")
    assert sent is not None
    assert await shop.site.read(find_like, post.id, actor.id) == sent


async def test_a_script_is_told_what_is_so_now_in_the_readers_language(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    answer = await (await shop.sign_in("ines")).post(f"/posts/{post.id}/like", headers=JSON)
    assert answer.json() == {
        "liked": True,
        "boosted": False,
        "bookmarked": False,
        "likes": "1",
        "boosts": "",
        "says": "Vous aimez cette publication.",
    }
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("typed", "referer", "goes"),
    [
        ("/", "", "/#post-"),
        ("/tags/jardin", "/tags/jardin?before=01ARZ3NDEKTSV4RRFFQ69G5FAV", "/tags/jardin?before=01ARZ3NDEKTSV4RRFFQ69G5FAV#post-"),
        ("/", "/elsewhere?x=1", "/#post-"),
        ("/local#x", "", "/local#post-"),
        ("https://evil.example/", "", None),
        ("//evil.example/", "", None),
        ("", "", None),
    ],
)
async def test_a_button_comes_back_to_its_post_where_it_was_seen(shop: Shop, typed: str, referer: str, goes: str | None) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    ines = await shop.sign_in("ines")
    headers = {"referer": f"{ORIGIN}{referer}"} if referer else {}
    answer = await ines.post(f"/posts/{post.id}/like", {"return_to": typed}, headers=headers)
    assert answer.status_code == 303
    assert answer.headers["location"] == (goes or f"/posts/{post.id}#post-") + post.id


async def test_a_bookmark_is_told_to_nobody(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, "<p>Bonjour</p>")
    ines = await shop.sign_in("ines")
    await ines.post(f"/posts/{post.id}/bookmark")
    marc = await shop.person("marc")
    assert await shop.site.read(list_bookmarks, Reader(marc.id, marc.uri, marc.host, local=True), limit=10) == []
    assert bar((await (await shop.sign_in("marc")).get(f"/posts/{post.id}")).text, post).count('aria-pressed="true"') == 0
    for path in (f"/posts/{post.id}", "/@ines"):
        assert "bookmark" not in (await shop.get(path)).text


async def test_the_menu_offers_what_may_be_done(shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await say(shop.site, marc, "Bonjour")
    own = bar((await (await shop.sign_in("marc")).get(f"/posts/{post.id}")).text, post)
    other = bar((await (await shop.sign_in("ines")).get(f"/posts/{post.id}")).text, post)
    assert [f"/posts/{post.id}/edit" in own, f"/posts/{post.id}/delete" in own, "/report" in own] == [True, True, False]
    assert [f"/posts/{post.id}/edit" in other, f"/posts/{post.id}/delete" in other] == [False, False]
    assert f"/report?post={post.id}" in other
    assert "/history" not in other


async def test_what_comes_from_elsewhere_leads_to_its_original(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, "<p>Bonjour</p>")
    html = bar((await (await shop.sign_in("ines")).get(f"/posts/{post.id}")).text, post)
    assert f'href="{post.url}" rel="nofollow noopener noreferrer"' in html


async def test_every_button_has_words(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    html = bar((await (await shop.sign_in("ines")).get(f"/posts/{post.id}")).text, post)
    words = [unescape(found) for found in re.findall(r'<span class="sr">(.*?)</span>', html)]
    assert words == ["Répondre", "Partager", "J’aime", "Signet", "Plus d’actions sur cette publication"]


async def test_who_is_not_signed_in_sees_counts_and_no_buttons(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour")
    await (await shop.sign_in("ines")).post(f"/posts/{post.id}/like")
    html = (await shop.get(f"/posts/{post.id}")).text
    assert 'class="acts"' not in html
    assert "<form" not in html.partition("<main")[2].partition("</main>")[0]
    assert "1 j’aime" in " ".join(html.split())


async def test_what_one_did_is_found_for_many_posts_at_once(shop: Shop) -> None:
    marc = await shop.person("marc")
    posts = [await say(shop.site, marc, f"Numéro {number}") for number in range(4)]
    ines = await shop.sign_in("ines")
    for post, name in zip(posts, ("like", "boost", "bookmark"), strict=False):
        await ines.post(f"/posts/{post.id}/{name}")
    actor = await shop.person("ines")
    found = await shop.site.read(list_mine, actor.id, [post.id for post in posts])
    assert found == {posts[0].id: Mine(liked=True), posts[1].id: Mine(boosted=True), posts[2].id: Mine(bookmarked=True)}


async def test_a_post_of_this_site_only_is_bookmarked(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Entre nous", AudienceKind.SITE)
    lea = await shop.sign_in("lea")
    await lea.post(f"/posts/{post.id}/bookmark")
    assert post.audience == Audience(AudienceKind.SITE)
    assert "Entre nous" in (await lea.get("/bookmarks")).text
