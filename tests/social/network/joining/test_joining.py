"""A site is invited, asks, is let in, and leaves: whole sites on one wire."""

import pytest

from fedirse.base.errors import NotFound
from fedirse.site import Site
from fedirse.social.network.authority.actions import get_credential, renew_roster
from fedirse.social.network.joining.actions import leave, open_invitation
from fedirse.social.network.joining.requests.actions import approve, refuse
from fedirse.social.network.joining.requests.model import SENTENCES, Refusal, RequestState
from fedirse.social.network.model import Attributes, NetworkState
from fedirse.social.network.roster.model import Standing
from fedirse.social.network.roster.rules import digest_of
from fedirse.social.network.store import current_network
from tests.federation.network import Network
from tests.social.network.joining.networks import (
    OPERATOR,
    answer_at,
    ask,
    invited,
    own_key,
    requests_at,
    roster_at,
    standing_at,
    state_at,
    trusted_keys,
)

SUD = Attributes(region="Sud", city="Lyon", trades=frozenset({"vitrine"}))


async def test_an_invitation_that_is_approved_beforehand_makes_a_member(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege, attributes=SUD, approved=True))
    assert await state_at(lyon, siege) is NetworkState.ASKED
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.MEMBER
    assert await standing_at(siege, siege, lyon) is Standing.IN_FORCE
    credential = await siege.read(get_credential, siege, lyon.uris.site_actor)
    assert (credential.name, credential.attributes, credential.key) == ("Aubrelle Lyon", SUD, await own_key(lyon))
    assert await trusted_keys(lyon, siege) == [await own_key(siege)]


async def test_what_somebody_opens_says_who_invites_and_what_is_noted(siege: Site, lyon: Site) -> None:
    link = await invited(siege, attributes=SUD)
    opened = await open_invitation(lyon, f"  {link.text}\n")
    assert (opened.offer.name, opened.offer.attributes, opened.head_office.host) == ("Maison Aubrelle", SUD, "siege.example")
    assert opened.key.key == await own_key(siege)
    # Nothing was said yet, so nothing has happened.
    assert await state_at(lyon, siege) is None
    assert await trusted_keys(lyon, siege) == []


async def test_somebody_at_the_head_office_lets_a_site_in(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege, attributes=SUD))
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.ASKED
    [request] = await requests_at(siege)
    assert (request.host, request.attributes, request.key) == ("lyon.example", SUD, await own_key(lyon))
    assert await standing_at(siege, siege, lyon) is Standing.STRANGER
    await siege.write(approve, siege, request.member, siege.clock.now(), OPERATOR)
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.MEMBER
    assert await standing_at(siege, siege, lyon) is Standing.IN_FORCE
    assert await requests_at(siege) == []
    with pytest.raises(NotFound):
        await siege.write(approve, siege, request.member, siege.clock.now(), OPERATOR)


async def test_a_site_that_is_sent_away_learns_it_in_words_and_may_be_invited_anew(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege))
    await wire.settle()
    await siege.write(refuse, siege, lyon.uris.site_actor, siege.clock.now(), OPERATOR)
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.REFUSED
    assert await answer_at(lyon, siege) == SENTENCES[Refusal.BY_HAND]
    assert [request.reason for request in await requests_at(siege, RequestState.REFUSED)] == [Refusal.BY_HAND]
    await ask(lyon, await invited(siege, approved=True))
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.MEMBER
    assert await answer_at(lyon, siege) == ""


async def test_asking_again_while_one_waits_uses_nothing_up(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege, uses=2)
    await ask(lyon, link)
    await wire.settle()
    await ask(lyon, link)
    await wire.settle()
    assert len(await requests_at(siege)) == 1
    lille = await wire.add("lille.example")
    await ask(lille, link)
    await wire.settle()
    assert {request.host for request in await requests_at(siege)} == {"lyon.example", "lille.example"}


async def test_the_members_know_each_other(wire: Network, siege: Site, lyon: Site) -> None:
    lille = await wire.add("lille.example")
    await ask(lyon, await invited(siege, approved=True))
    await wire.settle()
    await ask(lille, await invited(siege, approved=True))
    await wire.settle()
    sites = [siege, lyon, lille]
    assert {await standing_at(observer, siege, member) for observer in sites for member in sites} == {Standing.IN_FORCE}
    assert len({digest_of(await roster_at(observer, siege)) for observer in sites}) == 1


async def test_a_member_leaves_and_keeps_what_is_its_own(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege, approved=True))
    await wire.settle()
    ines = await wire.person(lyon, "ines")
    await lyon.write(leave, lyon, lyon.clock.now(), OPERATOR)
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.LEFT
    assert await lyon.read(current_network) is None
    assert await standing_at(siege, siege, lyon) is Standing.REMOVED
    assert await lyon.actors.find(ines.uri) == ines
    with pytest.raises(NotFound):
        await lyon.write(leave, lyon, lyon.clock.now(), OPERATOR)


async def test_a_site_that_waits_changes_its_mind(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege))
    await wire.settle()
    await lyon.write(leave, lyon, lyon.clock.now(), OPERATOR)
    await wire.settle()
    assert await requests_at(siege) == []
    assert await state_at(lyon, siege) is NetworkState.LEFT


async def test_who_has_left_may_come_back(wire: Network, siege: Site, lyon: Site) -> None:
    await ask(lyon, await invited(siege, approved=True))
    await wire.settle()
    lille = await wire.add("lille.example")
    await ask(lille, await invited(siege, approved=True))
    await lyon.write(leave, lyon, lyon.clock.now(), OPERATOR)
    await wire.settle()
    # The roster of the day says that it is no member, and is what it is told first when it comes back.
    await siege.write(renew_roster, siege, siege.clock.now())
    await wire.settle()
    await ask(lyon, await invited(siege, approved=True))
    await wire.settle()
    assert await state_at(lyon, siege) is NetworkState.MEMBER
    sites = [siege, lyon, lille]
    assert {await standing_at(observer, siege, member) for observer in sites for member in sites} == {Standing.IN_FORCE}
    assert len({digest_of(await roster_at(observer, siege)) for observer in sites}) == 1
