"""When something may be planned for."""

from datetime import datetime

from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.model import Asked, Terms


def check_plan(publish_at: datetime, terms: Terms, now: datetime) -> datetime:
    """A time to publish at that goes with what is asked.

    Raises:
        InvalidInput: it has passed, or it is not before every date that the terms name.
    """
    if publish_at <= now:
        raise InvalidInput("That is over already: choose a later date, or none to publish it now.", reason="past-plan", field="publish_at")
    if terms.asked is not Asked.NOBODY and terms.before is not None and terms.before <= publish_at:
        raise InvalidInput(
            "Sites would have to confirm it before it is published: choose an earlier date, or a later one to confirm by.",
            reason="plan-after-deadline",
            field="publish_at",
        )
    if terms.ends_at is not None and terms.ends_at <= publish_at:
        raise InvalidInput(
            "It would be over before it is published: choose an earlier date, or a later end.", reason="plan-after-end", field="publish_at"
        )
    if terms.embargo_until is not None and terms.embargo_until <= publish_at:
        raise InvalidInput(
            "The embargo would be over before it is published: choose an earlier date, or no embargo.",
            reason="plan-after-embargo",
            field="publish_at",
        )
    return publish_at


def is_due(publish_at: datetime, now: datetime) -> bool:
    """Whether it is to be published by now."""
    return publish_at <= now
