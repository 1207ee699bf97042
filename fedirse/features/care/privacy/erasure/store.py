"""Rows of erasures, and the statements that leave nothing of a person.

What refers to a person is found in the tables themselves: every row of every table with a reference to the actor or to the account is
removed, but in the tables named here. So a new table is covered before anybody thinks of it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    case,
    delete,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.engine import Connection

from fedirse.base.errors import NotFound
from fedirse.features.care.privacy.erasure.model import AskedHost, Erasure, Step
from fedirse.social.accounts.store import accounts
from fedirse.social.audiences.store import recipients
from fedirse.social.entrance.links.store import links
from fedirse.social.moderation.reports.store import reports
from fedirse.social.posts.reactions.store import likes
from fedirse.social.posts.store import posts
from fedirse.social.search.index.store import search_names
from fedirse.storage.activities import activities
from fedirse.storage.actors import actors
from fedirse.storage.columns import Instant, identifier, metadata
from fedirse.storage.deliveries import DeliveryState, deliveries
from fedirse.storage.jobs import jobs
from fedirse.storage.peers import in_portions, peers

KEPT: Final = frozenset(
    {
        "accounts",  # removed last, by name
        "activities",  # emptied; the ledger of what was sent refers to them
        "erasures",
        "likes",  # removed one by one, because they are counted
        "media",  # removed with their files
        "own_keys",  # the requests to delete are still to be signed
        "posts",  # emptied; others' answers hang on them
        "reports",  # emptied of what the person wrote; what moderators decided stays
        "tombstones",  # addresses that answer 410
        "undone",
    }
)
"""Tables that refer to a person and whose rows stay, or go in another way."""

TAKES_BACK: Final = ("Delete", "Undo")
_MERGED_PAGES: Final = 500

erasures = Table(
    "erasures",
    metadata,
    identifier(),
    Column("actor_id", ForeignKey("actors.id"), nullable=False, unique=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("step", String(16), nullable=False),
    Column("position", Text, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("ended_at", Instant),
)


def add_erasure(tx: Connection, erasure: Erasure) -> None:
    """Insert an erasure."""
    tx.execute(erasures.insert().values(_values(erasure)))


def save_erasure(tx: Connection, erasure: Erasure) -> None:
    """Replace the row of an erasure."""
    tx.execute(update(erasures).where(erasures.c.id == erasure.id).values(_values(erasure)))


def find_erasure(tx: Connection, erasure_id: str) -> Erasure | None:
    """The erasure of that id, or None."""
    return _erasure(tx.execute(select(erasures).where(erasures.c.id == erasure_id)).first())


def get_erasure(tx: Connection, erasure_id: str) -> Erasure:
    """The erasure of that id. Raises NotFound."""
    found = find_erasure(tx, erasure_id)
    if found is None:
        raise NotFound(f"no erasure {erasure_id}")
    return found


def find_erasure_of(tx: Connection, handle: str) -> Erasure | None:
    """The erasure of whoever had that handle (any case), or None."""
    return _erasure(tx.execute(select(erasures).where(erasures.c.handle == handle.lower())).first())


def list_erasures(tx: Connection) -> list[Erasure]:
    """Every erasure, the newest first."""
    rows = tx.execute(select(erasures).order_by(erasures.c.id.desc()))
    return [found for row in rows if (found := _erasure(row)) is not None]


def list_unfinished(tx: Connection) -> list[Erasure]:
    """The erasures that are not at their end."""
    rows = tx.execute(select(erasures).where(erasures.c.step != Step.DONE).order_by(erasures.c.id))
    return [found for row in rows if (found := _erasure(row)) is not None]


def list_erased(tx: Connection) -> list[tuple[str, datetime]]:
    """(actor id, when it was asked for) of every erasure."""
    return [(row.actor_id, row.requested_at) for row in tx.execute(select(erasures.c.actor_id, erasures.c.requested_at))]


def count_work(tx: Connection, actor_id: str) -> int:
    """How many posts and activities there are to erase."""
    living = select(func.count()).where(posts.c.actor_id == actor_id, posts.c.deleted_at.is_(None))
    published = select(func.count()).where(activities.c.actor_id == actor_id)
    return sum(int(tx.execute(query).scalar_one()) for query in (living, published))


def empty_account(tx: Connection, account_id: str) -> None:
    """Forget at once what lets somebody in, and where to reach them."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(password_hash=None, email=None, email_proven_at=None))


def list_told(tx: Connection, actor_id: str) -> list[tuple[str, str]]:
    """One (host, inbox) for each host that was sent anything by an actor, or was about to be; an inbox that many share if there is one."""
    shared = select(actors.c.shared_inbox).where(actors.c.shared_inbox == deliveries.c.inbox).exists()
    query = (
        select(deliveries.c.host, deliveries.c.inbox, shared.label("is_shared"), func.max(deliveries.c.id).label("last"))
        .join(activities, activities.c.id == deliveries.c.activity_id)
        .where(activities.c.actor_id == actor_id, deliveries.c.state != DeliveryState.WITHHELD)
        .group_by(deliveries.c.host, deliveries.c.inbox)
    )
    best: dict[str, tuple[bool, int, str]] = {}
    for row in tx.execute(query):
        best[row.host] = max(best.get(row.host, (False, 0, "")), (bool(row.is_shared), row.last, row.inbox))
    return [(host, inbox) for host, (_, _, inbox) in sorted(best.items())]


def list_published(tx: Connection, actor_id: str, after: str, limit: int) -> list[tuple[str, str]]:
    """(id, URI) of activities of an actor after the id `after`; what still has to be taken back by one of them is left out."""
    waits = select(deliveries.c.id).where(deliveries.c.activity_id == activities.c.id, deliveries.c.state == DeliveryState.QUEUED).exists()
    query = select(activities.c.id, activities.c.uri).where(
        activities.c.actor_id == actor_id, activities.c.id > after, or_(activities.c.kind.not_in(TAKES_BACK), ~waits)
    )
    return [(row.id, row.uri) for row in tx.execute(query.order_by(activities.c.id).limit(limit))]


def empty_activity(tx: Connection, activity_id: str, body: bytes) -> None:
    """Put `body` in the place of what an activity said."""
    tx.execute(update(activities).where(activities.c.id == activity_id).values(body=body, listed=False))


def end_deliveries(tx: Connection, activity_ids: list[str], *, answer: str, now: datetime) -> None:
    """Send nothing of these activities any more. A worker that is at it loses its lease, so that it cannot queue them again."""
    for some in in_portions(activity_ids):
        waiting = deliveries.c.activity_id.in_(some) & (deliveries.c.state == DeliveryState.QUEUED)
        hosts = list(tx.execute(select(deliveries.c.host).where(waiting).distinct()).scalars())
        gone = {"state": DeliveryState.DROPPED, "answer": answer, "done_at": now, "not_before": None}
        tx.execute(update(deliveries).where(waiting).values(gone))
        for part in in_portions(hosts):
            leased = peers.c.host.in_(part) & peers.c.lease.is_not(None)
            tx.execute(update(peers).where(leased).values(lease=None, next_attempt_at=now))


def list_likes(tx: Connection, actor_id: str, limit: int) -> list[str]:
    """Some of the posts that an actor likes."""
    return list(tx.execute(select(likes.c.post_id).where(likes.c.actor_id == actor_id).limit(limit)).scalars())


def remove_about_actor(tx: Connection, actor_id: str, limit: int) -> int:
    """Remove at most `limit` rows that refer to an actor; returns how many. 0 when none is left."""
    removed = 0
    own = select(posts.c.id).where(posts.c.actor_id == actor_id)
    for table, condition in ((recipients, recipients.c.item_id.in_(own)), *_references(actors, actor_id)):
        if removed < limit:
            removed += _remove_some(tx, table, condition, limit - removed)
    return removed


def list_forwarded(tx: Connection, actor_id: str) -> list[tuple[str, str]]:
    """(id, URI) of the activities by which the site passed on what an actor reported; they carry the time of the report."""
    reported = select(reports.c.created_at).where(reports.c.reporter_id == actor_id, reports.c.forwarded)
    query = select(activities.c.id, activities.c.uri).where(activities.c.kind == "Flag", activities.c.published_at.in_(reported))
    return [(row.id, row.uri) for row in tx.execute(query)]


def empty_reports(tx: Connection, actor_id: str) -> None:
    """Forget what an actor wrote in reports; that there were some stays, with what was decided."""
    tx.execute(update(reports).where(reports.c.reporter_id == actor_id).values(words=""))


def remove_account(tx: Connection, actor_id: str, limit: int) -> int:
    """Remove at most `limit` rows of the account of an actor, and the account when they are gone; returns how many. 0 when none is left."""
    account_id = tx.execute(select(accounts.c.id).where(accounts.c.actor_id == actor_id)).scalar_one_or_none()
    if account_id is None:
        return 0
    removed = 0
    about = ((links, links.c.made_by == account_id), (jobs, jobs.c.subject == account_id), *_references(accounts, account_id))
    for table, condition in about:
        if removed < limit:
            removed += _remove_some(tx, table, condition, limit - removed)
    if removed < limit:
        removed += tx.execute(delete(accounts).where(accounts.c.id == account_id)).rowcount
    return removed


def remove_names(tx: Connection, actor_id: str) -> None:
    """Let nobody find the actor by name."""
    tx.execute(delete(search_names).where(search_names.c.actor_id == actor_id))


def merge_index(tx: Connection, *, first: bool) -> bool:
    """Rewrite a part of the search index without the words of what is gone; whether there is more to do.

    Args:
        tx: the transaction.
        first: whether this is the first part.
    """
    before = tx.execute(text("SELECT total_changes()")).scalar_one()
    pages = -_MERGED_PAGES if first else _MERGED_PAGES
    tx.execute(text("INSERT INTO search_index (search_index, rank) VALUES ('merge', :pages)"), {"pages": pages})
    # It counts one change for the command itself (https://www.sqlite.org/fts5.html, 6.8).
    return int(tx.execute(text("SELECT total_changes()")).scalar_one()) - int(before) > 1


def list_asked(tx: Connection, actor_id: str) -> list[AskedHost]:
    """What became of every request to delete that was sent in an actor's name, by host."""
    state = deliveries.c.state
    query = (
        select(
            deliveries.c.host,
            func.sum(case((state == DeliveryState.DELIVERED, 1), else_=0)).label("delivered"),
            func.sum(case((state == DeliveryState.QUEUED, 1), else_=0)).label("pending"),
            func.count().label("all"),
            func.max(deliveries.c.done_at).label("last_at"),
        )
        .join(activities, activities.c.id == deliveries.c.activity_id)
        .where(activities.c.actor_id == actor_id, activities.c.kind == "Delete")
        .group_by(deliveries.c.host)
        .order_by(deliveries.c.host)
    )
    answers = _last_answers(tx, actor_id)
    return [
        AskedHost(row.host, row.delivered, row.pending, row.all - row.delivered - row.pending, answers.get(row.host, ""), row.last_at)
        for row in tx.execute(query)
    ]


def _last_answers(tx: Connection, actor_id: str) -> dict[str, str]:
    last = (
        select(func.max(deliveries.c.id))
        .join(activities, activities.c.id == deliveries.c.activity_id)
        .where(activities.c.actor_id == actor_id, activities.c.kind == "Delete", deliveries.c.answer.is_not(None))
        .group_by(deliveries.c.host)
    )
    return {row.host: row.answer for row in tx.execute(select(deliveries.c.host, deliveries.c.answer).where(deliveries.c.id.in_(last)))}


def _references(to: Table, value: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table that refers to a row of another, with the condition that its rows refer to that one."""
    for table in metadata.sorted_tables:
        if table.name not in KEPT:
            for column in table.columns:
                if any(key.column.table is to for key in column.foreign_keys):
                    yield table, column == value


def _remove_some(tx: Connection, table: Table, condition: ColumnElement[bool], limit: int) -> int:
    key = list(table.primary_key.columns)
    some = select(*key).where(condition).limit(limit)
    return tx.execute(delete(table).where(tuple_(*key).in_(some))).rowcount


def _values(erasure: Erasure) -> dict[str, object]:
    return {column.name: getattr(erasure, column.name) for column in erasures.columns}


def _erasure(row: Row[Any] | None) -> Erasure | None:
    if row is None:
        return None
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's columns by name
    return Erasure(**values | {"step": Step(values["step"])})
