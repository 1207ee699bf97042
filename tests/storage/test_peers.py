"""Other hosts as rows: statements about signatures, and dates."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from fedirse.storage.columns import metadata
from fedirse.storage.peers import (
    Peer,
    claim_due_peers,
    ensure_peers,
    find_peer,
    hasten_peer,
    in_portions,
    list_failing_hosts,
    list_peers,
    next_due,
    note_statements,
    recover_peers,
    settle_peers,
    wake_peers,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def tx() -> Iterator[Connection]:
    engine = create_engine("sqlite+pysqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


def peer(host: str, **changes: object) -> Peer:
    values: dict[str, object] = dict.fromkeys(Peer.__dataclass_fields__) | {"host": host, "failures": 0}
    return Peer(**values | changes)  # type: ignore[arg-type]


def add(tx: Connection, *known: Peer) -> None:
    ensure_peers(tx, [one.host for one in known])
    settle_peers(tx, known)


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (5_000, [5_000]), (5_001, [5_000, 1])])
def test_portions_are_as_large_as_one_statement_takes(count: int, sizes: list[int]) -> None:
    assert [len(some) for some in in_portions(range(count))] == sizes


def test_waking_leaves_alone_who_backs_off(tx: Connection) -> None:
    add(tx, peer("a.example", failures=3, next_attempt_at=LATER), peer("b.example"))
    wake_peers(tx, ["a.example", "b.example"], NOW)
    assert [known.next_attempt_at for known in list_peers(tx)] == [LATER, NOW]


def test_waking_leaves_alone_who_is_being_sent_to(tx: Connection) -> None:
    add(tx, peer("a.example", next_attempt_at=LATER, lease="1"))
    wake_peers(tx, ["a.example"], NOW)
    assert [known.next_attempt_at for known in list_peers(tx)] == [LATER]


def test_waking_reaches_who_is_well_and_waits_for_something_put_off(tx: Connection) -> None:
    add(tx, peer("a.example", next_attempt_at=LATER), peer("b.example", next_attempt_at=NOW - timedelta(minutes=1)))
    wake_peers(tx, ["a.example", "b.example"], NOW)
    assert [known.next_attempt_at for known in list_peers(tx)] == [NOW, NOW - timedelta(minutes=1)]


def test_a_known_host_keeps_what_is_known_of_it(tx: Connection) -> None:
    add(tx, peer("a.example", failures=3, last_error="down"))
    ensure_peers(tx, ["a.example", "b.example"])
    assert [(known.host, known.failures, known.last_error) for known in list_peers(tx)] == [
        ("a.example", 3, "down"),
        ("b.example", 0, None),
    ]


def test_a_statement_decides_only_when_it_is_new(tx: Connection) -> None:
    add(tx, peer("a.example", signature="cavage"))
    note_statements(tx, {"a.example": "rfc9421"})
    settle_peers(tx, [peer("a.example", stated="rfc9421", signature="cavage")])
    note_statements(tx, {"a.example": "rfc9421"})
    assert (find_peer(tx, "a.example") or peer("")).signature == "cavage"


def test_what_was_learned_before_a_statement_does_not_overwrite_it(tx: Connection) -> None:
    add(tx, peer("a.example"))
    note_statements(tx, {"a.example": "rfc9421"})
    settle_peers(tx, [peer("a.example", stated=None, signature="cavage", failures=2)])
    known = find_peer(tx, "a.example")
    assert known is not None
    assert (known.signature, known.failures) == ("rfc9421", 2)


def test_a_claimed_host_is_due_again_when_its_lease_ends(tx: Connection) -> None:
    add(tx, peer("a.example", next_attempt_at=NOW))
    assert [known.host for known in claim_due_peers(tx, failing=False, now=NOW, until=LATER, lease="1", limit=9)] == ["a.example"]
    assert (claim_due_peers(tx, failing=False, now=NOW, until=LATER, lease="2", limit=9), next_due(tx, failing=False)) == ([], LATER)


@pytest.mark.parametrize(
    "known",
    [
        peer("a.example", failures=0, next_attempt_at=LATER),
        peer("a.example", failures=2, next_attempt_at=None),
        peer("a.example", failures=2, next_attempt_at=NOW),
        peer("a.example", failures=2, next_attempt_at=LATER, lease="1"),
    ],
    ids=["well", "nothing waits", "due already", "being tried"],
)
def test_only_a_failing_host_that_something_waits_for_is_hastened(tx: Connection, known: Peer) -> None:
    add(tx, known)
    assert (hasten_peer(tx, "a.example", NOW), find_peer(tx, "a.example")) == (False, known)


def test_a_hastened_host_is_due_and_begins_its_back_off_anew(tx: Connection) -> None:
    add(tx, peer("a.example", failures=40, next_attempt_at=LATER))
    assert (hasten_peer(tx, "a.example", NOW), find_peer(tx, "a.example")) == (True, peer("a.example", failures=1, next_attempt_at=NOW))


def test_failing_hosts_are_those_that_something_waits_for(tx: Connection) -> None:
    add(tx, peer("a.example", failures=1, next_attempt_at=LATER), peer("b.example", failures=1), peer("c.example", next_attempt_at=NOW))
    assert list_failing_hosts(tx) == ["a.example"]


@pytest.mark.parametrize(("sole_worker", "freed"), [(True, ["a.example", "b.example"]), (False, ["b.example"])])
def test_recovering_frees_leases_only_of_a_process_that_was_alone(tx: Connection, sole_worker: bool, freed: list[str]) -> None:
    add(
        tx,
        peer("a.example", lease="1", next_attempt_at=LATER),
        peer("b.example", next_attempt_at=NOW + timedelta(days=9)),
        peer("c.example", next_attempt_at=LATER),
    )
    recover_peers(tx, NOW, latest=NOW + timedelta(days=1), sole_worker=sole_worker)
    assert [known.host for known in list_peers(tx) if known.next_attempt_at == NOW and known.lease is None] == freed
