"""Polls between whole sites: who may vote, what is counted, and who hears of it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.actions import follow
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import delete_post, edit_post, publish_post
from fedirse.social.posts.model import Draft, Poll, PollDraft, Post, PostKind
from fedirse.social.posts.polls.actions import vote
from fedirse.social.posts.polls.store import list_votes
from tests.federation.network import START, Network, find, running_network, say

ANSWERS = ("Mardi", "Jeudi")


async def ask(
    site: Site,
    author: StoredActor,
    *,
    several: bool = False,
    audience: AudienceKind = AudienceKind.PUBLIC,
    lasts: timedelta = timedelta(hours=1),
    options: tuple[str, ...] = ANSWERS,
) -> Post:
    """Publish a poll."""
    poll = PollDraft(options, several, site.clock.now() + lasts)
    return await site.write(publish_post, site, author, Draft("Quel jour ?", Audience(audience), poll=poll), site.clock.now())


async def choose(site: Site, voter: StoredActor, post: Post, *chosen: str) -> Poll:
    return await site.write(vote, site, voter, post.id, chosen, site.clock.now())


async def results(site: Site, uri: str) -> dict[str, int]:
    """What a site knows of a poll's results."""
    post = await find(site, uri)
    assert post is not None
    assert post.poll is not None
    return {option.name: option.votes for option in post.poll.options}


async def told(site: Site, actor: StoredActor) -> list[NotificationKind]:
    return [heard.kind for heard in await site.read(list_notifications, actor.id)]


def letters(network: Network, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """What went over the wire: (host, activity)."""
    read = [(sent.host, orjson.loads(sent.body)) for sent in network.wire.sent]
    return [(host, activity) for host, activity in read if activity["type"] == kind]


class Pair:
    """Two sites: ines asks at ici, karim follows her from loin."""

    def __init__(self, network: Network, ici: Site, loin: Site, ines: StoredActor, karim: StoredActor) -> None:
        self.network, self.ici, self.loin, self.ines, self.karim = network, ici, loin, ines, karim

    def advance(self, **time: float) -> None:
        assert isinstance(self.network.clock, FixedClock)
        self.network.clock.advance(timedelta(**time))


async def pair(network: Network) -> Pair:
    ici, loin = await network.add("ici.example"), await network.add("loin.example")
    ines, karim = await network.person(ici, "ines"), await network.person(loin, "karim")
    there = await loin.actors.resolve(ines.uri)
    await loin.write(follow, loin, karim, there, START)
    await network.settle()
    return Pair(network, ici, loin, ines, karim)


async def test_a_poll_goes_out_as_a_question_and_is_voted_in_from_elsewhere(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        post = await ask(scene.ici, scene.ines)
        await network.settle()
        there = await find(scene.loin, post.uri)
        assert there is not None
        assert there.kind is PostKind.QUESTION
        assert there.poll == post.poll
        await choose(scene.loin, scene.karim, there, "Jeudi")
        await network.settle()
        assert await results(scene.ici, post.uri) == {"Mardi": 0, "Jeudi": 1}
        assert await results(scene.loin, post.uri) == {"Mardi": 0, "Jeudi": 1}


async def test_a_vote_is_told_to_the_authors_server_alone(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        ailleurs = await network.add("ailleurs.example")
        fan = await network.person(ailleurs, "fan")
        await ailleurs.write(follow, ailleurs, fan, await ailleurs.actors.resolve(scene.karim.uri), START)
        post = await ask(scene.ici, scene.ines)
        await network.settle()
        there = await find(scene.loin, post.uri)
        assert there is not None
        network.wire.sent.clear()
        await choose(scene.loin, scene.karim, there, "Jeudi")
        await network.settle()
        sent = letters(network, "Create")
        assert [(host, activity["object"]["name"]) for host, activity in sent] == [("ici.example", "Jeudi")]
        assert sent[0][1]["object"]["to"] == [scene.ines.uri]
        assert "content" not in sent[0][1]["object"]
        assert await find(scene.ici, sent[0][1]["object"]["id"]) is None


async def test_whoever_has_a_poll_is_told_its_results_once_for_many_votes(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        post = await ask(scene.ici, scene.ines)
        await network.settle()
        for handle in ("marc", "lea", "zoe"):
            await choose(scene.ici, await network.person(scene.ici, handle), post, "Mardi")
        scene.advance(seconds=limits.POLL_NEWS_SECONDS - 1)
        await network.settle()
        assert letters(network, "Update") == []
        scene.advance(seconds=1)
        await network.settle()
        assert [host for host, _ in letters(network, "Update")] == ["loin.example"]
        assert await results(scene.loin, post.uri) == {"Mardi": 3, "Jeudi": 0}
        known = await find(scene.loin, post.uri)
        assert known is not None
        assert known.edited_at is None


async def test_a_voter_who_follows_nobody_hears_the_results_too(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        ailleurs = await network.add("ailleurs.example")
        await network.person(ailleurs, "fan")
        post = await ask(scene.ici, scene.ines)
        await network.settle()
        fan = await scene.ici.actors.resolve(ailleurs.uris.person("fan"))
        await scene.ici.write(vote, scene.ici, fan, post.id, ["Mardi"], scene.ici.clock.now())
        scene.advance(hours=1)
        await network.settle()
        assert {host for host, _ in letters(network, "Update")} == {"loin.example", "ailleurs.example"}


async def test_at_the_end_it_is_closed_everywhere_and_who_voted_hears_of_it(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        post = await ask(scene.ici, scene.ines)
        await network.settle()
        marc, lea = await network.person(scene.ici, "marc"), await network.person(scene.ici, "lea")
        there = await find(scene.loin, post.uri)
        assert there is not None
        await choose(scene.ici, marc, post, "Mardi")
        await choose(scene.loin, scene.karim, there, "Jeudi")
        await network.settle()
        scene.advance(hours=1)
        await network.settle()
        for site in (scene.ici, scene.loin):
            known = await find(site, post.uri)
            assert known is not None
            assert known.poll is not None
            assert known.poll.closed_at == START + timedelta(hours=1)
            assert await results(site, post.uri) == {"Mardi": 1, "Jeudi": 1}
        assert NotificationKind.POLL_ENDED in await told(scene.ici, scene.ines)
        assert await told(scene.ici, marc) == [NotificationKind.POLL_ENDED]
        assert await told(scene.loin, scene.karim) == [NotificationKind.POLL_ENDED]
        assert await told(scene.ici, lea) == []


async def test_a_poll_that_was_deleted_ends_in_silence(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        post = await ask(scene.ici, scene.ines)
        marc = await network.person(scene.ici, "marc")
        await choose(scene.ici, marc, post, "Mardi")
        await scene.ici.write(delete_post, scene.ici, scene.ines, post.id, scene.ici.clock.now())
        assert await scene.ici.read(list_votes, post.id, marc.id) == []
        scene.advance(hours=2)
        await network.settle()
        assert letters(network, "Update") == []
        assert await told(scene.ici, marc) == []


async def test_a_poll_of_this_site_only_is_counted_and_never_leaves(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        marc = await network.person(scene.ici, "marc")
        network.wire.sent.clear()
        post = await ask(scene.ici, scene.ines, audience=AudienceKind.SITE)
        await choose(scene.ici, marc, post, "Jeudi")
        scene.advance(hours=2)
        await network.settle()
        assert await results(scene.ici, post.uri) == {"Mardi": 0, "Jeudi": 1}
        assert network.wire.sent == []
        assert await told(scene.ici, marc) == [NotificationKind.POLL_ENDED]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [(["Mardi"], ["Jeudi"], "already-voted"), ([], [], "nothing-chosen"), (["Mardi"], ["Mardi", "Jeudi"], "already-voted")],
)
async def test_nobody_votes_twice_or_for_nothing(tmp_path: Path, first: Sequence[str], second: Sequence[str], reason: str) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        ici = await network.add("ici.example")
        ines = await network.person(ici, "ines")
        post = await ask(ici, ines)
        if first:
            await choose(ici, ines, post, *first)
        with pytest.raises(InvalidInput) as refused:
            await choose(ici, ines, post, *second)
        assert refused.value.reason == reason
        assert await results(ici, post.uri) == {"Mardi": len(first), "Jeudi": 0}


async def test_the_same_vote_again_changes_nothing(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        ici = await network.add("ici.example")
        ines = await network.person(ici, "ines")
        post = await ask(ici, ines, several=True)
        await choose(ici, ines, post, "Mardi", "Jeudi")
        again = await choose(ici, ines, post, "Jeudi", "Mardi")
        assert again.voters == 1
        assert await results(ici, post.uri) == {"Mardi": 1, "Jeudi": 1}


async def test_a_poll_one_may_not_read_is_not_there_to_vote_in(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        ici = await network.add("ici.example")
        ines, marc = await network.person(ici, "ines"), await network.person(ici, "marc")
        post = await ask(ici, ines, audience=AudienceKind.FOLLOWERS)
        with pytest.raises(NotFound):
            await choose(ici, marc, post, "Mardi")


async def test_what_is_no_poll_cannot_be_voted_in(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        ici = await network.add("ici.example")
        ines = await network.person(ici, "ines")
        post = await say(ici, ines, "Bonjour")
        with pytest.raises(NotFound):
            await choose(ici, ines, post, "Mardi")


async def test_each_answer_chosen_of_several_is_told_and_counted_as_one_voter(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        post = await ask(scene.ici, scene.ines, several=True)
        await network.settle()
        there = await find(scene.loin, post.uri)
        assert there is not None
        await choose(scene.loin, scene.karim, there, *ANSWERS)
        await network.settle()
        known = await find(scene.ici, post.uri)
        assert known is not None
        assert known.poll is not None
        assert known.poll.voters == 1
        assert await results(scene.ici, post.uri) == {"Mardi": 1, "Jeudi": 1}


async def test_an_edit_of_the_words_leaves_the_votes(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        scene = await pair(network)
        post = await ask(scene.ici, scene.ines)
        await choose(scene.ici, scene.ines, post, "Mardi")
        scene.advance(minutes=1)
        await scene.ici.write(edit_post, scene.ici, scene.ines, post.id, Draft("Quel jour enfin ?", post.audience), scene.ici.clock.now())
        await network.settle()
        assert await results(scene.ici, post.uri) == {"Mardi": 1, "Jeudi": 0}
        assert await results(scene.loin, post.uri) == {"Mardi": 1, "Jeudi": 0}
