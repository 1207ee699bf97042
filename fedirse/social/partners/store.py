"""What of a channel is at which server."""

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fedirse.storage.activities import activities
from fedirse.storage.deliveries import DeliveryState, deliveries

_LEFT = (DeliveryState.WITHHELD, DeliveryState.GONE, DeliveryState.DROPPED)
"""States of a delivery that brought nothing there."""


def list_sent_to(tx: Connection, actor_id: str, host: str, *, after: str = "", limit: int) -> list[str]:
    """Ids of the posts of an actor that a server may have, oldest first, after the id `after`."""
    query = (
        select(activities.c.item_id)
        .join(deliveries, deliveries.c.activity_id == activities.c.id)
        .where(
            activities.c.actor_id == actor_id,
            activities.c.item_id.is_not(None),
            activities.c.item_id > after,
            activities.c.kind != "Delete",
            deliveries.c.host == host,
            deliveries.c.state.not_in(_LEFT),
        )
        .distinct()
        .order_by(activities.c.item_id)
        .limit(limit)
    )
    return [item_id for item_id in tx.execute(query).scalars() if item_id is not None]


def count_sent_to(tx: Connection, actor_id: str, host: str) -> int:
    """How many posts of an actor a server may have."""
    query = (
        select(func.count(activities.c.item_id.distinct()))
        .join(deliveries, deliveries.c.activity_id == activities.c.id)
        .where(activities.c.actor_id == actor_id, deliveries.c.host == host, deliveries.c.state.not_in(_LEFT))
    )
    return int(tx.execute(query).scalar_one())
