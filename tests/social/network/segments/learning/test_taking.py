"""What a site makes of definitions that come to it."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from fedirse.activitypub.own_uris import OwnUris
from fedirse.activitypub.signatures import multikey
from fedirse.base.errors import MalformedDocument, Refused, SignatureError
from fedirse.base.types import Host, JsonObject
from fedirse.site import Site
from fedirse.social.network.model import Attribute, Attributes, Network, NetworkKey, NetworkState
from fedirse.social.network.roster.actions import SEGMENTS
from fedirse.social.network.roster.model import News
from fedirse.social.network.roster.store import save_statement
from fedirse.social.network.roster.wire import read_statement, render_credential
from fedirse.social.network.segments.learning.actions import take_listing, take_segment
from fedirse.social.network.segments.model import AllOf, Except, Has, Place, Segment, Within
from fedirse.social.network.segments.store import find_segment, list_own_segments, list_segment_documents, list_segments
from fedirse.social.network.segments.store import segments as segments_table
from fedirse.social.network.segments.wire import render_segment
from fedirse.social.network.store import current_network, save_network, trust_key
from fedirse.storage.audit import list_entries
from fedirse.storage.columns import metadata
from fedirse.storage.jobs import list_due_jobs
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.roster.test_wire import KEY, KEY_ID, KEYS, NETWORK, credential, fresh_key, signed
from tests.social.network.segments.test_segments import segment
from tests.social.network.test_scopes import MEMBERS, join
from tests.visitors import Shop

SOUTH = Has(Attribute.REGION, frozenset({"Sud"}))
NORTH = Has(Attribute.REGION, frozenset({"Nord"}))


def stated(one: Segment, **signing: Any) -> JsonObject:
    return signed(render_segment(one), **signing)


def south(serial: int = 5, **changes: Any) -> Segment:
    return segment(changes.pop("condition", SOUTH), "sud", serial, **changes)


def about(site: Site, region: str, serial: int = 1) -> JsonObject:
    """What the head office says of the site itself."""
    said = credential(
        member=site.uris.site_actor, attributes=Attributes(region=region), serial=serial, issued=START, ends=START + timedelta(hours=72)
    )
    return signed(render_credential(said))


async def enter(shop: Shop, region: str = "Sud") -> None:
    """Make the shop a member that is known by a region."""
    await join(shop)
    document = about(shop.site, region)
    await shop.site.write(save_statement, read_statement(document, KEYS), document, START)


async def take(shop: Shop, document: JsonObject) -> News:
    def write(tx: Transaction) -> News:
        network = current_network(tx)
        assert network is not None
        return take_segment(tx, shop.site, network, document, START)

    return await shop.site.write(write)


async def listen(shop: Shop, *named: str, serial: int) -> None:
    """Let the head office have answered which segments the shop is in."""

    def write(tx: Transaction) -> None:
        network = current_network(tx)
        assert network is not None
        take_listing(tx, shop.site, network, named, serial)

    await shop.site.write(write)


async def own(shop: Shop) -> list[str]:
    return [one.name for one in await shop.site.read(list_own_segments, NETWORK)]


class TestRefusals:
    """Each case changes nothing."""

    @pytest.mark.parametrize(
        ("document", "error", "reason"),
        [
            (stated(south(6, defined=START + timedelta(days=1))), Refused, "from-the-future"),
            (stated(south(6, network="https://other.example/actor")), Refused, "other-network"),
            (stated(south(6, id="https://lyon.example/network/segments/sud")), Refused, "other-network"),
            (stated(south(6), key=fresh_key()), SignatureError, "bad-signature"),
            (stated(south(6), key=fresh_key(), key_id="https://lyon.example/actor#ed25519"), SignatureError, "not-the-head-office"),
            ({**stated(south(6)), "name": "Nord"}, SignatureError, "bad-signature"),
            ({**stated(south(6)), "selection": {"all": []}}, SignatureError, "bad-signature"),
            (render_segment(south(6)), SignatureError, "not-the-head-office"),
            (signed(render_segment(south(6)) | {"selection": {"planet": ["Mars"]}}), MalformedDocument, "bad-statement"),
            (signed(render_segment(south(6)) | {"withdrawn": "no"}), MalformedDocument, "bad-statement"),
            (signed(render_segment(south(6)) | {"serial": 0}), MalformedDocument, "bad-statement"),
        ],
        ids=[
            "dated-ahead",
            "other-network",
            "id-of-another-host",
            "forged",
            "forged-by-a-member",
            "another-name",
            "another-condition",
            "unsigned",
            "half-understood",
            "withdrawn-or-not",
            "no-serial",
        ],
    )
    async def test_what_the_head_office_did_not_say(self, shop: Shop, document: JsonObject, error: type[Exception], reason: str) -> None:
        await enter(shop)
        await take(shop, stated(south()))
        before = await shop.site.read(list_segment_documents, NETWORK)
        with pytest.raises(error) as refused:
            await take(shop, document)
        assert getattr(refused.value, "reason", "") == reason
        assert await shop.site.read(list_segment_documents, NETWORK) == before
        assert await own(shop) == ["sud"]

    async def test_a_stale_serial(self, shop: Shop) -> None:
        await enter(shop)
        await take(shop, stated(south(5, condition=NORTH)))
        assert await take(shop, stated(south(4))) is News.OLDER
        assert await own(shop) == []

    async def test_a_definition_that_is_replayed_after_the_withdrawal(self, shop: Shop) -> None:
        await enter(shop)
        first = stated(south(5))
        assert await take(shop, first) is News.NEW
        assert await take(shop, stated(south(6, withdrawn=True))) is News.NEW
        assert await take(shop, first) is News.OLDER
        kept = await shop.site.read(find_segment, south().id)
        assert kept is not None
        assert kept.withdrawn
        assert await own(shop) == []

    async def test_a_head_office_learns_nothing_of_itself_and_is_told_that_it_was_set_back(self, shop: Shop) -> None:
        await enter(shop)

        def write(tx: Transaction) -> None:
            network = current_network(tx)
            assert network is not None
            save_network(tx, replace(network, head_office=True))

        await shop.site.write(write)
        await take(shop, stated(south()))
        assert await shop.site.read(list_segment_documents, NETWORK) == {}
        assert [entry.deed for entry in await shop.site.read(list_entries)] == ["network.set-back"]


async def test_two_definitions_under_one_number_are_told_to_the_administrators(shop: Shop) -> None:
    await enter(shop)
    await take(shop, stated(south()))
    assert await take(shop, stated(south(withdrawn=True))) is News.CONTRADICTS
    assert await own(shop) == []
    assert [(entry.deed, entry.details) for entry in await shop.site.read(list_entries)] == [("network.contradiction", {"serial": "5"})]


async def test_what_the_head_office_leaves_out_is_decided_by_no_more_until_it_says_it_again(shop: Shop) -> None:
    await enter(shop)
    document = stated(south())
    await take(shop, document)
    await listen(shop, serial=5)
    assert await shop.site.read(list_segments, NETWORK) == []
    # A member could repeat it: the site asks, and believes the answer alone.
    assert await take(shop, document) is News.KNOWN
    assert await own(shop) == []
    assert SEGMENTS in [job.kind for job in await shop.site.read(list_due_jobs, START, 10)]
    await listen(shop, south().id, serial=5)
    assert await own(shop) == ["sud"]


async def test_an_answer_that_is_older_than_what_is_known_takes_nothing_away(shop: Shop) -> None:
    await enter(shop)
    await take(shop, stated(south()))
    await listen(shop, serial=4)
    assert await own(shop) == ["sud"]


REGIONS = st.sampled_from(["Sud", "Nord"])
NAMES = ("a", "b", "c")
IDS = {name: segment(SOUTH, name).id for name in NAMES}
CONDITIONS = st.one_of(
    st.builds(Has, st.just(Attribute.REGION), st.frozensets(REGIONS, max_size=2)),
    st.builds(Within, st.sampled_from(sorted(IDS.values()))),
    st.builds(Except, st.builds(Within, st.sampled_from(sorted(IDS.values())))),
    st.just(AllOf(())),
)
SAID = st.lists(st.tuples(st.sampled_from(NAMES), CONDITIONS, st.booleans()), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(SAID, REGIONS, st.data())
def test_whatever_the_order_and_however_often_it_is_told_everybody_decides_the_same(
    said: list[tuple[str, Any, bool]], region: str, data: st.DataObject
) -> None:
    documents = [
        stated(segment(condition, name, serial, withdrawn=withdrawn)) for serial, (name, condition, withdrawn) in enumerate(said, start=1)
    ]
    told = data.draw(st.permutations([*documents, *data.draw(st.lists(st.sampled_from(documents), max_size=4))]))
    assert _learnt(told, region) == _learnt(documents, region)


def _learnt(documents: list[JsonObject], region: str) -> tuple[dict[str, JsonObject], set[str], set[str]]:
    """What a site knows after it was told these: the definitions, by which of them it decides, and which it is in."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    uris = OwnUris("https", Host("lyon.example"))
    site = cast("Site", SimpleNamespace(uris=uris, pulse=SimpleNamespace(mark=lambda: None)))
    with engine.begin() as tx:
        _join(tx)
        own_word = about(site, region)
        save_statement(tx, read_statement(own_word, KEYS), own_word, START)
        network = current_network(tx)
        assert network is not None
        for document in documents:
            take_segment(tx, site, network, document, START)
        used = {one.id for one in list_segments(tx, NETWORK)}
        return list_segment_documents(tx, NETWORK), used, {one.id for one in list_own_segments(tx, NETWORK)}


def _join(tx: Connection) -> None:
    state = NetworkState.MEMBER
    save_network(tx, Network(uri=NETWORK, name="Aubrelle", members=MEMBERS, head_office=False, state=state, counter=0, since=START))
    trust_key(tx, NetworkKey(uri=KEY_ID, network=NETWORK, key=multikey(KEY.public), trusted_at=START))


async def test_a_later_word_brings_back_what_was_left_out(shop: Shop) -> None:
    await enter(shop)
    await take(shop, stated(south()))
    await listen(shop, serial=5)
    await take(shop, stated(south(7)))
    assert await own(shop) == ["sud"]

    def places(tx: Transaction) -> list[str]:
        return [row.place for row in tx.execute(segments_table.select())]

    assert await shop.site.read(places) == [Place.INSIDE]
