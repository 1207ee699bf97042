"""Whose inboxes something inside some scopes goes to: what is quick to find out is what the rules say, one member at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from fedirse.activitypub.own_uris import OwnUris
from fedirse.activitypub.signatures import content_digest
from fedirse.base.types import Host, JsonObject
from fedirse.site import Site
from fedirse.social.network.actions import inboxes_inside
from fedirse.social.network.model import Attribute, Attributes, Network, NetworkState
from fedirse.social.network.roster.model import Credential, Removal, Snapshot, Statement
from fedirse.social.network.roster.rules import standing_of
from fedirse.social.network.roster.store import load_roster, roster_snapshots, roster_statements, save_snapshot, save_statement
from fedirse.social.network.roster.wire import parse_snapshot, parse_statement, render_credential, render_removal, render_snapshot
from fedirse.social.network.rules import covered_by_all, segments_of
from fedirse.social.network.segments.model import Among, Except, Has, Segment, Within
from fedirse.social.network.segments.store import save_segment
from fedirse.social.network.segments.store import segments as segments_table
from fedirse.social.network.segments.wire import parse_segment, render_segment
from fedirse.social.network.store import save_network
from fedirse.storage.actors import save_actor
from fedirse.storage.columns import metadata
from tests.federation.network import START
from tests.social.network.roster.test_wire import NETWORK, credential
from tests.social.network.segments.test_segments import segment
from tests.social.network.test_scopes import MEMBERS
from tests.visitors import remote_actor

PLACES = ("Sud", "Nord", "Est")
NAMES = ("a", "b", "c")
SCOPES = [
    ("network", MEMBERS),
    *(("segment", segment(Among(frozenset()), name).id) for name in NAMES),
    ("segment", "https://x.example/none"),
]


def uri_of(number: int) -> str:
    return f"https://site{number}.example/actor"


conditions = st.one_of(
    st.builds(Has, st.just(Attribute.REGION), st.frozensets(st.sampled_from(PLACES), max_size=2)),
    st.builds(Among, st.frozensets(st.integers(0, 4).map(uri_of), max_size=2)),
    st.builds(Within, st.sampled_from([SCOPES[1][1], SCOPES[2][1], "https://siege.example/network/segments/unknown"])),
    st.builds(Except, st.builds(Has, st.just(Attribute.REGION), st.frozensets(st.sampled_from(PLACES), max_size=2))),
)


@dataclass(frozen=True)
class World:
    """Some members, whose last words may be a removal, a suspension or overtaken by the list; and some segments."""

    statements: tuple[Statement, ...]
    segments: tuple[Segment, ...]
    listed: dict[str, int]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    statements: list[Statement] = []
    listed: dict[str, int] = {}
    for number in range(5):
        serial = number + 1
        if draw(st.integers(0, 5)) == 0:
            removal = Removal(id=f"{NETWORK}/{number}", network=NETWORK, member=uri_of(number), serial=serial, digest="", removed=START)
            statements.append(removal)
            continue
        ends = START + timedelta(days=draw(st.sampled_from([3, -3, -60])))
        known = Attributes(region=draw(st.sampled_from(PLACES)))
        named: Credential = credential(
            id=f"{NETWORK}/{number}",
            member=uri_of(number),
            serial=serial,
            attributes=known,
            suspended=draw(st.integers(0, 4)) == 0,
            issued=ends - timedelta(hours=72),
            ends=ends,
        )
        statements.append(named)
        place = draw(st.sampled_from([None, serial, serial, serial, serial + 50]))
        if place is not None:
            listed[uri_of(number)] = place
    known_segments = tuple(segment(draw(conditions), name, withdrawn=draw(st.integers(0, 6)) == 0) for name in NAMES)
    return World(tuple(statements), known_segments, listed)


def document_of(statement: Statement) -> JsonObject:
    return render_credential(statement) if isinstance(statement, Credential) else render_removal(statement)


def write(tx: Connection, world: World) -> None:
    for statement in world.statements:
        document = document_of(statement)
        save_statement(tx, parse_statement(document), document, START - timedelta(days=90))
        host = statement.member.split("/")[2]
        save_actor(tx, remote_actor("actor", host, uri=statement.member, inbox=f"{statement.member}/inbox"))
    for one in world.segments:
        document = render_segment(one)
        save_segment(tx, parse_segment(document), document)
    listing = Snapshot(
        id=f"{NETWORK}/roster",
        network=NETWORK,
        serial=100,
        digest="",
        issued=START,
        ends=START + timedelta(hours=72),
        listing=world.listed,
    )
    document = render_snapshot(listing)
    save_snapshot(tx, parse_snapshot(document), document, START)


def by_the_rules(tx: Connection, world: World, scopes: set[tuple[str, str]], now: datetime) -> set[str]:
    """The hosts of everybody inside, asked one after another of what was just written and read anew."""
    roster = load_roster(tx, NETWORK)
    found = set()
    for statement in world.statements:
        read = parse_statement(document_of(statement), content_digest(document_of(statement)))
        attributes = read.attributes if isinstance(read, Credential) else None
        inside = {("network", MEMBERS)}
        if attributes is not None:
            inside |= {("segment", name) for name in segments_of(read.member, attributes, world.segments)}
        if scopes <= inside and not standing_of(roster, read.member, now).expelled:
            found.add(read.member.split("/")[2])
    return found


@pytest.fixture(scope="module")
def tx() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        save_network(
            connection,
            Network(uri=NETWORK, name="A", members=MEMBERS, head_office=False, state=NetworkState.MEMBER, counter=0, since=START),
        )
        yield connection
    engine.dispose()


@given(world=worlds(), scopes=st.sets(st.sampled_from(SCOPES), min_size=1, max_size=3), days=st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_the_inboxes_are_those_of_whoever_the_rules_let_in(tx: Connection, world: World, scopes: set[tuple[str, str]], days: int) -> None:
    for table in (roster_statements, roster_snapshots, segments_table):
        tx.execute(table.delete())
    write(tx, world)
    now = START + timedelta(days=days)
    # Of the site nothing but its own host is asked.
    site = cast("Site", SimpleNamespace(uris=OwnUris("https", Host("magasin.example"))))
    assert {inbox.host for inbox in inboxes_inside(tx, site, scopes, now)} == by_the_rules(tx, world, scopes, now)


@given(worlds(), st.sets(st.sampled_from([name for kind, name in SCOPES if kind == "segment"]), max_size=3))
@settings(max_examples=200, deadline=None)
def test_being_in_all_of_some_segments_is_having_them_among_ones_own(world: World, wanted: set[str]) -> None:
    segments = {one.id: one for one in world.segments}
    for statement in world.statements:
        if isinstance(statement, Credential):
            own = segments_of(statement.member, statement.attributes, world.segments)
            assert covered_by_all(wanted, statement.member, statement.attributes, segments) == (wanted <= own)
