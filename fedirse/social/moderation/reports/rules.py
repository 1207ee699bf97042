"""What can be reported, and what can be done about it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.moderation.reports.model import Complaint, Measure, ReportState
from fedirse.social.moderation.rules import check_reason


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator decides about a report.

    Attributes:
        state: RESOLVED or DISMISSED.
        reason: why, as typed.
        measures: what shall be done, in no order.
        warning: what is written to whom it is about, for WARN.
    """

    state: ReportState
    reason: str
    measures: frozenset[Measure] = frozenset()
    warning: str = ""


def check_complaint(complaint: Complaint) -> None:
    """Raises InvalidInput for words that are too long."""
    if len(complaint.words) > limits.REPORT_CHARACTERS:
        raise InvalidInput(
            "What you write is longer than %(limit)s characters: shorten it.",
            reason="report-too-long",
            field="words",
            limit=limits.REPORT_CHARACTERS,
        )


def measures_for(*, about_local: bool, posts: int) -> tuple[Measure, ...]:
    """What can be done about a report: our own people are warned, others are blocked; there must be a post to remove one."""
    removal = (Measure.REMOVE,) if posts else ()
    return (*removal, Measure.WARN) if about_local else (*removal, Measure.BLOCK_ACTOR, Measure.BLOCK_HOST)


def check_decision(decision: Decision, possible: Collection[Measure], named: Collection[str]) -> None:
    """Raises InvalidInput for a decision that makes no sense.

    Args:
        decision: what was chosen and typed.
        possible: from `measures_for`.
        named: names with @ that the warning mentions; whoever is mentioned would get it.
    """
    check_reason(decision.reason)
    if decision.state is ReportState.DISMISSED and decision.measures:
        raise InvalidInput("A dismissed report has no consequences: take them back, or close it as handled.", reason="dismissed-measures")
    if not decision.measures <= frozenset(possible):
        raise InvalidInput("That cannot be done about this report.", reason="other-measure", field="measures")
    if Measure.WARN in decision.measures and not decision.warning.strip():
        raise InvalidInput("Write what the notice says.", reason="no-warning", field="warning")
    if len(decision.warning) > limits.REPORT_CHARACTERS:
        raise InvalidInput(
            "The notice is longer than %(limit)s characters: shorten it.",
            reason="warning-too-long",
            field="warning",
            limit=limits.REPORT_CHARACTERS,
        )
    if named:
        raise InvalidInput(
            "Name nobody with @ in the notice: %(name)s would read it too.", reason="warning-names", field="warning", name=min(named)
        )
