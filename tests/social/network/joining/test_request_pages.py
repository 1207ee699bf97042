"""The page on which a head office lets sites in or not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from fedirse.base import limits
from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.network.authority.actions import get_credential
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.joining.requests.actions import approve
from fedirse.social.network.joining.requests.model import RequestState
from fedirse.social.network.model import Attributes, NetworkState
from fedirse.storage.audit import list_entries
from tests.federation.network import START, Network, running_network
from tests.social.network.joining.networks import OPERATOR, ask, head_office, invited, own_key, requests_at, state_at
from tests.social.network.joining.people import Person, at_browser

PATH, ONE, APPROVE, REFUSE = (f"/site/network/requests{end}" for end in ("", "/one", "/approve", "/refuse"))


@dataclass
class World:
    wire: Network
    siege: Site
    lyon: Site
    owner: Person

    @property
    def member(self) -> dict[str, object]:
        return {"site": self.lyon.uris.site_actor}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A site waits at a head office."""
    async with running_network(tmp_path) as wire:
        siege, lyon = await head_office(wire), await wire.add("lyon.example", name="Aubrelle <i>Lyon</i>")
        await ask(lyon, await invited(siege, attributes=Attributes(region="Sud", city="Lyon")))
        await wire.settle()
        yield World(wire, siege, lyon, await at_browser(wire, siege, "owner", Role.NETWORK_OWNER))


async def test_a_site_that_waits_is_let_in_by_one_click(world: World) -> None:
    page = (await world.owner.ask(PATH)).text
    for words in (
        "Aubrelle &lt;i&gt;Lyon&lt;/i&gt;",
        "lyon.example",
        "Sud, Lyon",
        four_words(await own_key(world.lyon)),
        f'action="{APPROVE}"',
    ):
        assert words in page, words
    answer = await world.owner.do(APPROVE, world.member)
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    await world.wire.settle()
    assert await state_at(world.lyon, world.siege) is NetworkState.MEMBER
    credential = await world.siege.read(get_credential, world.siege, world.lyon.uris.site_actor)
    assert credential.attributes == Attributes(region="Sud", city="Lyon")
    assert [(one.deed, one.who) for one in (await world.siege.read(list_entries))[:1]] == [("member.admitted", "owner")]
    assert "Aucun site n’attend" in (await world.owner.ask(PATH)).text


async def test_what_it_is_known_by_may_be_changed_before(world: World) -> None:
    page = (await world.owner.ask(f"{ONE}?site={world.lyon.uris.site_actor}")).text
    assert 'name="city" type="text" value="Lyon"' in page
    wrong = await world.owner.do(APPROVE, {**world.member, "changed": "1", "city": "Lyon", "region": "r" * (limits.NAME_LENGTH + 1)})
    assert wrong.status_code == 422
    assert 'value="Lyon"' in wrong.text
    assert len(await requests_at(world.siege)) == 1
    await world.owner.do(APPROVE, {**world.member, "changed": "1", "city": " Lyon  3e ", "trade": "vitrine; caisse"})
    await world.wire.settle()
    credential = await world.siege.read(get_credential, world.siege, world.lyon.uris.site_actor)
    assert credential.attributes == Attributes(city="Lyon 3e", trades=frozenset({"vitrine", "caisse"}))


async def test_a_site_is_sent_away_from_a_page_that_says_what_follows(world: World) -> None:
    page = unescape((await world.owner.ask(f"{ONE}?site={world.lyon.uris.site_actor}")).text)
    assert "Son invitation reste utilisée" in page
    assert "La tête de réseau n’a pas admis ce site." in page
    await world.owner.do(REFUSE, world.member)
    await world.wire.settle()
    assert await state_at(world.lyon, world.siege) is NetworkState.REFUSED
    page = (await world.owner.ask(PATH)).text
    assert "lyon.example" in page[page.index("Non admis récemment") :]
    assert [one.host for one in await requests_at(world.siege, RequestState.REFUSED)] == ["lyon.example"]


async def test_who_comes_second_is_told_that_it_was_decided(world: World) -> None:
    await world.siege.write(approve, world.siege, world.lyon.uris.site_actor, START, OPERATOR)
    await world.wire.settle()
    for path in (REFUSE, APPROVE, ONE):
        late = await (world.owner.ask(f"{ONE}?site={world.member['site']}") if path == ONE else world.owner.do(path, world.member))
        assert late.headers["location"] == PATH
        assert "n’attend plus" in (await world.owner.ask(PATH)).text
    assert await state_at(world.lyon, world.siege) is NetworkState.MEMBER


async def test_nobody_else_decides(world: World) -> None:
    for role in (Role.ADMINISTRATOR, Role.COMMUNICATOR, Role.RESPONSIBLE):
        person = await at_browser(world.wire, world.siege, f"a_{role}", role)
        answers = [
            await person.ask(PATH),
            await person.ask(ONE),
            await person.do(APPROVE, world.member),
            await person.do(REFUSE, world.member),
        ]
        assert {answer.status_code for answer in answers} == {403}
    assert len(await requests_at(world.siege)) == 1
