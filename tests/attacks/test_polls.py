"""Votes that must not count, and results that only a poll's author may state."""

from datetime import timedelta
from typing import Any

import pytest

from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.model import Block
from fedirse.social.follows.store import save_block
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft, PollDraft, Post
from fedirse.social.posts.polls.actions import vote
from fedirse.social.posts.polls.store import list_votes
from fedirse.social.posts.store import find_post_by_uri
from tests.attacks.foreign import Foreigner, timestamp
from tests.attacks.scene import Scene, to_alice


@pytest.fixture
def bob(scene: Scene) -> Foreigner:
    """Somebody who may vote."""
    return scene.server("bob.example").person("bob")


@pytest.fixture
def eve(scene: Scene) -> Foreigner:
    """Somebody who tries what is not allowed."""
    return scene.server("evil.example").person("eve")


async def ask(scene: Scene, audience: AudienceKind = AudienceKind.PUBLIC, *, several: bool = False) -> Post:
    """A poll of alice's."""
    poll = PollDraft(("Oui", "Non"), several, scene.site.clock.now() + timedelta(hours=1))
    draft = Draft("On y va ?", Audience(audience), poll=poll)
    return await scene.site.write(publish_post, scene.site, scene.alice, draft, scene.site.clock.now())


def ballot(scene: Scene, by: Foreigner, post: Post, name: object, **changes: Any) -> dict[str, Any]:
    """A Create with a vote, as Mastodon makes them."""
    note = by.note(name=name, inReplyTo=post.uri, to=scene.alice.uri, cc=None, content=None, published=None)
    return by.create({key: value for key, value in (note | changes).items() if value is not None})


async def counts(scene: Scene, uri: str) -> list[int]:
    post = await scene.site.read(find_post_by_uri, uri)
    assert post is not None
    assert post.poll is not None
    return [option.votes for option in post.poll.options]


async def test_a_vote_counts_and_is_never_a_post(scene: Scene, bob: Foreigner) -> None:
    post, posts = await ask(scene), await scene.count("posts")
    await scene.accepts(bob.send(ballot(scene, bob, post, "Oui")))
    assert await counts(scene, post.uri) == [1, 0]
    assert await scene.count("posts") == posts
    assert await scene.site.read(list_notifications, scene.alice.id) == []


async def test_a_vote_counts_once_whatever_its_ids(scene: Scene, bob: Foreigner) -> None:
    post = await ask(scene)
    for _ in range(3):
        await scene.accepts(bob.send(ballot(scene, bob, post, "Oui")))
    assert await counts(scene, post.uri) == [1, 0]


@pytest.mark.parametrize("order", [("Oui", "Non"), ("Non", "Oui")])
async def test_who_votes_for_two_answers_where_one_may_be_chosen_has_one_vote(scene: Scene, bob: Foreigner, order: tuple[str, str]) -> None:
    post = await ask(scene)
    for name in order:
        await scene.accepts(bob.send(ballot(scene, bob, post, name)))
    assert await counts(scene, post.uri) == [1, 0]


async def test_two_people_of_one_server_have_two_votes(scene: Scene, bob: Foreigner) -> None:
    post = await ask(scene, several=True)
    await scene.accepts(bob.send(ballot(scene, bob, post, "Oui")))
    await scene.accepts(bob.send(ballot(scene, bob, post, "Non")))
    other = bob.server.person("zoe", 1)
    await scene.accepts(other.send(ballot(scene, other, post, "Non")))
    known = await scene.site.read(find_post_by_uri, post.uri)
    assert known is not None
    assert known.poll is not None
    assert (await counts(scene, post.uri), known.poll.voters) == ([1, 2], 2)


@pytest.mark.parametrize("name", ["Peut-être", "oui", "Oui ", "x" * 150])
async def test_what_is_no_answer_is_no_vote(scene: Scene, bob: Foreigner, name: str) -> None:
    post, posts = await ask(scene), await scene.count("posts")
    await scene.accepts(bob.send(ballot(scene, bob, post, name)))
    assert await counts(scene, post.uri) == [0, 0]
    assert await scene.count("posts") == posts


async def test_a_vote_after_the_end_is_not_counted(scene: Scene, bob: Foreigner) -> None:
    post = await ask(scene)
    scene.advance(hours=1)
    await scene.accepts(bob.send(ballot(scene, bob, post, "Oui", published=timestamp(post.published_at))))
    assert await counts(scene, post.uri) == [0, 0]


@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.SITE])
async def test_a_vote_in_a_poll_that_is_not_for_the_voter_is_answered_like_one_in_none(
    scene: Scene, eve: Foreigner, audience: AudienceKind
) -> None:
    hidden = await ask(scene, audience)
    missing = ballot(scene, eve, hidden, "Oui", inReplyTo=scene.site.uris.post("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
    refused = await scene.send(eve.send(ballot(scene, eve, hidden, "Oui")))
    nothing = await scene.send(eve.send(missing))
    assert (refused.status, refused.body) == (nothing.status, nothing.body)
    assert await counts(scene, hidden.uri) == [0, 0]


async def test_a_vote_in_somebody_elses_name_is_refused(scene: Scene, eve: Foreigner, bob: Foreigner) -> None:
    post = await ask(scene)
    document = ballot(scene, eve, post, "Oui", attributedTo=bob.uri)
    answer = await scene.send(eve.send(document))
    assert answer.status in {401, 403}
    assert await counts(scene, post.uri) == [0, 0]


async def test_whoever_the_author_has_blocked_does_not_vote(scene: Scene, eve: Foreigner) -> None:
    post = await ask(scene)
    blocked = await scene.site.actors.resolve(eve.uri)
    await scene.site.write(save_block, Block(scene.alice.id, blocked.id, "https://us.example/blocks/1", scene.site.clock.now()))
    await scene.send(eve.send(ballot(scene, eve, post, "Oui")))
    assert await counts(scene, post.uri) == [0, 0]


async def test_nobody_of_a_blocked_host_votes(scene: Scene, eve: Foreigner) -> None:
    post = await ask(scene)
    await scene.block("evil.example")
    await scene.send(eve.send(ballot(scene, eve, post, "Oui")))
    assert await counts(scene, post.uri) == [0, 0]


async def test_an_update_with_the_shape_of_a_vote_makes_no_post(scene: Scene, bob: Foreigner) -> None:
    post, posts = await ask(scene), await scene.count("posts")
    await scene.accepts(bob.send(bob.update(ballot(scene, bob, post, "Oui")["object"])))
    assert await scene.count("posts") == posts


def question(scene: Scene, by: Foreigner, votes: tuple[int, int] = (0, 0), **changes: Any) -> dict[str, Any]:
    """A poll of theirs that concerns alice."""
    options = [
        {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": number}}
        for name, number in zip(("Thé", "Café"), votes, strict=True)
    ]
    ends = timestamp(scene.site.clock.now() + timedelta(hours=1))
    return to_alice(scene, by, type="Question", oneOf=options, endTime=ends, votersCount=sum(votes)) | changes


async def test_the_results_of_a_foreign_poll_are_what_its_author_says_last(scene: Scene, bob: Foreigner) -> None:
    asked = question(scene, bob)
    await scene.accepts(bob.send(bob.create(asked)))
    fresh = question(scene, bob, (3, 4), id=asked["id"], published=asked["published"])
    await scene.accepts(bob.send(bob.activity("Update", fresh)))
    known = await scene.site.read(find_post_by_uri, asked["id"])
    assert known is not None
    assert known.edited_at is None
    assert await counts(scene, asked["id"]) == [3, 4]


async def test_results_reach_a_poll_whose_words_were_changed_before(scene: Scene, bob: Foreigner) -> None:
    asked = question(scene, bob)
    await scene.accepts(bob.send(bob.create(asked)))
    changed = bob.update(asked | {"content": "<p>Bonsoir</p>"})
    await scene.accepts(bob.send(changed))
    fresh = question(scene, bob, (1, 0), id=asked["id"], published=asked["published"])
    again = fresh | {"content": "<p>Bonsoir</p>", "updated": changed["object"]["updated"]}
    await scene.accepts(bob.send(bob.activity("Update", again)))
    assert await counts(scene, asked["id"]) == [1, 0]


async def test_nobody_else_states_the_results_of_a_poll(scene: Scene, bob: Foreigner, eve: Foreigner) -> None:
    asked = question(scene, bob)
    await scene.accepts(bob.send(bob.create(asked)))
    await scene.send(eve.send(eve.activity("Update", question(scene, eve, (9, 9), id=asked["id"]))))
    await scene.send(eve.send(eve.activity("Update", question(scene, bob, (9, 9), id=asked["id"]))))
    assert await counts(scene, asked["id"]) == [0, 0]


async def test_other_answers_make_it_a_new_poll(scene: Scene, bob: Foreigner) -> None:
    asked = question(scene, bob)
    await scene.accepts(bob.send(bob.create(asked)))
    post = await scene.site.read(find_post_by_uri, asked["id"])
    assert post is not None
    await scene.site.write(vote, scene.site, scene.alice, post.id, ["Thé"], scene.site.clock.now())
    assert await counts(scene, asked["id"]) == [1, 0]
    other = [{"type": "Note", "name": name} for name in ("Eau", "Vin")]
    await scene.accepts(bob.send(bob.update(asked | {"oneOf": other})))
    assert await scene.site.read(list_votes, post.id, scene.alice.id) == []


async def test_who_voted_hears_that_a_foreign_poll_was_closed_and_hears_it_once(scene: Scene, bob: Foreigner) -> None:
    asked = question(scene, bob)
    await scene.accepts(bob.send(bob.create(asked)))
    post = await scene.site.read(find_post_by_uri, asked["id"])
    assert post is not None
    await scene.site.write(vote, scene.site, scene.alice, post.id, ["Thé"], scene.site.clock.now())
    scene.advance(hours=1)
    closed = question(scene, bob, (1, 0), id=asked["id"], published=asked["published"], closed=timestamp(scene.site.clock.now()))
    await scene.accepts(bob.send(bob.activity("Update", closed)))
    await scene.settle()
    heard = [heard.kind for heard in await scene.site.read(list_notifications, scene.alice.id)]
    assert heard.count(NotificationKind.POLL_ENDED) == 1
