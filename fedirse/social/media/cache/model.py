"""What is known of a file of another server that is kept here for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """What is made of a file here."""

    PICTURE = "picture"
    """A picture to look at, made anew."""
    FILE = "file"
    """A file to download, as it came."""


_AGAIN_AFTER: Final = {Form.PICTURE: timedelta(hours=1), Form.FILE: timedelta(minutes=1)}
"""What could not be had is not asked for again before that. For a file somebody waits, and is told to try again."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of another server, as it is kept here.

    Attributes:
        url: where it lies there.
        item_id: the post for members that it belongs to: asked for as a member, and shown with that post alone. Empty for what its
            server gives to whoever asks. Another post that names the same address, which anybody can write, opens nothing.
        form: what is made of it.
    """

    url: str
    item_id: str = ""
    form: Form = Form.PICTURE


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of another server.

    Attributes:
        source: what it is.
        key: the name of its folder here; None while it is not here.
        size: of what is kept of it here, in bytes.
        tried_at: when it was last asked for.
        used_at: when it was last shown, give or take an hour.
        fetching: whether it was being fetched when that was written.
    """

    source: Source
    key: str | None
    size: int
    tried_at: datetime
    used_at: datetime
    fetching: bool

    @property
    def is_kept(self) -> bool:
        """Whether it is here."""
        return self.key is not None

    def could_not_be_had(self, now: datetime) -> bool:
        """Whether it was asked for in vain a short while ago, so that it is not asked for now."""
        return self.key is None and not self.fetching and now - self.tried_at < _AGAIN_AFTER[self.source.form]
