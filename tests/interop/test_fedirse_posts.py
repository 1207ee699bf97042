"""Posts between fedirse and the test peer: mentions, answers, edits and deletions, in both directions."""

import pytest

from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.posts.actions import delete_post, edit_post, reader_for
from fedirse.social.posts.model import Draft, PostKind
from fedirse.social.timelines.store import home_timeline
from tests.interop.peer_process import Peer
from tests.interop.site import LiveSite
from tests.interop.two_peers import CONTEXT, note_by

pytestmark = pytest.mark.interop


# What is said


async def test_our_post_reaches_a_follower_with_signatures_that_hold(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    post = await site.say(anna, "The shop opens at **nine**.")
    create = await peer.eventually_received("Create", from_actor=anna.uri, object_=post.uri)
    note = create.document["object"]
    assert (note["type"], note["attributedTo"], note["content"]) == ("Note", anna.uri, post.content)
    assert "<strong>nine</strong>" in note["content"]
    assert create.signatures is not None
    assert (create.signatures.http.verified, create.signatures.proof.verified) == (True, True)


async def test_our_mention_reaches_somebody_who_does_not_follow(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} do you have it in green? #colours")
    create = await peer.eventually_received("Create", object_=post.uri)
    tags = {tag["type"]: tag for tag in create.document["object"]["tag"]}
    assert tags["Mention"]["href"] == peer.actor()
    assert tags["Hashtag"]["name"] == "#colours"
    assert peer.actor() in create.document["object"]["cc"]


async def test_our_post_is_fetched_by_its_address_as_it_was_sent(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} look this up")
    create = await peer.eventually_received("Create", object_=post.uri)
    fetched = (await peer.fetch(post.uri)).document or {}
    sent = create.document["object"]
    assert {name: fetched[name] for name in sent} == sent


async def test_the_peers_mention_is_kept_and_told(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Is it open on Sunday?</p>", mention=[anna.uri])
    post = await site.eventually_post(note.id)
    assert (post.content, post.local, post.audience.kind) == ("<p>Is it open on Sunday?</p>", False, AudienceKind.PUBLIC)
    assert await site.news(anna) == [(NotificationKind.MENTION, peer.actor(), post.id)]


async def test_the_peers_post_appears_at_home_of_who_follows(site: LiveSite, peer: Peer) -> None:
    anna, ben = await site.person("anna"), await site.person("ben")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    note = await peer.post("<p>New in store</p>")
    await site.eventually_post(note.id)
    homes = [await site.site.read(home_timeline, reader_for(reader)) for reader in (anna, ben)]
    assert [[entry.post.uri for entry in home] for home in homes] == [[note.id], []]


async def test_a_post_that_concerns_nobody_here_is_not_kept(site: LiveSite, peer: Peer) -> None:
    await site.person("anna")
    create = note_by(peer)
    assert (await peer.send_raw(site.shared_inbox, create, "rfc9421")).status == 202
    assert await site.find(create["object"]["id"]) is None


# Answers


async def test_the_peers_answer_stands_in_our_thread(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    question = await site.say(anna, "Who has a ladder?")
    reply = await peer.post("<p>We do.</p>", in_reply_to=question.uri)
    answer = await site.eventually_post(reply.id)
    assert (answer.parent_id, answer.thread_id) == (question.id, question.id)
    assert (await site.get(question.uri)).replies == 1
    assert await site.news(anna) == [(NotificationKind.REPLY, peer.actor(), answer.id)]


async def test_our_answer_names_what_it_answers(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Who has a ladder?</p>", mention=[anna.uri])
    question = await site.eventually_post(note.id)
    answer = await site.say(anna, "We do.", reply_to=question)
    create = await peer.eventually_received("Create", object_=answer.uri)
    assert create.document["object"]["inReplyTo"] == note.id
    assert peer.actor() in create.document["object"]["cc"]


async def test_a_conversation_goes_back_and_forth(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    first = await site.say(anna, f"{peer.handle()} ready?")
    second = await site.eventually_post((await peer.post("<p>Almost.</p>", in_reply_to=first.uri)).id)
    third = await site.say(anna, "And now?", reply_to=second)
    await peer.eventually_received("Create", object_=third.uri)
    fourth = await site.eventually_post((await peer.post("<p>Now.</p>", in_reply_to=third.uri)).id)
    assert (fourth.parent_id, fourth.thread_id) == (third.id, first.id)


async def test_the_post_that_an_answer_is_about_is_fetched_where_it_lies(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    first = await peer.post("<p>Which of you is nearer?</p>")
    second = await peer.post("<p>Anna is.</p>", in_reply_to=first.id, mention=[anna.uri], by="lea")
    answer = await site.eventually_post(second.id)
    parent = await site.eventually_post(first.id)
    assert (await site.get(second.id)).parent_id == parent.id
    assert (await site.get(second.id)).thread_id == parent.thread_id
    assert (parent.replies, answer.in_reply_to) == (1, first.id)


# Edits and deletions


async def test_our_edit_reaches_whoever_had_the_post(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} see you on Munday")
    await peer.eventually_received("Create", object_=post.uri)
    draft = Draft(f"{peer.handle()} see you on Monday", Audience(AudienceKind.PUBLIC))
    await site.do(edit_post, anna, post.id, draft, site.clock.now())
    update = await peer.eventually_received("Update", from_actor=anna.uri, object_=post.uri)
    assert "Monday" in update.document["object"]["content"]
    assert update.document["object"]["updated"] >= update.document["object"]["published"]


async def test_the_peers_edit_changes_what_is_kept_here(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Opn</p>", mention=[anna.uri])
    before = await site.eventually_post(note.id)
    await peer.edit(note.id, "<p>Open</p>")
    after = await site.eventually_edited(note.id, content="<p>Open</p>")
    assert (after.id, after.published_at, after.edited_at is None) == (before.id, before.published_at, False)


async def test_our_deletion_leaves_a_tombstone(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} never mind")
    await peer.eventually_received("Create", object_=post.uri)
    await site.do(delete_post, anna, post.id, site.clock.now())
    delete = await peer.eventually_received("Delete", from_actor=anna.uri, object_=post.uri)
    assert (delete.object_type, "content" in delete.document["object"]) == ("Tombstone", False)
    assert (await peer.fetch(post.uri)).status == 410


async def test_the_peers_deletion_erases_what_is_kept_here(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    question = await site.say(anna, "Who has a ladder?")
    note = await peer.post("<p>We do.</p>", in_reply_to=question.uri)
    await site.eventually_post(note.id)
    await peer.delete(note.id)

    async def erased() -> bool:
        return (await site.get(note.id)).deleted_at is not None

    await site.eventually("the deletion", erased)
    assert ((await site.get(note.id)).content, (await site.get(question.uri)).replies) == ("", 0)
    assert await site.news(anna) == []


async def test_a_deletion_that_names_the_post_by_its_id_alone_is_understood(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Oops</p>", mention=[anna.uri])
    await site.eventually_post(note.id)
    delete = {"@context": CONTEXT[0], "type": "Delete", "id": peer.new_id(), "actor": peer.actor(), "object": note.id}
    assert (await peer.send_raw(site.shared_inbox, delete, "rfc9421")).status == 202
    assert (await site.get(note.id)).content == ""


async def test_a_neighbours_deletion_counts_only_if_their_server_has_deleted_it(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Still here</p>", mention=[anna.uri])
    await site.eventually_post(note.id)
    delete = {"@context": CONTEXT[0], "type": "Delete", "id": peer.new_id(), "actor": peer.actor("lea"), "object": note.id}
    await peer.send_raw(site.shared_inbox, delete, "rfc9421", by="lea")
    await site.settled()
    assert (await site.get(note.id)).content == "<p>Still here</p>"


async def test_an_actor_that_deletes_itself_takes_its_posts_along(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Farewell</p>", mention=[anna.uri])
    await site.eventually_post(note.id)
    delete = {"@context": CONTEXT[0], "type": "Delete", "id": peer.new_id(), "actor": peer.actor(), "object": peer.actor()}
    assert (await peer.send_raw(site.shared_inbox, delete, "rfc9421")).status == 202
    await site.eventually_edited(note.id, content="")
    assert await site.news(anna) == []


# Profiles


async def test_the_peers_new_name_is_read_at_its_own_address(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    await peer.edit_profile("Karim of the corner shop")

    async def renamed() -> bool:
        return (await site.resolve(peer.actor())).name == "Karim of the corner shop"

    await site.eventually("the new name", renamed)


# Articles


async def test_our_article_has_a_preview_that_the_peer_reads(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} The new *prices* apply from May.", title="New prices")
    create = await peer.eventually_received("Create", object_=post.uri)
    assert create.object_type == "Article"
    resolved = await peer.resolve(post.uri)
    assert (resolved.id, resolved.type) == (post.uri, "Article")
    document = resolved.document or {}
    assert document["name"] == "New prices"
    assert document["preview"]["type"] == "Note"
    assert "The new prices apply from May." in document["preview"]["content"]


async def test_the_peers_article_is_kept_with_its_title(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    article = {
        "id": f"{peer.origin}/articles/1",
        "type": "Article",
        "attributedTo": peer.actor(),
        "name": "Opening hours",
        "content": "<h2>Monday</h2><p>Nine to five.</p>",
        "to": "https://www.w3.org/ns/activitystreams#Public",
        "cc": anna.uri,
        "tag": {"type": "Mention", "href": anna.uri, "name": "@anna"},
        "preview": {"type": "Note", "content": "<p>Opening hours, in short.</p>"},
    }
    create = {"@context": CONTEXT[0], "type": "Create", "to": article["to"], "cc": anna.uri, "object": article}
    await peer.send(create, [anna.uri])
    post = await site.eventually_post(f"{peer.origin}/articles/1")
    assert (post.kind, post.title) == (PostKind.ARTICLE, "Opening hours")
    assert "<p>Nine to five.</p>" in post.content
