"""What may be said of whom, and what counts."""

from collections.abc import Iterable
from typing import Final

from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.acknowledgement.model import Acknowledgement, Confirmation, Totals
from fedirse.features.announcements.model import Asked, Terms

FEWEST: Final = 5
"""Of fewer people than this no number is told: it would be about somebody."""


def count_up(people: Iterable[Acknowledgement], terms: Terms) -> Totals | None:
    """How many of the people who were asked have seen and confirmed what counts; None where they are too few to be told about.

    Args:
        people: everybody who was asked, also who did nothing yet.
        terms: what was asked.
    """
    asked = list(people)
    if len(asked) < FEWEST:
        return None
    seen = sum(person.seen >= terms.confirm_from for person in asked)
    return Totals(len(asked), seen, sum(has_confirmed(person, terms) for person in asked))


def tellable(count: int, totals: Totals | None) -> int | None:
    """A count of some of the people who were asked, as it may be told; None where it would be about somebody."""
    return count if totals is not None and (count == 0 or FEWEST <= count <= totals.asked) else None


def has_confirmed(person: Acknowledgement | None, terms: Terms) -> bool:
    """Whether somebody's word holds for the version that is in force: a change may have asked them anew."""
    return person is not None and person.confirmed >= terms.confirm_from


def is_settled(confirmation: Confirmation | None, terms: Terms) -> bool:
    """Whether a site's word holds for the version that is in force."""
    return confirmation is not None and confirmation.version >= terms.confirm_from


def waits_for(person: Acknowledgement | None, terms: Terms) -> bool:
    """Whether somebody still has something to do: to confirm where everybody is asked to, to look at it otherwise."""
    if terms.asked is Asked.EVERYONE:
        return not has_confirmed(person, terms)
    return person is None or person.seen < terms.confirm_from


def check_version(version: int, terms: Terms) -> int:
    """The version that somebody confirms. Raises InvalidInput for one that does not exist."""
    if not 1 <= version <= terms.version:
        raise InvalidInput("This is no version of the announcement: open it again.", reason="unknown-version")
    return version
