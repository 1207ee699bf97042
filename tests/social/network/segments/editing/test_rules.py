"""What can be chosen, and what was chosen in words."""

import pytest
from hypothesis import given, settings

from fedirse.base.errors import InvalidInput
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.choices.rules import condition_of
from fedirse.social.network.segments.editing.model import Said
from fedirse.social.network.segments.editing.rules import fields_of, in_words, offer_of, read_choice
from fedirse.social.network.segments.model import AllOf, AnyOf, Choice, Condition, Except, Within
from tests.social.network.segments.test_choices import choices
from tests.social.network.segments.test_segments import CONDITIONS, LYON, has, segment

NANTES = "https://nantes.example/actor"
MEMBERS = {LYON: "Lyon", NANTES: "Nantes"}
A = segment(AllOf(()), "a")


@settings(max_examples=200)
@given(choices)
def test_a_form_that_is_sent_as_it_was_shown_says_the_same(choice: Choice) -> None:
    offer = offer_of([], choice, [], MEMBERS)
    fields = fields_of("Sud", choice, offer)
    sent = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    assert condition_of(read_choice(sent, MEMBERS)) == condition_of(choice)


def test_a_value_is_offered_once_however_it_is_spelled() -> None:
    known = [Attributes(region="Sud"), Attributes(region=" sud "), Attributes(region=""), Attributes(region="Nord")]
    choice = Choice(wanted={Attribute.REGION: frozenset({"SUD", "Est"})})
    offer = offer_of(known, choice, [], MEMBERS)
    assert offer.values[Attribute.REGION] == ("Est", "Nord", "Sud")
    assert offer.rare[Attribute.REGION] == {"Est"}
    assert len(fields_of("", choice, offer)["region"]) == 2  # type: ignore[arg-type]


def test_a_selection_is_offered_neither_itself_nor_what_is_made_of_it() -> None:
    outer = segment(Within(A.id), "outer")
    other = segment(AllOf(()), "other")
    assert offer_of([], Choice(), [A, outer, other], {}, A.id).segments == ((other.id, "other"),)


def test_a_site_that_is_not_there_cannot_be_named() -> None:
    with pytest.raises(InvalidInput):
        read_choice({"never": (NANTES,)}, [LYON])


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (AllOf(()), Said("everybody")),
        (AnyOf(()), Said("nobody")),
        (has(Attribute.CITY), Said("nobody")),
        (AllOf((AllOf((has(Attribute.REGION, "Sud", "Est"),)),)), Said("has", "region", ("Est", "Sud"))),
        (AllOf((Except(Within(A.id)),)), Said("all", parts=(Said("everybody"), Said("except", parts=(Said("within", names=("a",)),))))),
        (Within("https://siege.example/network/segments/none"), Said("within")),
        (condition_of(Choice(also=frozenset({LYON, NANTES}))), Said("among", names=("Lyon", "Nantes"))),
    ],
    ids=["everybody", "nobody", "no-value", "flat", "all-but", "unknown", "these-alone"],
)
def test_conditions_in_words(condition: Condition, said: Said) -> None:
    assert in_words(condition, {A.id: "a"}, MEMBERS) == said


@settings(max_examples=100)
@given(CONDITIONS)
def test_every_condition_has_words(condition: Condition) -> None:
    kinds = {"everybody", "nobody", "has", "among", "within", "all", "any", "except"}
    waiting = [in_words(condition, {}, {})]
    while waiting:
        one = waiting.pop()
        assert one.kind in kinds
        waiting += one.parts
