"""Keys that are replaced, at fedirse and at the test peer: what is signed with the new ones is accepted at once."""

import pytest

from fedirse.base.actors import StoredActor
from fedirse.social.follows.actions import rotate_keys
from tests.interop.peer_process import Peer
from tests.interop.peer_records import RawScheme
from tests.interop.site import LiveSite, note_for

pytestmark = [pytest.mark.interop, pytest.mark.slow]


async def followed(site: LiveSite, peer: Peer) -> StoredActor:
    """Anna, whom karim follows, and whose keys he therefore has."""
    anna = await site.person("anna")
    await peer.follow(anna.uri)
    await peer.eventually_following(anna.uri)
    return anna


# Ours


async def test_what_we_sign_after_a_rotation_is_accepted_by_the_peer(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    first = await site.say(anna, "With the old keys")
    before = await peer.eventually_received("Create", object_=first.uri)
    await site.do(rotate_keys, anna, site.clock.now())
    second = await site.say(anna, "With the new keys")
    after = await peer.eventually_received("Create", object_=second.uri)
    assert after.key_id != before.key_id
    assert after.signatures is not None
    assert (after.signatures.http.verified, after.signatures.proof.verified) == (True, True)


async def test_followers_are_told_of_our_new_keys(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    await site.do(rotate_keys, anna, site.clock.now())
    update = await peer.eventually_received("Update", from_actor=anna.uri, object_=anna.uri)
    assert update.document["object"]["publicKey"]["id"] == update.key_id


async def test_our_proofs_from_before_a_rotation_still_hold(site: LiveSite, peer: Peer) -> None:
    anna = await followed(site, peer)
    post = await site.say(anna, "With the old keys")
    create = await peer.eventually_received("Create", object_=post.uri)
    await site.do(rotate_keys, anna, site.clock.now())
    await peer.eventually_received("Update", from_actor=anna.uri)
    await peer.forget()
    assert (await peer.verify_proof(create.document)).verified


async def test_the_sites_own_fetches_are_signed_with_its_new_key(site: LiveSite, peer: Peer) -> None:
    await peer.authorised_fetch(on=True)
    await site.resolve(peer.actor("karim"))
    await site.do(rotate_keys, await site.itself(), site.clock.now())
    # Fedify keeps the documents of others for minutes, and believes a key only when the owner it has lists it.
    await peer.forget()
    await site.resolve(peer.actor("lea"))
    keys = [(await peer.requests(path=f"/users/{name}", status=200))[0].key_id for name in ("karim", "lea")]
    assert None not in keys
    assert keys[0] != keys[1]


# Theirs


@pytest.mark.parametrize("announce", [False, True])
async def test_the_peers_new_keys_are_fetched_once(site: LiveSite, peer: Peer, announce: bool) -> None:
    anna = await followed(site, peer)
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    await peer.post("<p>With the old keys</p>")
    await peer.settled()
    before = len(await peer.requests(path="/users/karim"))
    await peer.rotate_keys(announce=announce)
    note = await peer.post("<p>With the new keys</p>")
    await site.eventually_post(note.id)
    await peer.settled()
    await site.settled()
    # One because the signature did not hold; another one because an Update says that something changed.
    assert len(await peer.requests(path="/users/karim")) - before == (2 if announce else 1)


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
async def test_what_the_peers_old_key_signed_is_refused_after_a_rotation(site: LiveSite, peer: Peer, scheme: RawScheme) -> None:
    anna = await followed(site, peer)
    await peer.rotate_keys()
    assert (await peer.send_raw(anna.inbox, note_for(anna, peer), scheme)).status == 202
    forged = note_for(anna, peer)
    assert (await peer.send_raw(anna.inbox, forged, scheme, forged=True)).status == 401
    assert await site.find(forged["object"]["id"]) is None


async def test_a_proof_by_the_peers_new_key_is_accepted_from_a_forwarder(site: LiveSite, peer: Peer, other_peer: Peer) -> None:
    anna = await followed(site, peer)
    await peer.rotate_keys()
    create = note_for(anna, peer)
    proved = (await peer.send_raw(peer.inbox(), create, "proof-only")).sent
    answer = await other_peer.send_raw(anna.inbox, proved, "rfc9421")
    assert (answer.status, answer.body) == (202, "")
    assert (await site.get(create["object"]["id"])).content == "<p>By hand</p>"
