"""Rows of the telephone numbers of members. Nobody else is ever told them, and they go when the member goes."""

from collections.abc import Mapping

from sqlalchemy import Column, String, Table, Text, delete, select
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.social.network.authority.telephones.model import Telephone
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import upsert

member_telephones = Table(
    "member_telephones",
    metadata,
    Column("member", Text, primary_key=True),
    # Kept empty where a site took it back, so that a word from before does not bring it again.
    Column("number", String(limits.TELEPHONE_CHARACTERS), nullable=False),
    Column("said_at", Instant, nullable=False),
)


def save_telephone(tx: Connection, telephone: Telephone) -> None:
    """Keep what a member said."""
    values = {"member": telephone.member, "number": telephone.number, "said_at": telephone.said_at}
    tx.execute(upsert(member_telephones, values, key=("member",)))


def find_telephone(tx: Connection, member: str) -> Telephone | None:
    """What a member said last; None for nothing."""
    row = tx.execute(select(member_telephones).where(member_telephones.c.member == member)).first()
    return Telephone(row.member, row.number, row.said_at) if row is not None else None


def list_numbers(tx: Connection) -> Mapping[str, str]:
    """The numbers of those members that gave one, by their actors."""
    rows = tx.execute(select(member_telephones).where(member_telephones.c.number != ""))
    return {row.member: row.number for row in rows}


def forget_telephone(tx: Connection, member: str) -> None:
    """Keep nothing of a site that is no member any more."""
    tx.execute(delete(member_telephones).where(member_telephones.c.member == member))
