"""Somebody named by handle or address: found here, or asked for where they live, and said clearly when neither works."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.activitypub.own_uris import OwnUris
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Blocked, Gone, InvalidInput, NotAuthorised, NotFound, RateLimited, RemoteUnavailable
from fedirse.base.types import ANYONE, Host, Reader
from fedirse.remote.guard import AddressPolicy
from fedirse.remote.resolver import Resolver
from fedirse.remote.tls import client_context
from fedirse.remote.transport import GuardedBackend, GuardedTransport
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.model import Follow, FollowState
from fedirse.social.follows.store import save_follow
from fedirse.social.posts.actions import delete_post, reader_for
from fedirse.social.posts.model import Post
from fedirse.social.posts.reactions.actions import boost_post
from fedirse.social.posts.store import add_tombstone
from fedirse.social.search.lookup.actions import find_known, look_up, page_of
from fedirse.social.search.lookup.rules import Address, Handle, OwnPost, Target, names_one, parse_target
from fedirse.social.search.lookup.store import count_lookup
from fedirse.storage.refusals import block_domain
from tests.federation.conftest import network
from tests.federation.network import START, Network, find, say

__all__ = ["network"]

OWN = OwnUris("https", Host("ici.example"))


# What is meant


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("@lea", Handle("lea", "ici.example")),
        ("@Lea@Loin.example", Handle("Lea", "loin.example")),
        ("lea@loin.example", Handle("lea", "loin.example")),
        (" acct:lea@loin.example ", Handle("lea", "loin.example")),
        ("https://loin.example/@lea", Address("https://loin.example/@lea")),
        ("https://ici.example/@lea", Handle("lea", "ici.example")),
        ("https://ici.example/@karim@loin.example", Handle("karim", "loin.example")),
        ("https://ici.example/people/lea?x=1", Handle("lea", "ici.example")),
        ("https://ici.example/posts/01X#top", OwnPost("01X")),
        ("https://ici.example", Address("https://ici.example/actor")),
    ],
)
def test_a_handle_or_an_address_is_read_as_it_is_meant(typed: str, target: Target) -> None:
    assert parse_target(typed, OWN) == target


@pytest.mark.parametrize(
    "typed", ["", "bonjour", "deux mots", "@", "a@", "from:@lea", "ftp://loin.example/x", "mailto:lea@loin.example", "@a b@c"]
)
def test_what_is_neither_is_said_to_be_neither(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_target(typed, OWN)
    assert caught.value.reason == "not-an-address"


@pytest.mark.parametrize(
    "typed", ["http://loin.example/@lea", "https://", "https://a b/", "https://user@loin.example/", "https://loin.example/" + "a" * 3000]
)
def test_an_address_that_cannot_be_used_is_said_to_be_one(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_target(typed, OWN)
    assert caught.value.reason == "bad-address"


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        ("@lea@loin.example", True),
        ("lea@loin.example", True),
        ("https://x", True),
        ("acct:x", True),
        ("@lea", False),
        ("lea", False),
        ("a@b c", False),
        ("", False),
    ],
)
def test_words_are_told_from_what_names_one(typed: str, one: bool) -> None:
    assert names_one(typed) is one


# Found


async def pair(network: Network) -> tuple[Site, Site, Reader, StoredActor]:
    """Here, elsewhere, a reader here, somebody elsewhere."""
    ici, loin = await network.add("ici.example"), await network.add("loin.example")
    return ici, loin, reader_for(await network.person(ici, "ines")), await network.person(loin, "lea")


@pytest.mark.parametrize(
    "typed",
    ["@lea@loin.example", "LEA@loin.example", "acct:lea@loin.example", "https://loin.example/@lea", "https://loin.example/people/lea"],
)
async def test_somebody_elsewhere_is_asked_for_and_kept(typed: str, network: Network) -> None:
    ici, _, ines, lea = await pair(network)
    assert await find_known(ici, ines, typed) is None
    found = await look_up(ici, ines, typed)
    assert isinstance(found, StoredActor)
    assert (found.uri, page_of(found)) == (lea.uri, "/@lea@loin.example")


async def test_who_is_known_is_found_without_asking_anybody(network: Network) -> None:
    ici, _, ines, lea = await pair(network)
    await look_up(ici, ines, "@lea@loin.example")
    asked = len(network.wire.fetched)
    network.wire.offline.add("loin.example")
    for typed in ("@lea@loin.example", lea.uri):
        found = await look_up(ici, ines, typed)
        assert isinstance(found, StoredActor)
    assert await find_known(ici, ANYONE, lea.uri) is not None
    assert len(network.wire.fetched) == asked


async def test_a_public_post_elsewhere_is_taken_in_with_what_it_answers(network: Network) -> None:
    ici, loin, ines, lea = await pair(network)
    first = await say(loin, lea, "Bonjour")
    answer = await say(loin, lea, "Et encore", reply_to=first)
    found = await look_up(ici, ines, answer.uri)
    assert isinstance(found, Post)
    assert "Et encore" in found.content
    assert page_of(found) == f"/posts/{found.id}"
    await network.settle()
    above = await find(ici, first.uri)
    assert above is not None


async def test_a_post_that_is_known_is_found_without_asking_anybody(network: Network) -> None:
    ici, loin, ines, lea = await pair(network)
    said = await say(loin, lea, "Bonjour")
    await look_up(ici, ines, said.uri)
    network.wire.offline.add("loin.example")
    assert isinstance(await look_up(ici, ines, said.uri), Post)


async def test_what_is_ours_is_read_here(network: Network) -> None:
    ici = await network.add("ici.example")
    ines = await network.person(ici, "ines")
    said = await say(ici, ines, "Bonjour")
    asked = len(network.wire.fetched)
    for typed in ("@ines", "@Ines@ici.example", "https://ici.example/@ines", ines.uri):
        found = await look_up(ici, reader_for(ines), typed)
        assert isinstance(found, StoredActor)
        assert (found.id, page_of(found)) == (ines.id, "/@ines")
    site_actor = await look_up(ici, reader_for(ines), "https://ici.example/")
    assert isinstance(site_actor, StoredActor)
    assert site_actor.id == ici.actor_id
    for typed in (said.uri, f"{said.uri}?x=1"):
        post = await look_up(ici, reader_for(ines), typed)
        assert isinstance(post, Post)
        assert post.id == said.id
    assert len(network.wire.fetched) == asked


# Refused


@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_a_post_of_ours_that_is_not_for_the_reader_is_not_there(audience: AudienceKind, network: Network) -> None:
    ici = await network.add("ici.example")
    ines, lea = await network.person(ici, "ines"), await network.person(ici, "lea")
    await network.person(ici, "marc")
    said = await say(ici, ines, "@marc Secret", audience)
    with pytest.raises(NotFound) as hidden:
        await look_up(ici, reader_for(lea), said.uri)
    with pytest.raises(NotFound) as missing:
        await look_up(ici, reader_for(lea), ici.uris.post("0" * 26))
    assert hidden.value.public_message == missing.value.public_message


async def test_boosts_and_deleted_posts_are_nothing_to_look_at(network: Network) -> None:
    ici = await network.add("ici.example")
    ines = await network.person(ici, "ines")
    said = await say(ici, ines, "Bonjour")
    boost = await ici.write(boost_post, ici, ines, said.id, START)
    with pytest.raises(NotFound):
        await look_up(ici, reader_for(ines), ici.uris.post(boost.id))
    await ici.write(delete_post, ici, ines, said.id, START)
    with pytest.raises(Gone):
        await look_up(ici, reader_for(ines), said.uri)


async def test_nobody_of_that_name_here(network: Network) -> None:
    ici, _, ines, _ = await pair(network)
    with pytest.raises(NotFound) as caught:
        await look_up(ici, ines, "@personne")
    assert caught.value.public_message == "Nobody here is called @personne."
    with pytest.raises(NotFound) as caught:
        await look_up(ici, ines, "https://ici.example/tags/x")
    assert "of this site" in caught.value.public_message


@pytest.mark.parametrize("typed", ["@personne@loin.example", "https://loin.example/@personne", "https://loin.example/posts/01X"])
async def test_nobody_of_that_name_there(typed: str, network: Network) -> None:
    ici, _, ines, _ = await pair(network)
    with pytest.raises(NotFound) as caught:
        await look_up(ici, ines, typed)
    assert caught.value.public_message == "loin.example knows nothing of that name or address."


async def test_a_server_that_does_not_answer(network: Network) -> None:
    ici, _, ines, _ = await pair(network)
    with pytest.raises(RemoteUnavailable) as caught:
        await look_up(ici, ines, "@lea@nulle-part.example")
    assert caught.value.public_message == "nulle-part.example does not answer at the moment. Try again later."


async def test_a_server_that_takes_too_long(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    ici, _, ines, _ = await pair(network)
    assert limits.LOOKUP_SECONDS > limits.FETCH_SECONDS
    monkeypatch.setattr(limits, "LOOKUP_SECONDS", 0.05)

    async def never(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(network.wire, "carry", never)
    with pytest.raises(RemoteUnavailable):
        await look_up(ici, ines, "@lea@loin.example")


async def test_an_address_of_something_else(network: Network) -> None:
    ici, _, ines, _ = await pair(network)
    with pytest.raises(NotFound) as caught:
        await look_up(ici, ines, "https://loin.example/actor/outbox")
    assert caught.value.reason == "unreadable-there"
    assert "loin.example" in caught.value.public_message


@pytest.mark.parametrize("typed", ["@lea@loin.example", "https://loin.example/@lea"])
async def test_a_blocked_server_is_not_asked(typed: str, network: Network) -> None:
    ici, _, ines, _ = await pair(network)
    await ici.write(block_domain, "loin.example", reason="", subdomains=False, now=START)
    asked = len(network.wire.fetched)
    with pytest.raises(Blocked) as caught:
        await look_up(ici, ines, typed)
    assert caught.value.public_message == "loin.example is blocked on this site."
    assert len(network.wire.fetched) == asked


async def test_a_post_that_is_not_for_everybody_is_not_taken_in(network: Network) -> None:
    ici, loin, ines, lea = await pair(network)
    # The site itself may read it at its origin, and that must not show it to anybody here.
    said = await say(loin, lea, "@ici@ici.example Secret", AudienceKind.PUBLIC)
    secret = await say(loin, lea, "Secret", AudienceKind.FOLLOWERS)
    actor = await loin.actors.resolve(ici.uris.site_actor)
    await loin.write(save_follow, Follow(actor.id, lea.id, "https://ici.example/f/1", FollowState.ACCEPTED, START))
    assert (await ici.fetch_document(secret.uri))["id"] == secret.uri
    with pytest.raises(NotFound) as caught:
        await look_up(ici, ines, secret.uri)
    assert caught.value.reason == "not-public"
    assert await find(ici, secret.uri) is None
    assert isinstance(await look_up(ici, ines, said.uri), Post)


async def test_what_its_author_deleted_is_not_brought_back(network: Network) -> None:
    ici, loin, ines, lea = await pair(network)
    said = await say(loin, lea, "Bonjour")
    author = await look_up(ici, ines, lea.uri)
    assert isinstance(author, StoredActor)
    await ici.write(add_tombstone, said.uri, author.id, START)
    with pytest.raises(Gone):
        await look_up(ici, ines, said.uri)
    assert await find(ici, said.uri) is None


# Who may ask, and how often


SSRF = [
    "http://127.0.0.1:8000/",
    "https://127.0.0.1:8000/",
    "https://[::1]/",
    "https://localhost/",
    "https://169.254.169.254/latest/",
    "@x@127.0.0.1",
    "@x@localhost",
]


@pytest.mark.attack("SSRF-032")
@pytest.mark.parametrize("typed", SSRF)
async def test_no_machine_of_ours_is_asked(typed: str, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = AddressPolicy()
    backend = GuardedBackend(policy, Resolver(policy))
    connected: list[object] = []
    monkeypatch.setattr("socket.socket.connect", lambda _, address: connected.append(address))
    network.fetch_transport = GuardedTransport(backend, client_context(None))
    ici = await network.add("ici.example")
    with pytest.raises(InvalidInput) as caught:
        await look_up(ici, reader_for(await network.person(ici, "ines")), typed)
    assert caught.value.reason in {"bad-address", "address-not-public", "local-name"}
    assert connected == []


@pytest.mark.attack("SSRF-032")
@pytest.mark.parametrize("who", ["nobody", "somebody elsewhere"])
async def test_only_our_own_people_have_others_asked(who: str, network: Network) -> None:
    ici, _, _, lea = await pair(network)
    asks = ANYONE if who == "nobody" else replace(reader_for(lea), local=False)
    asked = len(network.wire.fetched)
    with pytest.raises(NotAuthorised):
        await look_up(ici, asks, "@lea@loin.example")
    assert len(network.wire.fetched) == asked


@pytest.mark.attack("SSRF-032")
async def test_nobody_has_others_asked_more_often_than_the_limit(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    ici, _, ines, _ = await pair(network)
    monkeypatch.setattr(limits, "LOOKUPS_PER_HOUR", 2)
    for _ in range(2):
        with pytest.raises(NotFound):
            await look_up(ici, ines, "@personne@loin.example")
    asked = len(network.wire.fetched)
    with pytest.raises(RateLimited):
        await look_up(ici, ines, "@personne@loin.example")
    assert len(network.wire.fetched) == asked


async def test_the_count_begins_anew_after_an_hour_and_is_everybodys_own(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    ici = await network.add("ici.example")
    ines, lea = await network.person(ici, "ines"), await network.person(ici, "lea")
    monkeypatch.setattr(limits, "LOOKUPS_PER_HOUR", 1)
    await ici.write(count_lookup, ines.id, START)
    await ici.write(count_lookup, lea.id, START)
    with pytest.raises(RateLimited) as caught:
        await ici.write(count_lookup, ines.id, START + timedelta(minutes=59))
    assert caught.value.retry_after == 60
    await ici.write(count_lookup, ines.id, START + timedelta(minutes=60))
