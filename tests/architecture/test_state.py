"""Nothing is remembered at the level of a module: state hangs off a site, an object or the database."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import modules, relative, tree_of

CONTAINERS = {"Counter", "OrderedDict", "WeakKeyDictionary", "WeakSet", "WeakValueDictionary", "bytearray", "defaultdict", "deque", "dict",
              "list", "set"}  # fmt: skip
CHANGES = {"add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "insert", "intersection_update", "move_to_end",
           "pop", "popitem", "popleft", "remove", "setdefault", "sort", "subtract", "symmetric_difference_update", "update"}  # fmt: skip


def remembered(tree: ast.Module) -> Iterator[str]:
    """The module-level names that a function of the module changes, and its `global` statements."""
    names = set(_containers(tree))
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        own = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                yield f"line {node.lineno}: global {', '.join(node.names)}"
            elif (name := _changed_name(node)) in names - own:
                yield f"{name} is changed by a function"


def _containers(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                if _is_container(value):
                    yield name


def _is_container(value: ast.expr) -> bool:
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    match value:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in CONTAINERS
    return False


def _changed_name(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in CHANGES:
            return name
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return name
        case ast.AugAssign(target=ast.Name(id=name)):
            return name
    return None


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_a_module_remembers_nothing(path: Path) -> None:
    assert sorted(set(remembered(tree_of(path)))) == []


@pytest.mark.parametrize(
    "source",
    [
        "seen = []\ndef f(x): seen.append(x)",
        "seen: dict[str, int] = {}\ndef f(x): seen[x] = 1",
        "from collections import deque\nseen = deque()\ndef f(x):\n    def g(): seen.popleft()",
        "seen = set()\nasync def f(x): seen.discard(x)",
        "count = 0\ndef f():\n    global count\n    count += 1",
        "seen = {}\ndef f(x): del seen[x]",
    ],
)
def test_a_module_that_remembers_is_found_out(source: str) -> None:
    assert list(remembered(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "TABLE = {'a': 1}\ndef f(x): return TABLE[x]",
        "seen = []\nfor x in range(3): seen.append(x)",
        "names = []\ndef f(names): names.append(1)",
    ],
)
def test_a_table_that_is_only_read_is_no_memory(source: str) -> None:
    assert list(remembered(ast.parse(source))) == []
