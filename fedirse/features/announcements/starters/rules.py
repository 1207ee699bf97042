"""The texts that come with fedirse, and what a new announcement becomes when one is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.wording import N_
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.starters.model import Starter

RECALL: Final = Starter(
    "recall",
    N_("Product recall"),
    N_("Product recall:"),
    N_(
        "**Product:** \n**Lots:** \n**Why:** \n\n**Do now**\n\n1. Take it off the shelves and out of the stock.\n"
        "2. Put up the notice for customers.\n3. Keep what is brought back apart.\n\n**Who to call:** "
    ),
    Priority.URGENT,
    Asked.EVERYONE,
    hours=24,
)
BUILT_IN: Final = (
    RECALL,
    Starter(
        "concept",
        N_("New concept"),
        N_("New concept:"),
        N_("**What it is:** \n**Why:** \n**From when on:** \n\n**What changes for you**\n\n- \n\n**What you find with this:** "),
        Priority.IMPORTANT,
        Asked.RESPONSIBLE,
    ),
    Starter(
        "results",
        N_("Results"),
        N_("Results:"),
        N_("**In short:** \n\n**What went well**\n\n- \n\n**What we work on next**\n\n- \n\nThank you all."),
    ),
    Starter(
        "people",
        N_("Human resources"),
        N_("Human resources:"),
        N_("**Whom it concerns:** \n**From when on:** \n\n**What changes**\n\n- \n\n**Who answers questions:** "),
        Priority.IMPORTANT,
        Asked.EVERYONE,
        hours=7 * 24,
    ),
    Starter(
        "training",
        N_("Training"),
        N_("Training:"),
        N_("**For whom:** \n**When and where:** \n**How long:** \n\n**What you will learn**\n\n- \n\n**How to sign up:** "),
        asked=Asked.RESPONSIBLE,
    ),
)


def spoken(starter: Starter, translate: Callable[[str], str]) -> Starter:
    """One that comes with fedirse, in the language of whoever reads it."""
    return replace(starter, name=translate(starter.name), title=translate(starter.title), text=translate(starter.text))


def is_untouched(typed: str, offered: Sequence[str]) -> bool:
    """Whether nothing that somebody typed would be lost: there is nothing, or what a text to start from had put there."""
    return typed.strip() in {"", *(one.strip() for one in offered)}


def due_at(starter: Starter, now: datetime) -> datetime | None:
    """By when what starts from it now is to be confirmed."""
    return now + timedelta(hours=starter.hours) if starter.hours is not None else None


def starter_of(key: str, title: str, text: str, terms: Terms, now: datetime) -> Starter:
    """What is kept of an announcement to start others from: its words and what it asks, no file and no audience.

    Raises:
        InvalidInput: it has no title to be called by, or nothing is written.
    """
    hours = max(1, round((terms.before - now) / timedelta(hours=1))) if terms.before is not None and terms.before > now else None
    if not text.strip():
        raise InvalidInput("There is nothing to keep yet: write the text first.", reason="empty-starter", field="text")
    return Starter(key, check_name(title, "title"), title, text, terms.priority, terms.asked, hours)


def check_name(typed: str, field: str = "name") -> str:
    """What a text to start from is called. Raises InvalidInput for no name, and for too long a one."""
    name = " ".join(typed.split())
    if not name:
        raise InvalidInput("Give it a name.", reason="no-name", field=field)
    return name[: limits.NAME_LENGTH]


def check_may_keep(kept: int) -> None:
    """Raises InvalidInput where as many are kept as may be."""
    if kept >= limits.ANNOUNCEMENT_STARTERS:
        raise InvalidInput(
            "You keep %(most)s texts to start from, as many as can be kept: delete one first.",
            reason="too-many-starters",
            most=limits.ANNOUNCEMENT_STARTERS,
        )
