"""Whatever the order in which another server's activities arrive, and however often, the outcome is that of their causal order."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.activitypub import jsonld
from fedirse.activitypub.documents.activity import parse_activity
from fedirse.assembly import registry
from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.base.types import JsonObject
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.receive import accept
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.follows.model import Follow, FollowState
from fedirse.social.follows.store import find_follow, save_follow
from fedirse.social.posts.model import Post
from fedirse.social.posts.reactions.store import find_boost, find_like
from fedirse.social.posts.store import find_post, find_post_by_uri
from fedirse.storage.actors import save_actor
from fedirse.storage.transaction import Transaction
from tests.federation.network import running_network, say
from tests.social.audiences.people import remote_person

AS2 = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS2}#Public"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KARIM = "https://autre.example/people/karim"
NOTE = "https://autre.example/notes/1"
REGISTRY = registry()


@dataclass(frozen=True)
class Event:
    """One activity of karim's, with its place in causal order."""

    name: str
    document: JsonObject


@dataclass(frozen=True)
class State:
    """What all that should come to."""

    follows: bool
    likes: bool
    boosts: bool
    content: str | None


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def activity(number: int, kind: str, what: Any) -> JsonObject:
    return {
        "@context": AS2,
        "id": f"https://autre.example/activities/{number}",
        "type": kind,
        "actor": KARIM,
        "object": what,
        "to": [PUBLIC],
        "published": at(number),
    }


def note(number: int, text: str, *, updated: bool) -> JsonObject:
    document = {
        "id": NOTE,
        "type": "Note",
        "attributedTo": KARIM,
        "content": f"<p>{text}</p>",
        "published": at(0),
        "to": [PUBLIC],
    }
    return document | ({"updated": at(number)} if updated else {})


def bare(one: JsonObject) -> JsonObject:
    return {key: one[key] for key in ("id", "type", "actor", "object")}


def history(ours: Post, person: StoredActor) -> list[Event]:
    """Follow, undo, follow again; like and undo; boost, undo, boost again; create, update twice, delete."""
    follow = activity(1, "Follow", person.uri)
    again = activity(3, "Follow", person.uri)
    like = activity(4, "Like", ours.uri)
    boost = activity(6, "Announce", ours.uri)
    reboost = activity(8, "Announce", ours.uri)
    return [
        Event("follow", follow),
        Event("unfollow", activity(2, "Undo", bare(follow))),
        Event("follow again", again),
        Event("like", like),
        Event("unlike", activity(5, "Undo", bare(like))),
        Event("boost", boost),
        Event("unboost", activity(7, "Undo", bare(boost))),
        Event("boost again", reboost),
        Event("create", activity(9, "Create", note(9, "un", updated=False))),
        Event("update", activity(10, "Update", note(10, "deux", updated=True))),
        Event("update again", activity(11, "Update", note(11, "trois", updated=True))),
        Event("delete", activity(12, "Delete", {"id": NOTE, "type": "Tombstone"})),
    ]


def expected(names: set[str]) -> State:
    """The reference: what is left when everything named has happened in causal order."""
    content = None
    if "delete" not in names:
        for name, text in (("create", "un"), ("update", "deux"), ("update again", "trois")):
            if name in names:
                content = f"<p>{text}</p>"
    return State(
        follows="follow again" in names or ("follow" in names and "unfollow" not in names),
        likes="like" in names and "unlike" not in names,
        boosts="boost again" in names or ("boost" in names and "unboost" not in names),
        content=content,
    )


class Played(Exception):
    """Carries the outcome out of a transaction that is rolled back, so that every example starts from the same world."""

    def __init__(self, state: State, likes: int, boosts: int) -> None:
        super().__init__()
        self.state = state
        self.likes = likes
        self.boosts = boosts


@dataclass(frozen=True)
class World:
    """A site with a person and a post of theirs, and karim of another server, whom the person follows."""

    site: Site
    person: StoredActor
    post: Post
    karim: StoredActor

    async def play(self, events: Sequence[Event]) -> Played:
        """Receive the events in this order and say what came of it; nothing of it stays."""
        try:
            await self.site.write(self._play, events)
        except Played as played:
            return played
        raise AssertionError

    def _play(self, tx: Transaction, events: Sequence[Event]) -> None:
        for event in events:
            parsed = parse_activity(jsonld.read(event.document).document)
            accept(tx, self.site, REGISTRY, Authenticated(parsed, self.karim, Proof.SIGNATURE, b""), self.site.clock.now())
        foreign = find_post_by_uri(tx, NOTE)
        ours = find_post(tx, self.post.id)
        assert ours is not None
        state = State(
            follows=find_follow(tx, self.karim.id, self.person.id) is not None,
            likes=find_like(tx, self.post.id, self.karim.id) is not None,
            boosts=find_boost(tx, self.post.id, self.karim.id) is not None,
            content=foreign.content if foreign is not None and foreign.deleted_at is None else None,
        )
        raise Played(state, ours.likes, ours.boosts)


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    async with running_network(folder, FixedClock(START + timedelta(hours=1))) as network:
        site = await network.add("ici.example")
        person = await network.person(site, "ines")
        post = await say(site, person, "Bonjour")
        karim = await site.write(save_actor, remote_person("karim", "autre.example"))
        await site.write(save_follow, Follow(person.id, karim.id, "https://ici.example/f", FollowState.ACCEPTED, START))
        yield World(site, person, post, karim)


def check(played: Played, names: set[str]) -> None:
    assert played.state == expected(names)
    assert played.likes == int(played.state.likes)
    assert played.boosts == int(played.state.boosts)


@pytest.mark.reliability("REL-013")
@pytest.mark.parametrize("parts", [((0, 3), (3, 5), (5, 8), (8, 12)), pytest.param(((0, 6),), marks=pytest.mark.slow)], ids=["few", "many"])
async def test_every_order_of_the_same_statements_ends_the_same(tmp_path: Path, parts: Sequence[tuple[int, int]]) -> None:
    async with world(tmp_path) as here:
        events = history(here.post, here.person)
        for first, end in parts:
            group = events[first:end]
            for order in itertools.permutations(group):
                check(await here.play(order), {event.name for event in group})


@pytest.mark.reliability("REL-012")
@pytest.mark.reliability("REL-013")
@pytest.mark.parametrize("examples", [75, pytest.param(1000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
async def test_statements_repeated_and_shuffled_have_their_effect_once(tmp_path: Path, examples: int) -> None:
    async with world(tmp_path) as here:
        events = history(here.post, here.person)
        loop = asyncio.get_running_loop()

        @settings(max_examples=examples)
        @given(st.lists(st.sampled_from(events), min_size=1, max_size=40))
        def play(order: list[Event]) -> None:
            played = asyncio.run_coroutine_threadsafe(here.play(order), loop).result(timeout=60)
            check(played, {event.name for event in order})

        await asyncio.to_thread(play)


@pytest.mark.reliability("REL-012")
async def test_the_same_activity_to_two_workers_at_once_counts_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        events = history(here.post, here.person)
        like, boost = events[3], events[7]

        def receive(tx: Transaction, event: Event) -> Handled:
            parsed = parse_activity(jsonld.read(event.document).document)
            return accept(tx, here.site, REGISTRY, Authenticated(parsed, here.karim, Proof.SIGNATURE, b""), here.site.clock.now())

        outcomes = await asyncio.gather(*(here.site.write(receive, event) for event in [like, boost] * 5))
        assert sorted(outcome.value for outcome in outcomes) == ["done"] * 2 + ["ignored"] * 8
        ours = await here.site.read(find_post, here.post.id)
        assert ours is not None
        assert (ours.likes, ours.boosts) == (1, 1)
