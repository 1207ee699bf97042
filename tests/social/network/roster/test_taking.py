"""What a site makes of statements that come to it, and whom it answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.activitypub.signatures import content_digest, multikey
from fedirse.base.errors import MalformedDocument, Refused, SignatureError
from fedirse.base.types import JsonObject
from fedirse.social.network.roster.actions import MEET, take_snapshot, take_statement
from fedirse.social.network.roster.model import News, Removal, Roster, Snapshot
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.roster.wire import render_credential, render_removal, render_snapshot
from fedirse.social.network.store import current_network, save_network
from fedirse.storage.audit import list_entries
from fedirse.storage.jobs import list_due_jobs
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.roster.test_wire import NETWORK, credential, fresh_key, signed
from tests.social.network.test_scopes import LYON, admit, alike, join, site_of_lyon
from tests.visitors import AS2, Shop

OTHER = "https://other.example/actor"


def about(member: str = LYON, **changes: object) -> JsonObject:
    values = {"member": member, "issued": START, "ends": START + timedelta(hours=72), "serial": 1}
    return signed(render_credential(credential(**(values | changes))))


async def take(shop: Shop, document: JsonObject) -> News:
    def write(tx: Transaction) -> News:
        network = current_network(tx)
        assert network is not None
        function = take_snapshot if document["type"] == "Roster" else take_statement
        return function(tx, shop.site, network, document, START)

    return await shop.site.write(write)


async def known(shop: Shop) -> Roster:
    return await shop.site.read(load_roster, NETWORK)


def listing(serial: int, members: dict[str, int]) -> JsonObject:
    whole = Snapshot(
        id=f"{NETWORK}/roster", network=NETWORK, serial=serial, digest="", issued=START, ends=START + timedelta(hours=72), listing=members
    )
    return signed(render_snapshot(whole))


class TestRefusals:
    """Each case changes nothing."""

    @pytest.mark.parametrize(
        ("document", "error", "reason"),
        [
            (about(issued=START + timedelta(days=1), ends=START + timedelta(days=4)), Refused, "from-the-future"),
            (about(network=OTHER), Refused, "other-network"),
            (signed(render_credential(credential(member=LYON)), fresh_key()), SignatureError, "bad-signature"),
            (signed(render_credential(credential(member=LYON)), fresh_key(), f"{OTHER}#key"), SignatureError, "not-the-head-office"),
            (signed(render_credential(credential(member=LYON)) | {"serial": 0}), MalformedDocument, "bad-statement"),
            (signed(dict(listing(3, {LYON: 1}), totalItems=2)), MalformedDocument, "bad-statement"),
        ],
        ids=["a clock off by a day", "another network", "forged", "another key", "no serial", "a listing that lost lines"],
    )
    async def test_it_is_refused_and_nothing_changes(self, shop: Shop, document: JsonObject, error: type[Exception], reason: str) -> None:
        await join(shop)
        with pytest.raises(error) as refused:
            await take(shop, document)
        assert getattr(refused.value, "reason", None) == reason
        assert await known(shop) == Roster(NETWORK)

    async def test_an_older_word_does_not_come_back(self, shop: Shop) -> None:
        await join(shop)
        removal = Removal(id="https://siege.example/network/members/1", network=NETWORK, member=LYON, serial=2, digest="", removed=START)
        assert await take(shop, signed(render_removal(removal))) is News.NEW
        before = await known(shop)
        assert await take(shop, about()) is News.OLDER
        assert await known(shop) == before


async def test_of_two_words_under_one_number_everybody_takes_the_same_and_the_administrators_are_told_once(shop: Shop) -> None:
    await join(shop)
    one, other = about(name="Un"), about(name="Deux")
    for document in (one, other, one, other):
        await take(shop, document)
    first = (await known(shop)).held[LYON].statement.digest
    entries = await shop.site.read(list_entries)
    assert [(entry.deed, entry.details, entry.who) for entry in entries] == [("network.contradiction", {"serial": "1"}, "siege.example")]
    assert first == max(content_digest(one), content_digest(other))


async def test_a_head_office_whose_database_was_set_back_is_told_and_believes_its_database(shop: Shop) -> None:
    await join(shop)

    def become_head_office(tx: Transaction) -> None:
        network = current_network(tx)
        assert network is not None
        save_network(tx, replace(network, head_office=True))

    await shop.site.write(become_head_office)
    await take(shop, about())
    assert await known(shop) == Roster(NETWORK)
    assert [entry.deed for entry in await shop.site.read(list_entries)] == ["network.set-back"]


async def test_a_member_that_was_never_met_is_to_be_met(shop: Shop) -> None:
    await join(shop)
    await take(shop, about())
    jobs = await shop.site.read(list_due_jobs, shop.site.clock.now(), 10)
    assert [(job.kind, job.subject) for job in jobs if job.kind == MEET] == [(MEET, LYON)]


async def test_a_snapshot_without_this_site_ends_its_membership_and_one_before_its_admission_does_not(shop: Shop) -> None:
    await join(shop)
    own = shop.site.uris.site_actor
    await take(shop, listing(3, {LYON: 1}))
    await take(shop, about(own, serial=4))
    assert await shop.site.read(current_network) is not None
    await take(shop, listing(5, {LYON: 1}))
    assert await shop.site.read(current_network) is None
    assert "network.removed-us" in [entry.deed for entry in await shop.site.read(list_entries)]


class TestAnswers:
    """Who is told what this site knows."""

    async def test_a_member_gets_statements_that_prove_themselves_and_the_snapshot(self, shop: Shop) -> None:
        await join(shop)
        lyon = await site_of_lyon(shop)
        await admit(shop, lyon)
        document = about("https://nantes.example/actor", serial=2, key=multikey(fresh_key().public))
        await take(shop, document)
        await take(shop, listing(3, {LYON: 1}))
        page = await shop.get("/network/members?after=1", accept=AS2, signer=lyon)
        assert page.json()["orderedItems"] == [document]
        assert "next" not in page.json()
        roster = await shop.get("/network/roster", accept=AS2, signer=lyon)
        assert roster.json() == listing(3, {LYON: 1})
        assert all("no-store" in answer.headers["cache-control"] for answer in (page, roster))

    async def test_nobody_else_can_tell_it_from_what_does_not_exist(self, shop: Shop) -> None:
        await join(shop)
        lyon = await site_of_lyon(shop)
        await admit(shop, lyon, suspended=True)
        await take(shop, listing(3, {LYON: 1}))
        for viewer in (None, lyon, await shop.stranger("karim"), await shop.stranger("paul", "lyon.example")):
            answers = [
                await shop.get(path, accept=AS2, signer=viewer)
                for path in ("/network/roster", "/network/members", "/network/members?after=1", "/network/members?after=x", "/posts/none")
            ]
            assert alike(answers)

    async def test_many_are_told_page_by_page(self, shop: Shop) -> None:
        await join(shop)
        lyon = await site_of_lyon(shop)
        await admit(shop, lyon)
        for number in range(2, 203):
            await take(shop, about(f"https://site-{number}.example/actor", serial=number))
        page = (await shop.get("/network/members?after=0", accept=AS2, signer=lyon)).json()
        assert len(page["orderedItems"]) == 200
        rest = (await shop.get(page["next"].removeprefix(shop.site.uris.origin), accept=AS2, signer=lyon)).json()
        assert [item["serial"] for item in rest["orderedItems"]] == [201, 202]
