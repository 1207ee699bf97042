"""Who may say what about whom: posts created, changed, deleted and boosted by the wrong actor, or under somebody else's id."""

from typing import Any

import pytest

from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base import limits
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.posts.model import Post
from tests.attacks.foreign import Foreigner
from tests.attacks.scene import Scene, to_alice
from tests.federation.network import find, say, site_actor


@pytest.fixture
async def eve(scene: Scene) -> Foreigner:
    """Somebody on a server of her own, known here."""
    return await known(scene, scene.server("evil.example").person("eve"))


@pytest.fixture
async def bob(scene: Scene) -> Foreigner:
    """Somebody on a server of his own, known here."""
    return await known(scene, scene.server("victim.example").person("bob", 1))


async def known(scene: Scene, somebody: Foreigner) -> Foreigner:
    await scene.accepts(somebody.send(somebody.create(to_alice(scene, somebody))))
    return somebody


async def posted(scene: Scene, by: Foreigner, **changes: Any) -> dict[str, Any]:
    """A note that was accepted here."""
    note = to_alice(scene, by, **changes)
    await scene.accepts(by.send(by.create(note)))
    assert await find(scene.site, note["id"]) is not None
    return note


async def stored(scene: Scene, uri: str) -> Post:
    post = await find(scene.site, uri)
    assert post is not None
    return post


# Create


def without_id(note: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in note.items() if name != "id"}


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize(
    ("bad_id", "reason"),
    [("/n/1", "bad-id"), ("", "bad-id"), ("n", "bad-id"), ("urn:uuid:1", "bad-id"), ("https://evil.example/a b", "bad-id"),
     ("https://us@evil.example/n", "bad-id"), ("https://evil.example\\@us.example/n", "bad-id"), ("http://2130706433/n", "bad-id")],
)  # fmt: skip
async def test_a_post_under_an_id_that_is_no_address_is_refused(scene: Scene, eve: Foreigner, bad_id: str, reason: str) -> None:
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve, id=bad_id))), 400, reason)
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve)) | {"id": bad_id}), 400, reason)


@pytest.mark.attack("ORG-003")
async def test_a_post_or_an_activity_without_an_id_is_refused(scene: Scene, eve: Foreigner) -> None:
    await scene.refuses(eve.send(eve.create(without_id(to_alice(scene, eve)))), 400, "no-id")
    await scene.refuses(eve.send(without_id(eve.create(to_alice(scene, eve)))), 400, "no-id")


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize("bad_id", [None, [], {}, 1, True, ["https://evil.example/n/1", "https://evil.example/n/2"]])
async def test_an_id_of_another_kind_is_refused(scene: Scene, eve: Foreigner, bad_id: object) -> None:
    activity = eve.create(to_alice(scene, eve)) | {"id": bad_id}
    answer = await scene.send(eve.send(activity))
    assert answer.status == 400
    await scene.behaves()


@pytest.mark.attack("ORG-013")
async def test_a_post_attributed_to_somebody_else_is_refused(scene: Scene, eve: Foreigner, bob: Foreigner) -> None:
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve, attributedTo=bob.uri))), 401, "not-the-author")
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve, attributedTo=[eve.uri, bob.uri]))), 401, "foreign-author")
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve, attributedTo=None))), 401, "not-the-author")
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve, attributedTo=scene.alice.uri))), 401, "not-the-author")


@pytest.mark.parametrize("host", ["victim.example", "us.example", "evil.example:8443", "www.evil.example", "evil.example.victim.example"])
async def test_a_post_on_another_origin_is_refused(scene: Scene, eve: Foreigner, host: str) -> None:
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve, id=f"https://{host}/notes/1"))), 401, "foreign-object-id")
    activity = eve.create(to_alice(scene, eve), id=f"https://{host}/activities/1")
    await scene.refuses(eve.send(activity), 401, "foreign-activity-id")


async def test_a_post_by_reference_is_not_fetched(scene: Scene, eve: Foreigner, bob: Foreigner) -> None:
    await scene.ignores(eve.send(eve.activity("Create", f"{bob.server.origin}/notes/1", to=[PUBLIC], cc=[scene.alice.uri])))


@pytest.mark.attack("ORG-012")
async def test_an_id_taken_first_by_somebody_else_is_still_its_owners(scene: Scene, eve: Foreigner, bob: Foreigner) -> None:
    activity = bob.create(to_alice(scene, bob))
    stolen = eve.create(to_alice(scene, eve), id=activity["id"])
    await scene.refuses(eve.send(stolen), 401, "foreign-activity-id")
    await scene.accepts(bob.send(activity))
    assert await find(scene.site, activity["object"]["id"]) is not None


@pytest.mark.attack("ORG-017")
async def test_a_post_sent_again_is_not_readdressed(scene: Scene, eve: Foreigner) -> None:
    note = await posted(scene, eve, to=[scene.alice.uri], cc=[])
    before = await stored(scene, note["id"])
    await scene.ignores(eve.send(eve.create({**note, "to": [PUBLIC], "content": "<p>For all</p>"})))
    assert await stored(scene, note["id"]) == before
    assert before.audience.kind is AudienceKind.DIRECT


@pytest.mark.attack("ORG-017")
@pytest.mark.parametrize("addressed", [{"to": [PUBLIC]}, {"to": ["as:Public"]}, {"cc": ["Public"]}, {"to": ["{followers}"]}])
async def test_an_edit_never_widens(scene: Scene, eve: Foreigner, addressed: dict[str, list[str]]) -> None:
    note = await posted(scene, eve, to=[scene.alice.uri], cc=[])
    wider = {name: [uri.format(followers=eve.followers) for uri in uris] for name, uris in addressed.items()}
    await scene.accepts(eve.send(eve.update(note, content="<p>Edited</p>", **wider)))
    edited = await stored(scene, note["id"])
    assert edited.content == "<p>Edited</p>"
    assert edited.audience.kind is AudienceKind.DIRECT
    assert edited.audience.named <= {scene.alice.id}


# Update


@pytest.mark.attack("ORG-018")
async def test_an_edit_by_somebody_else_is_refused(scene: Scene, eve: Foreigner, bob: Foreigner) -> None:
    note = await posted(scene, bob)
    before = await stored(scene, note["id"])
    await scene.refuses(eve.send(eve.update(note)), 401, "not-the-author")
    await scene.refuses(eve.send(eve.update({**note, "attributedTo": eve.uri})), 401, "foreign-object-id")
    await scene.refuses(eve.send(eve.update({**note, "attributedTo": [eve.uri, bob.uri]})), 401, "foreign-object-id")
    assert await stored(scene, note["id"]) == before


@pytest.mark.attack("ORG-018")
async def test_an_edit_by_a_neighbour_is_refused(scene: Scene, bob: Foreigner) -> None:
    neighbour = await known(scene, bob.server.person("mallory", 2))
    note = await posted(scene, bob)
    await scene.refuses(neighbour.send(neighbour.update({**note, "attributedTo": [neighbour.uri, bob.uri]})), 401, "not-the-owner")
    await scene.refuses(neighbour.send(neighbour.update({**note, "attributedTo": neighbour.uri})), 401, "not-the-owner")


async def test_a_post_of_ours_is_not_edited_from_outside(scene: Scene, eve: Foreigner) -> None:
    post = await say(scene.site, scene.alice, "Le nôtre")
    ours = eve.note(id=post.uri, attributedTo=scene.alice.uri)
    await scene.refuses(eve.send(eve.update(ours)), 401, "not-the-author")
    await scene.refuses(eve.send(eve.update({**ours, "attributedTo": eve.uri})), 401, "foreign-object-id")


async def test_what_our_own_people_said_is_not_said_again_by_others(scene: Scene, eve: Foreigner) -> None:
    activity = eve.activity("Like", "https://evil.example/notes/1", actor=scene.alice.uri, id="https://us.example/activities/1")
    await scene.refuses(eve.send(activity), 401, "own-actor")


# Delete


@pytest.mark.attack("ORG-027")
async def test_a_delete_by_another_actor_of_the_same_server_counts_when_the_post_is_gone(scene: Scene, bob: Foreigner) -> None:
    admin = await known(scene, bob.server.person("admin", 2, type="Application"))
    note = await posted(scene, bob)
    bob.server.forget(note["id"], 410)
    await scene.accepts(admin.send(admin.activity("Delete", note["id"])))
    await scene.settle()
    assert (await stored(scene, note["id"])).deleted_at is not None


@pytest.mark.attack("ORG-027")
async def test_a_delete_by_a_neighbour_of_what_is_still_there_does_nothing(scene: Scene, bob: Foreigner) -> None:
    neighbour = await known(scene, bob.server.person("mallory", 2))
    note = await posted(scene, bob)
    bob.server.serve(note["id"], {"@context": "https://www.w3.org/ns/activitystreams", **note})
    await scene.accepts(neighbour.send(neighbour.activity("Delete", note["id"])))
    await scene.settle()
    assert scene.fetched[-1] == note["id"]
    assert (await stored(scene, note["id"])).deleted_at is None


@pytest.mark.attack("ORG-027")
async def test_a_delete_by_a_neighbour_of_what_its_server_never_showed_us_does_nothing(scene: Scene, bob: Foreigner) -> None:
    neighbour = await known(scene, bob.server.person("mallory", 2))
    note = await posted(scene, bob, to=[scene.alice.uri], cc=[])
    bob.server.forget(note["id"], 404)
    await scene.ignores(neighbour.send(neighbour.activity("Delete", note["id"])))
    await scene.settle()
    assert (await stored(scene, note["id"])).deleted_at is None


@pytest.mark.attack("ORG-027")
async def test_an_actor_is_not_deleted_by_another(scene: Scene, bob: Foreigner, eve: Foreigner) -> None:
    neighbour = await known(scene, bob.server.person("mallory", 2))
    note = await posted(scene, bob)
    for somebody in (neighbour, eve):
        await scene.accepts(somebody.send(somebody.activity("Delete", bob.uri)))
        await scene.settle()
    assert (await stored(scene, note["id"])).deleted_at is None
    await scene.accepts(bob.send(bob.create(to_alice(scene, bob))))


async def test_a_delete_by_a_stranger_is_refused(scene: Scene, eve: Foreigner, bob: Foreigner) -> None:
    note = await posted(scene, bob)
    await scene.refuses(eve.send(eve.activity("Delete", note["id"])), 401, "not-the-owner")
    post = await say(scene.site, scene.alice, "Le nôtre")
    await scene.refuses(eve.send(eve.activity("Delete", post.uri)), 401, "not-the-owner")


async def test_nobody_buries_a_post_of_somebody_else_before_it_is_written(scene: Scene, eve: Foreigner, bob: Foreigner) -> None:
    note = to_alice(scene, bob)
    await scene.ignores(eve.send(eve.activity("Delete", note["id"])))
    neighbour = await known(scene, bob.server.person("mallory", 2))
    await scene.accepts(neighbour.send(neighbour.activity("Delete", note["id"])))
    await scene.accepts(bob.send(bob.create(note)))
    assert await find(scene.site, note["id"]) is not None


async def test_what_its_author_deleted_does_not_come_back(scene: Scene, eve: Foreigner) -> None:
    note = await posted(scene, eve)
    await scene.accepts(eve.send(eve.activity("Delete", {"id": note["id"], "type": "Tombstone"})))
    await scene.ignores(eve.send(eve.create(note)))
    await scene.ignores(eve.send(eve.update(note)))
    assert (await stored(scene, note["id"])).content == ""


async def test_what_was_deleted_before_it_came_does_not_come(scene: Scene, eve: Foreigner) -> None:
    note = to_alice(scene, eve)
    await scene.accepts(eve.send(eve.activity("Delete", note["id"])))
    await scene.ignores(eve.send(eve.create(note)))
    assert await find(scene.site, note["id"]) is None


async def test_whoever_deleted_themselves_says_nothing_any_more(scene: Scene, eve: Foreigner) -> None:
    note = await posted(scene, eve)
    await scene.accepts(eve.send(eve.activity("Delete", eve.uri)))
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve))), 403, "gone-actor")
    await scene.settle()
    assert (await stored(scene, note["id"])).deleted_at is not None
    eve.server.forget(eve.uri, 410)
    scene.advance(minutes=2)
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve))), 401, "remote-gone", fetches=[eve.uri])


@pytest.mark.attack("ORG-029")
@pytest.mark.parametrize("kind", ["Delete", "Undo", "Create", "Update", "Like", "Announce", "Accept", "Block"])
async def test_an_activity_about_many_things_is_refused_as_a_whole(scene: Scene, eve: Foreigner, kind: str) -> None:
    note = await posted(scene, eve)
    many = [note["id"], *(f"{eve.server.origin}/n/{number}" for number in range(10_000))]
    await scene.refuses(eve.send(eve.activity(kind, many)), 400, "too-many-items")
    await scene.refuses(eve.send(eve.activity(kind, many[: limits.OBJECT_REFERENCES + 1])), 400, "too-many-objects")
    await scene.refuses(eve.send(eve.activity(kind, many[:2])), 400, "several-objects")
    assert (await stored(scene, note["id"])).deleted_at is None


@pytest.mark.attack("ORG-029")
async def test_a_delete_of_something_without_a_name_does_nothing(scene: Scene, eve: Foreigner) -> None:
    await scene.ignores(eve.send(eve.activity("Delete", {"type": "Note", "content": "x"})))


# Announce


@pytest.mark.attack("ORG-034")
@pytest.mark.parametrize("kind", ["Delete", "Update", "Undo", "Block", "Move", "Follow", "Create", "Like"])
async def test_an_activity_inside_an_announce_is_not_carried_out(scene: Scene, eve: Foreigner, bob: Foreigner, kind: str) -> None:
    note = await posted(scene, bob)
    before = await scene.rows()
    inner = bob.activity(kind, note["id"] if kind in {"Delete", "Undo", "Like"} else {**note, "content": "<p>Changed</p>"})
    answer = await scene.send(eve.send(eve.activity("Announce", inner, to=[PUBLIC])))
    await scene.settle()
    assert answer.status == 202
    post = await stored(scene, note["id"])
    assert (post.deleted_at, post.content, post.likes) == (None, "<p>Bonjour</p>", 0)
    after = await scene.rows()
    assert {name for name in after if after[name] != before[name]} <= {"received", "posts"}


@pytest.mark.attack("ORG-035")
@pytest.mark.parametrize("kind", [AudienceKind.SITE, AudienceKind.FOLLOWERS])
@pytest.mark.parametrize("reaction", ["Announce", "Like"])
async def test_a_reaction_to_what_is_not_for_them_is_told_from_nothing(
    scene: Scene, eve: Foreigner, kind: AudienceKind, reaction: str
) -> None:
    post = await say(scene.site, scene.alice, "Entre nous", kind)
    hidden = await scene.refuses(eve.send(eve.activity(reaction, post.uri, to=[PUBLIC])), 404, "not-found", counts="outside-audience")
    missing = eve.activity(reaction, f"{post.uri[:-1]}{'0' if post.uri[-1] != '0' else '1'}", to=[PUBLIC])
    assert await scene.refuses(eve.send(missing), 404, "not-found", counts="outside-audience") == hidden
    after = await stored(scene, post.uri)
    assert (after.boosts, after.likes) == (0, 0)


async def test_a_boost_of_a_boost_shows_nothing(scene: Scene, eve: Foreigner) -> None:
    note = await posted(scene, eve)
    boost = eve.activity("Announce", note["id"], to=[PUBLIC])
    await scene.accepts(eve.send(boost))
    await scene.ignores(scene.friend.send(scene.friend.activity("Announce", boost["id"], to=[PUBLIC])))
    await scene.ignores(scene.friend.send(scene.friend.activity("Like", boost["id"])))


async def test_a_boost_under_the_id_of_a_post_changes_nothing(scene: Scene, eve: Foreigner) -> None:
    first, second = await posted(scene, eve), await posted(scene, eve)
    scene.advance(seconds=5)
    await scene.accepts(eve.send(eve.activity("Announce", first["id"], to=[PUBLIC])))
    scene.advance(seconds=5)
    await scene.ignores(eve.send(eve.activity("Announce", first["id"], to=[PUBLIC], id=second["id"])))
    assert (await stored(scene, second["id"])).content == "<p>Bonjour</p>"


@pytest.mark.attack("ORG-067")
async def test_a_blocked_hosts_post_is_neither_fetched_nor_shown_by_a_boost(scene: Scene, eve: Foreigner) -> None:
    await scene.follows(scene.friend)
    note = await posted(scene, eve)
    await scene.block("evil.example")
    unknown = eve.note()
    eve.server.serve(unknown["id"], {"@context": "https://www.w3.org/ns/activitystreams", **unknown})
    await scene.ignores(scene.friend.send(scene.friend.activity("Announce", note["id"], to=[PUBLIC])))
    await scene.accepts(scene.friend.send(scene.friend.activity("Announce", unknown["id"], to=[PUBLIC])))
    asked = list(eve.server.asked)
    await scene.settle()
    assert eve.server.asked == asked
    assert await find(scene.site, unknown["id"]) is None


@pytest.mark.attack("ORG-067")
async def test_a_blocked_hosts_post_is_not_fetched_because_somebody_answers_it(scene: Scene, eve: Foreigner) -> None:
    await scene.block("evil.example")
    note = eve.note()
    eve.server.serve(note["id"], {"@context": "https://www.w3.org/ns/activitystreams", **note})
    asked = list(eve.server.asked)
    await scene.accepts(scene.friend.send(scene.friend.create(to_alice(scene, scene.friend, inReplyTo=note["id"]))))
    await scene.settle()
    assert eve.server.asked == asked
    assert await find(scene.site, note["id"]) is None


@pytest.mark.attack("ORG-067")
async def test_a_blocked_host_is_not_reached_by_way_of_a_redirect(scene: Scene, eve: Foreigner) -> None:
    await scene.follows(scene.friend)
    await scene.block("evil.example")
    note = eve.note()
    eve.server.serve(note["id"], {"@context": "https://www.w3.org/ns/activitystreams", **note})
    leads_there = f"{scene.friend.server.origin}/r"
    scene.friend.server.redirect(leads_there, note["id"])
    await scene.accepts(scene.friend.send(scene.friend.activity("Announce", leads_there, to=[PUBLIC])))
    await scene.settle()
    assert await find(scene.site, note["id"]) is None


async def test_a_boost_that_was_taken_back_while_its_post_was_fetched_is_not_shown(scene: Scene, bob: Foreigner) -> None:
    await scene.follows(scene.friend)
    note = bob.note()
    bob.server.serve(note["id"], {"@context": "https://www.w3.org/ns/activitystreams", **note})
    boost = scene.friend.activity("Announce", note["id"], to=[PUBLIC])
    await scene.accepts(scene.friend.send(boost))
    await scene.accepts(scene.friend.send(scene.friend.activity("Undo", boost)))
    await scene.settle()
    assert await find(scene.site, boost["id"]) is None


# Add, Remove, Flag


@pytest.mark.attack("ORG-044")
@pytest.mark.parametrize("kind", ["Add", "Remove"])
async def test_a_collection_of_somebody_else_is_not_changed(scene: Scene, eve: Foreigner, bob: Foreigner, kind: str) -> None:
    note = await posted(scene, eve)
    for target in (f"{bob.uri}/featured", f"{scene.alice.uri}/featured", scene.alice.followers, scene.site.uris.shared_inbox):
        await scene.ignores(eve.send(eve.activity(kind, note["id"], target=target)))


@pytest.mark.attack("ORG-045")
async def test_a_foreign_post_is_not_pinned(scene: Scene, eve: Foreigner, bob: Foreigner) -> None:
    note = await posted(scene, bob)
    before = await stored(scene, note["id"])
    await scene.ignores(eve.send(eve.activity("Add", note, target=f"{eve.uri}/featured")))
    assert await stored(scene, note["id"]) == before


@pytest.mark.attack("ORG-049")
@pytest.mark.parametrize("kind", ["Flag", "Block"])
async def test_a_report_or_a_block_in_somebody_elses_name_is_refused(scene: Scene, eve: Foreigner, bob: Foreigner, kind: str) -> None:
    activity = bob.activity(kind, scene.alice.uri)
    await scene.refuses(eve.send(activity), 401, "remote-gone", fetches=[activity["id"]])


@pytest.mark.attack("ORG-054")
@pytest.mark.attack("ORG-050")
async def test_whoever_claims_another_name_is_shown_under_the_host_they_are_at(scene: Scene) -> None:
    site = await site_actor(scene.site)
    claim = {"preferredUsername": "bob", "name": "Head Office", "url": "https://hq.example/", "webfinger": "bob@victim.example"}
    eve = scene.server("evil.example").person("eve", **claim)
    post = await stored(scene, (await posted(scene, eve))["id"])
    actor = await scene.site.actors.find(eve.uri)
    assert actor is not None
    assert (actor.address, actor.id == site.id) == ("@bob@evil.example", False)
    page = await scene.page(f"/posts/{post.id}")
    assert "evil.example" in page
    assert "victim.example" not in page


@pytest.mark.attack("ORG-059")
@pytest.mark.parametrize("inbox", ["https://victim.example/users/bob/inbox", "https://us.example/inbox", "http://evil.example/inbox",
                                   "https://evil.example:8443/inbox", None, "", "x", 1])  # fmt: skip
async def test_an_actor_whose_inbox_is_elsewhere_is_not_met(scene: Scene, inbox: object) -> None:
    eve = scene.server("evil.example").person("eve", inbox=inbox)
    await scene.refuses(eve.send(eve.create(to_alice(scene, eve))), 401, "unknown-key", fetches=[eve.uri])


@pytest.mark.attack("ORG-061")
async def test_a_shared_inbox_elsewhere_gets_nothing(scene: Scene) -> None:
    collector = scene.server("collect.example")
    eve = await known(scene, scene.server("evil.example").person("eve", endpoints={"sharedInbox": "https://collect.example/inbox"}))
    await scene.accepts(eve.send(eve.activity("Follow", scene.alice.uri)))
    await say(scene.site, scene.alice, "Pour ceux qui suivent", AudienceKind.FOLLOWERS)
    await scene.settle()
    assert [activity["type"] for activity in eve.server.received] == ["Accept", "Create"]
    assert collector.received == []


@pytest.mark.attack("DOS-012")
@pytest.mark.parametrize("options", [limits.POLL_OPTIONS + 1, 4_000])
async def test_a_poll_of_too_many_options_is_refused(scene: Scene, eve: Foreigner, options: int) -> None:
    poll = to_alice(scene, eve, type="Question", oneOf=[{"type": "Note", "name": str(number)} for number in range(options)])
    await scene.refuses(eve.send(eve.create(poll)), 400, "too-many-options")


@pytest.mark.attack("DOS-012")
async def test_a_poll_option_of_too_many_characters_is_refused(scene: Scene, eve: Foreigner) -> None:
    poll = to_alice(scene, eve, type="Question", oneOf=[{"type": "Note", "name": "x" * (limits.POLL_OPTION_LENGTH + 1)}])
    await scene.refuses(eve.send(eve.create(poll)), 400, "option-too-long")
