"""Rows of what people want to be mailed; who has said nothing has none."""

from typing import Final

from sqlalchemy import Column, ForeignKey, String, Table, func, select
from sqlalchemy.engine import Connection

from fedirse.features.announcements.wishes.model import Reachable, Wish
from fedirse.social.accounts.store import accounts
from fedirse.storage.columns import EXPORTED_AS, metadata
from fedirse.storage.dialect import upsert

mail_wishes = Table(
    "mail_wishes",
    metadata,
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
    Column("wish", String(16), nullable=False),
    info={EXPORTED_AS: "mail_wishes"},
)

REACHABLE: Final = (accounts.c.disabled_at.is_(None), accounts.c.email.is_not(None), accounts.c.email_proven_at.is_not(None))
"""Of whom a mail comes to their person."""
WISH: Final = func.coalesce(mail_wishes.c.wish, Wish.URGENT.value)
WISHING: Final = accounts.outerjoin(mail_wishes, mail_wishes.c.actor_id == accounts.c.actor_id)


def find_wish(tx: Connection, actor_id: str) -> Wish:
    """What somebody wants to be mailed."""
    known = tx.execute(select(mail_wishes.c.wish).where(mail_wishes.c.actor_id == actor_id)).scalar_one_or_none()
    return Wish(known) if known is not None else Wish.URGENT


def save_wish(tx: Connection, actor_id: str, wish: Wish) -> None:
    """Keep what somebody wants to be mailed."""
    tx.execute(upsert(mail_wishes, {"actor_id": actor_id, "wish": wish.value}, key=("actor_id",)))


def list_reachable(tx: Connection, *, after: str, limit: int) -> list[Reachable]:
    """Those with a proven address, whatever they want, in the order of their accounts and from after one on."""
    query = select(accounts.c.id, accounts.c.actor_id, WISH.label("wish")).select_from(WISHING).where(*REACHABLE, accounts.c.id > after)
    return [Reachable(row.id, row.actor_id, Wish(row.wish)) for row in tx.execute(query.order_by(accounts.c.id).limit(limit))]


def count_text_readers(tx: Connection) -> int:
    """How many people are mailed texts: those with a proven address who want mails at once, at least about what is urgent."""
    query = select(func.count()).select_from(WISHING).where(*REACHABLE, WISH.in_((Wish.URGENT.value, Wish.AT_ONCE.value)))
    return int(tx.execute(query).scalar_one())
