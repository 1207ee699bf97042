"""The egress ledger of one post or activity, a page at a time and in sum."""

from sqlalchemy import Select, func, select

from fedirse.features.care.ledger.model import About, Sent, State
from fedirse.storage.activities import activities
from fedirse.storage.deliveries import DeliveryState, deliveries, ledger
from fedirse.storage.transaction import Transaction


def list_sent(tx: Transaction, about: About, *, after: int = 0, limit: int) -> list[Sent]:
    """Its deliveries in the order of sending, after the one of that id."""
    query = ledger(about.item_id, about.activity_id).add_columns(deliveries.c.id).where(deliveries.c.id > after).limit(limit)
    return [
        Sent(
            id=row.id,
            host=row.host,
            inbox=row.inbox,
            kind=row.kind,
            standing=row.standing,
            state=State(row.state),
            attempts=row.attempts,
            status=row.status,
            answer=row.answer,
            queued_at=row.queued_at,
            done_at=row.done_at,
        )
        for row in tx.execute(query)
    ]


def list_rows(tx: Transaction, about: About) -> list[dict[str, object]]:
    """Its deliveries as `fedirse ledger` writes them, all of them: columns by name, in their order."""
    return [dict(row) for row in tx.execute(ledger(about.item_id, about.activity_id)).mappings()]


def list_servers(tx: Transaction, about: About) -> list[tuple[str, State]]:
    """Each server with each state in which something for it stands."""
    query = _of(about, select(deliveries.c.host, deliveries.c.state).distinct())
    return [(row.host, State(row.state)) for row in tx.execute(query)]


def count_withheld(tx: Transaction, about: About) -> dict[str, int]:
    """From how many servers something was withheld, by reason as it was written down."""
    query = _of(about, select(deliveries.c.answer, func.count(deliveries.c.host.distinct()).label("servers")))
    query = query.where(deliveries.c.state == DeliveryState.WITHHELD).group_by(deliveries.c.answer).order_by(deliveries.c.answer)
    return {row.answer or "": row.servers for row in tx.execute(query)}


def was_published_about(tx: Transaction, item_id: str) -> bool:
    """Whether anything was ever published about an item, also one that is no longer here."""
    return tx.execute(select(activities.c.id).where(activities.c.item_id == item_id).limit(1)).first() is not None


def _of(about: About, query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    query = query.join(activities, activities.c.id == deliveries.c.activity_id)
    if about.item_id is not None:
        return query.where(activities.c.item_id == about.item_id)
    return query.where(deliveries.c.activity_id == about.activity_id)
