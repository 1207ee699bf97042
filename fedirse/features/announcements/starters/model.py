"""A text to start from."""

from dataclasses import dataclass

from fedirse.features.announcements.model import Asked, Priority


@dataclass(frozen=True, slots=True)
class Starter:
    """What a new announcement is filled with.

    Attributes:
        key: its id; a word for one that comes with fedirse.
        name: what people choose it by.
        title: the title, to be completed.
        text: the text in Markdown, to be completed.
        priority: how much it matters.
        asked: who is asked to confirm it.
        hours: within how many hours; None for no date.
    """

    key: str
    name: str
    title: str
    text: str
    priority: Priority = Priority.INFO
    asked: Asked = Asked.NOBODY
    hours: int | None = None
