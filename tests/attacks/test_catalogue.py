"""Every case of the attack catalogue beside the project is either tested, or listed with the reason why there is nothing to attack yet."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.fixtures_folder import ROOT, fixtures, in_ci

GROUPS = {"signature", "origin", "ssrf", "dos", "privacy", "web", "content"}
NOT_BUILT = Path(__file__).with_name("not_built.toml")
CASE = re.compile(r"(?:SIG|ORG|SSRF|DOS|PRV|WEB|CNT)-[0-9]{3}")


@cache
def catalogue() -> dict[str, str]:
    """The group of each case by its id; the calling test is skipped without the file, or fails when the environment says CI=true."""
    path = fixtures().parent / "security" / "attacks.jsonl"
    if not path.exists():
        reason = f"no attack catalogue at {path}"
        if in_ci():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {row["id"]: row["group"] for row in rows}


@cache
def not_built() -> dict[str, str]:
    """The reason why a case does not apply yet, by its id."""
    with NOT_BUILT.open("rb") as file:
        reasons: dict[str, str] = tomllib.load(file)
    return reasons


@cache
def marked() -> frozenset[str]:
    """The ids that some test is marked with."""
    return frozenset(case for path in (ROOT / "tests").rglob("test_*.py") for case in marks(ast.parse(path.read_text("utf-8"))))


def marks(tree: ast.Module) -> Iterator[str]:
    """The ids in `pytest.mark.attack(…)`; where one is computed, every string of the module that is an id counts."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_mark(node.func)]
    arguments = [argument for call in calls for argument in call.args]
    if all(isinstance(argument, ast.Constant) for argument in arguments):
        yield from (str(argument.value) for argument in arguments if isinstance(argument, ast.Constant))
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CASE.fullmatch(node.value):
            yield node.value


def _is_mark(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr == "attack"


def test_every_case_is_tested_or_waits_for_what_it_attacks() -> None:
    wanted = {case for case, group in catalogue().items() if group in GROUPS}
    assert sorted(wanted - marked() - not_built().keys()) == []


def test_no_case_waits_that_is_marked() -> None:
    catalogue()
    assert sorted(marked() & not_built().keys()) == []


def test_no_case_is_made_up() -> None:
    assert sorted((marked() | not_built().keys()) - catalogue().keys()) == []


def test_every_reason_is_a_sentence() -> None:
    assert [case for case, reason in not_built().items() if not re.fullmatch(r"[A-Z].{20,200}\.", reason)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('@pytest.mark.attack("SIG-001")\ndef test(): ...', ["SIG-001"]),
        ('@pytest.mark.attack("SIG-001", "SIG-002")\ndef test(): ...', ["SIG-001", "SIG-002"]),
        (
            'X = ["SIG-002"]\n@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.attack(x)) for x in X])\ndef test(x): ...',
            ["SIG-002"],
        ),
        ('X = "SIG-003"\ndef test(): ...', []),
    ],
)
def test_a_mark_is_found_wherever_it_stands(source: str, found: list[str]) -> None:
    assert list(marks(ast.parse(source))) == found
