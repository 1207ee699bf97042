"""An announcement that is planned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one was not published on its day.

    Attributes:
        at: when that was tried.
        why: the sentence, in English, with place holders.
        words: what stands in their place.
    """

    at: datetime
    why: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """When something is published. What is published stands in a draft of the same id, which belongs to the head office.

    Attributes:
        id: of the plan and of the draft; the one that its page had when it was opened.
        author_id: who stands for it: whoever planned it, or changed it last.
        publish_at: when.
        failure: why it was not; None while it waits.
        first_id: our id of the announcement by which some sites see it first, and whose words it takes; empty for none.
    """

    id: str
    author_id: str
    publish_at: datetime
    failure: Failure | None = None
    first_id: str = ""
