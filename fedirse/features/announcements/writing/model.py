"""What is being written."""

from dataclasses import dataclass

from fedirse.base.errors import InvalidInput
from fedirse.social.posts.model import Post

HERE = "/announcements"


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody at the page writes: a new announcement, unless one of the others is named.

    Attributes:
        post: the announcement of which it is a later version.
        plan: id of the planned one that is changed.
    """

    post: Post | None = None
    plan: str = ""

    @property
    def action(self) -> str:
        """Where the page is sent."""
        if self.post is not None:
            return f"{HERE}/{self.post.id}/change"
        return f"{HERE}/planned/{self.plan}" if self.plan else HERE

    @property
    def keeps_drafts(self) -> bool:
        """Whether what is typed is kept as a draft of whoever types it."""
        return self.post is None and not self.plan


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be looked at before anything is published; sent once more, the page says that it was.

    Attributes:
        words: the sentence, and the field beside which it stands.
        seen: the field that says it was looked at, and what stands in it then.
    """

    words: InvalidInput
    seen: tuple[str, str]


NEW = Task()
