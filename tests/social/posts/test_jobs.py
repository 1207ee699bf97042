"""What posts need the network for: parents, boosted posts, whether something is gone; bounded, and nothing believed twice."""

from pathlib import Path

import pytest

from fedirse.base import limits
from fedirse.social.follows.actions import follow
from fedirse.social.posts import jobs
from fedirse.social.posts.actions import delete_post
from fedirse.social.posts.reactions.actions import boost_post
from fedirse.social.posts.reactions.store import find_boost
from fedirse.social.posts.receive import FETCH_PARENT
from fedirse.storage.jobs import add_job
from tests.federation.network import Network, find, running_network, say, site_actor


async def chain(network: Network, length: int) -> list[str]:
    """A thread of that many posts on a site of its own, each answering the one before, by URI."""
    loin = await network.add("loin.example")
    author = await network.person(loin, "lea")
    post = await say(loin, author, "0")
    uris = [post.uri]
    for number in range(1, length):
        post = await say(loin, author, str(number), reply_to=post)
        uris.append(post.uri)
    return uris


async def test_the_parents_of_an_answer_are_fetched_up_to_the_first(tmp_path: Path) -> None:
    async with running_network(tmp_path) as network:
        uris = await chain(network, 4)
        ici = await network.add("ici.example")
        ines = await network.person(ici, "ines")
        loin = network.processes["loin.example"].sites["loin.example"]
        lea = await ici.actors.resolve(loin.uris.person("lea"))
        await ici.write(follow, ici, ines, lea, ici.clock.now())
        await network.settle()
        last = await find(loin, uris[-1])
        assert last is not None
        answer = await say(loin, await loin.actors.resolve(loin.uris.person("lea")), "fin", reply_to=last)
        await network.settle()
        for uri in [*uris, answer.uri]:
            assert await find(ici, uri) is not None
        first, newest = await find(ici, uris[0]), await find(ici, answer.uri)
        assert first is not None
        assert newest is not None
        assert newest.thread_id == first.id


async def test_no_more_parents_are_fetched_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.FETCHED_PARENTS > 0
    monkeypatch.setattr(limits, "FETCHED_PARENTS", 2)
    async with running_network(tmp_path) as network:
        uris = await chain(network, 6)
        ici = await network.add("ici.example")
        await ici.write(add_job, FETCH_PARENT, uris[-1], ici.clock.now(), {"depth": 1})
        await network.settle()
        known = [uri for uri in uris if await find(ici, uri) is not None]
        assert known == uris[-2:]


async def test_a_boosted_post_is_fetched_from_its_own_server_and_shown_as_the_boost(tmp_path: Path) -> None:
    async with running_network(tmp_path) as network:
        loin, relais, ici = [await network.add(f"{name}.example") for name in ("loin", "relais", "ici")]
        post = await say(loin, await site_actor(loin), "À partager")
        relay = await site_actor(relais)
        await ici.write(follow, ici, await site_actor(ici), await ici.actors.resolve(relay.uri), ici.clock.now())
        await relais.write(add_job, FETCH_PARENT, post.uri, relais.clock.now(), {"depth": 1})
        await network.settle()
        seen = await find(relais, post.uri)
        assert seen is not None
        await relais.write(boost_post, relais, relay, seen.id, relais.clock.now())
        await network.settle()
        shown = await find(ici, post.uri)
        assert shown is not None
        assert shown.content == "<p>À partager</p>"
        assert await ici.read(find_boost, shown.id, (await ici.actors.resolve(relay.uri)).id) is not None


@pytest.mark.attack("ORG-027")
async def test_what_a_server_still_serves_is_not_erased_because_somebody_of_it_says_so(tmp_path: Path) -> None:
    async with running_network(tmp_path) as network:
        loin, ici = [await network.add(f"{name}.example") for name in ("loin", "ici")]
        lea = await network.person(loin, "lea")
        post = await say(loin, lea, "Toujours là")
        await ici.write(add_job, FETCH_PARENT, post.uri, ici.clock.now(), {"depth": 1})
        await network.settle()
        await jobs.verify_gone(ici, post.uri, {})
        kept = await find(ici, post.uri)
        assert kept is not None
        assert kept.deleted_at is None
        await loin.write(delete_post, loin, lea, post.id, loin.clock.now())
        await jobs.verify_gone(ici, post.uri, {})
        gone = await find(ici, post.uri)
        assert gone is not None
        assert gone.deleted_at is not None
