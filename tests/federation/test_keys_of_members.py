"""A member gets another key: planned, after the old one was stolen, after it was lost; and whoever has only a part of what that takes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from fedirse.activitypub.signatures import add_proof, multikey
from fedirse.base.errors import Conflict, Refused, SignatureError
from fedirse.outbox.schemes import Scheme
from fedirse.outbox.signing import signed_headers
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.sessions.store import sessions
from fedirse.social.accounts.store import get_account
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.actions import revoke_keys, rotate_keys
from fedirse.social.network.authority.actions import change_key
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining.actions import join, open_invitation
from fedirse.social.network.joining.invitations.actions import invite
from fedirse.social.network.joining.invitations.model import Wish
from fedirse.social.network.joining.requests.actions import approve
from fedirse.social.network.joining.requests.store import find_waiting
from fedirse.social.network.joining.requests.views import read_requests
from fedirse.social.network.keys.actions import OVERLAP, replace_key, rotate_key, rotate_network_key
from fedirse.social.network.keys.jobs import end_keys
from fedirse.social.network.keys.model import KeyOffer
from fedirse.social.network.keys.wire import render_key, render_offer
from fedirse.social.network.model import NetworkState
from fedirse.social.network.roster.actions import take_statement
from fedirse.social.network.roster.model import Credential, Standing
from fedirse.social.network.roster.wire import render_credential
from fedirse.social.network.rules import proven_standing
from fedirse.social.network.store import find_network, list_trusted_keys
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.audit import list_entries
from fedirse.storage.deliveries import DeliveryState, count_by_state
from fedirse.storage.signing import KeyPair
from fedirse.storage.transaction import Transaction
from tests.federation.network import find, site_actor
from tests.federation.rosters import Group, running_group
from tests.social.network.roster.test_wire import fresh_key

EVERYBODY = ("siege", "lyon", "nantes", "metz")


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with running_group(tmp_path, "lyon", "nantes", "metz") as opened:
        yield opened


async def keys_of(site: Site) -> KeyPair:
    return await site.read(site.signing.load, site.actor_id)


async def own_key(site: Site) -> str:
    return multikey((await keys_of(site)).ed25519.key.public)


async def key_at(group: Group, name: str) -> str:
    """The key by which a site knows Lyon."""
    held = (await group.roster(name)).held[group.sites["lyon.example"].uris.site_actor].statement
    assert isinstance(held, Credential)
    return held.key


async def proven(group: Group, at: str, key: str) -> Standing:
    """What somebody is to a site who signs as Lyon with that key."""
    return proven_standing(await group.roster(at), group.sites["lyon.example"].uris.site_actor, key, group.clock.now())


async def write_at(group: Group, name: str, text: str) -> Post:
    """A post of the site itself for the network; it is not delivered yet."""
    site = group.sites[f"{name}.example"]
    draft = Draft(text, Audience(AudienceKind.NETWORK, of=group.siege.uris.members))
    return await site.write(publish_post, site, await site_actor(site), draft, group.clock.now())


@pytest.mark.reliability("REL-033")
async def test_a_planned_change_of_keys_under_load_loses_nothing(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    group.cut("metz")
    posts = []
    for number in range(4):
        posts.append(await write_at(group, "lyon", f"Note {number}"))
        before = await own_key(lyon)
        await lyon.write(rotate_key, lyon, group.clock.now())
        # Not before the head office has said so.
        assert await own_key(lyon) == before
        posts.append(await write_at(group, "lyon", f"Suite {number}"))
        await group.settle()
        after = await own_key(lyon)
        assert after != before
        assert {await key_at(group, at) for at in ("siege", "nantes")} == {after}
        assert await proven(group, "nantes", before) is Standing.IN_FORCE
        group.clock.advance(OVERLAP / 4)
    group.cut()
    await group.pass_time(hours=7)
    for name in ("siege", "nantes", "metz"):
        assert all([await find(group.sites[f"{name}.example"], post.uri) for post in posts])
    assert set(await lyon.read(count_by_state)) == {DeliveryState.DELIVERED}
    assert len(await group.digests(*EVERYBODY)) == 1


async def test_the_key_before_counts_for_a_day_and_no_longer(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    before = await own_key(lyon)
    await lyon.write(rotate_key, lyon, group.clock.now())
    await group.settle()
    assert await proven(group, "nantes", before) is Standing.IN_FORCE
    await group.pass_time(seconds=OVERLAP.total_seconds())
    assert await proven(group, "nantes", before) is Standing.STRANGER
    assert await proven(group, "nantes", await own_key(lyon)) is Standing.IN_FORCE


async def test_a_change_that_was_asked_for_twice_is_one(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    group.cut("siege")
    await lyon.write(rotate_key, lyon, group.clock.now())
    first = (await keys_of(lyon)).next
    await lyon.write(rotate_key, lyon, group.clock.now())
    assert first is not None
    assert (await keys_of(lyon)).next == first
    group.cut()
    await group.pass_time(hours=1)
    assert await own_key(lyon) == multikey(first.key.public)
    assert (await keys_of(lyon)).next is None


@pytest.mark.reliability("REL-034")
async def test_a_key_without_a_word_of_the_one_before_waits_for_somebody_who_compares(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    before = await own_key(lyon)
    await lyon.write(lambda tx: replace_key(tx, lyon, group.clock.now(), lost=True))
    await group.settle()
    fresh = await own_key(lyon)
    assert {await key_at(group, at) for at in ("siege", "nantes")} == {before}
    assert await proven(group, "nantes", fresh) is Standing.STRANGER
    post = await write_at(group, "lyon", "Encore là")
    await group.settle()
    assert await find(group.sites["nantes.example"], post.uri) is None
    waiting = await group.siege.read(find_waiting, lyon.uris.site_actor)
    assert waiting is not None
    assert waiting.key == fresh
    assert (await group.siege.read(read_requests)).key_changes == {lyon.uris.site_actor}

    await group.siege.write(approve, group.siege, lyon.uris.site_actor, group.clock.now(), Decider())
    await group.pass_time(hours=7)
    assert {await key_at(group, at) for at in EVERYBODY} == {fresh}
    assert await proven(group, "nantes", before) is Standing.STRANGER
    assert await find(group.sites["nantes.example"], post.uri) is not None
    network = await lyon.read(find_network, group.siege.uris.site_actor)
    assert network is not None
    assert network.state is NetworkState.MEMBER


@pytest.mark.reliability("REL-034")
async def test_a_key_that_is_swapped_without_a_word_makes_a_stranger(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    before = await own_key(lyon)
    await lyon.write(lyon.signing.create, lyon.actor_id, lyon.uris.site_actor, group.clock.now())
    post = await write_at(group, "lyon", "Qui suis-je ?")
    await group.settle()
    assert await find(group.sites["nantes.example"], post.uri) is None
    assert await key_at(group, "siege") == before


@pytest.mark.reliability("REL-035")
async def test_after_a_theft_the_old_key_counts_nowhere_and_sessions_end(group: Group) -> None:
    lyon, nantes = group.sites["lyon.example"], group.sites["nantes.example"]
    await group.wire.person(lyon, "ines")
    await lyon.write(lambda tx: open_session(tx, get_account(tx, "ines"), new_secret(), "Tests", group.clock.now()))
    stolen = await keys_of(lyon)
    await lyon.write(revoke_keys, lyon, await site_actor(lyon), group.clock.now())
    await group.settle()
    assert {await key_at(group, at) for at in EVERYBODY} == {await own_key(lyon)}
    assert {await proven(group, at, multikey(stolen.ed25519.key.public)) for at in EVERYBODY} == {Standing.STRANGER}
    assert await lyon.read(lambda tx: tx.execute(sessions.select()).all()) == []
    assert "keys.revoked" in [entry.deed for entry in await lyon.read(list_entries)]
    post = await write_at(group, "lyon", "De nouveau nous")
    await group.settle()
    assert await find(nantes, post.uri) is not None
    body = next(one.body for one in group.wire.wire.sent if one.host == "nantes.example" and post.uri.encode() in one.body)
    for scheme in (Scheme.MESSAGE_ED25519, Scheme.CAVAGE):
        headers = signed_headers(scheme, nantes.uris.shared_inbox, body, stolen, group.clock.now())
        assert (await lyon.client.post(nantes.uris.shared_inbox, body, headers)).status == 401


@pytest.mark.parametrize("thief", ["only the key", "only the domain", "another member"])
async def test_whoever_has_a_part_of_it_changes_no_key(group: Group, thief: str) -> None:
    siege, lyon, metz = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "metz"))
    before = await own_key(lyon)
    if thief == "only the domain":
        await lyon.write(lyon.signing.create, lyon.actor_id, lyon.uris.site_actor, group.clock.now())
    fresh, now = fresh_key(), group.clock.now()
    offer = KeyOffer(lyon.uris.site_actor, siege.uris.site_actor, multikey(fresh.public), now + timedelta(days=365), now)
    uri = f"{lyon.uris.site_actor}#thief"
    inner = add_proof(render_key(offer, uri), key=fresh, verification_method=uri, created=now)
    speaker = metz if thief == "another member" else lyon
    pair = await keys_of(speaker)
    activity = {**render_offer(f"{speaker.uris.origin}/activities/1", offer, inner), "actor": speaker.uris.site_actor}
    body = orjson.dumps(add_proof(activity, key=pair.ed25519.key, verification_method=pair.ed25519.uri, created=now))
    headers = signed_headers(Scheme.MESSAGE_ED25519, siege.uris.shared_inbox, body, pair, now)
    answer = await speaker.client.post(siege.uris.shared_inbox, body, headers)
    assert answer.status == (403 if thief == "another member" else 202)
    await group.settle()
    assert await key_at(group, "siege") == before
    waits = await siege.read(find_waiting, lyon.uris.site_actor)
    assert (waits is not None) is (thief == "only the domain")


async def test_the_ordinary_change_of_keys_is_refused_where_members_know_the_key(group: Group) -> None:
    for name in ("lyon", "siege"):
        site = group.sites[f"{name}.example"]
        with pytest.raises(Conflict):
            await site.write(rotate_keys, site, await site_actor(site), group.clock.now())
    with pytest.raises(Conflict):
        await group.siege.write(rotate_key, group.siege, group.clock.now())
    outside = await group.make("dehors")
    with pytest.raises(Conflict):
        await outside.write(rotate_key, outside, group.clock.now())
    await outside.write(rotate_keys, outside, await site_actor(outside), group.clock.now())


async def test_a_head_office_that_names_a_key_which_is_not_ours_is_noticed(group: Group) -> None:
    lyon = group.sites["lyon.example"]

    def change(tx: Transaction) -> None:
        change_key(tx, group.siege, lyon.uris.site_actor, multikey(fresh_key().public), now=group.clock.now())

    await group.siege.write(change)
    await group.settle()
    assert "network.other-key" in [entry.deed for entry in await lyon.read(list_entries)]


async def trusted_at(group: Group, name: str) -> list[str]:
    """The keys of the head office that a site trusts, the newest first."""
    keys = await group.sites[f"{name}.example"].read(list_trusted_keys, group.siege.uris.site_actor)
    return [key.key for key in keys]


async def test_the_network_changes_its_key_and_everybody_goes_on(group: Group) -> None:
    siege = group.siege
    before = await own_key(siege)
    waiting = await write_at(group, "siege", "Avant")
    group.cut("metz")
    group.clock.advance(timedelta(minutes=1))
    await siege.write(rotate_network_key, siege, group.clock.now())
    later = await write_at(group, "siege", "Après")
    await group.admit("brest")
    await group.settle()
    after = await own_key(siege)
    assert after != before
    assert await trusted_at(group, "nantes") == [after, before]
    await group.pass_time(days=2)
    group.cut()
    for _ in range(3):
        await group.pass_time(hours=7)
    assert len(await group.digests(*EVERYBODY, "brest")) == 1
    for name in ("lyon", "nantes", "metz"):
        assert all([await find(group.sites[f"{name}.example"], post.uri) for post in (waiting, later)]), name
    for name in (*EVERYBODY, "brest"):
        await end_keys(group.sites[f"{name}.example"])
        assert await trusted_at(group, name) == [after], name
    troubles = [entry.deed for name in EVERYBODY for entry in await group.sites[f"{name}.example"].read(list_entries)]
    assert "network.not-believed" not in troubles
    assert "network.contradiction" not in troubles


async def test_invitations_end_with_the_key_they_name_and_nobody_waits_meanwhile(group: Group) -> None:
    siege = group.siege
    outside, other = await group.make("dehors"), await group.make("ailleurs")
    links = [(await siege.write(invite, siege, Wish(), new_secret(), group.clock.now(), Decider())).link for _ in range(2)]
    opened = await open_invitation(outside, links[0].text)
    await outside.write(join, outside, opened, group.clock.now(), Decider())
    await group.settle()
    with pytest.raises(Conflict):
        await siege.write(rotate_network_key, siege, group.clock.now())
    await siege.write(approve, siege, outside.uris.site_actor, group.clock.now(), Decider())
    await group.settle()
    assert await siege.write(rotate_network_key, siege, group.clock.now()) == 1
    with pytest.raises(Refused, match="used"):
        await open_invitation(other, links[1].text)
    fresh = (await siege.write(invite, siege, Wish(approved=True), new_secret(), group.clock.now(), Decider())).link
    await other.write(join, other, await open_invitation(other, fresh.text), group.clock.now(), Decider())
    await group.settle()
    assert len(await group.digests("siege", "lyon", "ailleurs", "dehors")) == 1


async def test_a_key_that_the_one_before_does_not_vouch_for_is_not_trusted(group: Group) -> None:
    siege, nantes = group.siege, group.sites["nantes.example"]
    before = await trusted_at(group, "nantes")
    fresh, uri = fresh_key(), f"{siege.uris.site_actor}#forged"
    held = (await group.roster("nantes")).held[siege.uris.site_actor].statement
    assert isinstance(held, Credential)
    forged = replace(held, key=multikey(fresh.public), key_id=uri, serial=held.serial + 100)
    document = add_proof(render_credential(forged), key=fresh, verification_method=uri, created=group.clock.now())
    network = await nantes.read(find_network, siege.uris.site_actor)
    assert network is not None
    with pytest.raises(SignatureError):
        await nantes.write(take_statement, nantes, network, document, group.clock.now())
    assert await trusted_at(group, "nantes") == before
