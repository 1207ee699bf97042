"""Signatures of requests between fedirse and the test peer: which the door lets in, and how deliveries find the one that is taken."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from fedirse.outbox.schemes import Scheme
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.notifications.model import NotificationKind
from tests.interop.peer_process import Peer
from tests.interop.peer_programs import Programs
from tests.interop.peer_records import HttpScheme, RawScheme
from tests.interop.site import LiveSite, host_of, note_for

pytestmark = [pytest.mark.interop, pytest.mark.slow]


# What the door refuses


@pytest.mark.parametrize("scheme", ["none", "proof-only", "ld-only"])
async def test_a_request_that_nobody_signed_is_refused_and_told_how_to_sign(site: LiveSite, peer: Peer, scheme: RawScheme) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    answer = await peer.send_raw(anna.inbox, create, scheme)
    assert answer.status == 401
    assert "@target-uri" in answer.headers["accept-signature"]
    assert await site.find(create["object"]["id"]) is None


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
async def test_a_body_changed_after_signing_is_refused(site: LiveSite, peer: Peer, scheme: RawScheme) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    tampered = create | {"object": create["object"] | {"content": "<p>Changed</p>"}}
    answer = await peer.send_raw(anna.inbox, create, scheme, tampered=tampered)
    assert answer.status == 401
    assert await site.find(create["object"]["id"]) is None


@pytest.mark.parametrize(("scheme", "hours"), [("cavage", -2), ("rfc9421", -2), ("rfc9421", 2)])
async def test_a_signature_of_two_hours_ago_or_ahead_is_refused(site: LiveSite, peer: Peer, scheme: RawScheme, hours: int) -> None:
    anna = await site.person("anna")
    date = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
    answer = await peer.send_raw(anna.inbox, note_for(anna, peer), scheme, date=date)
    assert answer.status == 401
    # Before its key is looked at: a stale request costs nobody a fetch.
    assert await peer.requests() == []


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
async def test_an_activity_in_the_name_of_another_is_refused(site: LiveSite, peer: Peer, scheme: RawScheme) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    answer = await peer.send_raw(anna.inbox, create, scheme, by="lea")
    assert answer.status in {400, 401}
    assert await site.find(create["object"]["id"]) is None


async def test_a_post_that_another_wrote_is_refused(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer, attributedTo=peer.actor("lea"))
    answer = await peer.send_raw(anna.inbox, create, "rfc9421")
    assert answer.status == 401
    assert await site.find(create["object"]["id"]) is None


async def test_signatures_that_do_not_hold_cost_one_fetch_of_the_key(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    assert (await peer.send_raw(anna.inbox, note_for(anna, peer), "cavage")).status == 202
    before = len(await peer.requests(path="/users/karim"))
    for _ in range(3):
        answer = await peer.send_raw(anna.inbox, note_for(anna, peer), "cavage", forged=True)
        assert answer.status == 401
    assert len(await peer.requests(path="/users/karim")) == before + 1


# What the door lets in


@pytest.mark.parametrize(("scheme", "algorithm"), [("rfc9421", None), ("cavage", "rsa-sha256"), ("cavage", "hs2019"), ("cavage", "")])
async def test_each_scheme_opens_the_door(site: LiveSite, peer: Peer, scheme: RawScheme, algorithm: str | None) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer)
    answer = await peer.send_raw(anna.inbox, create, scheme, algorithm=algorithm)
    assert (answer.status, answer.body) == (202, "")
    assert await site.news(anna) == [(NotificationKind.MENTION, peer.actor(), (await site.get(create["object"]["id"])).id)]


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
async def test_what_fedify_sends_arrives_at_its_first_knock(site: LiveSite, programs: Programs, scheme: HttpScheme) -> None:
    anna = await site.person("anna")
    async with Peer.start(programs, first_knock=scheme) as peer:
        note = await peer.post("<p>Knock, knock</p>", mention=[anna.uri])
        await site.eventually_post(note.id)
        await peer.settled()
        assert [(knock.scheme, knock.status) for knock in await peer.attempts(type="Create")] == [(scheme, 202)]


async def test_the_same_activity_in_both_schemes_has_one_effect(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    question = await site.say(anna, "Who has a ladder?")
    create = note_for(anna, peer, inReplyTo=question.uri)
    for scheme in ("rfc9421", "cavage", "rfc9421"):
        assert (await peer.send_raw(site.shared_inbox, create, scheme)).status == 202
    assert (await site.get(question.uri)).replies == 1
    assert [kind for kind, _, _ in await site.news(anna)] == [NotificationKind.REPLY]


async def test_copies_that_arrive_together_have_one_effect(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    question = await site.say(anna, "Who has a ladder?")
    create = note_for(anna, peer, inReplyTo=question.uri)
    schemes: list[RawScheme] = ["rfc9421", "cavage", "rfc9421", "cavage"]
    answers = await asyncio.gather(*(peer.send_raw(anna.inbox, create, scheme) for scheme in schemes))
    assert [answer.status for answer in answers] == [202] * 4
    assert (await site.get(question.uri)).replies == 1
    assert [kind for kind, _, _ in await site.news(anna)] == [NotificationKind.REPLY]


@pytest.mark.parametrize("to", ["as:Public", "Public", ["https://www.w3.org/ns/activitystreams#Public"]])
async def test_everybody_is_understood_in_each_spelling(site: LiveSite, peer: Peer, to: object) -> None:
    anna = await site.person("anna")
    create = note_for(anna, peer, to=to)
    assert (await peer.send_raw(anna.inbox, create, "rfc9421")).status == 202
    post = await site.get(create["object"]["id"])
    assert post.audience == Audience(AudienceKind.PUBLIC, frozenset({anna.id}))
    assert post.mentions == (("@anna", anna.uri),)


async def test_the_peers_fetch_of_our_key_is_read_although_its_signature_counts_the_fragment(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    fetches = [attempt for attempt in await peer.attempts(method="GET") if attempt.url.startswith(f"{anna.uri}#")]
    assert fetches
    assert {(fetch.scheme, fetch.status) for fetch in fetches} == {("rfc9421", 200)}


# How our deliveries are signed


async def test_a_stranger_is_sent_the_scheme_that_everybody_understands(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.follow(anna, peer.actor())
    follow = await peer.eventually_received("Follow")
    assert follow.scheme == "cavage"
    await site.settled()
    assert (await site.peer(host_of(peer))).signature == Scheme.CAVAGE


async def test_where_cavage_is_refused_we_succeed_with_rfc_9421_and_remember_it(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.refuse("cavage")
    await site.follow(anna, peer.actor())
    follow = await peer.eventually_received("Follow")
    assert (follow.scheme, follow.signatures is not None and follow.signatures.http.verified) == ("rfc9421", True)
    await site.eventually_follows(anna, peer.actor())
    await site.settled()
    assert (await site.peer(host_of(peer))).signature == Scheme.MESSAGE
    before = len(await peer.refusals())
    post = await site.say(anna, f"{peer.handle()} hello")
    assert (await peer.eventually_received("Create", object_=post.uri)).scheme == "rfc9421"
    assert len(await peer.refusals()) == before


async def test_where_rfc_9421_is_refused_later_we_return_to_cavage_and_remember_it(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await peer.refuse("cavage")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    await site.settled()
    await peer.refuse("rfc9421")
    first = await site.say(anna, f"{peer.handle()} hello")
    assert (await peer.eventually_received("Create", object_=first.uri)).scheme == "cavage"
    await site.settled()
    assert (await site.peer(host_of(peer))).signature == Scheme.CAVAGE
    before = len(await peer.refusals())
    second = await site.say(anna, f"{peer.handle()} hello again")
    assert (await peer.eventually_received("Create", object_=second.uri)).scheme == "cavage"
    assert len(await peer.refusals()) == before


async def test_each_actor_profits_from_what_another_learned_about_the_host(site: LiveSite, peer: Peer) -> None:
    anna, ben = await site.person("anna"), await site.person("ben")
    await peer.refuse("cavage")
    await site.follow(anna, peer.actor())
    await site.eventually_follows(anna, peer.actor())
    await site.settled()
    before = len(await peer.refusals())
    await site.follow(ben, peer.actor("lea"))
    await site.eventually_follows(ben, peer.actor("lea"))
    assert len(await peer.refusals()) == before


async def test_while_both_schemes_are_refused_a_delivery_waits_and_arrives_once(site: LiveSite, peer: Peer) -> None:
    anna = await site.person("anna")
    await site.resolve(peer.actor())
    await peer.refuse("cavage", "rfc9421")
    post = await site.say(anna, f"{peer.handle()} anybody?")
    first = await peer.eventually_refused("Create")
    second = await peer.eventually_refused("Create", after=first.seq)
    assert [first.scheme, second.scheme] == ["cavage", "rfc9421"]
    await site.settled()
    await peer.refuse()
    await site.later(timedelta(minutes=1))
    create = await peer.eventually_received("Create", object_=post.uri)
    await site.settled()
    assert await peer.received(type="Create") == [create]
