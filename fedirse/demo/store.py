"""What a filling says of the past that the passing of time alone would write."""

from sqlalchemy import update
from sqlalchemy.engine import Connection

from fedirse.storage.deliveries import DeliveryState, deliveries


def date_deliveries(tx: Connection) -> None:
    """Have everything that was delivered arrive when it was said: what is filled in was said days ago, and has left only now."""
    tx.execute(update(deliveries).where(deliveries.c.state == DeliveryState.DELIVERED).values(done_at=deliveries.c.queued_at))
