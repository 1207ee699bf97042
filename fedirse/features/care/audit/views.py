"""The audit log as lines of text."""

import csv
import io
from collections.abc import Iterable, Mapping

import orjson

from fedirse.storage.audit import AuditEntry


def row_of(entry: AuditEntry) -> Mapping[str, object]:
    """One entry as the columns of a table."""
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "deed": entry.deed,
        "subject": entry.subject,
        "details": orjson.dumps(entry.details).decode(),
        "digest": entry.digest,
    }


def render_csv(entries: Iterable[AuditEntry]) -> str:
    """Entries as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe in front (CNT-030)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["number", "at", "who", "deed", "subject", "details", "digest"])
    writer.writerows([_cell(value) for value in row_of(entry).values()] for entry in entries)
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
