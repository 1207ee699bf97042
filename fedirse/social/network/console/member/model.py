"""What a head office decides about a member."""

from enum import StrEnum


class Measure(StrEnum):
    """One decision. The values stand in addresses."""

    SUSPEND = "suspend"
    RESTORE = "restore"
    REMOVE = "remove"
