"""What an operator or an administrator does about what waits."""

from datetime import datetime
from typing import Final

from fedirse.base.errors import NotFound
from fedirse.features.care.queue import store
from fedirse.site import Site
from fedirse.storage.audit import OPERATOR, record
from fedirse.storage.room import frees_room
from fedirse.storage.transaction import Transaction

DROPPED: Final = "dropped by the operator"
DROPPED_AT_WORK: Final = "dropped by the operator while it was being sent; it may have arrived"


def retry(tx: Transaction, site: Site, host: str | None, now: datetime, *, account_id: str = OPERATOR, who: str = "operator") -> int:
    """Have what waits for a peer, or for all of them, tried at once; returns how many deliveries wait for that. The worker is woken.

    Raises:
        NotFound: nothing waits for that peer.
    """
    waiting = _waiting(tx, host)
    store.make_due(tx, list(waiting), now)
    if waiting:
        record(tx, "queue.retried", host or "*", now, account_id=account_id, who=who, deliveries=sum(waiting.values()))
        site.pulse.mark()
    return sum(waiting.values())


@frees_room
def drop(tx: Transaction, host: str | None, now: datetime, *, account_id: str = OPERATOR, who: str = "operator") -> int:
    """Give up what waits for a peer, or for all of them; returns how many deliveries that ends. They stay in the egress ledger.

    Raises:
        NotFound: nothing waits for that peer.
    """
    waiting = _waiting(tx, host)
    dropped = store.drop_deliveries(tx, list(waiting), answer=DROPPED, answer_at_work=DROPPED_AT_WORK, now=now)
    if dropped:
        record(tx, "queue.dropped", host or "*", now, account_id=account_id, who=who, deliveries=dropped)
    return dropped


def _waiting(tx: Transaction, host: str | None) -> dict[str, int]:
    found = {peer.host: peer.waiting for peer in store.list_queue(tx, host)}
    if host is not None and not found:
        raise NotFound(f"nothing waits for {host}", public_message="Nothing waits for %(host)s.", host=host)
    return found
