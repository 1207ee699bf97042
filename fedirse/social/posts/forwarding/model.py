"""What is passed on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ForeignActivity:
    """An activity of another server as it came: its id, its type and its bytes."""

    uri: str
    kind: str
    body: bytes
