"""The three spellings of time that signatures carry: HTTP dates, Unix seconds and XML Schema dates. Strict, and never the clock."""

import re
from datetime import UTC, datetime

from fedirse.base.errors import SignatureError

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, start=1)}
# IMF-fixdate of RFC 9110, section 5.6.7; the two obsolete forms are not sent by any server we know of.
_HTTP_DATE = re.compile(
    rf"(?:{'|'.join(_DAYS)}), ([0-9]{{2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}}) ([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}}) GMT",
)
_XML_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
# The year 2286; below what overflows datetime on any platform.
_HIGHEST_TIMESTAMP = 9_999_999_999


def format_http_date(moment: datetime) -> str:
    """An aware date as an IMF-fixdate (RFC 9110, section 5.6.7)."""
    at = moment.astimezone(UTC)
    day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"{day}, {at.day:02} {month} {at.year:04} {at.hour:02}:{at.minute:02}:{at.second:02} GMT"


def parse_http_date(text: str) -> datetime:
    """The instant of an IMF-fixdate, in UTC. Raises SignatureError, reason "malformed-date"."""
    match = _HTTP_DATE.fullmatch(text)
    if match is None:
        raise _malformed("not an HTTP date")
    day, month, year, hour, minute, second = match.groups()
    try:
        return datetime(int(year), _MONTH_NUMBERS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError as error:
        raise _malformed("no such day or time") from error


def from_timestamp(seconds: int) -> datetime:
    """The instant of a Unix timestamp, in UTC. Raises SignatureError, reason "malformed-date", outside the years 1970 to 2286."""
    if not 0 <= seconds <= _HIGHEST_TIMESTAMP:
        raise _malformed("timestamp out of range")
    return datetime.fromtimestamp(seconds, UTC)


def parse_xml_date(text: object) -> datetime:
    """The instant of an XML Schema dateTimeStamp (a zone is required), in UTC. Raises SignatureError, reason "malformed-date"."""
    if not isinstance(text, str) or not _XML_DATE.fullmatch(text):
        raise _malformed("not an XML Schema date with a zone")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _malformed("no such day or time") from error


def format_xml_date(moment: datetime) -> str:
    """An aware date as an XML Schema dateTimeStamp in UTC, whole seconds."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _malformed(message: str) -> SignatureError:
    return SignatureError(f"bad date: {message}", reason="malformed-date")
