"""A roster comes out of the tables as it was put in, with what proves it to others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from fedirse.social.network.roster.model import Roster, Snapshot
from fedirse.social.network.roster.rules import digest_of, learn, learn_snapshot, standing_of
from fedirse.social.network.roster.store import (
    find_snapshot_document,
    list_documents_after,
    load_roster,
    save_snapshot,
    save_statement,
)
from fedirse.social.network.roster.wire import read_snapshot, read_statement, render_credential, render_snapshot
from fedirse.storage.columns import metadata
from tests.social.network.roster.test_wire import KEYS, NETWORK, NOW, credential, signed


@pytest.fixture
def tx() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


def test_an_unknown_network_has_an_empty_roster(tx: Connection) -> None:
    assert load_roster(tx, NETWORK) == Roster(NETWORK)
    assert find_snapshot_document(tx, NETWORK) is None


def test_what_was_kept_is_loaded_and_only_the_last_word_about_each_member(tx: Connection) -> None:
    roster = Roster(NETWORK)
    for number, serial in ((1, 1), (2, 2), (1, 3)):
        member = f"https://site-{number}.example/actor"
        document = signed(render_credential(credential(member=member, serial=serial)))
        statement = read_statement(document, KEYS)
        save_statement(tx, statement, document, NOW)
        roster, _ = learn(roster, statement, NOW)
    whole = Snapshot(
        id=f"{NETWORK}/roster",
        network=NETWORK,
        serial=4,
        digest="",
        issued=NOW,
        ends=NOW + timedelta(hours=72),
        listing={"https://site-1.example/actor": 3, "https://site-2.example/actor": 2},
    )
    for serial in (4, 5):
        document = signed(render_snapshot(replace(whole, serial=serial)))
        snapshot = read_snapshot(document, KEYS)
        save_snapshot(tx, snapshot, document, NOW)
        roster, _ = learn_snapshot(roster, snapshot, NOW)

    loaded = load_roster(tx, NETWORK)
    assert loaded == roster
    assert digest_of(loaded) == digest_of(roster)
    assert read_snapshot(find_snapshot_document(tx, NETWORK) or {}, KEYS) == roster.snapshot


def test_whoever_knows_a_part_gets_the_rest_in_order_and_can_prove_it(tx: Connection) -> None:
    for serial in (3, 1, 2):
        document = signed(render_credential(credential(member=f"https://site-{serial}.example/actor", serial=serial)))
        save_statement(tx, read_statement(document, KEYS), document, NOW)
    assert [read_statement(document, KEYS).serial for document in list_documents_after(tx, NETWORK, 1, limit=9)] == [2, 3]
    assert len(list_documents_after(tx, NETWORK, 0, limit=2)) == 2


def test_who_is_asked_about_alone_has_the_standing_they_have_among_all(tx: Connection) -> None:
    members = [f"https://site-{number}.example/actor" for number in range(1, 5)]
    for serial, member in enumerate(members, start=1):
        document = signed(render_credential(credential(member=member, serial=serial)))
        save_statement(tx, read_statement(document, KEYS), document, NOW)
    ends = NOW + timedelta(hours=72)
    listing = {members[0]: 1, members[1]: 9, "https://unknown.example/actor": 8}
    whole = Snapshot(id=f"{NETWORK}/roster", network=NETWORK, serial=10, digest="", issued=NOW, ends=ends, listing=listing)
    document = signed(render_snapshot(whole))
    save_snapshot(tx, read_snapshot(document, KEYS), document, NOW)
    everybody = load_roster(tx, NETWORK)
    for member in [*members, "https://unknown.example/actor", "https://nobody.example/actor"]:
        assert standing_of(load_roster(tx, NETWORK, only=[member]), member, NOW) is standing_of(everybody, member, NOW)
    assert load_roster(tx, NETWORK, only=()).snapshot == replace(everybody.snapshot or whole, listing={})
