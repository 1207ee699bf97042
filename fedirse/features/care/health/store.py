"""What the rows of a site tell about its exchange with others; none of it reads more than a few rows, but for what waits."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, literal_column, select

from fedirse.features.care.health.model import Traffic
from fedirse.storage.activities import activities, received
from fedirse.storage.deliveries import measure_queue
from fedirse.storage.jobs import jobs
from fedirse.storage.migration import schema_version
from fedirse.storage.peers import peers
from fedirse.storage.transaction import Transaction

OVERDUE_AFTER: Final = timedelta(minutes=15)

# By the order of insertion: the date has no index, and the table a row for everything that was ever received.
_LAST_RECEIVED: Final = select(received.c.received_at).order_by(literal_column("received.rowid").desc()).limit(1)
_LAST_PUBLISHED: Final = select(activities.c.published_at).order_by(activities.c.id.desc()).limit(1)
_WAITING: Final = peers.c.next_attempt_at.is_not(None)


def measure_traffic(tx: Transaction, now: datetime) -> Traffic:
    """The exchange with others as it stands."""
    waiting, oldest = measure_queue(tx)
    received_at = tx.execute(_LAST_RECEIVED).scalar_one_or_none()
    published_at = tx.execute(_LAST_PUBLISHED).scalar_one_or_none()
    delivered_at = tx.execute(select(func.max(peers.c.last_success_at))).scalar_one_or_none()
    late = now - OVERDUE_AFTER
    late_peers = select(func.count()).select_from(peers).where(peers.c.next_attempt_at < late)
    late_jobs = select(func.count()).select_from(jobs).where(jobs.c.not_before < late)
    hosts = select(func.count(), func.count().filter(peers.c.failures > 0)).select_from(peers).where(_WAITING)
    waiting_peers, failing_peers = tx.execute(hosts).one()
    return Traffic(
        received_at=received_at,
        delivered_at=delivered_at,
        latest_at=max((at for at in (received_at, published_at, delivered_at) if at is not None), default=None),
        waiting=waiting,
        oldest_at=oldest,
        waiting_peers=waiting_peers,
        failing_peers=failing_peers,
        overdue=tx.execute(late_peers).scalar_one() + tx.execute(late_jobs).scalar_one(),
    )


def read_schema(tx: Transaction) -> str:
    """The revision of the tables."""
    return schema_version(tx) or ""
