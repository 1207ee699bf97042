"""Who is in a segment."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, MalformedDocument
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.model import AllOf, Among, AnyOf, Condition, Except, Has, Place, Segment, Within
from fedirse.social.network.segments.rules import NOBODY, check_condition, covers, given_to, latest, parts_of, places_of
from fedirse.social.network.segments.wire import parse_condition, read_segment, render_condition, render_segment
from tests.social.network.roster.test_wire import KEYS, signed

NETWORK = "https://siege.example/actor"
LYON = "https://lyon.example/actor"
SUD = Attributes(region="Sud", city="Lyon", format="Proxi", trades=frozenset({"Vitrine"}))


def segment(condition: Condition, name: str = "a", serial: int = 1, **changes: Any) -> Segment:
    values: dict[str, Any] = {
        "id": f"https://siege.example/network/segments/{name}",
        "network": NETWORK,
        "serial": serial,
        "digest": "",
        "name": name,
        "condition": condition,
        "defined": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Segment(**(values | changes))


def known(*segments: Segment) -> dict[str, Segment]:
    return {one.id: one for one in segments}


def has(attribute: Attribute, *wanted: str) -> Has:
    return Has(attribute, frozenset(wanted))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (has(Attribute.REGION, "Sud"), True),
        (has(Attribute.REGION, " sud "), True),
        (has(Attribute.REGION, "Nord"), False),
        (has(Attribute.BRAND, ""), False),
        (has(Attribute.TRADE, "vitrine", "caisse"), True),
        (Among(frozenset({LYON})), True),
        (Among(frozenset()), False),
        (AllOf(()), True),
        (NOBODY, False),
        (AllOf((has(Attribute.REGION, "Sud"), has(Attribute.FORMAT, "Proxi"))), True),
        (AllOf((has(Attribute.REGION, "Sud"), has(Attribute.FORMAT, "Hyper"))), False),
        (AnyOf((has(Attribute.REGION, "Nord"), has(Attribute.FORMAT, "Proxi"))), True),
        (Except(has(Attribute.REGION, "Nord")), True),
    ],
)
def test_conditions_say_what_they_mean(condition: Condition, expected: bool) -> None:
    assert covers(segment(condition), LYON, SUD, {}) is expected


def test_a_segment_within_another_is_asked() -> None:
    inner = segment(has(Attribute.REGION, "Sud"), "inner")
    outer = segment(AllOf((Within(inner.id), has(Attribute.FORMAT, "Proxi"))), "outer")
    assert covers(outer, LYON, SUD, known(inner, outer))


@pytest.mark.parametrize("around", [lambda part: part, Except, lambda part: AnyOf((part, AllOf(())))], ids=["bare", "except", "any"])
@pytest.mark.parametrize("why", ["unknown", "withdrawn", "circle"])
def test_what_cannot_be_known_lets_nobody_in(around: Any, why: str) -> None:
    inner = segment(AllOf(()), "inner", withdrawn=why == "withdrawn")
    outer = segment(around(Within(inner.id)), "outer")
    if why == "circle":
        inner = segment(Within(outer.id), "inner")
    segments = known(outer) if why == "unknown" else known(outer, inner)
    assert not covers(outer, LYON, SUD, segments)


class TestDefining:
    def test_a_circle_is_refused(self) -> None:
        one = segment(Within("https://siege.example/network/segments/b"), "a")
        with pytest.raises(InvalidInput) as refused:
            check_condition(Within(one.id), "https://siege.example/network/segments/b", known(one))
        assert refused.value.reason == "segment-too-deep"

    def test_one_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            check_condition(Within("https://siege.example/network/segments/none"), "https://siege.example/network/segments/b", {})
        assert refused.value.reason == "segment-unknown"

    def test_the_depth_is_bounded(self) -> None:
        def nested(depth: int) -> Condition:
            return AllOf(()) if depth <= 1 else Except(nested(depth - 1))

        check_condition(nested(limits.SEGMENT_DEPTH), "x", {})
        with pytest.raises(InvalidInput):
            check_condition(nested(limits.SEGMENT_DEPTH + 1), "x", {})

    def test_the_number_of_parts_is_bounded(self) -> None:
        parts = tuple(has(Attribute.CITY, str(number)) for number in range(limits.SEGMENT_PARTS - 1))
        check_condition(AnyOf(parts), "x", {})
        with pytest.raises(InvalidInput):
            check_condition(AnyOf((*parts, NOBODY)), "x", {})

    def test_the_number_of_sites_and_values_is_bounded(self) -> None:
        members = frozenset(f"https://{number}.example/actor" for number in range(limits.SEGMENT_VALUES - 1))
        check_condition(AllOf((Among(members), has(Attribute.REGION, "Sud"))), "x", {})
        with pytest.raises(InvalidInput):
            check_condition(AllOf((Among(members), has(Attribute.REGION, "Sud", "Nord"))), "x", {})


WORDS = st.sampled_from(["Sud", "Nord", "Proxi", "Hyper", ""])
LEAVES = st.one_of(
    st.builds(Has, st.sampled_from(Attribute), st.frozensets(WORDS, max_size=3)),
    st.builds(Among, st.frozensets(st.sampled_from([LYON, "https://nantes.example/actor"]))),
    st.builds(Within, st.sampled_from(["https://siege.example/network/segments/a", "https://siege.example/network/segments/b"])),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Except, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=100)
@given(CONDITIONS)
def test_a_condition_is_read_as_it_was_written(condition: Condition) -> None:
    assert parse_condition(render_condition(condition)) == condition


@settings(max_examples=100)
@given(CONDITIONS, CONDITIONS)
def test_every_pair_of_segments_gives_an_answer_and_a_part_that_is_unknown_never_a_yes(one: Condition, other: Condition) -> None:
    segments = known(segment(one, "a"), segment(other, "b"))
    assert covers(segments["https://siege.example/network/segments/a"], LYON, SUD, segments) in {True, False}
    if any(isinstance(part, Within) for part in parts_of(one)):
        assert not covers(segment(one, "c"), LYON, SUD, {})


def test_a_segment_is_read_as_it_was_written() -> None:
    given_one = segment(has(Attribute.REGION, "Sud"))
    read = read_segment(signed(render_segment(given_one)), KEYS)
    assert (read.id, read.serial, read.name, read.condition, read.defined, read.withdrawn) == (
        given_one.id,
        given_one.serial,
        given_one.name,
        given_one.condition,
        given_one.defined,
        False,
    )


@pytest.mark.parametrize(
    "selection", [None, {}, {"all": None}, {"region": "Sud"}, {"region": [1]}, {"planet": ["Mars"]}, {"all": [], "any": []}, {"within": []}]
)
def test_a_condition_that_is_half_understood_is_refused(selection: Any) -> None:
    with pytest.raises(MalformedDocument):
        parse_condition(selection)


def test_the_head_office_is_in_every_segment_that_is_not_withdrawn() -> None:
    one = segment(NOBODY)
    assert covers(one, NETWORK, Attributes(), {})
    assert not covers(segment(NOBODY, withdrawn=True), NETWORK, Attributes(), {})


def test_a_member_is_given_what_covers_it_and_what_that_is_made_of_and_nothing_else() -> None:
    north, other = segment(has(Attribute.REGION, "Nord"), "nord"), segment(has(Attribute.REGION, "Est"), "est")
    rest = segment(Except(Within(north.id)), "reste")
    segments = known(north, rest, other)
    assert given_to(LYON, SUD, segments) == {north.id, rest.id}
    assert given_to(LYON, Attributes(region="Nord"), segments) == {north.id}
    assert places_of(LYON, SUD, segments) == {north.id: Place.PART, rest.id: Place.INSIDE, other.id: Place.OUTSIDE}
    assert given_to(LYON, SUD, known(rest)) == frozenset()


@settings(max_examples=100)
@given(CONDITIONS, CONDITIONS)
def test_whoever_is_given_definitions_decides_by_them_alone_as_the_head_office_does(one: Condition, other: Condition) -> None:
    everything = known(segment(one, "a"), segment(other, "b"))
    given_ones = {name: everything[name] for name in given_to(LYON, SUD, everything)}
    nantes = Attributes(region="Nord", format="Hyper")
    for name in [name for name, place in places_of(LYON, SUD, everything).items() if place is Place.INSIDE]:
        for member, attributes in ((LYON, SUD), ("https://nantes.example/actor", nantes)):
            assert covers(given_ones[name], member, attributes, given_ones) is covers(everything[name], member, attributes, everything)


def test_of_two_definitions_the_later_counts_whichever_came_first() -> None:
    first, second = segment(NOBODY, serial=1), segment(AllOf(()), serial=2)
    assert latest(latest(None, first), second) == latest(latest(None, second), first) == second
