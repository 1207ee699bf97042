"""Following in the browser: buttons that say where one stands, lists for the people of the site, requests to answer."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.social.follows.actions import block
from fedirse.social.follows.model import Follow, FollowState
from fedirse.social.follows.store import find_follow, save_follow
from fedirse.storage.actors import mark_actor_gone, save_actor, set_locked
from fedirse.storage.deliveries import deliveries
from fedirse.storage.refusals import block_domain
from fedirse.storage.transaction import Transaction
from tests.visitors import Browser, Shop, remote_actor

KARIM = "/@karim@ailleurs.example"


async def standing(shop: Shop, follower: StoredActor, followee: StoredActor) -> FollowState | None:
    found: Follow | None = await shop.site.read(find_follow, follower.id, followee.id)
    return found.state if found else None


async def count_deliveries(shop: Shop) -> int:
    def count(tx: Transaction) -> int:
        return int(tx.execute(select(func.count()).select_from(deliveries)).scalar_one())

    return await shop.site.read(count)


async def lock(shop: Shop, handle: str) -> None:
    await shop.site.write(set_locked, (await shop.person(handle)).id, locked=True)


# Following


async def test_following_one_of_ours_counts_at_once_and_can_be_ended(shop: Shop) -> None:
    lea, marc, browser = await shop.person("lea"), await shop.person("marc"), await shop.sign_in("lea")
    assert 'action="/@marc/follow"' in (await browser.get("/@marc")).text
    done = await browser.post("/@marc/follow")
    page = (await browser.get("/@marc")).text
    assert (done.status_code, done.headers["location"]) == (303, "/@marc")
    assert await standing(shop, lea, marc) is FollowState.ACCEPTED
    assert "Vous suivez Marc Weber." in page
    assert "Vous suivez ce compte" in page
    await browser.post("/@marc/unfollow")
    assert await standing(shop, lea, marc) is None


async def test_following_somebody_elsewhere_waits_for_their_answer(shop: Shop) -> None:
    lea, karim, browser = await shop.person("lea"), await shop.stranger("karim"), await shop.sign_in("lea")
    await browser.post(f"{KARIM}/follow")
    page = (await browser.get(KARIM)).text
    assert await standing(shop, lea, karim.actor) is FollowState.REQUESTED
    assert await count_deliveries(shop) == 1
    assert "En attente de son accord" in page
    assert "Retirer la demande" in page


async def test_a_double_click_follows_once(shop: Shop) -> None:
    await shop.stranger("karim")
    browser = await shop.sign_in("lea")
    for _ in range(2):
        assert (await browser.post(f"{KARIM}/follow")).status_code == 303
    assert await count_deliveries(shop) == 1
    for _ in range(2):
        assert (await browser.post(f"{KARIM}/unfollow")).status_code == 303
    assert await count_deliveries(shop) == 2


async def test_after_following_from_a_list_one_is_back_in_the_list(shop: Shop) -> None:
    browser = await shop.sign_in("lea")
    assert (await browser.post("/@marc/follow", {"return_to": "/@ines/followers"})).headers["location"] == "/@ines/followers"


@pytest.mark.attack("WEB-006")
@pytest.mark.parametrize("typed", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil.example"])
async def test_following_leads_nowhere_else(typed: str, shop: Shop) -> None:
    browser = await shop.sign_in("lea")
    assert (await browser.post("/@marc/follow", {"return_to": typed})).headers["location"] == "/@marc"


@pytest.mark.parametrize("path", ["/@nobody", "/@karim@other.example", "/@karim"])
async def test_nobody_unknown_can_be_followed(path: str, shop: Shop) -> None:
    await shop.stranger("karim")
    browser = await shop.sign_in("lea")
    assert (await browser.post(f"{path}/follow")).status_code == 404


async def test_who_is_gone_cannot_be_followed(shop: Shop) -> None:
    await shop.site.write(mark_actor_gone, (await shop.stranger("karim")).actor.id, shop.site.clock.now())
    assert (await (await shop.sign_in("lea")).post(f"{KARIM}/follow")).status_code == 410


async def test_nobody_follows_themselves(shop: Shop) -> None:
    browser = await shop.sign_in("lea")
    assert (await browser.post("/@lea/follow")).status_code == 400
    assert "/follow" not in (await browser.get("/@lea")).text.replace("/followers", "").replace("/following", "").replace("/follows/", "")


async def test_nobody_of_a_blocked_server_can_be_followed(shop: Shop) -> None:
    await shop.stranger("karim")
    await shop.site.write(block_domain, "ailleurs.example", reason="spam", subdomains=False, now=shop.site.clock.now())
    refused = await (await shop.sign_in("lea")).post(f"{KARIM}/follow")
    assert refused.status_code == 403
    assert "ailleurs.example est bloqué sur ce site." in refused.text
    assert await count_deliveries(shop) == 0


async def test_whom_one_blocks_one_cannot_follow(shop: Shop) -> None:
    lea, karim, browser = await shop.person("lea"), await shop.stranger("karim"), await shop.sign_in("lea")
    await shop.site.write(block, shop.site, lea, karim.actor, shop.site.clock.now())
    page = (await browser.get(KARIM)).text
    assert "Vous avez bloqué ce compte" in page
    assert f'action="{KARIM}/follow"' not in page
    assert (await browser.post(f"{KARIM}/follow")).status_code == 403


async def test_who_is_not_signed_in_follows_nobody(shop: Shop) -> None:
    response = await Browser(shop).post("/@marc/follow")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")


# Lists


@pytest.mark.attack("PRV-027")
@pytest.mark.parametrize("path", ["/@marc/followers", "/@marc/following"])
async def test_who_follows_whom_is_shown_to_our_own_people_only(path: str, shop: Shop) -> None:
    marc, ines, karim = await shop.person("marc"), await shop.person("ines"), await shop.stranger("karim")
    await shop.let_follow(ines, marc)
    await shop.let_follow(marc, ines)
    outside = [await shop.get(path), await shop.get(path, signer=karim)]
    for answer in outside:
        assert answer.status_code == 200
        assert "Inès" not in answer.text
        assert "/@ines" not in answer.text
    inside = (await (await shop.sign_in("lea")).get(path)).text
    assert "Inès Ben Amar" in inside
    assert 'action="/@ines/follow"' in inside


async def test_a_list_counts_and_leaves_out_requests(shop: Shop) -> None:
    marc, ines, karim = await shop.person("marc"), await shop.person("ines"), await shop.stranger("karim")
    await shop.let_follow(ines, marc)
    await shop.let_follow(karim.actor, marc, FollowState.REQUESTED)
    page = (await (await shop.sign_in("lea")).get("/@marc/followers")).text
    assert "1 abonné" in page
    assert "Karim" not in page


async def test_of_somebody_elsewhere_only_what_is_known_is_listed(shop: Shop) -> None:
    karim, ines = await shop.stranger("karim"), await shop.person("ines")
    await shop.let_follow(ines, karim.actor)
    page = (await (await shop.sign_in("lea")).get(f"{KARIM}/followers")).text
    assert "uniquement ceux que ce site connaît" in page
    assert "Inès Ben Amar" in page


async def add_followers(shop: Shop, count: int) -> None:
    marc = await shop.person("marc")
    for index in range(count):
        identifier = f"{new_id(shop.site.clock.now())[:10]}{index:016d}"
        actor = await shop.site.write(save_actor, remote_actor(f"f{index}", id=identifier))
        await shop.let_follow(actor, marc)


@pytest.mark.parametrize(("count", "further"), [(limits.COLLECTION_ITEMS, False), (limits.COLLECTION_ITEMS + 1, True)])
async def test_a_long_list_goes_on_on_another_page(count: int, further: bool, shop: Shop) -> None:
    await add_followers(shop, count)
    browser = await shop.sign_in("lea")
    page = (await browser.get("/@marc/followers")).text
    assert page.count('class="circle-line"') == limits.COLLECTION_ITEMS
    assert ('rel="next"' in page) is further
    if further:
        link = page.partition('" rel="next"')[0].rpartition('href="')[2]
        assert (await browser.get(link)).text.count('class="circle-line"') == 1


@pytest.mark.parametrize("path", ["/@nobody/followers", "/@karim/following", "/@marc/followers?after=x"])
async def test_a_list_of_nobody_is_not_there(path: str, shop: Shop) -> None:
    await shop.stranger("karim")
    assert (await (await shop.sign_in("lea")).get(path)).status_code == 404


async def test_one_removes_ones_own_followers_only(shop: Shop) -> None:
    marc, ines, browser = await shop.person("marc"), await shop.person("ines"), await shop.sign_in("marc")
    await shop.let_follow(ines, marc)
    assert 'action="/@ines/remove"' in (await browser.get("/@marc/followers")).text
    assert "/remove" not in (await (await shop.sign_in("lea")).get("/@marc/followers")).text
    done = await browser.post("/@ines/remove")
    assert done.headers["location"] == "/@marc/followers"
    assert await standing(shop, ines, marc) is None
    assert (await browser.post("/@ines/remove")).status_code == 303


# Requests


async def test_a_request_is_shown_counted_and_approved(shop: Shop) -> None:
    await lock(shop, "marc")
    marc, ines = await shop.person("marc"), await shop.person("ines")
    await (await shop.sign_in("ines")).post("/@marc/follow")
    browser = await shop.sign_in("marc")
    page = (await browser.get("/follows/requests")).text
    assert "Inès Ben Amar" in page
    assert '<span class="badge">1' in page
    assert "Inès Ben Amar demande à vous suivre." in (await browser.get("/@ines")).text
    await browser.post("/follows/requests", {"follower": ines.id, "answer": "approve"})
    assert await standing(shop, ines, marc) is FollowState.ACCEPTED
    assert "Personne n’attend de réponse" in (await browser.get("/follows/requests")).text


async def test_a_request_from_elsewhere_is_refused_and_told_so(shop: Shop) -> None:
    await lock(shop, "marc")
    marc, karim, browser = await shop.person("marc"), await shop.stranger("karim"), await shop.sign_in("marc")
    await shop.let_follow(karim.actor, marc, FollowState.REQUESTED)
    await browser.post("/follows/requests", {"follower": karim.actor.id, "answer": "refuse"})
    assert await standing(shop, karim.actor, marc) is None
    assert await count_deliveries(shop) == 1


async def test_answering_twice_or_what_was_taken_back_changes_nothing(shop: Shop) -> None:
    marc, karim, browser = await shop.person("marc"), await shop.stranger("karim"), await shop.sign_in("marc")
    await shop.let_follow(karim.actor, marc)
    for answer in ("approve", "refuse"):
        done = await browser.post("/follows/requests", {"follower": karim.actor.id, "answer": answer})
        assert (done.status_code, done.headers["location"]) == (303, "/follows/requests")
    assert "Cette demande n’est plus là." in (await browser.get("/follows/requests")).text
    assert await standing(shop, karim.actor, marc) is FollowState.ACCEPTED
    assert await count_deliveries(shop) == 0


@pytest.mark.attack("PRV-027")
async def test_nobody_answers_or_sees_the_requests_of_others(shop: Shop) -> None:
    await lock(shop, "marc")
    marc, ines, lea = await shop.person("marc"), await shop.person("ines"), await shop.sign_in("lea")
    await shop.let_follow(ines, marc, FollowState.REQUESTED)
    assert "Inès" not in (await lea.get("/follows/requests")).text
    await lea.post("/follows/requests", {"follower": ines.id, "answer": "approve"})
    assert await standing(shop, ines, marc) is FollowState.REQUESTED
    assert (await shop.get("/follows/requests")).status_code == 303


async def test_the_oldest_request_is_shown_first_and_a_flood_is_bounded(shop: Shop) -> None:
    marc = await shop.person("marc")
    for index in range(limits.COLLECTION_ITEMS + 1):
        actor = await shop.site.write(save_actor, remote_actor(f"f{index:02d}"))
        at = shop.site.clock.now() + timedelta(seconds=index)
        follow = Follow(actor.id, marc.id, f"https://f.example/{index}", FollowState.REQUESTED, at)
        await shop.site.write(save_follow, follow)
    page = (await (await shop.sign_in("marc")).get("/follows/requests")).text
    assert page.count('class="circle-line"') == limits.COLLECTION_ITEMS
    assert f"@f{limits.COLLECTION_ITEMS}@" not in page
    assert page.index("@f00@") < page.index("@f01@")
