"""Doing once what is asked for twice."""

from collections.abc import Callable
from datetime import datetime

from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.api.repeats import store
from fedirse.features.announcements.api.repeats.model import REMEMBERED_FOR, Done, Repeat
from fedirse.features.announcements.api.repeats.rules import HEADER
from fedirse.storage.transaction import Transaction


def do_once(tx: Transaction, key_id: str, repeat: Repeat | None, now: datetime, do: Callable[[], Done]) -> Done:
    """Do what a request asks for, unless it was done already: then it is answered as it was the first time.

    Both are written in one transaction, and one transaction follows the other: two that come at once are the first and its repetition.

    Args:
        tx: the transaction.
        key_id: of the program's key.
        repeat: what tells the request; None for one that was given no name, which is done each time.
        now: the time.
        do: does it; what it raises is answered and not remembered, so that it can be mended and sent again.

    Raises:
        InvalidInput: "idempotency-key-reused", something else was asked for under that name.
    """
    if repeat is None:
        return do()
    store.forget_before(tx, now - REMEMBERED_FOR)
    found = store.find_done(tx, key_id, repeat.name)
    if found is not None:
        fingerprint, done = found
        if fingerprint != repeat.fingerprint:
            raise InvalidInput(
                "Something else was asked for under this Idempotency-Key: send another key with another request.",
                reason="idempotency-key-reused",
                field=HEADER,
            )
        return done
    done = do()
    store.keep_done(tx, key_id, repeat, done, now)
    return done
