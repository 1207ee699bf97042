"""Selections as people make them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.choices.rules import choice_of, condition_of
from fedirse.social.network.segments.model import AllOf, AnyOf, Choice, Except, Within
from fedirse.social.network.segments.rules import covers
from tests.social.network.segments.test_segments import CONDITIONS, LYON, SUD, known, segment

NANTES = "https://nantes.example/actor"
words = st.frozensets(st.sampled_from(["Sud", "Nord", "Proxi"]), min_size=1, max_size=2)
ids = st.frozensets(st.sampled_from(["https://siege.example/network/segments/a", "https://siege.example/network/segments/b"]), max_size=2)
members = st.frozensets(st.sampled_from([LYON, NANTES]), max_size=2)
choices = st.builds(
    Choice, wanted=st.dictionaries(st.sampled_from(Attribute), words, max_size=3), within=ids, without=ids, also=members, never=members
)


@settings(max_examples=200)
@given(choices)
def test_a_choice_comes_back_out_of_its_condition(choice: Choice) -> None:
    assert choice_of(condition_of(choice)) == choice


@settings(max_examples=200)
@given(CONDITIONS)
def test_a_condition_that_no_choice_makes_is_told_from_those_that_one_makes(condition: AllOf) -> None:
    choice = choice_of(condition)
    assert choice is None or condition_of(choice) == condition


def has(attribute: Attribute, *values: str) -> dict[Attribute, frozenset[str]]:
    return {attribute: frozenset(values)}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), True),
        (Choice(wanted=has(Attribute.REGION, "Sud", "Est")), True),
        (Choice(wanted=has(Attribute.REGION, "Sud") | has(Attribute.FORMAT, "Hyper")), False),
        (Choice(wanted=has(Attribute.REGION, "Nord"), also=frozenset({LYON})), True),
        (Choice(also=frozenset({NANTES})), False),
        (Choice(also=frozenset({LYON}), never=frozenset({LYON})), False),
        (Choice(within=frozenset({segment(AllOf(()), "all").id})), True),
        (Choice(without=frozenset({segment(AllOf(()), "all").id})), False),
        (Choice(without=frozenset({"https://siege.example/network/segments/unknown"})), False),
    ],
    ids=["everybody", "one-of", "all-of", "also", "only-these", "never", "within", "without", "without-unknown"],
)
def test_what_a_choice_means(choice: Choice, expected: bool) -> None:
    everybody = segment(AllOf(()), "all")
    assert covers(segment(condition_of(choice), "new"), LYON, SUD, known(everybody)) is expected


def test_what_was_written_by_another_program_is_not_taken_for_a_choice() -> None:
    assert choice_of(AllOf((Except(AnyOf((Within("x"),))),))) is None
    assert Attributes().values(Attribute.CITY) == frozenset()
