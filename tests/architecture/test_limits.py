"""Every limit of the table is enforced somewhere and tested somewhere."""

import ast
import re

from fedirse.base import limits
from tests.architecture.source import PACKAGE, modules, text_of, tree_of
from tests.fixtures_folder import ROOT

LIMITS = {name for name in vars(limits) if name.isupper()}
TABLE = PACKAGE / "base" / "limits.py"


def used_names() -> set[str]:
    """Every name and attribute that fedirse mentions outside the table, imports not counted."""
    names: set[str] = set()
    for path in modules():
        if path != TABLE:
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.Name):
                    names.add(node.id)
                elif isinstance(node, ast.Attribute):
                    names.add(node.attr)
    return names


def words_of_tests() -> set[str]:
    """Every word in capitals in the tests."""
    return {word for path in (ROOT / "tests").rglob("*.py") for word in re.findall(r"\b[A-Z][A-Z0-9_]+\b", text_of(path))}


def test_every_limit_is_enforced() -> None:
    assert sorted(LIMITS - used_names()) == []


def test_every_limit_is_tested() -> None:
    assert sorted(LIMITS - words_of_tests()) == []
