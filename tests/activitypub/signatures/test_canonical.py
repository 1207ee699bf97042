"""Canonical JSON: on the quick way and on the slow one the bytes are those of RFC 8785, and what it cannot write is refused."""

import json
import math
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures.canonical import canonical_json
from fedirse.base.errors import SignatureError
from tests.fixtures_folder import fixtures


class Word(StrEnum):
    NOTE = "Note"


HIGHEST = 2**53 - 1
TEXTS = st.text(max_size=8) | st.text(st.characters(max_codepoint=0x9F), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-HIGHEST, HIGHEST) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, HIGHEST + 1, -HIGHEST - 1, 2**64, "\ud800", {"\udfff": 1}, {1: 2}, {None: 1}, {"a": object()}, b"x", {1, 2}],
)
def test_what_rfc_8785_cannot_write_is_refused(value: Any) -> None:
    for held in (value, [value], {"a": ["b", value]}):
        with pytest.raises(SignatureError) as refused:
            canonical_json(held)
        assert refused.value.reason == "not-canonical"


@pytest.mark.parametrize("depth", [100, 254, 255, 400, 100_000])
def test_what_is_too_deep_for_rfc_8785_is_refused_and_nothing_else(depth: int) -> None:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    try:
        expected = rfc8785.dumps(value)
    except RecursionError:
        with pytest.raises(SignatureError):
            canonical_json(value)
    else:
        assert canonical_json(value) == expected


@given(VALUES)
def test_the_bytes_are_those_of_the_slow_way(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("block", range(0, 0x110000, 0x8000))
def test_every_character_is_written_as_on_the_slow_way(block: int) -> None:
    text = "".join(map(chr, (code for code in range(block, block + 0x8000) if not 0xD800 <= code < 0xE000)))
    assert canonical_json([text, {text: 1}]) == rfc8785.dumps([text, {text: 1}])


@pytest.mark.parametrize(
    "value",
    [
        {"\U0001f600": 1, "\uffff": 2, "a": 3},
        {"é": 1, "z": 2, "Z": 3, "": 4},
        {"a": -0.0, "b": 1e21, "c": 1e-7, "d": 1.0, "e": 333333333.33333329},
        {"a": HIGHEST, "b": -HIGHEST, "c": 0, "d": True},
        {"a": ("b", "c"), "d": Word.NOTE, Word.NOTE: 1},
        "\x7f\x00\x1f\u2028\u2029/\\\"'",
    ],
)
def test_keys_and_numbers_that_others_write_otherwise_are_written_as_on_the_slow_way(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_canonical_json_is_that_of_the_authors_of_rfc_8785(name: str) -> None:
    given_value = json.loads(fixtures("vectors", "jcs", "input", f"{name}.json").read_text("utf-8"))
    expected = fixtures("vectors", "jcs", "output", f"{name}.json").read_bytes()
    assert canonical_json(given_value) == expected.rstrip(b"\n")
