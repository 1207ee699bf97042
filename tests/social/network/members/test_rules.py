"""What is believed of what a site says about itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.social.network.members.model import People, Told
from fedirse.social.network.members.rules import MOST_PEOPLE, is_behind, read_told, together


def document(version: object = "0.3.0", total: object = 12) -> dict[str, Any]:
    return {"software": {"name": "fedirse", "version": version}, "usage": {"users": {"total": total}}}


def test_a_version_and_a_number_of_people_are_read() -> None:
    assert read_told(document()) == Told("0.3.0", 12)
    assert read_told(document("4.3.0+glitch", 0)) == Told("4.3.0+glitch", 0)
    assert read_told(document(total=MOST_PEOPLE)).people == MOST_PEOPLE


@pytest.mark.parametrize("total", [-1, MOST_PEOPLE + 1, "12", 12.5, True, None, [], {"total": 3}])
def test_a_number_that_is_none_is_dropped_and_the_version_stays(total: object) -> None:
    assert read_told(document(total=total)) == Told("0.3.0", None)


@pytest.mark.parametrize("version", ["", "<b>1</b>", "1" * 41, "1.0\n2", " 1.0", 3, None, {"1": 2}, "\u202e1.0"])
def test_a_version_that_cannot_be_shown_is_dropped_and_the_people_stay(version: object) -> None:
    assert read_told(document(version)) == Told("", 12)


@pytest.mark.parametrize(
    "odd", [{}, {"software": [], "usage": 1}, {"software": None, "usage": {"users": []}}, {"usage": {"users": {"total": {}}}}]
)
def test_a_document_of_any_other_shape_says_nothing(odd: dict[str, Any]) -> None:
    assert read_told(odd) == Told()


@pytest.mark.parametrize(
    ("version", "than", "expected"),
    [
        ("0.2.0", "0.3.0", True),
        ("0.3.0", "0.3.0", False),
        ("0.10.0", "0.9.9", False),
        ("0.9.9", "0.10", True),
        ("1", "1.0.1", True),
        ("", "0.3.0", False),
        ("0.2.0", "", False),
        ("dev", "0.3.0", False),
        ("0.2.0-rc1", "0.3.0", False),
    ],
)
def test_a_version_is_behind_another_by_its_numbers_alone(version: str, than: str, *, expected: bool) -> None:
    assert is_behind(version, than) is expected


@given(st.lists(st.none() | st.integers(0, 500)))
def test_people_are_added_up_and_it_is_said_when_somebody_is_missing(numbers: list[int | None]) -> None:
    assert together(numbers) == People(sum(number or 0 for number in numbers), all(number is not None for number in numbers))
