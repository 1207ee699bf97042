"""The serving process is killed again and again, and a witness outside of it keeps the accounts.

What the process had acknowledged has its effect, exactly once; what it had to send arrives everywhere, in order.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.reliability.foreign import ForeignActor, ForeignServers, Json, Sender
from tests.reliability.serving import Serving, Visitor, eventually, number_from_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

KILLS = number_from_environment("FEDIRSE_TEST_KILLS", 50)
"""Three fifths of them while activities come in, the rest while they go out."""
KILLS_IN = KILLS * 3 // 5
KILLS_OUT = KILLS - KILLS_IN
SEED = number_from_environment("FEDIRSE_TEST_SEED", 20261122)

SENDING_SERVERS = 4
SENDERS_PER_SERVER = 6
FANS_PER_SERVER = 12
POSTS_TO_LIKE = 3

FOLLOWER_SERVERS = 60
IN_FLIGHT = 32
BACKLOG = 2
"""So many posts wait for every follower when the process starts again."""


@dataclass
class Crowd:
    """Authors whom somebody here follows, and fans who follow and like; all of them send until they are told to stop.

    Attributes:
        sender: sends, and keeps the accounts.
        authors: one on each server.
        deeds: what the fans of each server have still to do.
    """

    sender: Sender
    authors: list[ForeignActor]
    deeds: list[Iterator[tuple[ForeignActor, Json]]]
    chance: random.Random
    stopped: bool = False
    _numbers: Counter[str] = field(default_factory=Counter)

    async def send_until_stopped(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in range(len(self.authors)):
                for _ in range(SENDERS_PER_SERVER):
                    tasks.create_task(self._send(number))

    async def _send(self, number: int) -> None:
        while not self.stopped:
            deed = next(self.deeds[number], None) if self.chance.random() < 0.2 else None
            await self.sender.send(*(deed or self._note(self.authors[number])))

    def _note(self, author: ForeignActor) -> tuple[ForeignActor, Json]:
        self._numbers[author.uri] += 1
        return author, author.note(self._numbers[author.uri])

    def acknowledged(self, kind: str) -> list[Json]:
        return [activity for activity in self.sender.acknowledged.values() if activity["type"] == kind]


def _deeds_of_fans(servers: ForeignServers, number: int, person: str, posts: list[str]) -> Iterator[tuple[ForeignActor, Json]]:
    """Every fan of a server follows a person here and likes each of the posts."""
    for fan in (servers.actor(number, f"fan{index}") for index in range(FANS_PER_SERVER)):
        yield fan, fan.activity("Follow", 1, person)
        for count, post in enumerate(posts):
            yield fan, fan.activity("Like", count, post)


async def _have_followed(serving: Serving, servers: ForeignServers, sender: Sender, authors: list[ForeignActor]) -> None:
    """Let anna follow the authors, who accept."""
    for author in authors:
        await serving.command("follow", author.uri, "--as", "anna")
    await servers.have(len(authors))
    for author in authors:
        (follow,) = servers.received(author.origin, "Follow")
        await sender.send(author, author.activity("Accept", 1, follow))


@pytest.mark.reliability("REL-001")
async def test_killed_while_it_takes_activities_in_none_that_was_acknowledged_is_lost_or_counts_twice(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    async with (
        Serving.new(tmp_path / "root") as serving,
        ForeignServers.start(SENDING_SERVERS, network=11) as servers,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        await serving.command("account", "create", "anna", "--no-password")
        posts = [(await serving.told_by("post", f"word {number}", "--as", "anna"))["uri"] for number in range(POSTS_TO_LIKE)]
        await serving.start()
        sender = Sender(session, f"{serving.origin}/inbox")
        authors = [servers.actor(number, "author") for number in range(SENDING_SERVERS)]
        await _have_followed(serving, servers, sender, authors)

        person = f"{serving.origin}/people/anna"
        deeds = [_deeds_of_fans(servers, number, person, posts) for number in range(SENDING_SERVERS)]
        crowd = Crowd(sender, authors, deeds, chance)
        sending = asyncio.create_task(crowd.send_until_stopped())
        for _ in range(KILLS_IN):
            await sender.more(1)
            await asyncio.sleep(chance.uniform(0, 0.4))
            assert sender.in_flight > 0
            await serving.kill()
            await serving.start(ready=False)
        crowd.stopped = True
        await sending

        assert serving.kills == KILLS_IN
        assert sender.interrupted >= KILLS_IN
        assert sender.refused == []
        await _check_effects(serving, session, crowd, posts)
        await _check_answers(servers, crowd)
        await serving.end()
        serving.check_integrity()


async def _check_effects(serving: Serving, session: aiohttp.ClientSession, crowd: Crowd, posts: list[str]) -> None:
    token = (await serving.command("token", "create", "anna")).strip()
    visitor = Visitor(serving, session, token)

    said = [activity["object"]["id"] for activity in crowd.acknowledged("Create")]
    assert len(said) > KILLS_IN
    own = set(posts)
    seen = [uri for uri in await visitor.items("/people/anna/inbox") if uri not in own]
    assert sorted(seen) == sorted(said)

    followers = {activity["actor"] for activity in crowd.acknowledged("Follow")}
    assert followers
    assert sorted(await visitor.items("/people/anna/followers")) == sorted(followers)

    likes = Counter(activity["object"] for activity in crowd.acknowledged("Like"))
    assert likes
    shown = {post: _likes_on(await visitor.page(post.removeprefix(serving.origin))) for post in posts}
    assert shown == {post: likes[post] for post in posts}


async def _check_answers(servers: ForeignServers, crowd: Crowd) -> None:
    """Every follow that was acknowledged is accepted, with one Accept however often that arrives."""
    asked = {activity["id"] for activity in crowd.acknowledged("Follow")}

    async def all_accepted() -> bool:
        return {follow for follow, _ in _accepts(servers)} == asked

    await eventually("an Accept of every follow", all_accepted)
    assert len(_accepts(servers)) == len(asked)


def _accepts(servers: ForeignServers) -> set[tuple[str, str]]:
    """(Follow, Accept) of every Accept that arrived."""
    accepts = [accept for origin in servers.origins for accept in servers.received(origin, "Accept")]
    return {(_id_of(accept["object"]), accept["id"]) for accept in accepts}


def _id_of(value: Any) -> str:
    found: str = value["id"] if isinstance(value, dict) else value
    return found


def _likes_on(page: str) -> int:
    found = re.search(r"([\d,]+) likes?<", page)
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.reliability("REL-002")
async def test_killed_while_it_delivers_every_inbox_gets_everything_in_order_and_hardly_anything_twice(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    async with (
        Serving.new(tmp_path / "root", deliveries_in_flight=IN_FLIGHT) as serving,
        ForeignServers.start(FOLLOWER_SERVERS, network=12) as servers,
        aiohttp.ClientSession() as session,
    ):
        await serving.start()
        sender = Sender(session, f"{serving.origin}/inbox")
        for number in range(FOLLOWER_SERVERS):
            follower = servers.actor(number, "follower")
            await sender.send(follower, follower.activity("Follow", 1, f"{serving.origin}/actor"))
        await servers.have(FOLLOWER_SERVERS)
        assert sender.refused == []

        press = Press(serving)
        printing = asyncio.create_task(press.publish_until_stopped())
        killed_amid = 0
        for _ in range(KILLS_OUT):
            await servers.have(servers.arrived + chance.randint(1, FOLLOWER_SERVERS * BACKLOG * 3 // 4))
            await serving.kill()
            killed_amid += press.is_being_delivered(servers)
            await press.more(BACKLOG)
            servers.run += 1
            await serving.start(ready=False)
        press.stopped = True
        await printing

        await _check_arrivals(servers, press.published)
        _check_repetitions(servers)
        assert serving.kills == KILLS_OUT
        assert killed_amid > KILLS_OUT * 3 // 4
        await serving.end()
        serving.check_integrity()


@dataclass
class Press:
    """Publishes one post after another from the command line, whatever becomes of the serving process.

    Attributes:
        published: addresses of the posts, in order.
    """

    serving: Serving
    published: list[str] = field(default_factory=list)
    stopped: bool = False
    _progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def publish_until_stopped(self) -> None:
        while not self.stopped:
            made = await self.serving.told_by("post", f"announcement {len(self.published)}")
            async with self._progress:
                self.published.append(made["uri"])
                self._progress.notify_all()

    async def more(self, count: int) -> None:
        """Return once so many posts more are published than when this was called."""
        enough = len(self.published) + count
        async with self._progress:
            await self._progress.wait_for(lambda: len(self.published) >= enough)

    def is_being_delivered(self, servers: ForeignServers) -> bool:
        """Whether some server still lacks some post."""
        return any(len(set(_posts_at(servers, origin))) < len(self.published) for origin in servers.origins)


async def _check_arrivals(servers: ForeignServers, published: list[str]) -> None:
    """Everything is everywhere, one activity for each post, in the order in which it was published."""

    async def all_there() -> bool:
        return all(set(published) <= set(_posts_at(servers, origin)) for origin in servers.origins)

    await eventually("every post at every server", all_there)
    for origin in servers.origins:
        assert list(dict.fromkeys(_posts_at(servers, origin))) == published
        creates = servers.received(origin, "Create")
        assert len({create["id"] for create in creates}) == len(published)


def _check_repetitions(servers: ForeignServers) -> None:
    """A killed process leaves behind what was on the wire, at most one delivery to each server, and nothing else comes twice."""
    unsettled: Counter[int] = Counter()
    repeated: set[tuple[str, int]] = set()
    for origin in servers.origins:
        seen: dict[str, int] = {}
        for arrival in servers.arrivals[origin]:
            earlier = seen.get(arrival.document["id"])
            if earlier is not None:
                assert earlier < arrival.run
                unsettled[earlier] += 1
                assert (origin, earlier) not in repeated
                repeated.add((origin, earlier))
            seen[arrival.document["id"]] = arrival.run
    assert all(count <= IN_FLIGHT for count in unsettled.values())


def _posts_at(servers: ForeignServers, origin: str) -> list[str]:
    """The posts that a server was told of, in order, repetitions included."""
    return [_id_of(create["object"]) for create in servers.received(origin, "Create")]
