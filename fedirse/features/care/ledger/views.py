"""The ledger as people read it, and as the table that programs and spreadsheets read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fedirse.base.spreadsheets import render_table
from fedirse.features.care.ledger import rules, store
from fedirse.features.care.ledger.model import About, Sent, State, Sum
from fedirse.storage.transaction import Transaction

Said = tuple[str, Mapping[str, object]]
"""A sentence to be translated, and what stands in its places."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One delivery on the page.

    Attributes:
        host, inbox: where to.
        what: what was sent, to be translated; a type of activity where there is no word for it.
        at: when it was done with, or since when it waits.
        state: where it stands.
        standing: as what it was sent.
        outcome: what came of it.
        detail: what the server said itself, or the error.
    """

    host: str
    inbox: str
    what: str
    at: datetime
    state: State
    standing: Said
    outcome: Said
    detail: str


@dataclass(frozen=True, slots=True)
class Account:
    """What became of a post, in sum and a page of it in full.

    Attributes:
        sums: how many servers took it, wait for it, …
        withheld: why it was withheld, and from how many servers; sentences to be translated.
        lines: the deliveries of this page.
        following: where the next page begins; None on the last one.
    """

    sums: Mapping[Sum, int]
    withheld: Sequence[tuple[str, int]]
    lines: Sequence[ShownLine]
    following: int | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever to be sent."""
        return not any(self.sums.values())


def read_account(tx: Transaction, about: About, *, after: int, limit: int) -> Account:
    """What became of something, from the delivery after that id on."""
    found = store.list_sent(tx, about, after=after, limit=limit + 1)
    shown = found[:limit]
    why: dict[str, int] = {}
    for reason, servers in store.count_withheld(tx, about).items():
        sentence = rules.explain_withheld(reason)
        why[sentence] = why.get(sentence, 0) + servers
    return Account(
        rules.sum_up(store.list_servers(tx, about)),
        sorted(why.items()),
        [show_line(line) for line in shown],
        shown[-1].id if len(found) > len(shown) else None,
    )


def show_line(line: Sent) -> ShownLine:
    """One delivery in words."""
    sentence, words, detail = rules.explain_line(line)
    return ShownLine(
        line.host,
        line.inbox,
        rules.KINDS.get(line.kind, line.kind),
        line.done_at or line.queued_at,
        line.state,
        rules.explain_standing(line),
        (sentence, words),
        detail,
    )


def plain_row(row: Mapping[str, object]) -> dict[str, object]:
    """A row of the ledger for programs: dates as ISO 8601 says, everything else as it was written down."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def render_csv(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows of the ledger as a table, safe to open; the first names the columns."""
    found = list(rows)
    names = list(found[0]) if found else []
    return render_table(names, ([row[name] for name in names] for row in found))
