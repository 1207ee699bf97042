"""What is told of an erasure: how far it is, and what each server said."""

from collections.abc import Iterable
from dataclasses import dataclass

from fedirse.base.spreadsheets import render_table
from fedirse.features.care.privacy.erasure import store
from fedirse.features.care.privacy.erasure.model import AskedHost, Erasure, Step
from fedirse.features.care.privacy.erasure.rules import ORDER
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Report:
    """An erasure as a page shows it.

    Attributes:
        erasure: the erasure.
        number: which of its steps it is at, from 1.
        steps: how many it has.
        hosts: the servers that were asked to delete.
    """

    erasure: Erasure
    number: int
    steps: int
    hosts: list[AskedHost]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left here."""
        return self.erasure.step is Step.DONE


def find_report(tx: Transaction, handle: str) -> Report | None:
    """The report about whoever had that handle, or None where nobody of that handle was erased."""
    erasure = store.find_erasure_of(tx, handle)
    if erasure is None:
        return None
    return Report(erasure, ORDER.index(erasure.step) + 1, len(ORDER) - 1, store.list_asked(tx, erasure.actor_id))


def render_csv(hosts: Iterable[AskedHost]) -> str:
    """The servers as a table, safe to open."""
    rows = [
        (host.host, host.delivered, host.pending, host.refused, host.answer, host.last_at.isoformat() if host.last_at else "")
        for host in hosts
    ]
    return render_table(["host", "delivered", "pending", "refused", "last_answer", "last_at"], rows)
