"""fedirse and the test peer look each other up: handles, documents, NodeInfo, and servers that answer signed requests only."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fedirse.base.errors import RemoteGone
from fedirse.base.types import JsonObject
from fedirse.social.accounts.store import set_shows_follows
from fedirse.social.audiences.model import AudienceKind
from tests.interop.peer_process import Peer
from tests.interop.site import LiveSite, get

pytestmark = pytest.mark.interop


@pytest.fixture
async def careful_site(tmp_path: Path) -> AsyncIterator[LiveSite]:
    """A site that answers only signed requests for documents."""
    async with LiveSite.start(tmp_path, authorised_fetch=True) as running:
        yield running


# Handles


async def test_our_handles_are_found_by_the_peer(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    resolved = await peer.resolve(anna.address)
    assert (resolved.id, resolved.type) == (anna.uri, "Person")
    assert (resolved.webfinger or {})["subject"] == f"acct:anna@{site.host}"


async def test_the_site_itself_has_a_handle(site: LiveSite, peer: Peer) -> None:
    shop = await site.itself()
    assert (await peer.resolve(f"@shop@{site.host}")).id == shop.uri


async def test_our_address_leads_to_our_handle(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    resolved = await peer.resolve(anna.uri)
    assert (resolved.id, (resolved.webfinger or {})["subject"]) == (anna.uri, f"acct:anna@{site.host}")


async def test_a_handle_of_nobody_here_leads_nowhere(site: LiveSite, peer: Peer) -> None:
    resolved = await peer.resolve(f"@nobody@{site.host}")
    assert (resolved.id, resolved.webfinger) == (None, None)


async def test_the_peers_handles_are_found_here(site: LiveSite, peer: Peer) -> None:
    lea = await site.resolve(peer.handle("lea"))
    assert (lea.uri, lea.handle, lea.kind) == (peer.actor("lea"), "lea", "Person")
    assert (lea.shared_inbox, lea.followers) == (peer.shared_inbox, peer.followers_of("lea"))


async def test_a_handle_of_nobody_there_leads_nowhere(site: LiveSite, peer: Peer) -> None:
    with pytest.raises(RemoteGone):
        await site.resolve(peer.handle().replace("karim", "nobody"))


# Documents


async def test_our_actor_is_read_whole_by_the_peer(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    resolved = await peer.resolve(anna.uri)
    document = resolved.document or {}
    assert (document["preferredUsername"], document["name"]) == ("anna", "Anna")
    assert document["endpoints"]["sharedInbox"] == site.shared_inbox
    assert document["publicKey"]["owner"] == anna.uri
    methods = document.get("assertionMethod") or document.get("sec:assertionMethod")
    assert methods


async def test_our_collections_are_read_by_the_peer(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    await site.site.write(set_shows_follows, anna.id, shown=True)
    posts = [await site.say(anna, f"Number {number}") for number in range(21)]
    outbox = await items(peer, anna.outbox)
    assert [item["object"]["id"] for item in outbox] == [post.uri for post in reversed(posts)]
    assert await items(peer, anna.followers) == [peer.actor()]


async def test_answers_to_our_post_are_listed(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    post = await site.say(anna, "Who has a ladder?")
    reply = await peer.post("<p>We do.</p>", in_reply_to=post.uri)
    await site.eventually_post(reply.id)
    note = (await peer.fetch(post.uri)).document or {}
    listed = await items(peer, note["replies"])
    assert [item if isinstance(item, str) else item["id"] for item in listed] == [reply.id]


async def test_the_peer_reads_our_nodeinfo(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.say(anna, "One")
    found = await peer.node_info(site.origin)
    assert found is not None
    assert (found["software"]["name"], found["protocols"]) == ("fedirse", ["activitypub"])
    assert (found["usage"]["users"]["total"], found["usage"]["localPosts"]) == (1, 1)


# Signed requests only


async def test_our_fetches_are_signed_by_the_site_and_not_by_the_person(site: LiveSite, peer: Peer) -> None:
    await peer.authorised_fetch(on=True)
    anna, shop = await site.person("anna"), await site.itself()
    await site.follow(anna, peer.handle())
    await site.eventually_follows(anna, peer.actor())
    note = await peer.post("<p>Hello</p>")
    await site.eventually_post(note.id)
    await site.resolve(peer.actor("lea"))
    asked = [request for request in await peer.requests(method="GET") if request.path.startswith("/users/")]
    assert asked
    assert {(request.key_id or "").partition("#")[0] for request in asked if request.status == 200} == {shop.uri}


async def test_without_a_signature_a_careful_site_shows_itself_alone(careful_site: LiveSite) -> None:
    anna, shop = await careful_site.person("anna"), await careful_site.itself()
    post = await careful_site.say(anna, "Hello")
    nobody = anna.uri.replace("anna", "nobody")
    refused = [anna.uri, nobody, post.uri, anna.outbox or "", anna.followers or "", f"{post.uri}/replies"]
    assert [(await get(url)).status_code for url in refused] == [401] * len(refused)
    assert (await get(shop.uri)).status_code == 200
    resource = f"{careful_site.origin}/.well-known/webfinger?resource=acct:anna@{careful_site.host}"
    assert (await get(resource)).status_code == 200


async def test_the_peers_signed_fetches_are_answered_by_a_careful_site(careful_site: LiveSite, peer: Peer) -> None:
    anna = await careful_site.person("anna")
    post = await careful_site.say(anna, "Hello")
    for url in (anna.uri, post.uri, anna.outbox or "", anna.followers or ""):
        assert (await peer.fetch(url)).status == 200
    assert (await peer.fetch(anna.uri.replace("anna", "nobody"))).status == 404


async def test_two_careful_servers_follow_each_other_and_talk(careful_site: LiveSite, peer: Peer) -> None:
    await peer.authorised_fetch(on=True)
    anna = await careful_site.person("anna")
    await careful_site.follow(anna, peer.actor())
    await careful_site.eventually_follows(anna, peer.actor())
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    post = await careful_site.say(anna, "For friends", AudienceKind.FOLLOWERS)
    await peer.eventually_received("Create", object_=post.uri)
    note = await peer.post("<p>For friends</p>", to="followers")
    await careful_site.eventually_post(note.id)


async def items(peer: Peer, collection: str | JsonObject | None) -> list[Any]:
    """Everything in a collection, page by page as the peer fetches them."""
    found: list[Any] = []
    whole = await read(peer, collection)
    following = whole.get("first")
    while following is not None:
        page = await read(peer, following)
        found += page.get("orderedItems", [])
        following = page.get("next")
    assert whole["totalItems"] == len(found)
    return found


async def read(peer: Peer, part: str | JsonObject | None) -> JsonObject:
    """A collection or a page of one, fetched by the peer where it is only named."""
    document = (await peer.fetch(part)).document if isinstance(part, str) else part
    assert document is not None
    return document
