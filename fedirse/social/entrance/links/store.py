"""Rows of links. The secret of a link is kept as a digest only, so a copy of the database opens nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, Text, delete, or_, select, update
from sqlalchemy.engine import Connection

from fedirse.base.roles import Role
from fedirse.social.entrance.links.model import Link, LinkKind
from fedirse.storage.columns import Instant, Json, identifier, metadata

links = Table(
    "links",
    metadata,
    identifier(),
    Column("kind", String(16), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("roles", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("made_by", String(26), nullable=False),
)
_SHOWN = tuple(column for column in links.columns if column.name != "digest")


def add_link(tx: Connection, link: Link, digest: str) -> None:
    """Insert a link; `digest` is the hexadecimal SHA-256 of its secret."""
    values = {column.name: getattr(link, column.name) for column in _SHOWN}
    tx.execute(links.insert().values(values | {"kind": link.kind.value, "roles": [role.value for role in link.roles], "digest": digest}))


def find_link(tx: Connection, digest: str) -> Link | None:
    """The link whose secret has that digest, whatever has become of it, or None."""
    row = tx.execute(select(*_SHOWN).where(links.c.digest == digest)).first()
    return None if row is None else _link(row)


def list_links(tx: Connection, kinds: Iterable[LinkKind], now: datetime) -> list[Link]:
    """The links of these kinds that still do something, the newest first."""
    query = (
        select(*_SHOWN)
        .where(links.c.kind.in_([kind.value for kind in kinds]), links.c.uses_left > 0)
        .where(or_(links.c.expires_at.is_(None), links.c.expires_at > now))
        .order_by(links.c.id.desc())
    )
    return [_link(row) for row in tx.execute(query)]


def take_use(tx: Connection, link_id: str) -> bool:
    """Use a link once; False when nothing of it is left."""
    query = update(links).where(links.c.id == link_id, links.c.uses_left > 0).values(uses_left=links.c.uses_left - 1)
    return tx.execute(query).rowcount > 0


def remove_link(tx: Connection, link_id: str) -> Link | None:
    """Remove a link; returns what it was, None when there was none."""
    row = tx.execute(select(*_SHOWN).where(links.c.id == link_id)).first()
    tx.execute(delete(links).where(links.c.id == link_id))
    return None if row is None else _link(row)


def remove_links_of(tx: Connection, account_id: str, kinds: Iterable[LinkKind] = tuple(LinkKind)) -> int:
    """Remove the links of those kinds that are for an account; returns how many."""
    query = delete(links).where(links.c.account_id == account_id, links.c.kind.in_([kind.value for kind in kinds]))
    return tx.execute(query).rowcount


def remove_links_of_kind(tx: Connection, kind: LinkKind) -> int:
    """Remove every link of a kind; returns how many."""
    return tx.execute(delete(links).where(links.c.kind == kind.value)).rowcount


def forget_spent(tx: Connection, now: datetime) -> int:
    """Remove the links that do nothing any more; returns how many."""
    return tx.execute(delete(links).where(or_(links.c.uses_left <= 0, links.c.expires_at <= now))).rowcount


def _link(row: Row[Any]) -> Link:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return Link(**values | {"kind": LinkKind(values["kind"]), "roles": tuple(Role(name) for name in values["roles"])})
