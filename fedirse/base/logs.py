"""How the log is written: a line for each event, whatever is in it, and only so many lines that strangers can cause."""

import logging
import time
from collections.abc import Callable
from typing import Final

from fedirse.base import limits

WRITTEN_BY_STRANGERS: Final = ("fedirse.inbox.routes", "fedirse.web.errors")
"""Loggers with a line for every request that is refused."""

_WINDOW_SECONDS: Final = 60.0
# Whatever could end a line, or make a terminal do something: C0, DEL, C1 and the two separators of Unicode.
_ESCAPED: Final = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | {0x2028: "\\u2028", 0x2029: "\\u2029"}


def set_up_logging(level: str) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for name in WRITTEN_BY_STRANGERS:
        logging.getLogger(name).addFilter(SparseLines())


class OneLine(logging.Formatter):
    """Writes every message on one line: nobody can write a line of their own by what they send. A traceback keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of the method that is overridden
        return super().formatMessage(record).translate(_ESCAPED)


class SparseLines(logging.Filter):
    """Lets `limits.REFUSAL_LINES_PER_MINUTE` lines a minute pass, and says afterwards how many it kept back.

    Warnings and errors always pass: they are about us.

    Args:
        monotonic: seconds that never run backwards.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._began = monotonic()
        self._passed = 0
        self._kept_back = 0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            return True
        now = self._monotonic()
        if now - self._began >= _WINDOW_SECONDS:
            self._began, self._passed = now, 0
        if self._passed >= limits.REFUSAL_LINES_PER_MINUTE:
            self._kept_back += 1
            return False
        self._passed += 1
        if self._kept_back:
            record.msg, record.args = f"{record.getMessage()} ({self._kept_back} lines before it were left out)", ()
            self._kept_back = 0
        return True
