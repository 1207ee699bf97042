"""Which signatures the test peer makes, takes and refuses, each alone and in turn."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.interop.peer_process import Peer
from tests.interop.peer_programs import Programs
from tests.interop.peer_records import HttpScheme, RawScheme
from tests.interop.two_peers import AS2, befriend, note_by

pytestmark = [pytest.mark.interop, pytest.mark.slow]


# What is refused


async def test_an_unsigned_activity_is_refused(peer: Peer, other_peer: Peer) -> None:
    answer = await other_peer.send_raw(peer.inbox(), note_by(other_peer), "none")
    assert answer.status == 401
    refusal = await peer.eventually_refused("Create", from_actor=other_peer.actor())
    assert (refusal.refused_by, refusal.reason, refusal.scheme) == ("fedify", "noSignature", "unsigned")
    assert await peer.received() == []


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421", "proof-only", "ld-only"])
async def test_an_activity_changed_after_signing_is_refused(peer: Peer, other_peer: Peer, scheme: RawScheme) -> None:
    signed = note_by(other_peer)
    answer = await other_peer.send_raw(peer.inbox(), signed, scheme, tampered=signed | {"id": other_peer.new_id()})
    assert answer.status == 401
    assert await peer.received() == []


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
async def test_a_signature_two_hours_old_is_refused(peer: Peer, other_peer: Peer, scheme: RawScheme) -> None:
    date = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    answer = await other_peer.send_raw(peer.inbox(), note_by(other_peer), scheme, date=date)
    assert answer.status == 401


async def test_an_activity_in_the_name_of_another_is_refused(peer: Peer, other_peer: Peer) -> None:
    answer = await other_peer.send_raw(peer.inbox(), note_by(other_peer, actor=other_peer.actor("lea")), "rfc9421")
    assert answer.status == 401
    refusal = await peer.eventually_refused("Create")
    assert refusal.signatures is not None
    assert refusal.signatures.http.verified


async def test_a_body_that_is_no_json_is_refused_and_kept(peer: Peer) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(peer.inbox(), content=b"{", headers={"Content-Type": AS2})
    assert answer.status_code == 400
    assert [refusal.activity for refusal in await peer.refusals()] == ["{"]


async def test_fields_of_the_wrong_kind_are_refused_and_kept(peer: Peer, other_peer: Peer) -> None:
    odd = note_by(other_peer, type=["Create", 7], id=7, object=[[]])
    assert (await other_peer.send_raw(peer.inbox(), odd, "rfc9421")).status == 400
    refusal = await peer.eventually_refused("Create")
    assert (refusal.id, refusal.object, refusal.activity) == (None, None, odd)


async def test_a_key_that_could_not_be_fetched_is_not_tried_again_until_forgotten(peer: Peer, other_peer: Peer) -> None:
    await other_peer.answer(500, times=1000, path="/users/karim", method="GET")
    assert (await other_peer.send_raw(peer.inbox(), note_by(other_peer), "cavage")).status == 401
    assert (await peer.eventually_refused("Create")).reason == "keyFetchError"
    await other_peer.answer_normally()
    assert (await other_peer.send_raw(peer.inbox(), note_by(other_peer), "cavage")).status == 401
    await peer.forget()
    assert (await other_peer.send_raw(peer.inbox(), note_by(other_peer), "cavage")).status == 202


async def test_a_challenge_names_the_signature_that_is_wanted(programs: Programs) -> None:
    async with Peer.start(programs, challenge=True) as peer, Peer.start(programs) as other:
        answer = await other.send_raw(peer.inbox(), note_by(other), "none")
    assert "@target-uri" in answer.headers["accept-signature"]


# Signatures


@pytest.mark.parametrize(
    ("scheme", "authenticated_by"), [("cavage", "http"), ("rfc9421", "http"), ("proof-only", "proof"), ("ld-only", "linked-data")]
)
async def test_each_scheme_authenticates_by_itself(peer: Peer, other_peer: Peer, scheme: RawScheme, authenticated_by: str) -> None:
    answer = await other_peer.send_raw(peer.inbox(), note_by(other_peer), scheme)
    assert answer.status == 202
    assert (await peer.eventually_received("Create")).authenticated_by == authenticated_by


async def test_raw_json_arrives_as_it_was_given(peer: Peer, other_peer: Peer) -> None:
    activity = note_by(other_peer, to=["as:Public"], cc=other_peer.followers_of(), summary=None)
    await other_peer.send_raw(peer.shared_inbox, activity, "cavage")
    assert (await peer.eventually_received("Create")).activity == activity


@pytest.mark.parametrize(("first", "second"), [("rfc9421", "cavage"), ("cavage", "rfc9421")])
async def test_a_refused_scheme_is_followed_by_the_other(programs: Programs, first: HttpScheme, second: HttpScheme) -> None:
    async with Peer.start(programs, first_knock=first) as sender, Peer.start(programs) as receiver:
        await receiver.refuse(first)
        await sender.post("<p>Knock, knock</p>", to=[receiver.actor()])
        assert (await receiver.eventually_received("Create")).scheme == second
        await sender.settled()
        assert (await sender.attempts(type="Create"))[-1].status == 202


async def test_no_scheme_is_let_in_while_both_are_refused(peer: Peer, other_peer: Peer) -> None:
    await befriend(other_peer, peer)
    await other_peer.refuse("rfc9421", "cavage")
    await peer.post("<p>Anybody?</p>")
    first = await other_peer.eventually_refused("Create")
    second = await other_peer.eventually_refused("Create", after=first.seq)
    assert {first.scheme, second.scheme} == {"rfc9421", "cavage"}
    assert await other_peer.received(type="Create") == []


async def test_rotated_keys_are_fetched_again(peer: Peer, other_peer: Peer) -> None:
    await befriend(peer, other_peer)
    await other_peer.rotate_keys()
    await other_peer.post("<p>New keys</p>")
    create = await peer.eventually_received("Create")
    assert create.signatures is not None
    assert create.signatures.http.verified


async def test_a_proof_is_verified_on_demand(peer: Peer, other_peer: Peer) -> None:
    answer = await other_peer.send_raw(peer.inbox(), note_by(other_peer), "proof-only")
    verdict = await peer.verify_proof(answer.sent)
    assert (verdict.present, verdict.verified) == (True, True)
    assert verdict.keys[0].controller == other_peer.actor()
    assert not (await peer.verify_proof(answer.sent | {"type": "Update"})).verified
    assert not (await peer.verify_proof(note_by(other_peer))).present


async def test_authorised_fetch_shows_itself_only_to_signed_requests(peer: Peer, other_peer: Peer) -> None:
    await peer.authorised_fetch(on=True)
    async with httpx.AsyncClient(headers={"Accept": AS2}, trust_env=False) as stranger:
        assert (await stranger.get(peer.actor())).status_code == 401
    assert (await other_peer.fetch(peer.actor())).status == 200
