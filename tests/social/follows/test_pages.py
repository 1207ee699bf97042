"""The collections of followers and followed, as other servers read them."""

import pytest

from fedirse.base import limits
from fedirse.base.identifiers import new_id
from fedirse.social.follows.model import FollowState
from fedirse.storage.actors import get_actor, save_actor
from tests.visitors import AS2, ORIGIN, Browser, Shop, remote_actor

FOLLOWERS = "/people/marc/followers"


async def add_followers(shop: Shop, count: int) -> list[str]:
    """Gives Marc so many followers; their URIs in the order of their ids."""
    marc = await shop.person("marc")
    uris = []
    for index in range(count):
        actor = await shop.site.write(save_actor, remote_actor(f"f{index}", id=f"{new_id(shop.site.clock.now())[:10]}{index:016d}"))
        await shop.let_follow(actor, marc)
        uris.append(actor.uri)
    return uris


async def read_all(shop: Shop, path: str, handle: str | None = "lea") -> list[list[str]]:
    """The items of every page of a collection, as one of the site's people reads them; as anybody does for None."""
    token = await shop.token(handle) if handle else None
    document = (await shop.get(path, accept=AS2, token=token)).json()
    pages = []
    url = document["first"]
    while url is not None:
        page = (await shop.get(url.removeprefix(ORIGIN), accept=AS2, token=token)).json()
        assert page["partOf"] == document["id"]
        pages.append(page["orderedItems"])
        url = page.get("next")
    return pages


@pytest.mark.parametrize(
    "path", ["/people/nobody/followers", "/people/magasin/followers", "/people/karim/following", f"{FOLLOWERS}?after=x"]
)
async def test_what_is_not_there_is_not_found(path: str, shop: Shop) -> None:
    await shop.stranger("karim")
    assert (await shop.get(path, accept=AS2)).status_code == 404


async def test_a_request_that_waits_for_an_answer_is_nobodys_to_see(shop: Shop) -> None:
    stranger, marc = await shop.stranger("karim"), await shop.person("marc")
    await shop.let_follow(stranger.actor, marc, FollowState.REQUESTED)
    assert (await shop.get(FOLLOWERS, accept=AS2)).json()["totalItems"] == 0
    assert await read_all(shop, FOLLOWERS) == [[]]


async def test_followers_are_counted_and_listed_by_uri(shop: Shop) -> None:
    stranger, marc, ines = await shop.stranger("karim"), await shop.person("marc"), await shop.person("ines")
    await shop.let_follow(stranger.actor, marc)
    await shop.let_follow(ines, marc)
    document = (await shop.get(FOLLOWERS, accept=AS2)).json()
    assert document["type"] == "OrderedCollection"
    assert document["id"] == f"{ORIGIN}{FOLLOWERS}"
    assert document["totalItems"] == 2
    assert {uri for page in await read_all(shop, FOLLOWERS) for uri in page} == {stranger.actor.uri, ines.uri}
    assert await read_all(shop, "/people/ines/following") == [[marc.uri]]


async def test_the_sites_own_actor_has_them_too(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    site_actor = (await shop.get("/actor", accept=AS2)).json()
    assert site_actor["followers"] == f"{ORIGIN}/actor/followers"
    assert (await shop.get("/actor/followers", accept=AS2)).json()["totalItems"] == 0
    await shop.let_follow(await shop.person("marc"), stranger.actor)
    assert (await shop.get("/actor/following", accept=AS2)).json()["totalItems"] == 0


async def test_as_many_as_the_limit_are_one_page(shop: Shop) -> None:
    uris = await add_followers(shop, limits.COLLECTION_ITEMS)
    assert await read_all(shop, FOLLOWERS) == [uris]


async def test_one_more_than_the_limit_begins_another_page(shop: Shop) -> None:
    uris = await add_followers(shop, limits.COLLECTION_ITEMS + 1)
    assert await read_all(shop, FOLLOWERS) == [uris[:-1], uris[-1:]]


@pytest.mark.parametrize("path", [FOLLOWERS, "/people/marc/following"])
@pytest.mark.parametrize("signed", [False, True])
async def test_strangers_learn_how_many_they_are_and_not_who(path: str, signed: bool, shop: Shop) -> None:
    karim, marc = await shop.stranger("karim"), await shop.person("marc")
    await shop.let_follow(karim.actor, marc)
    await shop.let_follow(marc, karim.actor)
    # Not even a follower, who would learn of the others.
    signer = karim if signed else None
    document = (await shop.get(path, accept=AS2, signer=signer)).json()
    assert document["totalItems"] == 1
    assert {"first", "last", "items", "orderedItems"}.isdisjoint(document)
    for after in ("", marc.id, karim.actor.id[:-1] + "0"):
        page = await shop.get(f"{path}?after={after}", accept=AS2, signer=signer)
        assert page.status_code == 404
        assert karim.actor.uri not in page.text


async def test_who_shows_them_shows_them_to_everybody_until_they_no_longer_do(shop: Shop) -> None:
    marc, browser, stranger = await shop.person("marc"), await shop.sign_in("marc"), Browser(shop)
    karim = await shop.stranger("karim")
    await shop.let_follow(karim.actor, marc)
    await shop.let_follow(await shop.person("ines"), marc)
    assert (await browser.post("/settings/profile", {"name": "Marc", "shows_follows": "1"})).status_code == 303
    assert 'name="shows_follows" value="1" checked' in (await browser.get("/settings/profile")).text
    (page,) = await read_all(shop, FOLLOWERS, None)
    assert karim.actor.uri in page
    shown = (await stranger.get("/@marc/followers")).text
    assert "Karim" in shown
    assert "<form" not in shown[shown.index('class="circle"') : shown.index("</ul>", shown.index('class="circle"'))]
    # It is Marc's decision alone.
    assert "first" not in (await shop.get("/people/ines/following", accept=AS2)).json()
    await browser.post("/settings/profile", {"name": "Marc"})
    assert "first" not in (await shop.get(FOLLOWERS, accept=AS2)).json()
    assert "Karim" not in (await stranger.get("/@marc/followers")).text


async def test_whom_the_site_itself_follows_is_for_its_people(shop: Shop) -> None:
    karim = await shop.stranger("karim")
    await shop.let_follow(karim.actor, await shop.site.read(get_actor, shop.site.actor_id))
    document = (await shop.get("/actor/followers", accept=AS2)).json()
    assert (document["totalItems"], "first" in document) == (1, False)
    assert await read_all(shop, "/actor/followers") == [[karim.actor.uri]]
