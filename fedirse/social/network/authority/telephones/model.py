"""A telephone number that a site gives."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Telephone:
    """What a site says of how it can be called.

    Attributes:
        member: actor of the site.
        number: digits with spaces, and perhaps a + before them; empty for none.
        said_at: when it said so.
    """

    member: str
    number: str
    said_at: datetime
