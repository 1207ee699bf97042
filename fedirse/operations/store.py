"""The rows that a restore looks at in the database it replaces, and those it ends in the one it puts in place.

Either may be of an older fedirse: tables that are missing hold nothing, and columns are those of the first version.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from fedirse.base.errors import StorageError
from fedirse.features.care.privacy.erasure.store import erasures, list_erased
from fedirse.features.care.privacy.ledger.actions import REPLAY, REPLAYED
from fedirse.operations.aftermath import Aftermath, Before, OwnName
from fedirse.social.accounts.sessions.store import sessions
from fedirse.social.accounts.store import accounts, tokens
from fedirse.social.entrance.challenges.store import challenges
from fedirse.social.entrance.links.model import LinkKind
from fedirse.social.entrance.links.store import links
from fedirse.social.network.joining.invitations.store import network_invitations
from fedirse.storage.actors import actors
from fedirse.storage.audit import audit, record
from fedirse.storage.dialect import insert_ignore
from fedirse.storage.erasure_ledger import digests_of, person_digest
from fedirse.storage.inspection import reading_connection
from fedirse.storage.jobs import add_job
from fedirse.storage.migration import migration_connection

_INVITING: Final = (links, network_invitations)
_NAME: Final = (actors.c.id, actors.c.uri, actors.c.host, actors.c.kind, actors.c.handle, actors.c.inbox, actors.c.gone_at)


def look_back(path: Path, now: datetime) -> Before | None:
    """What the database at `path` knows to have ended; None when there is none, or none that can be read."""
    try:
        with reading_connection(path) as tx:
            tables = _tables(tx)
            return Before(
                erased=digests_of(list_erased(tx)) if erasures.name in tables else {},
                invitations=_open_invitations(tx, tables, now),
                closed=frozenset(tx.execute(select(accounts.c.id).where(accounts.c.disabled_at.is_not(None))).scalars()),
                names=tuple(OwnName(*row) for row in tx.execute(select(*_NAME).where(actors.c.local))),
            )
    except (StorageError, SQLAlchemyError):
        return None


def find_people(path: Path, handles: Collection[str]) -> dict[str, str]:
    """By handle: what stands in the ledger for those of a database who have these handles. Raises StorageError."""
    with reading_connection(path) as tx:
        rows = tx.execute(select(accounts.c.handle, accounts.c.actor_id))
        return {row.handle: person_digest(row.actor_id) for row in rows if row.handle in handles}


def end_what_ended(
    path: Path, before: Before | None, ledger: Collection[str], now: datetime, backup_of: str, *, spared: Collection[str] = ()
) -> Aftermath:
    """End in a restored database what may have ended since the backup was made. In one transaction.

    Args:
        path: the database, which nobody else has open.
        before: what is known of the one that it replaces.
        ledger: digests of those who were erased.
        now: the time.
        backup_of: the moment that the backup shows, in words.
        spared: handles of those who were erased by mistake.

    Raises:
        StorageError: the disk failed; nothing was changed.
    """
    with migration_connection(path) as tx, tx.begin():
        tables = _tables(tx)
        ended = Aftermath(
            looked_back=before is not None,
            invitations=_end_ways_in(tx, tables, before.invitations if before else {}, now),
            erased=_close_erased(tx, tables, ledger, now),
            closed=_close_again(tx, before.closed if before else frozenset(), spared, now),
            names=_keep_names(tx, before.names if before else (), now),
        )
        if audit.name in tables:
            _record(tx, ended, now, backup_of)
    return ended


def _end_ways_in(tx: Connection, tables: Collection[str], invitations: Mapping[str, int], now: datetime) -> int:
    """End everything that lets in whoever holds it. An invitation stays as far as it was open to the last; returns how many ended."""
    tx.execute(update(tokens).where(tokens.c.revoked_at.is_(None)).values(revoked_at=now))
    for table in (sessions, challenges):
        if table.name in tables:
            tx.execute(delete(table))
    if links.name in tables:
        tx.execute(delete(links).where(links.c.kind != LinkKind.INVITATION.value))
    ended = 0
    for invitation_id, left in _open_invitations(tx, tables, now).items():
        stays = min(left, invitations.get(invitation_id, 0))
        for table in _INVITING:
            if table.name in tables:
                tx.execute(update(table).where(table.c.id == invitation_id).values(uses_left=stays))
        ended += not stays
    return ended


def _close_again(tx: Connection, closed: Collection[str], spared: Collection[str], now: datetime) -> tuple[str, ...]:
    enabled = tx.execute(select(accounts.c.id, accounts.c.handle).where(accounts.c.disabled_at.is_(None)).order_by(accounts.c.handle))
    again = [(row.id, row.handle) for row in enabled if row.id in closed and row.handle not in spared]
    for account_id, _ in again:
        tx.execute(update(accounts).where(accounts.c.id == account_id).values(disabled_at=now))
    return tuple(handle for _, handle in again)


def _close_erased(tx: Connection, tables: Collection[str], ledger: Collection[str], now: datetime) -> tuple[str, ...]:
    """Let nobody in, and show no profile, of whom the ledger names; the job erases the rest once the site is served."""
    known = {actor_id for actor_id, _ in list_erased(tx)} if erasures.name in tables else set()
    found = tx.execute(select(accounts.c.actor_id, accounts.c.handle).order_by(accounts.c.handle))
    back = [(row.actor_id, row.handle) for row in found if row.actor_id not in known and person_digest(row.actor_id) in ledger]
    for actor_id, _ in back:
        tx.execute(update(accounts).where(accounts.c.actor_id == actor_id, accounts.c.disabled_at.is_(None)).values(disabled_at=now))
        tx.execute(update(actors).where(actors.c.id == actor_id, actors.c.gone_at.is_(None)).values(gone_at=now))
    if back:
        add_job(tx, REPLAY, REPLAYED, now)
    return tuple(handle for _, handle in back)


def _keep_names(tx: Connection, names: Collection[OwnName], now: datetime) -> tuple[str, ...]:
    """Keep the addresses that were handed out after the backup: an address means one person for ever."""
    here = set(tx.execute(select(actors.c.uri).where(actors.c.local)).scalars())
    lost = sorted((name for name in names if name.uri not in here), key=lambda name: name.handle)
    for name in lost:
        known = {column.name: getattr(name, column.name) for column in _NAME}
        empty = {"name": "", "summary": "", "fields": [], "also_known_as": [], "implements": [], "locked": False, "discoverable": False}
        insert_ignore(tx, actors, {**empty, **known, "local": True, "gone_at": name.gone_at or now})
    return tuple(name.handle for name in lost)


def _record(tx: Connection, ended: Aftermath, now: datetime, backup_of: str) -> None:
    disabled, erased, gone = (", ".join(handles) for handles in (ended.closed, ended.erased, ended.names))
    record(tx, "site.restored", backup_of, now, invitations=ended.invitations, disabled=disabled, erased=erased, gone=gone)


def _open_invitations(tx: Connection, tables: Collection[str], now: datetime) -> dict[str, int]:
    """How often each invitation can still be used, of people and of sites, by its id; no two have the same."""
    people = select(links.c.id, links.c.uses_left).where(
        links.c.kind == LinkKind.INVITATION.value, links.c.uses_left > 0, or_(links.c.expires_at.is_(None), links.c.expires_at > now)
    )
    of_sites = network_invitations.c
    sites = select(of_sites.id, of_sites.uses_left).where(of_sites.uses_left > 0, of_sites.ends_at > now)
    queries = [query for table, query in ((links, people), (network_invitations, sites)) if table.name in tables]
    return {row.id: row.uses_left for query in queries for row in tx.execute(query)}


def _tables(tx: Connection) -> set[str]:
    return set(tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
