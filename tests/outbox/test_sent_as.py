"""As what something is sent is asked once it is certain that it leaves, and written down before it does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from fedirse.outbox.rounds import PutOff, Rounds
from fedirse.storage.deliveries import WaitingDelivery, deliveries
from fedirse.storage.transaction import Transaction
from tests.outbox.ground import Ground


def why_not(_tx: Transaction, delivery: WaitingDelivery, _now: datetime) -> str | None:
    return {"b.example": "not for them", "c.example": PutOff("nobody knows yet")}.get(delivery.host)


def as_anything(_tx: Transaction, leaving: Sequence[WaitingDelivery], _now: datetime) -> dict[int, str]:
    return {one.id: f"somebody at {one.host}" for one in leaving}


def wrongly(_tx: Transaction, _leaving: Sequence[WaitingDelivery], _now: datetime) -> dict[int, str]:
    raise ZeroDivisionError


async def standings(ground: Ground) -> dict[str, str | None]:
    query = select(deliveries.c.host, deliveries.c.standing)
    return await ground.site.read(lambda tx: {row.host: row.standing for row in tx.execute(query)})


async def test_it_is_written_down_when_a_delivery_is_handed_out_and_only_for_what_leaves(ground: Ground) -> None:
    await ground.post("a.example", "b.example", "c.example")
    rounds = Rounds(ground.site, why_not, 90, as_anything)
    opened = await ground.site.write(rounds.open, failing=False, limit=5, now=ground.clock.now())
    assert [one.peer.host for one in opened.rounds] == ["a.example"]
    assert await standings(ground) == {"a.example": "somebody at a.example", "b.example": None, "c.example": None}


async def test_a_mistake_in_the_ledger_holds_nothing_up(ground: Ground) -> None:
    await ground.post("a.example")
    opened = await ground.site.write(Rounds(ground.site, why_not, 90, wrongly).open, failing=False, limit=5, now=ground.clock.now())
    assert [one.peer.host for one in opened.rounds] == ["a.example"]
    assert await standings(ground) == {"a.example": None}
