"""What the sites of the network said of themselves, by host."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, delete, select
from sqlalchemy.engine import Connection

from fedirse.social.network.members.model import Facts, Told
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert
from fedirse.storage.peers import in_portions

member_facts = Table(
    "member_facts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("version", String(40), nullable=False, default=""),
    Column("people", Integer),
    Column("asked_at", Instant, nullable=False),
    Column("told_at", Instant),
)


def save_told(tx: Connection, host: str, told: Told, now: datetime) -> None:
    """It has answered."""
    values = {"host": host, "version": told.version, "people": told.people, "asked_at": now, "told_at": now}
    tx.execute(upsert(member_facts, values, key=("host",)))


def note_silence(tx: Connection, host: str, now: datetime) -> None:
    """It was asked and has not answered; what it said before stays."""
    values = {"host": host, "version": "", "people": None, "asked_at": now, "told_at": None}
    tx.execute(upsert(member_facts, values, key=("host",), keep=("version", "people", "told_at")))


def list_facts(tx: Connection, hosts: Collection[str]) -> Mapping[str, Facts]:
    """What those of these hosts said that were ever asked."""
    columns = member_facts.c
    found: dict[str, Facts] = {}
    for some in in_portions(sorted(hosts)):
        for row in tx.execute(select(member_facts).where(columns.host.in_(some))):
            found[row.host] = Facts(Told(row.version, row.people), row.asked_at, row.told_at)
    return found


def forget_others(tx: Connection, hosts: Collection[str]) -> None:
    """Nothing is kept about hosts besides these."""
    known = set(tx.execute(select(member_facts.c.host)).scalars())
    for some in in_portions(sorted(known - set(hosts))):
        tx.execute(delete(member_facts).where(member_facts.c.host.in_(some)))
