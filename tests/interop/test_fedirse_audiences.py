"""Posts that are not for everybody, between fedirse and the test peer: those they are for get them, and nobody else."""

import pytest

from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.posts.actions import edit_post, reader_for
from fedirse.social.posts.model import Draft
from fedirse.social.posts.store import get_readable_post
from tests.interop.peer_process import Peer
from tests.interop.site import LiveSite, get

pytestmark = pytest.mark.interop

NOT_YOURS = 404


async def befriended(site: LiveSite, peer: Peer) -> StoredActor:
    """Anna, whom karim of the peer follows, and who follows him."""
    anna = await site.person("anna")
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    return anna


# Ours


async def test_our_followers_only_post_goes_to_followers_servers_alone(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await befriended(site, peer)
    post = await site.say(anna, "For friends", AudienceKind.FOLLOWERS)
    create = await peer.eventually_received("Create", object_=post.uri)
    assert create.document["to"] == create.document["object"]["to"] == [anna.followers]
    assert "cc" not in create.document
    await site.settled()
    assert len(await peer.received(type="Create")) == 1
    assert await other_peer.requests() == []


async def test_our_followers_only_post_is_read_by_the_follower_and_not_by_her_neighbour(site: LiveSite, peer: Peer) -> None:
    anna = await befriended(site, peer)
    post = await site.say(anna, "For friends", AudienceKind.FOLLOWERS)
    create = await peer.eventually_received("Create", object_=post.uri)
    for url in (post.uri, create.id or ""):
        assert (await peer.fetch(url, by="karim")).status == 200
        assert (await peer.fetch(url, by="lea")).status == NOT_YOURS
        assert (await get(url)).status_code == NOT_YOURS


async def test_our_direct_post_goes_to_the_one_it_names_alone(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    await other_peer.follow(anna.uri)
    await other_peer.eventually_following(anna.uri)
    post = await site.say(anna, f"{peer.handle()} between us", AudienceKind.DIRECT)
    create = await peer.eventually_received("Create", object_=post.uri)
    assert create.document["to"] == create.document["object"]["to"] == [peer.actor()]
    assert "cc" not in create.document
    await site.settled()
    assert await other_peer.received(type="Create") == []


async def test_our_direct_post_is_read_by_the_one_it_names_alone(site: LiveSite, peer: Peer) -> None:
    anna = await befriended(site, peer)
    post = await site.say(anna, f"{peer.handle('lea')} between us", AudienceKind.DIRECT)
    create = await peer.eventually_received("Create", object_=post.uri)
    for url in (post.uri, create.id or ""):
        assert (await peer.fetch(url, by="lea")).status == 200
        assert (await peer.fetch(url, by="karim")).status == NOT_YOURS
        assert (await get(url)).status_code == NOT_YOURS


async def test_what_is_not_public_is_not_in_the_outbox(site: LiveSite, peer: Peer) -> None:
    anna = await befriended(site, peer)
    public = await site.say(anna, "For everybody")
    await site.say(anna, "For friends", AudienceKind.FOLLOWERS)
    await site.say(anna, f"{peer.handle()} between us", AudienceKind.DIRECT)
    outbox = (await peer.fetch(anna.outbox or "")).document or {}
    page = (await peer.fetch(outbox["first"])).document or {}
    assert (outbox["totalItems"], [item["object"]["id"] for item in page["orderedItems"]]) == (1, [public.uri])


async def test_a_post_for_this_site_leaves_it_never(site: LiveSite, peer: Peer) -> None:
    anna = await befriended(site, peer)
    post = await site.say(anna, "Staff meeting", AudienceKind.SITE)
    await site.settled()
    assert await peer.received(type="Create") == []
    assert (await peer.fetch(post.uri)).status == NOT_YOURS


async def test_an_edit_of_a_direct_post_reaches_nobody_new(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, f"{peer.handle()} between us", AudienceKind.DIRECT)
    await site.resolve(other_peer.handle())
    draft = Draft(f"{peer.handle()} and {other_peer.handle()} now", Audience(AudienceKind.PUBLIC))
    await site.do(edit_post, anna, post.id, draft, site.clock.now())
    update = await peer.eventually_received("Update", object_=post.uri)
    assert update.document["to"] == [peer.actor()]
    await site.settled()
    assert await other_peer.received() == []


async def test_our_answer_to_a_followers_only_post_goes_to_its_author_alone(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await befriended(site, peer)
    await other_peer.follow(anna.uri)
    await other_peer.eventually_following(anna.uri)
    note = await peer.post("<p>For friends</p>", to="followers")
    question = await site.eventually_post(note.id)
    answer = await site.say(anna, "I say it to all", reply_to=question)
    create = await peer.eventually_received("Create", object_=answer.uri)
    assert create.document["to"] == [peer.actor()]
    await site.settled()
    assert await other_peer.received(type="Create") == []


# Theirs


async def test_the_peers_followers_only_post_is_for_those_who_follow(site: LiveSite, peer: Peer) -> None:
    anna, ben = await befriended(site, peer), await site.person("ben")
    note = await peer.post("<p>For friends</p>", to="followers")
    post = await site.eventually_post(note.id)
    assert post.audience.kind is AudienceKind.FOLLOWERS
    assert (await site.site.read(get_readable_post, post.id, reader_for(anna))).id == post.id
    with pytest.raises(NotFound):
        await site.site.read(get_readable_post, post.id, reader_for(ben))
    assert (await get(f"{site.origin}/posts/{post.id}", accept="text/html")).status_code == NOT_YOURS


async def test_the_peers_direct_post_is_for_the_one_it_names(site: LiveSite, peer: Peer) -> None:
    anna, ben = await site.person("anna"), await site.person("ben")
    await site.follow(ben, peer.actor())
    await site.eventually_follows(ben, peer.actor())
    note = await peer.post("<p>Between us</p>", to=[anna.uri])
    post = await site.eventually_post(note.id)
    assert post.audience == Audience(AudienceKind.DIRECT, frozenset({anna.id}))
    assert await site.news(anna) == [(NotificationKind.MENTION, peer.actor(), post.id)]
    with pytest.raises(NotFound):
        await site.site.read(get_readable_post, post.id, reader_for(ben))


async def test_the_peers_direct_post_is_not_shown_to_its_author_s_neighbour(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    note = await peer.post("<p>Between us</p>", to=[anna.uri])
    post = await site.eventually_post(note.id)
    assert (await peer.fetch(f"{site.origin}/posts/{post.id}", by="lea")).status == NOT_YOURS


async def test_the_peers_edit_of_a_direct_post_shows_it_to_nobody_else(site: LiveSite, peer: Peer) -> None:
    anna, ben = await site.person("anna"), await site.person("ben")
    await site.follow(ben, peer.actor())
    await site.eventually_follows(ben, peer.actor())
    note = await peer.post("<p>Between us</p>", to=[anna.uri])
    await site.eventually_post(note.id)
    await peer.edit(note.id, "<p>Still between us</p>")
    post = await site.eventually_edited(note.id, content="<p>Still between us</p>")
    assert post.audience == Audience(AudienceKind.DIRECT, frozenset({anna.id}))
