"""Tells somebody who waits at a terminal how far long work has come; says nothing where nobody watches."""

import sys
import time
from typing import Final, TextIO

from fedirse.operations.figures import size

_SECONDS_BETWEEN: Final = 0.2


class Progress:
    """One line on standard error, written over again and again.

    Args:
        stream: where to write; nothing is written unless it is a terminal.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._what = ""
        self._done = 0
        self._whole = 0
        self._last = 0.0

    def begin(self, what: str, whole: int = 0) -> None:
        """A new step, of so many bytes where that is known."""
        self._what, self._done, self._whole, self._last = what, 0, whole, 0.0
        self._show()

    def advance(self, count: int) -> None:
        """So many more bytes are done."""
        self._done += count
        if time.monotonic() - self._last >= _SECONDS_BETWEEN:
            self._show()

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _show(self) -> None:
        self._last = time.monotonic()
        if not self._shown:
            return
        figures = f" {size(self._done)} of {size(self._whole)}" if self._whole else "…"
        self._stream.write(f"\r\x1b[K{self._what}{figures}")
        self._stream.flush()
