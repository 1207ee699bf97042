import copy
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.addressing import (
    Addressing,
    is_public,
    is_quiet_public,
    merge,
    named_recipients,
    parse_addressing,
    render_addressing,
    strip_hidden,
)
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument

INES = "https://sib.example/people/ines"
FOLLOWERS = "https://sib.example/people/ines/followers"

recipients = st.lists(st.sampled_from([PUBLIC, INES, FOLLOWERS, "https://hq.example/actor", "as:Public", "Public"]), unique=True).map(tuple)
addressings = st.builds(Addressing, recipients, recipients)


def people(number: int) -> list[str]:
    return [f"https://sib.example/people/{index}" for index in range(number)]


def test_more_addressees_than_the_limit_are_refused() -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_addressing({"to": people(limits.ADDRESSEES), "cc": INES})
    assert caught.value.reason == "too-many-addressees"


def test_as_many_addressees_as_the_limit_are_read() -> None:
    addressing = parse_addressing({"to": people(limits.ADDRESSEES - 1), "cc": INES})
    assert len(named_recipients(addressing)) == limits.ADDRESSEES


def test_hidden_recipients_are_never_read() -> None:
    assert parse_addressing({"bto": [INES], "bcc": PUBLIC, "to": FOLLOWERS}) == Addressing((FOLLOWERS,))


def test_unreadable_recipients_add_nobody() -> None:
    assert parse_addressing({"to": [7, None, {}, [PUBLIC], {"id": INES}], "cc": 7}) == Addressing((INES,))


@pytest.mark.parametrize("spelling", ["as:Public", "Public", "public", "https://www.w3.org/ns/activitystreams#public", f"{PUBLIC}/"])
def test_only_the_one_spelling_of_public_is_public(spelling: str) -> None:
    assert not is_public(parse_addressing({"to": spelling, "cc": [spelling]}))


def test_audience_does_not_make_anything_public() -> None:
    assert not is_public(parse_addressing({"to": FOLLOWERS, "audience": PUBLIC}))


@pytest.mark.parametrize(
    ("addressing", "public", "quiet"),
    [
        (Addressing((PUBLIC,), (FOLLOWERS,)), True, False),
        (Addressing((FOLLOWERS,), (PUBLIC,)), True, True),
        (Addressing((PUBLIC,), (PUBLIC,)), True, False),
        (Addressing((FOLLOWERS,), (INES,)), False, False),
        (Addressing(), False, False),
    ],
)
def test_loud_and_quiet_public(addressing: Addressing, public: bool, quiet: bool) -> None:
    assert (is_public(addressing), is_quiet_public(addressing)) == (public, quiet)


def test_named_recipients_are_all_but_the_public() -> None:
    assert named_recipients(Addressing((PUBLIC, INES), (FOLLOWERS, INES))) == (INES, FOLLOWERS)


def test_merging_names_nobody_twice() -> None:
    assert merge(Addressing((INES,), (FOLLOWERS,)), Addressing((FOLLOWERS,), (INES, PUBLIC))) == Addressing((INES, FOLLOWERS), (PUBLIC,))


@given(addressings, addressings)
def test_merging_loses_nobody(first: Addressing, second: Addressing) -> None:
    merged = merge(first, second)
    assert {*merged.to, *merged.cc} == {*first.to, *first.cc, *second.to, *second.cc}


@given(addressings)
def test_rendering_and_reading_again_never_widens(addressing: Addressing) -> None:
    assert parse_addressing(render_addressing(addressing)) == addressing


def test_hidden_recipients_are_stripped_at_any_depth() -> None:
    document = {
        "type": "Create",
        "bto": INES,
        "object": {"type": "Note", "bcc": [INES], "attachment": [{"bto": INES, "name": "x"}]},
        "cc": [FOLLOWERS],
    }
    assert strip_hidden(document) == {
        "type": "Create",
        "object": {"type": "Note", "attachment": [{"name": "x"}]},
        "cc": [FOLLOWERS],
    }


def test_stripping_leaves_the_original_alone() -> None:
    document = {"object": {"bcc": INES}}
    before = copy.deepcopy(document)
    strip_hidden(document)
    assert document == before


def test_a_document_without_hidden_recipients_is_not_copied() -> None:
    document = {"object": {"to": [INES]}, "tag": [{}], "cc": []}
    assert strip_hidden(document) is document


@given(
    st.recursive(
        st.none() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["bto", "bcc", "to", "object", "a"]), inner),
        max_leaves=20,
    )
)
def test_nothing_hidden_survives_stripping(value: object) -> None:
    assert not {"bto", "bcc"} & set(members_of(strip_hidden({"object": value})))


def members_of(value: object) -> Iterator[str]:
    """The names of all members, at any depth."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from members_of(member)
