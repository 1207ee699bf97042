"""An actor as a plain value, so that pure modules can speak of actors without knowing where they are kept."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredActor:
    """An actor as this site knows it; for a remote one, as last fetched from its own address."""

    id: str
    uri: str
    host: str
    local: bool
    kind: str
    handle: str
    name: str
    summary: str
    url: str | None
    inbox: str
    shared_inbox: str | None
    outbox: str | None
    followers: str | None
    following: str | None
    icon: str | None
    image: str | None
    fields: tuple[tuple[str, str], ...]
    also_known_as: tuple[str, ...]
    implements: tuple[str, ...]
    moved_to: str | None
    locked: bool
    discoverable: bool
    published_at: datetime | None
    fetched_at: datetime | None
    gone_at: datetime | None

    @property
    def address(self) -> str:
        """The full handle, `@name@host`."""
        return f"@{self.handle}@{self.host}"

    @property
    def display_name(self) -> str:
        return self.name or self.handle
