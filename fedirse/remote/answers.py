"""What other servers answered, as values; imported by pure code too, so nothing here connects to anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_WAIT = 24 * 3600.0
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document that was fetched.

    Attributes:
        url: where it was in the end, after redirects; without a fragment.
        status: 200.
        content_type: value of its only Content-Type header.
        headers: lower-case names; values of a repeated header joined by ", ".
        body: decoded bytes, at most what the kind of fetch allows.
    """

    url: str
    status: int
    content_type: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a delivery.

    Attributes:
        status: any HTTP status, redirects included, which are never followed.
        headers: lower-case names; values of a repeated header joined by ", ".
        excerpt: the beginning of its text, without characters that a database cannot store.
    """

    status: int
    headers: dict[str, str]
    excerpt: str = ""


def excerpt_of(body: bytes) -> str:
    """Bytes of unknown encoding as text that can be stored and shown as text."""
    return body.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def collect_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header lines as they arrived, by lower-case name; the values of a repeated one joined by ", " (RFC 9110, section 5.3)."""
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After header (RFC 9110, section 10.2.3): a number of seconds or an HTTP date.

    Args:
        value: the header, or None.
        now: the present, aware.

    Returns:
        0 to 86,400 seconds, or None when the header is absent or unreadable. Longer waits are cut: a peer must not be able to
        switch its deliveries off for years by one header.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        # More digits than a date has need no conversion to know that they are too many.
        return min(float(text[:_DIGITS]), _LONGEST_WAIT) if len(text) <= _DIGITS else _LONGEST_WAIT
    try:
        when = parsedate_to_datetime(text)
        # A zone of "-0000" comes back without one.
        aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
        return min(max((aware - now).total_seconds(), 0.0), _LONGEST_WAIT)
    except (ValueError, OverflowError):
        return None
