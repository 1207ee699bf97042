"""Keys of others: known, or fetched once from the document of whoever lists them; what is not there is not asked for again at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fedirse.activitypub.signatures import PrivateKey, public_pem
from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import RateLimited, RemoteGone, RemoteUnavailable, SignatureError
from fedirse.base.types import JsonObject
from fedirse.remote.actors import KnownActors
from fedirse.remote.budget import FetchBudget
from fedirse.remote.keys import KnownKeys
from fedirse.storage.actors import mark_actor_gone
from fedirse.storage.database import Database
from fedirse.storage.keyring import generate_rsa
from fedirse.storage.lanes import Lanes
from fedirse.storage.migration import upgrade

KARIM = "https://autre.example/people/karim"
KEY = f"{KARIM}#main-key"


class Elsewhere:
    """The documents of other servers, and which of them were asked for."""

    def __init__(self) -> None:
        self.documents: dict[str, JsonObject | Exception] = {}
        self.asked: list[str] = []

    async def fetch(self, url: str) -> JsonObject:
        self.asked.append(url)
        found = self.documents.get(url, RemoteGone(f"{url}: 404"))
        if isinstance(found, Exception):
            raise found
        return found

    def list_key(self, actor: str, key_id: str, key: PrivateKey) -> None:
        self.documents[actor] = {
            "id": actor,
            "type": "Person",
            "preferredUsername": actor.rpartition("/")[2],
            "inbox": f"{actor}/inbox",
            "publicKey": {"id": key_id, "owner": actor, "publicKeyPem": public_pem(key.public)},
        }


class Scene:
    """The keys of one site, and everybody else."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.elsewhere = Elsewhere()
        self.clock = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))
        self.actors = KnownActors(database, self.elsewhere.fetch, self.clock, "https://ici.example")
        self.keys = KnownKeys(database, self.actors, self.elsewhere.fetch, self.clock, FetchBudget(self.clock))
        self.pairs = [generate_rsa(), generate_rsa()]

    async def reason(self, key_id: str) -> str:
        with pytest.raises(SignatureError) as refused:
            await self.keys.resolve(key_id)
        return refused.value.reason


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    upgrade(tmp_path / "site.db")
    lanes = Lanes(1, 1)
    database = Database(tmp_path / "site.db", lanes)
    yield Scene(database)
    await database.close()
    lanes.close()


async def test_a_key_is_fetched_once_with_its_owner_and_known_from_then_on(scene: Scene) -> None:
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    first, second = await scene.keys.resolve(KEY), await scene.keys.resolve(KEY)
    assert first == second
    assert (first.key, first.actor.uri) == (scene.pairs[0].public, KARIM)
    assert scene.elsewhere.asked == [KARIM]


@pytest.mark.attack("SIG-035")
async def test_a_key_document_is_not_believed_about_its_owner(scene: Scene) -> None:
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    evil = "https://mauvais.example/key"
    scene.elsewhere.documents[evil] = {"id": evil, "owner": KARIM, "publicKeyPem": public_pem(scene.pairs[1].public)}
    assert await scene.reason(evil) == "unknown-key"


@pytest.mark.attack("SIG-039")
async def test_a_neighbour_on_the_same_host_cannot_list_somebodys_key(scene: Scene) -> None:
    eve = "https://autre.example/people/eve"
    scene.elsewhere.list_key(eve, KEY, scene.pairs[1])
    await scene.actors.fetch(eve)
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    known = await scene.keys.resolve(KEY)
    assert (known.actor.uri, known.key) == (KARIM, scene.pairs[0].public)


async def test_a_key_with_an_address_of_its_own_counts_when_its_owner_lists_it(scene: Scene) -> None:
    key_id = f"{KARIM}/main-key"
    scene.elsewhere.list_key(KARIM, key_id, scene.pairs[0])
    scene.elsewhere.documents[key_id] = scene.elsewhere.documents[KARIM]
    assert (await scene.keys.resolve(key_id)).actor.uri == KARIM


async def test_a_key_that_its_owner_does_not_list_is_refused(scene: Scene) -> None:
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    assert await scene.reason(f"{KARIM}#another") == "key-not-listed"


async def test_a_key_that_was_not_there_is_asked_for_again_only_after_a_while(scene: Scene) -> None:
    with pytest.raises(RemoteGone):
        await scene.keys.resolve(KEY)
    assert await scene.reason(KEY) == "unknown-key"
    assert scene.elsewhere.asked == [KARIM]
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    scene.clock.advance(timedelta(seconds=limits.UNKNOWN_KEY_MEMORY_SECONDS))
    assert (await scene.keys.resolve(KEY)).actor.uri == KARIM


async def test_a_server_that_does_not_answer_is_not_asked_again_at_once_and_may_still_come_back(scene: Scene) -> None:
    scene.elsewhere.documents[KARIM] = RemoteUnavailable("down")
    for _ in range(2):
        with pytest.raises(RemoteUnavailable):
            await scene.keys.resolve(KEY)
    assert scene.elsewhere.asked == [KARIM]


@pytest.mark.attack("SIG-053")
async def test_a_thousand_unknown_keys_of_one_host_cause_no_more_fetches_than_its_share(scene: Scene) -> None:
    for number in range(1000):
        with pytest.raises((RateLimited, RemoteGone)):
            await scene.keys.resolve(f"https://autre.example/people/p{number}#main-key")
    assert len(scene.elsewhere.asked) == limits.KEY_FETCHES_PER_HOST_PER_MINUTE


async def test_a_rotated_key_is_found_by_one_fetch_and_a_second_is_not_made(scene: Scene) -> None:
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    known = await scene.keys.resolve(KEY)
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[1])
    rotated = await scene.keys.refresh_once(known)
    assert rotated is not None
    assert rotated.key == scene.pairs[1].public
    assert (await scene.keys.resolve(KEY)).key == scene.pairs[1].public
    assert await scene.keys.refresh_once(rotated) is None
    assert scene.elsewhere.asked == [KARIM, KARIM]


async def test_no_more_keys_than_the_limit_are_held_in_memory_and_the_others_are_still_known(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.REMEMBERED_KEYS > 0
    monkeypatch.setattr(limits, "REMEMBERED_KEYS", 2)
    people = [f"https://autre.example/people/p{number}" for number in range(4)]
    for person in people:
        scene.elsewhere.list_key(person, f"{person}#key", scene.pairs[0])
        await scene.keys.resolve(f"{person}#key")
    asked = list(scene.elsewhere.asked)
    assert (await scene.keys.resolve(f"{people[0]}#key")).actor.uri == people[0]
    assert scene.elsewhere.asked == asked


async def test_a_key_that_another_process_saw_withdrawn_is_believed_for_a_minute_at_most(scene: Scene) -> None:
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    await scene.keys.resolve(KEY)
    elsewhere = KnownActors(scene.database, scene.elsewhere.fetch, scene.clock, "https://ici.example")
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[1])
    await elsewhere.fetch(KARIM)
    scene.clock.advance(timedelta(seconds=limits.KNOWN_KEY_MEMORY_SECONDS))
    assert (await scene.keys.resolve(KEY)).key == scene.pairs[1].public


async def test_whoever_is_gone_has_no_key_until_their_server_lists_one_again(scene: Scene) -> None:
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    known = await scene.keys.resolve(KEY)
    await scene.database.write(mark_actor_gone, known.actor.id, scene.clock.now())
    scene.clock.advance(timedelta(seconds=limits.KNOWN_KEY_MEMORY_SECONDS))
    scene.elsewhere.documents[KARIM] = RemoteGone("410")
    with pytest.raises(RemoteGone):
        await scene.keys.resolve(KEY)
    scene.clock.advance(timedelta(seconds=limits.UNKNOWN_KEY_MEMORY_SECONDS))
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[1])
    assert (await scene.keys.resolve(KEY)).key == scene.pairs[1].public


async def test_several_who_find_out_about_a_rotation_at_once_ask_once_and_all_get_the_key(scene: Scene) -> None:
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[0])
    known = await scene.keys.resolve(KEY)
    scene.elsewhere.list_key(KARIM, KEY, scene.pairs[1])
    found = await asyncio.gather(*(scene.keys.refresh_once(known) for _ in range(4)), scene.keys.refresh_once(known))
    assert [fresh.key for fresh in found if fresh is not None] == [scene.pairs[1].public] * 5
    late = await scene.keys.refresh_once(known)
    assert late is not None
    assert scene.elsewhere.asked == [KARIM, KARIM]
