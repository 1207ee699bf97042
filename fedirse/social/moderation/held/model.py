"""What may become of an answer that waits."""

from enum import StrEnum


class Verdict(StrEnum):
    """What somebody decides."""

    APPROVE = "approve"
    """It appears."""
    TRUST = "trust"
    """It appears, and so does all that its author answers from now on."""
    REFUSE = "refuse"
    """It is deleted here; its author is told nothing."""
    BLOCK = "block"
    """It is deleted here, and nothing of its author is accepted any more."""
