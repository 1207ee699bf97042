"""What a post said before it was edited."""

from dataclasses import dataclass
from datetime import datetime

from fedirse.social.posts.model import Attachment


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier version of a post.

    Attributes:
        written_at: when it was published, or edited into what it says.
        title, warning, content, language: as those of the post were.
        attachments: its files, as they were; those that were taken away may be gone.
    """

    written_at: datetime
    title: str
    warning: str
    content: str
    language: str
    attachments: tuple[Attachment, ...] = ()
