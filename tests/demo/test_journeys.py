"""What journeys count, and what is said of them; the journeys themselves are played by scripts/journeys."""

import pytest

from fedirse.demo.journeys.counter import Counter, Step, line


def test_a_step_that_takes_more_clicks_than_promised_is_missed() -> None:
    counter = Counter(lambda _: None)
    with counter.step("Nadia", "publishes", target=1):
        counter.count()
        counter.count()
    assert [step.step for step in counter.missed] == ["publishes"]


def test_a_click_outside_of_a_step_is_a_fault() -> None:
    counter = Counter(lambda _: None)
    with counter.step("Nadia", "publishes"):
        pass
    with pytest.raises(RuntimeError):
        counter.count()


def test_a_step_that_cannot_be_done_is_not_told_as_done() -> None:
    told: list[str] = []
    counter = Counter(told.append)
    with pytest.raises(AssertionError), counter.step("Nadia", "publishes"):
        raise AssertionError
    assert (told, counter.steps) == ([], [])


@pytest.mark.parametrize(("clicks", "target", "met"), [(0, 0, True), (2, 3, True), (3, 3, True), (4, 3, False), (9, None, True)])
def test_a_target_is_a_ceiling_and_without_one_nothing_is_missed(clicks: int, target: int | None, met: bool) -> None:
    assert Step("Inès", "reads", target, clicks).met is met


def test_seconds_are_told_and_decide_nothing() -> None:
    step = Step("Inès", "reads", 2, 2, seconds=500.0)
    assert step.met
    assert step.as_row() == {"journey": "Inès", "step": "reads", "target": 2, "clicks": 2, "seconds": 500.0, "met": True}


def test_a_line_says_what_was_promised_and_whether_it_holds() -> None:
    assert line(Step("Inès", "reads", 2, 3, 1.234)).split() == ["Inès", "reads", "3", "≤", "2", "1.23", "NO"]
    assert line(Step("Inès", "reads", None, 3, 1.234)).split() == ["Inès", "reads", "3", "–", "1.23"]
