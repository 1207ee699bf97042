"""Rows of sites that asked: of each the last request that waits, was granted and was refused."""

from typing import Any

from sqlalchemy import Column, PrimaryKeyConstraint, Row, String, Table, Text, delete, func, select
from sqlalchemy.engine import Connection

from fedirse.social.network.joining.requests.model import JoinRequest, RequestState
from fedirse.social.network.roster.wire import parse_attributes, render_attributes
from fedirse.storage.columns import Instant, Json, metadata
from fedirse.storage.dialect import upsert

join_requests = Table(
    "join_requests",
    metadata,
    Column("member", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("uri", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("reason", String(32), nullable=False, default=""),
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    PrimaryKeyConstraint("member", "state"),
)


def save_request(tx: Connection, request: JoinRequest) -> None:
    """Keep a request in the place of an earlier one by the same site with the same outcome."""
    values = {column.name: getattr(request, column.name) for column in join_requests.columns}
    values |= {"state": request.state.value, "attributes": render_attributes(request.attributes)}
    tx.execute(upsert(join_requests, values, key=("member", "state")))


def find_waiting(tx: Connection, member: str) -> JoinRequest | None:
    """The request of that site that waits for an answer, or None."""
    table = join_requests.c
    row = tx.execute(select(join_requests).where(table.member == member, table.state == RequestState.WAITING)).first()
    return None if row is None else _request(row)


def list_requests(tx: Connection, state: RequestState, *, limit: int | None = None) -> list[JoinRequest]:
    """The requests in that state, the oldest first; all of them, or so many."""
    table = join_requests.c
    query = select(join_requests).where(table.state == state).order_by(table.asked_at, table.member).limit(limit)
    return [_request(row) for row in tx.execute(query)]


def latest_requests(tx: Connection, state: RequestState, limit: int) -> list[JoinRequest]:
    """The requests that came into that state last, the latest first."""
    table = join_requests.c
    query = select(join_requests).where(table.state == state).order_by(table.answered_at.desc(), table.member).limit(limit)
    return [_request(row) for row in tx.execute(query)]


def count_requests(tx: Connection, state: RequestState) -> int:
    """How many requests are in that state."""
    return int(tx.execute(select(func.count()).select_from(join_requests).where(join_requests.c.state == state)).scalar_one())


def end_waiting(tx: Connection, member: str) -> bool:
    """Let a request wait no more; False when none did."""
    table = join_requests.c
    return tx.execute(delete(join_requests).where(table.member == member, table.state == RequestState.WAITING)).rowcount > 0


def _request(row: Row[Any]) -> JoinRequest:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return JoinRequest(**values | {"state": RequestState(values["state"]), "attributes": parse_attributes(values["attributes"])})
