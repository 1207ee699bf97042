"""What a process keeps read of the roster and of segments lets nobody in a moment longer, whoever writes what is new."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from fedirse.activitypub.signatures import multikey
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.roster.model import Removal, Snapshot
from fedirse.social.network.roster.store import save_snapshot, save_statement
from fedirse.social.network.roster.wire import read_snapshot, read_statement, render_credential, render_removal, render_snapshot
from fedirse.social.network.segments.model import Has
from fedirse.social.network.segments.store import save_segment
from fedirse.social.network.segments.wire import read_segment, render_segment
from fedirse.storage.database import Database
from fedirse.storage.lanes import Lanes
from tests.federation.network import START
from tests.social.network.roster.test_wire import KEYS, NETWORK, credential, signed
from tests.social.network.segments.test_segments import segment
from tests.social.network.test_scopes import LYON, NETWORK_WIDE, admit, define, fetch, join, site_of_lyon, write_for
from tests.visitors import Shop, Stranger

SUD = Has(Attribute.REGION, frozenset({"Sud"}))
NORD = Has(Attribute.REGION, frozenset({"Nord"}))


@pytest.fixture
async def lyon(shop: Shop) -> Stranger:
    """A site in the south, which is a member."""
    await join(shop)
    member = await site_of_lyon(shop)
    await admit(shop, member, attributes=Attributes(region="Sud"))
    return member


@pytest.fixture
async def elsewhere(shop: Shop) -> AsyncIterator[Database]:
    """The database of the shop as another process has it open, which tells this one nothing."""
    lanes = Lanes(1, 1)
    database = Database(shop.site.database.path, lanes)
    yield database
    await database.close()
    lanes.close()


def stated(member: Stranger, serial: int, **changes: Any) -> dict[str, Any]:
    values = {"member": LYON, "key": multikey(member.key.public), "issued": START, "ends": START + timedelta(hours=72)}
    values |= {"attributes": Attributes(region="Sud"), "serial": serial}
    return signed(render_credential(credential(**(values | changes))))


async def test_a_member_that_another_process_suspends_is_out_at_the_next_request_and_back_when_it_is_restored(
    shop: Shop, lyon: Stranger, elsewhere: Database
) -> None:
    post, answers = await write_for(shop, NETWORK_WIDE), []
    for serial in (2, 3):
        answers += [(await fetch(shop, post, lyon)).status_code for _ in range(2)]
        document = stated(lyon, serial, suspended=serial == 2)
        await elsewhere.write(save_statement, read_statement(document, KEYS), document, START)
    answers.append((await fetch(shop, post, lyon)).status_code)
    assert answers == [200, 200, 404, 404, 200]


async def test_a_member_that_another_process_removes_is_out_at_the_next_request(shop: Shop, lyon: Stranger, elsewhere: Database) -> None:
    post = await write_for(shop, NETWORK_WIDE)
    assert (await fetch(shop, post, lyon)).status_code == 200
    removal = Removal(id=f"{NETWORK}/members/1", network=NETWORK, member=LYON, serial=2, digest="", removed=START)
    document = signed(render_removal(removal))
    await elsewhere.write(save_statement, read_statement(document, KEYS), document, START)
    assert (await fetch(shop, post, lyon)).status_code == 404


async def test_a_member_that_a_snapshot_of_another_process_leaves_out_is_out_at_the_next_request(
    shop: Shop, lyon: Stranger, elsewhere: Database
) -> None:
    post, answers = await write_for(shop, NETWORK_WIDE), []
    for serial, listing in ((2, {LYON: 1}), (3, {})):
        ends = START + timedelta(hours=72)
        snapshot = Snapshot(id=f"{NETWORK}/roster", network=NETWORK, serial=serial, digest="", issued=START, ends=ends, listing=listing)
        document = signed(render_snapshot(snapshot))
        await elsewhere.write(save_snapshot, read_snapshot(document, KEYS), document, START)
        answers.append((await fetch(shop, post, lyon)).status_code)
    assert answers == [200, 404]


async def test_a_segment_that_another_process_defines_anew_opens_to_those_it_covers_now(
    shop: Shop, lyon: Stranger, elsewhere: Database
) -> None:
    post, answers = await write_for(shop, await define(shop, SUD, "a")), []
    for serial, condition in ((2, NORD), (3, SUD)):
        answers.append((await fetch(shop, post, lyon)).status_code)
        document = signed(render_segment(segment(condition, "a", serial)))
        await elsewhere.write(save_segment, read_segment(document, KEYS), document)
    answers.append((await fetch(shop, post, lyon)).status_code)
    assert answers == [200, 404, 200]
