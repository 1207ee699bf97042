"""Rows of second factors, and of the codes that replace a lost one."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, and_, delete, func, select, update
from sqlalchemy.engine import Connection

from fedirse.social.entrance.second_factor.model import SecondFactor
from fedirse.storage.columns import Instant, metadata

second_factors = Table(
    "second_factors",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("last_step", Integer, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),
)


def find_second_factor(tx: Connection, account_id: str) -> SecondFactor | None:
    """What an account shares with its program, set up to the end or not; or None."""
    row = tx.execute(select(second_factors).where(second_factors.c.account_id == account_id)).first()
    return None if row is None else SecondFactor(*row)


def save_second_factor(tx: Connection, factor: SecondFactor) -> None:
    """Store one in the place of an earlier one."""
    tx.execute(delete(second_factors).where(second_factors.c.account_id == factor.account_id))
    values = {column.name: getattr(factor, column.name) for column in second_factors.columns}
    tx.execute(second_factors.insert().values(values))


def confirm_second_factor(tx: Connection, account_id: str, now: datetime) -> None:
    """From now on it is asked for."""
    tx.execute(update(second_factors).where(second_factors.c.account_id == account_id).values(confirmed_at=now))


def take_step(tx: Connection, account_id: str, step: int) -> bool:
    """Take the code of a step of time; False when it, or a later one, was taken before."""
    query = update(second_factors).where(and_(second_factors.c.account_id == account_id, second_factors.c.last_step < step))
    return tx.execute(query.values(last_step=step)).rowcount > 0


def remove_second_factor(tx: Connection, account_id: str) -> bool:
    """Remove it with its recovery codes; False when there was none."""
    tx.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    return tx.execute(delete(second_factors).where(second_factors.c.account_id == account_id)).rowcount > 0


def save_recovery_codes(tx: Connection, account_id: str, digests: Iterable[str]) -> None:
    """Store the digests of recovery codes in the place of earlier ones."""
    tx.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    tx.execute(recovery_codes.insert(), [{"account_id": account_id, "digest": digest} for digest in digests])


def take_recovery_code(tx: Connection, account_id: str, digest: str) -> bool:
    """Use a recovery code up; False when there is no such."""
    query = delete(recovery_codes).where(recovery_codes.c.account_id == account_id, recovery_codes.c.digest == digest)
    return tx.execute(query).rowcount > 0


def count_recovery_codes(tx: Connection, account_id: str) -> int:
    """How many an account has left."""
    return int(tx.execute(select(func.count()).where(recovery_codes.c.account_id == account_id)).scalar_one())
