"""Whom a site has nothing to do with: hosts, their ports and what lies below them, the list of a closed site, actors."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from fedirse.storage.actors import mark_actor_gone, save_actor
from fedirse.storage.columns import metadata
from fedirse.storage.refusals import (
    allow_host,
    block_actor,
    block_domain,
    close_federation,
    disallow_host,
    is_refused_host,
    list_refused_hosts,
    note_unseen_actors,
    refused_among,
    unblock_actor,
    unblock_domain,
    why_unheard,
)
from tests.social.audiences.people import remote_person

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def tx() -> Iterator[Connection]:
    engine = create_engine("sqlite+pysqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    ("blocked", "subdomains", "host", "refused"),
    [
        ("evil.example", False, "evil.example", True),
        ("evil.example", False, "evil.example:8443", True),
        ("evil.example:8443", False, "evil.example:8443", True),
        ("evil.example:8443", False, "evil.example", False),
        ("evil.example", False, "a.evil.example", False),
        ("evil.example", True, "a.evil.example", True),
        ("evil.example", True, "a.b.evil.example:9000", True),
        ("evil.example", True, "notevil.example", False),
        ("evil.example", True, "example", False),
        ("example", True, "evil.example", True),
        ("[2001:db8::1]", False, "[2001:db8::1]:8443", True),
    ],
)
def test_a_block_covers_its_host_and_perhaps_what_is_below(
    tx: Connection, blocked: str, subdomains: bool, host: str, refused: bool
) -> None:
    block_domain(tx, blocked, reason="spam", subdomains=subdomains, now=NOW)
    assert (is_refused_host(tx, host), refused_among(tx, [host, "other.test"])) == (refused, frozenset({host} if refused else set()))


def test_nobody_is_blocked_at_first(tx: Connection) -> None:
    assert (refused_among(tx, ["a.example"]), refused_among(tx, []), list_refused_hosts(tx)) == (frozenset(), frozenset(), [])


def test_a_block_that_is_lifted_blocks_no_more(tx: Connection) -> None:
    block_domain(tx, "evil.example", reason="spam", subdomains=True, now=NOW)
    assert (unblock_domain(tx, "evil.example"), unblock_domain(tx, "evil.example"), is_refused_host(tx, "evil.example")) == (
        True,
        False,
        False,
    )


def test_many_hosts_are_looked_up_in_pieces(tx: Connection) -> None:
    block_domain(tx, "h9999.example", reason="spam", subdomains=False, now=NOW)
    assert refused_among(tx, [f"h{number}.example" for number in range(12_000)]) == {"h9999.example"}


def test_a_closed_site_refuses_who_is_not_on_its_list(tx: Connection) -> None:
    close_federation(tx, "own.example", closed=True)
    allow_host(tx, "friend.example", reason="", now=NOW)
    hosts = ["own.example", "friend.example", "friend.example:8443", "below.friend.example", "stranger.example"]
    refused = frozenset({"below.friend.example", "stranger.example"})
    assert refused_among(tx, hosts) == frozenset(host for host in hosts if is_refused_host(tx, host)) == refused
    disallow_host(tx, "friend.example")
    assert is_refused_host(tx, "friend.example")
    close_federation(tx, "own.example", closed=False)
    assert refused_among(tx, hosts) == frozenset()


def test_a_block_counts_before_the_list(tx: Connection) -> None:
    close_federation(tx, "own.example", closed=True)
    allow_host(tx, "evil.example", reason="", now=NOW)
    block_domain(tx, "evil.example", reason="", subdomains=False, now=NOW)
    assert is_refused_host(tx, "evil.example")


def test_why_nobody_hears_somebody(tx: Connection) -> None:
    anna, bilal = save_actor(tx, remote_person("anna", "a.example")), save_actor(tx, remote_person("bilal", "b.example"))
    block_actor(tx, anna.id, reason="", now=NOW)
    block_domain(tx, "b.example", reason="", subdomains=False, now=NOW)
    assert (why_unheard(tx, anna.id), why_unheard(tx, bilal.id)) == (None, None)
    note_unseen_actors(tx)
    assert (why_unheard(tx, anna.id), why_unheard(tx, bilal.id)) == ("blocked-actor", "blocked-actor")
    unblock_actor(tx, anna.id)
    unblock_domain(tx, "b.example")
    note_unseen_actors(tx)
    assert (why_unheard(tx, anna.id), why_unheard(tx, bilal.id)) == (None, None)
    mark_actor_gone(tx, anna.id, NOW)
    assert why_unheard(tx, anna.id) == "gone-actor"
