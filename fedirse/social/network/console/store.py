"""How the hosts of a network are doing, out of what deliveries have met."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fedirse.storage.deliveries import DeliveryState, deliveries
from fedirse.storage.peers import in_portions, peers


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of sending to one host."""

    heard_at: datetime | None = None
    failing_since: datetime | None = None
    waiting: int = 0
    oldest_at: datetime | None = None


def list_exchanges(tx: Connection, hosts: Collection[str]) -> Mapping[str, Exchange]:
    """For each of these hosts that something was ever sent to, how that went."""
    found: dict[str, Exchange] = {}
    queued = (deliveries.c.host == peers.c.host) & (deliveries.c.state == DeliveryState.QUEUED)
    for some in in_portions(sorted(hosts)):
        query = (
            select(
                peers.c.host,
                peers.c.last_success_at,
                peers.c.failing_since,
                func.count(deliveries.c.id).label("waiting"),
                func.min(deliveries.c.queued_at).label("oldest_at"),
            )
            .outerjoin(deliveries, queued)
            .where(peers.c.host.in_(some))
            .group_by(peers.c.host)
        )
        for row in tx.execute(query):
            found[row.host] = Exchange(row.last_success_at, row.failing_since, row.waiting, row.oldest_at)
    return found
