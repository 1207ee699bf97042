"""A site that talks only to the servers on its list: members of its network count as such, as long as they are members."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base.clock import FixedClock
from fedirse.social.moderation.blocks.actions import adopt_federation
from fedirse.social.network.model import Network
from fedirse.social.network.roster.actions import take_statement
from fedirse.social.network.roster.jobs import keep_allowed
from fedirse.social.network.roster.model import Removal
from fedirse.social.network.roster.wire import render_removal
from fedirse.social.network.store import current_network
from fedirse.storage.refusals import allow_host, block_domain, is_refused_host, refused_among, unblock_domain
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.roster.test_wire import NETWORK, signed
from tests.social.network.test_scopes import LYON, admit, join, site_of_lyon
from tests.visitors import Shop, open_shop

HOSTS = ("lyon.example", "siege.example", "nantes.example", "x.lyon.example", "lyon.example:8443", "liste.example")


@pytest.fixture
async def closed(made_site: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(made_site, tmp_path, federation="allowed") as shop:
        await join(shop)
        lyon = await site_of_lyon(shop)
        await shop.site.write(allow_host, "liste.example", reason="", now=START)
        await admit(shop, lyon)
        await shop.site.write(adopt_federation, shop.site)
        yield shop


async def heard(shop: Shop) -> set[str]:
    """Those of the hosts that are talked to; asked one by one as at the door, and together as before sending."""
    one_by_one = {host for host in HOSTS if not await shop.site.read(is_refused_host, host)}
    assert one_by_one == set(HOSTS) - await shop.site.read(refused_among, HOSTS)
    return one_by_one


async def test_members_and_their_head_office_count_and_nobody_near_them(closed: Shop) -> None:
    assert await heard(closed) == {"lyon.example", "siege.example", "liste.example"}


async def test_a_block_counts_before_a_membership(closed: Shop) -> None:
    await closed.site.write(block_domain, "lyon.example", reason="", subdomains=False, now=START)
    assert await heard(closed) == {"siege.example", "liste.example"}
    await closed.site.write(unblock_domain, "lyon.example")
    assert await heard(closed) == {"lyon.example", "siege.example", "liste.example"}


async def test_whoever_is_removed_counts_no_more_in_the_same_transaction(closed: Shop) -> None:
    removal = Removal(id="https://siege.example/network/members/1", network=NETWORK, member=LYON, serial=2, digest="", removed=START)

    def learn(tx: Transaction) -> None:
        network = current_network(tx)
        assert isinstance(network, Network)
        take_statement(tx, closed.site, network, signed(render_removal(removal)), START)

    await closed.site.write(learn)
    assert await heard(closed) == {"siege.example", "liste.example"}


async def test_whoever_was_not_confirmed_for_too_long_counts_no_more(closed: Shop) -> None:
    assert isinstance(closed.site.clock, FixedClock)
    closed.site.clock.advance(timedelta(days=40))
    await keep_allowed(closed.site)
    assert await heard(closed) == {"siege.example", "liste.example"}


async def test_an_open_site_keeps_no_such_list(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    await keep_allowed(shop.site)
    assert await heard(shop) == set(HOSTS)
