"""Strangers cannot fill the log, nor write lines of their own into it."""

import io
import logging
from datetime import UTC, datetime, timedelta

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.logs import OneLine, SparseLines


def record(message: str, *arguments: object, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("fedirse.inbox.routes", level, "", 0, message, arguments, None)


def test_a_flood_of_refusals_leaves_so_many_lines_a_minute_and_the_number_of_the_others() -> None:
    clock = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))
    lines = SparseLines(clock.monotonic)
    passed = sum(lines.filter(record("refused")) for _ in range(10_000))
    assert passed == limits.REFUSAL_LINES_PER_MINUTE
    clock.advance(timedelta(minutes=1))
    after = record("refused: %s", "unsigned")
    assert lines.filter(after)
    assert after.getMessage() == f"refused: unsigned ({10_000 - passed} lines before it were left out)"


def test_what_is_about_us_is_never_left_out() -> None:
    lines = SparseLines(lambda: 0.0)
    for _ in range(limits.REFUSAL_LINES_PER_MINUTE + 1):
        lines.filter(record("refused"))
    assert not lines.filter(record("refused"))
    assert lines.filter(record("failed", level=logging.ERROR))


def test_nobody_ends_a_line_from_within_it() -> None:
    written = OneLine("%(message)s").format(record("no inbox of %s", "eve\n2026-03-02 INFO all is well\r\x1b[2J\u2028"))
    assert written == r"no inbox of eve\x0a2026-03-02 INFO all is well\x0d\x1b[2J\u2028"


def test_a_traceback_keeps_its_lines() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine("%(message)s"))
    try:
        raise ValueError("why")
    except ValueError as error:
        failed = logging.LogRecord("fedirse", logging.ERROR, "", 0, "failed", (), (ValueError, error, error.__traceback__))
    handler.emit(failed)
    assert stream.getvalue().startswith("failed\nTraceback (most recent call last):\n")
