"""The page of one's own bookmarks."""

from datetime import timedelta

import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.model import Follow, FollowState
from fedirse.social.follows.store import remove_follow, save_follow
from fedirse.social.posts.actions import delete_post
from tests.federation.network import START, say
from tests.visitors import Shop


async def test_bookmarks_are_for_who_is_signed_in(shop: Shop) -> None:
    answer = await shop.get("/bookmarks")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fbookmarks")


async def test_an_empty_page_says_how_it_is_filled(shop: Shop) -> None:
    assert "Rien n’est encore gardé ici" in (await (await shop.sign_in("lea")).get("/bookmarks")).text


async def test_the_latest_bookmark_stands_first_whatever_the_age_of_the_post(shop: Shop) -> None:
    marc = await shop.person("marc")
    old, new = await say(shop.site, marc, "Ancien"), await say(shop.site, marc, "Nouveau")
    lea = await shop.sign_in("lea")
    for post in (new, old):
        assert isinstance(shop.site.clock, FixedClock)
        shop.site.clock.advance(timedelta(seconds=1))
        await lea.post(f"/posts/{post.id}/bookmark")
    html = (await lea.get("/bookmarks")).text
    assert html.index("Ancien") < html.index("Nouveau")


async def test_nobody_sees_the_bookmarks_of_another(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour à tous")
    await (await shop.sign_in("lea")).post(f"/posts/{post.id}/bookmark")
    assert "Bonjour à tous" not in (await (await shop.sign_in("ines")).get("/bookmarks")).text


@pytest.mark.attack("PRV-028")
async def test_what_may_no_longer_be_read_is_no_longer_listed(shop: Shop) -> None:
    marc, lea_actor = await shop.person("marc"), await shop.person("lea")
    await shop.site.write(save_follow, Follow(lea_actor.id, marc.id, "https://x.example/1", FollowState.ACCEPTED, START))
    post = await say(shop.site, marc, "Pour mes abonnés", AudienceKind.FOLLOWERS)
    lea = await shop.sign_in("lea")
    await lea.post(f"/posts/{post.id}/bookmark")
    assert "Pour mes abonnés" in (await lea.get("/bookmarks")).text
    await shop.site.write(remove_follow, lea_actor.id, marc.id)
    assert "Pour mes abonnés" not in (await lea.get("/bookmarks")).text


async def test_a_deleted_post_is_no_longer_kept(shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await say(shop.site, marc, "Bonjour")
    lea = await shop.sign_in("lea")
    await lea.post(f"/posts/{post.id}/bookmark")
    await shop.site.write(delete_post, shop.site, marc, post.id, shop.site.clock.now())
    html = (await lea.get("/bookmarks")).text
    assert "Rien n’est encore gardé ici" in html


async def test_a_page_holds_so_many_and_leads_to_the_next(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.PAGE_ITEMS > 0
    monkeypatch.setattr(limits, "PAGE_ITEMS", 2)
    marc = await shop.person("marc")
    lea = await shop.sign_in("lea")
    for number in range(3):
        assert isinstance(shop.site.clock, FixedClock)
        shop.site.clock.advance(timedelta(seconds=1))
        post = await say(shop.site, marc, f"Publication {number}")
        await lea.post(f"/posts/{post.id}/bookmark")
    first = (await lea.get("/bookmarks")).text
    assert [f"Publication {number}" in first for number in range(3)] == [False, True, True]
    following = first.partition('href="/bookmarks?before=')[2].partition('"')[0]
    second = (await lea.get(f"/bookmarks?before={following}")).text
    assert [f"Publication {number}" in second for number in range(3)] == [True, False, False]
    assert "/bookmarks?before=" not in second


async def test_a_page_that_begins_at_what_is_no_id_is_not_found(shop: Shop) -> None:
    assert (await (await shop.sign_in("lea")).get("/bookmarks?before=x")).status_code == 404
