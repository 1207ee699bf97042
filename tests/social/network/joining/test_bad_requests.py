"""What the head office refuses though it is signed: told to whoever asked, in words; and nothing changed."""

import orjson
import pytest

from fedirse.activitypub.signatures import add_proof
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.outbox.schemes import Scheme
from fedirse.outbox.signing import signed_headers
from fedirse.site import Site
from fedirse.social.network.authority.actions import get_credential, suspend
from fedirse.social.network.joining.actions import join, leave, open_invitation
from fedirse.social.network.joining.requests.actions import approve
from fedirse.social.network.joining.requests.model import SENTENCES, Refusal, RequestState
from fedirse.social.network.joining.wire import render_answer, render_join, render_leave
from fedirse.social.network.model import NetworkState
from fedirse.social.network.roster.model import Standing
from fedirse.social.network.roster.rules import digest_of
from fedirse.storage.actors import get_actor_by_uri
from tests.federation.network import Network, site_actor
from tests.social.network.joining.networks import (
    OPERATOR,
    answer_at,
    ask,
    head_office,
    invited,
    own_key,
    requests_at,
    roster_at,
    standing_at,
    state_at,
)
from tests.social.network.roster.test_wire import fresh_key


async def send(site: Site, actor: StoredActor, document: dict[str, object], to: Site) -> None:
    """Let somebody send an activity that their own site would not make."""
    inboxes = inboxes_of([await site.actors.resolve(to.uris.site_actor)], own_host=site.uris.host, shared=False)
    now = site.clock.now()
    await site.write(publish, site, actor=actor, activity=document, inboxes=inboxes, item_id=None, listed=False, now=now)


async def say_join(site: Site, actor: StoredActor, siege: Site, invitation: str | None, network: str | None = None) -> None:
    uri = site.uris.activity(new_id(site.clock.now()))
    await send(site, actor, render_join(uri, actor.uri, network or siege.uris.site_actor, invitation), siege)


async def last_answer(wire: Network, site: Site) -> str:
    """The last thing that was sent to a site."""
    return [sent.body.decode() for sent in wire.wire.sent if sent.host == site.settings.domain][-1]


async def test_two_that_opened_one_invitation_are_not_both_let_in(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege, approved=True)
    lille = await wire.add("lille.example")
    opened = await open_invitation(lille, link.text)
    await ask(lyon, link)
    await wire.settle()
    await lille.write(join, lille, opened, lille.clock.now(), OPERATOR)
    before = digest_of(await roster_at(siege, siege))
    await wire.settle()
    assert await state_at(lille, siege) is NetworkState.REFUSED
    assert await answer_at(lille, siege) == SENTENCES[Refusal.USED]
    assert digest_of(await roster_at(siege, siege)) == before
    assert [(one.host, one.reason) for one in await requests_at(siege, RequestState.REFUSED)] == [("lille.example", Refusal.USED)]


async def test_a_domain_with_another_owner_and_a_new_key_is_not_the_member(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege, approved=True))
    await wire.settle()
    before, key = digest_of(await roster_at(siege, siege)), await own_key(lyon)
    await wire.stop("lyon.example")
    (wire.folder / "lyon.example").rename(wire.folder / "before")
    thief = await wire.add("lyon.example")
    assert await own_key(thief) != key
    link = await invited(siege, approved=True)
    await ask(thief, link)
    await wire.settle()
    assert await state_at(thief, siege) is NetworkState.REFUSED
    assert await answer_at(thief, siege) == SENTENCES[Refusal.OTHER_KEY]
    assert (await siege.read(get_credential, siege, lyon.uris.site_actor)).key == key
    assert digest_of(await roster_at(siege, siege)) == before
    # The invitation was not used up: whoever it was for can still come.
    await ask(await wire.add("lille.example"), link)
    # Nor does the thief end the membership.
    await send(thief, await site_actor(thief), _leave(thief, siege), siege)
    await wire.settle()
    assert await standing_at(siege, siege, lyon) is Standing.IN_FORCE


def _leave(site: Site, siege: Site) -> dict[str, object]:
    now = site.clock.now()
    return render_leave(site.uris.activity(new_id(now)), site.uris.site_actor, siege.uris.site_actor, now)


async def test_a_suspended_member_is_not_let_in_by_another_invitation(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege, approved=True))
    await wire.settle()
    await siege.write(suspend, siege, lyon.uris.site_actor, now=siege.clock.now(), by=OPERATOR)
    link = await invited(siege, approved=True)
    await say_join(lyon, await site_actor(lyon), siege, link.address)
    await wire.settle()
    assert await standing_at(siege, siege, lyon) is Standing.SUSPENDED
    assert SENTENCES[Refusal.SUSPENDED] in await last_answer(wire, lyon)


async def test_a_person_is_no_site(wire: Network, siege: Site, lyon: Site) -> None:
    ines = await wire.person(lyon, "ines")
    await say_join(lyon, ines, siege, (await invited(siege, approved=True)).address)
    await wire.settle()
    assert SENTENCES[Refusal.NOT_A_SITE] in await last_answer(wire, lyon)
    assert ines.uri not in (await roster_at(siege, siege)).held


async def test_a_head_office_is_not_let_into_another_network(wire: Network, siege: Site) -> None:
    other = await head_office(wire, "autre.example", "Autre maison")
    await say_join(other, await site_actor(other), siege, (await invited(siege, approved=True)).address)
    await wire.settle()
    assert SENTENCES[Refusal.HEAD_OFFICE] in await last_answer(wire, other)
    assert await standing_at(siege, siege, other) is Standing.STRANGER


@pytest.mark.parametrize("shown", ["another-network", "none", "unknown", "elsewhere"])
async def test_an_invitation_of_another_network_lets_nobody_in(wire: Network, siege: Site, lyon: Site, shown: str) -> None:
    other = await head_office(wire, "autre.example", "Autre maison")
    invitation = {
        "another-network": (await invited(other, approved=True)).address,
        "none": None,
        "unknown": siege.uris.network_invitation("guess"),
        "elsewhere": (await invited(siege, approved=True)).address.replace("siege.example", "lyon.example"),
    }[shown]
    await say_join(lyon, await site_actor(lyon), siege, invitation)
    await wire.settle()
    assert SENTENCES[Refusal.UNKNOWN] in await last_answer(wire, lyon)
    assert await standing_at(siege, siege, lyon) is Standing.STRANGER
    # What strangers try without an invitation of this network fills no list.
    assert await requests_at(siege, RequestState.REFUSED) == []


async def test_a_join_to_another_network_is_not_for_this_head_office(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege, approved=True)
    await say_join(lyon, await site_actor(lyon), siege, link.address, network="https://autre.example/actor")
    await wire.settle()
    assert [sent.status for sent in wire.wire.sent if sent.host == "siege.example"][-1] == 403
    assert await standing_at(siege, siege, lyon) is Standing.STRANGER


@pytest.mark.parametrize("proof", ["none", "another-key"])
async def test_a_join_counts_only_with_a_proof_of_the_key_that_becomes_the_member(
    wire: Network, siege: Site, lyon: Site, proof: str
) -> None:
    uri = lyon.uris.activity(new_id(lyon.clock.now()))
    link = await invited(siege, approved=True)
    join = render_join(uri, lyon.uris.site_actor, siege.uris.site_actor, link.address)
    if proof == "another-key":
        join = add_proof(join, key=fresh_key(), verification_method=f"{lyon.uris.site_actor}#ed25519", created=lyon.clock.now())
    body, inbox = orjson.dumps(join), f"{siege.uris.origin}/actor/inbox"
    keys = await lyon.read(lyon.signing.load, lyon.actor_id)
    answer = await lyon.client.post(inbox, body, signed_headers(Scheme.CAVAGE, inbox, body, keys, lyon.clock.now()))
    assert answer.status == 202
    await wire.settle()
    assert SENTENCES[Refusal.UNPROVEN] in await last_answer(wire, lyon)
    assert await standing_at(siege, siege, lyon) is Standing.STRANGER


async def test_nobody_but_the_head_office_accepts(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege))
    await wire.settle()
    [request] = await requests_at(siege)
    mallory = await wire.add("mallory.example")
    now = mallory.clock.now()
    uri = mallory.uris.activity(new_id(now))
    forged = render_answer("Accept", uri, join=request.uri, member=lyon.uris.site_actor, network=mallory.uris.site_actor, published=now)
    await send(mallory, await site_actor(mallory), forged, lyon)
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.ASKED


async def test_an_answer_with_another_key_than_the_invitation_named_is_none(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege))
    await wire.settle()
    actor = await site_actor(siege)
    await siege.write(siege.signing.create, actor.id, actor.uri, siege.clock.now())
    await siege.write(approve, siege, lyon.uris.site_actor, siege.clock.now(), OPERATOR)
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.ASKED


async def test_an_answer_that_comes_after_the_site_has_left_changes_nothing(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege))
    await wire.settle()
    wire.wire.offline.add("siege.example")
    await lyon.write(leave, lyon, lyon.clock.now(), OPERATOR)
    await siege.write(approve, siege, lyon.uris.site_actor, siege.clock.now(), OPERATOR)
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.LEFT


async def test_the_actor_of_a_stranger_is_known_by_its_join_alone(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege))
    await wire.settle()
    known = await siege.read(get_actor_by_uri, lyon.uris.site_actor)
    assert known.kind == "Application"
