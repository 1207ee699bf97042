"""A site that is removed, or leaves: what still goes to it, what it keeps, and what it says of that."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from fedirse.activitypub.signatures import add_proof, multikey
from fedirse.base.actors import StoredActor
from fedirse.outbox.schemes import Scheme
from fedirse.outbox.signing import signed_headers
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.actions import follow
from fedirse.social.network.authority import actions as authority
from fedirse.social.network.authority.departures.model import Departure
from fedirse.social.network.authority.departures.store import find_departure, save_departure
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining.actions import Opened, leave
from fedirse.social.network.joining.actions import join as ask_to_join
from fedirse.social.network.joining.invitations.model import Offer
from fedirse.social.network.model import Attributes, NetworkKey, NetworkState
from fedirse.social.network.parting.jobs import resume_purges
from fedirse.social.network.parting.model import Receipt
from fedirse.social.network.parting.store import find_parting
from fedirse.social.network.parting.wire import render_receipt
from fedirse.social.network.roster.actions import PURGE
from fedirse.social.network.roster.model import Standing
from fedirse.social.network.store import find_network, save_network
from fedirse.social.posts.actions import delete_post, publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.purging import jobs
from fedirse.storage.actors import find_local_actor
from fedirse.storage.audit import list_entries
from fedirse.storage.columns import metadata
from fedirse.storage.deliveries import DeliveryState, deliveries
from fedirse.storage.jobs import jobs as job_rows
from fedirse.storage.jobs import list_due_jobs
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, find, site_actor
from tests.federation.rosters import Group, running_group
from tests.social.network.roster.test_wire import fresh_key


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with running_group(tmp_path, "lyon", "nantes", "metz") as opened:
        yield opened


def sent_to(group: Group, name: str) -> list[dict[str, Any]]:
    """What was posted to a site."""
    return [orjson.loads(sent.body) for sent in group.wire.wire.sent if sent.host == f"{name}.example"]


@pytest.mark.attack("PRV-008")
async def test_news_that_wait_for_a_site_do_not_leave_once_it_is_removed(group: Group) -> None:
    siege, lyon, nantes = group.siege, *(group.sites[f"{name}.example"].uris.site_actor for name in ("lyon", "nantes"))
    await group.settle()
    before = len(sent_to(group, "lyon"))
    group.cut("lyon")
    await siege.write(authority.change, siege, nantes, name="Nantes, plan de fermeture", now=group.clock.now())
    await siege.write(authority.remove, siege, lyon, now=group.clock.now())
    await siege.write(authority.change, siege, nantes, name="Nantes Erdre", now=group.clock.now())
    await group.settle()
    group.cut()
    await group.pass_time(hours=2)
    got = sent_to(group, "lyon")[before:]
    assert [(one["type"], one["object"]["subject"]) for one in got] == [("Remove", lyon)]
    assert got[0]["to"] == [lyon]

    def withheld(tx: Any) -> list[str]:
        query = deliveries.select().where(deliveries.c.host == "lyon.example", deliveries.c.state == DeliveryState.WITHHELD)
        return [row.answer for row in tx.execute(query)]

    assert await siege.read(withheld) == ["nobody there is inside what it is for"]


async def author_at(group: Group, name: str, by: str) -> StoredActor:
    """Somebody of a site, or the site itself."""
    site = group.sites[f"{name}.example"]
    if by == "site":
        return await site_actor(site)
    known = await site.read(lambda tx: find_local_actor(tx, by))
    return known if known is not None else await group.wire.person(site, by)


async def write_at(group: Group, name: str, by: str, text: str, *, within: bool = True, reply_to: str | None = None) -> Post:
    """A post of somebody, for the network or for everybody, delivered."""
    site, author = group.sites[f"{name}.example"], await author_at(group, name, by)
    audience = Audience(AudienceKind.NETWORK, of=group.siege.uris.members) if within else Audience(AudienceKind.PUBLIC)
    post = await site.write(publish_post, site, author, Draft(text, audience, in_reply_to=reply_to), group.clock.now())
    await group.settle()
    return post


async def answer_at(group: Group, name: str, by: str, to: Post, text: str) -> Post:
    """An answer of somebody at a site, delivered."""
    parent = await find(group.sites[f"{name}.example"], to.uri)
    assert parent is not None
    return await write_at(group, name, by, text, reply_to=parent.id)


async def deeds(site: Site) -> list[str]:
    """What stands in a site's audit log."""
    return [entry.deed for entry in await site.read(list_entries)]


@pytest.mark.attack("PRV-008")
async def test_a_removed_site_erases_what_others_wrote_for_members_and_says_so(group: Group) -> None:
    siege, lyon, nantes = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "nantes"))
    paul = await group.wire.person(nantes, "paul")
    followed = await lyon.actors.resolve(paul.uri)
    await lyon.write(follow, lyon, await site_actor(lyon), followed, group.clock.now())
    await group.settle()
    secret = await write_at(group, "nantes", "paul", "Les marges de mars")
    news = await write_at(group, "nantes", "paul", "Ouvert dimanche", within=False)
    answer = await answer_at(group, "lyon", "ines", secret, "Compris")
    later = await answer_at(group, "nantes", "paul", answer, "Merci pour les marges")
    own = await write_at(group, "lyon", "ines", "Nos chiffres")
    assert await find(lyon, later.uri) is not None

    await siege.write(authority.remove, siege, lyon.uris.site_actor, now=group.clock.now())
    await group.settle()

    assert [await find(lyon, one.uri) for one in (secret, later)] == [None, None]
    kept = [await find(lyon, one.uri) for one in (answer, own, news)]
    assert [one and one.content for one in kept] == ["<p>Compris</p>", "<p>Nos chiffres</p>", "<p>Ouvert dimanche</p>"]
    assert kept[0] is not None
    assert (kept[0].in_reply_to, kept[0].parent_id, kept[0].replies) == (secret.uri, None, 0)
    assert b"marges" not in await contents_of(lyon)
    # The others keep what was shared while it was a member.
    assert await find(nantes, own.uri) is not None

    departure = await siege.read(find_departure, lyon.uris.site_actor)
    assert departure is not None
    assert (departure.erased, departure.received_at) == (2, group.clock.now())
    assert "network.purged" in await deeds(lyon)
    assert "member.purged" in await deeds(siege)


async def contents_of(site: Site) -> bytes:
    """Every value in the database of a site."""

    def read(tx: Transaction) -> bytes:
        values = [value for table in metadata.sorted_tables for row in tx.execute(table.select()) for value in row]
        return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)

    return await site.read(read)


async def test_whoever_leaves_gets_the_word_of_the_head_office_and_can_come_back(group: Group) -> None:
    siege, lyon = group.siege, group.sites["lyon.example"]
    secret = await write_at(group, "nantes", "paul", "Les marges de mars")
    answer = await answer_at(group, "lyon", "ines", secret, "Compris")
    await lyon.write(leave, lyon, group.clock.now(), Decider())
    await group.settle()
    assert await find(lyon, secret.uri) is None
    assert {"network.let-us-go", "network.purged", "network.left"} <= set(await deeds(lyon))
    departure = await siege.read(find_departure, lyon.uris.site_actor)
    assert departure is not None
    assert departure.erased == 1

    await group.admit("lyon")
    await group.settle()
    assert await group.standing("lyon", "nantes") is Standing.IN_FORCE
    await bring(group, "nantes", "lyon", secret)
    again, ours = await find(lyon, secret.uri), await find(lyon, answer.uri)
    assert again is not None
    assert ours is not None
    assert ours.parent_id == again.id


async def bring(group: Group, giver: str, taker: str, post: Post) -> None:
    """Send a site once more what was sent to it before."""
    for sent in [one for one in group.wire.wire.sent if one.host == f"{taker}.example" and post.uri.encode() in one.body][:1]:
        site, other = group.sites[f"{taker}.example"], group.sites[f"{giver}.example"]
        pair = await other.read(other.signing.load, other.actor_id)
        fresh = sent.body.replace(b"/activities/0", b"/activities/1", 1)
        document = {name: value for name, value in orjson.loads(fresh).items() if name != "proof"}
        body = orjson.dumps(add_proof(document, key=pair.ed25519.key, verification_method=pair.ed25519.uri, created=group.clock.now()))
        headers = signed_headers(Scheme.MESSAGE_ED25519, site.uris.shared_inbox, body, pair, group.clock.now())
        assert (await other.client.post(site.uris.shared_inbox, body, headers)).status == 202


@pytest.mark.attack("PRV-008")
@pytest.mark.parametrize(("by", "status"), [("paul", 401), ("site", 202)])
async def test_what_a_site_gets_for_members_after_it_left_is_not_kept(group: Group, by: str, status: int) -> None:
    lyon = group.sites["lyon.example"]
    before = await write_at(group, "lyon", "ines", "Nos chiffres")
    group.cut("lyon")
    late = await answer_at(group, "nantes", by, before, "Et les marges ?")
    await lyon.write(leave, lyon, group.clock.now(), Decider())
    group.cut()
    await group.wire.settle()
    # A person's post would have to be had from their site, which does not show it any more.
    assert await bring_late(group, late) == status
    assert await find(lyon, late.uri) is None
    assert b"marges" not in await contents_of(lyon)


async def bring_late(group: Group, post: Post) -> int:
    """Send Lyon what another member was sent; returns the answer's status."""
    nantes, lyon = group.sites["nantes.example"], group.sites["lyon.example"]
    body = next(one.body for one in group.wire.wire.sent if one.host == "metz.example" and post.uri.encode() in one.body)
    pair = await nantes.read(nantes.signing.load, nantes.actor_id)
    headers = signed_headers(Scheme.MESSAGE_ED25519, lyon.uris.shared_inbox, body, pair, group.clock.now())
    return (await nantes.client.post(lyon.uris.shared_inbox, body, headers)).status


async def test_a_purge_that_was_stopped_goes_on_where_it_was(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    siege, lyon = group.siege, group.sites["lyon.example"]
    for number in range(5):
        await write_at(group, "nantes", "paul", f"Note {number}")
    await lyon.write(leave, lyon, group.clock.now(), Decider())
    network = siege.uris.site_actor
    assert await lyon.write(jobs._purge_some, lyon, network, "", group.clock.now()) is not None

    def drop(tx: Transaction) -> None:
        tx.execute(job_rows.delete())

    await lyon.write(drop)
    await resume_purges(lyon)
    await group.settle()
    parting = await lyon.read(find_parting, network)
    assert parting is not None
    assert (parting.erased, parting.told_at) == (5, group.clock.now())


@pytest.mark.attack("PRV-008")
@pytest.mark.parametrize("state", [NetworkState.ASKED, NetworkState.REFUSED])
@pytest.mark.parametrize("begun", [False, True])
async def test_to_ask_again_does_not_keep_what_is_to_be_erased(
    group: Group, state: NetworkState, begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    siege, lyon = group.siege, group.sites["lyon.example"]
    posts = [await write_at(group, "nantes", "paul", f"Note {number}") for number in range(2)]
    network = siege.uris.site_actor
    await lyon.write(leave, lyon, group.clock.now(), Decider())
    if begun:
        await lyon.write(jobs._purge_some, lyon, network, "", group.clock.now())
    await lyon.write(ask_to_join, lyon, await opened_by(lyon, siege), group.clock.now(), Decider())

    def answered(tx: Transaction) -> None:
        known = find_network(tx, network)
        assert known is not None
        save_network(tx, replace(known, state=state))

    await lyon.write(answered)
    await resume_purges(lyon)
    await group.settle()
    assert [await find(lyon, post.uri) for post in posts] == [None, None]
    assert await bring_late(group, posts[0]) in {202, 401}
    assert await find(lyon, posts[0].uri) is None


async def test_a_site_that_was_let_in_again_looks_for_nothing_to_erase(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    lyon, network = group.sites["lyon.example"], group.siege.uris.site_actor
    posts = [await write_at(group, "nantes", "paul", f"Note {number}") for number in range(2)]

    def come_and_go(tx: Transaction) -> None:
        known = find_network(tx, network)
        assert known is not None
        save_network(tx, replace(known, state=NetworkState.LEFT))
        assert jobs._purge_some(tx, lyon, network, "", group.clock.now()) is not None
        save_network(tx, known)

    await lyon.write(come_and_go)
    await resume_purges(lyon)
    assert PURGE not in {job.kind for job in await lyon.read(list_due_jobs, group.clock.now(), 100)}
    assert len([post for post in posts if await find(lyon, post.uri) is not None]) == 1


async def opened_by(site: Site, head_office: Site) -> Opened:
    """An invitation of a head office that a site has read."""
    actor = await site.actors.resolve(head_office.uris.site_actor)
    pair = (await head_office.read(head_office.signing.load, head_office.actor_id)).ed25519
    offer = Offer(
        address=f"{head_office.uris.origin}/network/invitations/x",
        network=actor.uri,
        members=head_office.uris.members,
        name="Maison Aubrelle",
        attributes=Attributes(),
        shown_at=START,
        ends_at=START + timedelta(days=1),
    )
    return Opened(offer, actor, NetworkKey(uri=pair.uri, network=actor.uri, key=multikey(pair.key.public), trusted_at=START))


@pytest.mark.parametrize("forged", ["key", "nobody"])
async def test_a_receipt_counts_from_the_site_itself_alone(group: Group, forged: str) -> None:
    siege, lyon, metz = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "metz"))
    departure = Departure(
        member=lyon.uris.site_actor, serial=9, name="Lyon", key=multikey(fresh_key().public), removed_at=group.clock.now()
    )
    await siege.write(save_departure, departure)
    speaker = lyon if forged == "key" else metz
    receipt = Receipt(9, 7, group.clock.now())
    activity = render_receipt(
        f"{speaker.uris.origin}/activities/1", speaker.uris.site_actor, siege.uris.site_actor, "https://siege.example/x", receipt, START
    )
    pair = await speaker.read(speaker.signing.load, speaker.actor_id)
    body = orjson.dumps(add_proof(activity, key=pair.ed25519.key, verification_method=pair.ed25519.uri, created=group.clock.now()))
    headers = signed_headers(Scheme.MESSAGE_ED25519, siege.uris.shared_inbox, body, pair, group.clock.now())
    answer = await speaker.client.post(siege.uris.shared_inbox, body, headers)
    assert answer.status == (403 if forged == "key" else 202)
    assert (await siege.read(find_departure, lyon.uris.site_actor)) == departure


async def test_what_is_deleted_at_home_after_leaving_is_deleted_at_the_members_too(group: Group) -> None:
    lyon, nantes = group.sites["lyon.example"], group.sites["nantes.example"]
    own = await write_at(group, "lyon", "ines", "Nos chiffres")
    await lyon.write(leave, lyon, group.clock.now(), Decider())
    await group.settle()
    await lyon.write(delete_post, lyon, await author_at(group, "lyon", "ines"), own.id, group.clock.now())
    await group.settle()
    there = await find(nantes, own.uri)
    assert there is not None
    assert (there.content, there.deleted_at is not None) == ("", True)
