"""What other servers hear of an erasure."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.features.care.privacy.erasure.store import list_asked
from fedirse.site import Site
from fedirse.social.follows.actions import announce_profile, follow
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.actors import get_actor_by_uri
from tests.features.care.privacy.whole_life import WORD
from tests.federation.network import Network, follow_site, running_network, say, site_actor


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    """Sites that talk to each other."""
    async with running_network(tmp_path) as running:
        yield running


async def follow_person(site: Site, person: StoredActor) -> None:
    """Let a site's own actor follow somebody of another site."""
    other = await site.actors.resolve(person.uri)
    await site.write(follow, site, await site_actor(site), other, site.clock.now())


def deletes_of(network: Network, person: StoredActor, host: str) -> list[str]:
    """What was asked to be deleted at a host, in order."""
    bodies = [orjson.loads(sent.body) for sent in network.wire.sent if sent.host == host]
    deleted = [body["object"] for body in bodies if body["type"] == "Delete" and body["actor"] == person.uri]
    return [one if isinstance(one, str) else one["id"] for one in deleted]


async def test_who_got_anything_is_asked_once_for_each_post_and_once_for_the_person(network: Network) -> None:
    lyon, lille, nice = [await network.add(f"{name}.example") for name in ("lyon", "lille", "nice")]
    ines = await network.person(lyon, "ines")
    for site in (lille, nice):
        await follow_person(site, ines)
    await network.settle()
    posts = [await say(lyon, ines, f"Numéro {number}") for number in range(2)]
    await network.settle()
    await lyon.write(begin_erasure, lyon, "ines", Asker(), lyon.clock.now())
    await network.settle()
    for site in (lille, nice):
        assert sorted(deletes_of(network, ines, site.settings.domain)) == sorted([ines.uri, *(post.uri for post in posts)])
        for post in posts:
            copy = await site.read(find_post_by_uri, post.uri)
            assert copy is not None
            assert copy.content == ""
        assert (await site.read(get_actor_by_uri, ines.uri)).gone_at is not None
    asked = {host.host: (host.delivered, host.pending, host.refused) for host in await lyon.read(list_asked, ines.id)}
    assert asked == {"lille.example": (3, 0, 0), "nice.example": (3, 0, 0)}


async def test_who_got_nothing_hears_nothing(network: Network) -> None:
    lyon, lille = [await network.add(f"{name}.example") for name in ("lyon", "lille")]
    await follow_site(lille, lyon)
    ines = await network.person(lyon, "ines")
    await network.settle()
    before = len(network.wire.sent)
    await say(lyon, ines, "Pour personne")
    await lyon.write(begin_erasure, lyon, "ines", Asker(), lyon.clock.now())
    await network.settle()
    assert network.wire.sent[before:] == []


async def test_a_server_that_was_away_gets_the_request_later_and_never_what_was_written(network: Network) -> None:
    clock = network.clock
    assert isinstance(clock, FixedClock)
    lyon, lille = [await network.add(f"{name}.example") for name in ("lyon", "lille")]
    ines = await network.person(lyon, "ines")
    await follow_person(lille, ines)
    await network.settle()
    network.wire.offline.add("lille.example")
    await say(lyon, ines, f"Un {WORD} que personne n’a reçu")
    await lyon.write(announce_profile, lyon, ines, clock.now())
    await network.settle()
    before = len(network.wire.sent)
    await lyon.write(begin_erasure, lyon, "ines", Asker(), lyon.clock.now())
    await network.settle()
    (asked,) = await lyon.read(list_asked, ines.id)
    assert (asked.delivered, asked.pending > 0) == (0, True)
    network.wire.offline.clear()
    clock.advance(timedelta(days=1))
    await network.settle()
    (asked,) = await lyon.read(list_asked, ines.id)
    assert (asked.delivered > 0, asked.pending) == (True, 0)
    assert ines.uri in deletes_of(network, ines, "lille.example")
    assert not [sent for sent in network.wire.sent if WORD.encode() in sent.body]
    assert {orjson.loads(sent.body)["type"] for sent in network.wire.sent[before:]} == {"Delete"}
