"""What the sites of a network say of themselves is asked, kept and dated; and a clock that is off is noticed by whoever sends."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from fedirse import __version__
from fedirse.base.clock import FixedClock
from fedirse.site import Site
from fedirse.social.follows.store import follows
from fedirse.social.network.members.jobs import ASK_MEMBER, ask_members
from fedirse.social.network.members.model import Facts, Told
from fedirse.social.network.members.store import list_facts, save_told
from fedirse.social.network.members.views import count_people
from fedirse.storage.clocks import list_clocks
from fedirse.storage.deliveries import count_by_state
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction
from tests.federation.members import join_together
from tests.federation.network import START, Wire, WireTransport, follow_site, running_network
from tests.federation.rosters import Group, running_group


@pytest.fixture(scope="module")
async def group(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Group]:
    async with running_group(tmp_path_factory.mktemp("facts"), "lyon", "nantes") as group:
        yield group


async def facts(site: Site, name: str) -> Facts | None:
    host = f"{name}.example"
    return (await site.read(list_facts, {host})).get(host)


async def look(group: Group) -> None:
    for site in group.sites.values():
        await ask_members(site)
    await group.settle()


async def test_members_are_asked_once_a_day_and_what_they_said_stays_while_they_are_silent(group: Group) -> None:
    lyon, nantes = group.sites["lyon.example"], group.sites["nantes.example"]
    await group.wire.person(nantes, "paul")
    await look(group)
    assert await facts(lyon, "nantes") == Facts(Told(__version__, 1), group.clock.now(), group.clock.now())
    assert await facts(lyon, "lyon") is None
    members = {one.uris.site_actor for one in group.sites.values()}
    assert (await lyon.read(count_people, lyon, members)).count == 1
    asked = len(group.wire.wire.fetched)
    await look(group)
    assert len(group.wire.wire.fetched) == asked
    first = group.clock.now()
    group.cut("nantes")
    group.clock.advance(timedelta(hours=25))
    await look(group)
    assert await facts(lyon, "nantes") == Facts(Told(__version__, 1), group.clock.now(), first)
    group.cut()


async def test_whoever_is_no_member_any_more_is_forgotten(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    await lyon.write(save_told, "ailleurs.example", Told("1.0", 3), group.clock.now())
    group.clock.advance(timedelta(hours=25))
    await look(group)
    assert await facts(lyon, "ailleurs") is None
    assert await facts(lyon, "nantes") is not None


class Elsewhere(WireTransport):
    """A site whose page about itself leads to another host, or says nothing sane."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self.answers: dict[str, object] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers.get(f"{request.url.host}{request.url.path}")
        return await super().handle_async_request(request) if answer is None else httpx.Response(200, json=answer)


async def test_a_site_speaks_for_itself_alone_and_what_is_not_sane_is_dropped(tmp_path: Path) -> None:
    async with running_network(tmp_path) as network:
        network.fetch_transport = transport = Elsewhere(network.wire)
        lyon, nantes = await network.add("lyon.example"), await network.add("nantes.example")
        await join_together(lyon, nantes)
        foreign = {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": "https://ailleurs.example/nodeinfo/2.1"}
        transport.answers = {"nantes.example/.well-known/nodeinfo": {"links": [foreign]}}
        await ask_members(lyon)
        await network.settle()
        assert (await lyon.read(list_facts, {"nantes.example"}))["nantes.example"] == Facts(Told(), START, None)
        transport.answers = {"nantes.example/nodeinfo/2.1": {"software": {"version": "9"}, "usage": {"users": {"total": -4}}}}
        await lyon.write(add_job, ASK_MEMBER, nantes.uris.site_actor, START)
        await network.settle()
        assert (await lyon.read(list_facts, {"nantes.example"}))["nantes.example"] == Facts(Told("9", None), START, START)


@pytest.mark.reliability("REL-023")
async def test_whoever_is_refused_for_its_clock_is_told_by_how_much_and_nothing_is_lost(tmp_path: Path) -> None:
    async with running_network(tmp_path) as network:
        here, there = FixedClock(START), FixedClock(START)
        network.clock = here
        lyon = await network.add("lyon.example")
        network.clock = there
        nantes = await network.add("nantes.example")
        await join_together(lyon, nantes)
        for apart in (timedelta(minutes=10), timedelta(minutes=-10)):
            there.advance(apart)
            await follow_site(lyon, nantes)
            await network.settle()
            assert network.wire.sent[-1].status == 202
            there.advance(-apart)
            await lyon.write(forget_follows)
        assert await lyon.read(list_clocks, {"nantes.example"}) == {}
        await follow_site(lyon, nantes)
        for apart in (timedelta(hours=2), timedelta(hours=-2), timedelta(days=2), timedelta(days=-2)):
            there.advance(apart)
            await network.settle()
            assert (network.wire.sent[-1].host, network.wire.sent[-1].status) == ("nantes.example", 401)
            assert (await lyon.read(count_by_state))["queued"] == 1
            assert await lyon.read(list_clocks, {"nantes.example"}) == {"nantes.example": apart}
            there.advance(-apart)
            for clock in (here, there):
                clock.advance(timedelta(hours=4))
        await network.settle()
        assert await lyon.read(count_by_state) == {"delivered": 3}
        # What takes our signature again has a clock that will do.
        assert await lyon.read(list_clocks, {"nantes.example"}) == {}


def forget_follows(tx: Transaction) -> None:
    tx.execute(follows.delete())
