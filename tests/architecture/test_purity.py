"""Pure modules take values and return values: no waiting, no files, no clock, no chance, no memory of an earlier call."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, imported_by, modules, relative, tree_of

PURE_FILES = {"model.py", "rules.py", "wire.py"}
PURE_PATHS = {PACKAGE / "outbox" / "outcome.py", PACKAGE / "outbox" / "retry.py", PACKAGE / "remote" / "guard.py"}
IMPURE_MODULES = {
    "asyncio", "contextvars", "fedirse.base.clock", "fedirse.base.counters", "fedirse.base.settings", "fileinput", "gc", "glob",
    "importlib.resources", "io", "logging", "os", "pathlib", "pickle", "pkgutil", "random", "sched", "secrets", "shelve", "shutil", "socket",
    "sys", "tempfile", "threading", "time", "uuid", "warnings", "weakref",
}  # fmt: skip
IMPURE_CALLS = {"breakpoint", "compile", "eval", "exec", "input", "open", "print"}
CLOCKS = {"now", "today", "utcnow"}
WAITING = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)


def impurities(tree: ast.Module) -> Iterator[str]:
    """What keeps a module from being pure, with its line."""
    for name in sorted(imported_by(tree) & IMPURE_MODULES):
        yield f"imports {name}"
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield f"line {node.lineno}: {name}()"
            case ast.Attribute(value=ast.Name(id="date" | "datetime" | "dt"), attr=name) if name in CLOCKS:
                yield f"line {node.lineno}: reads the clock"
            case ast.Global():
                yield f"line {node.lineno}: global"
            case ast.AST() if isinstance(node, WAITING):
                yield f"line {node.lineno}: waits"


def pure_modules() -> list[Path]:
    protocol = PACKAGE / "activitypub"
    return [path for path in modules() if path in PURE_PATHS or path.is_relative_to(protocol) or path.name in PURE_FILES]


@pytest.mark.parametrize("path", pure_modules(), ids=relative)
def test_a_pure_module_only_computes(path: Path) -> None:
    assert list(impurities(tree_of(path))) == []


def test_the_pure_modules_of_the_shells_are_where_they_are_looked_for() -> None:
    assert [relative(path) for path in sorted(PURE_PATHS) if not path.exists()] == []


@pytest.mark.parametrize(
    "source",
    [
        "async def fetch(): ...",
        "def f(): return open('x')",
        "import time",
        "from time import monotonic",
        "from datetime import datetime\nat = datetime.now()",
        "from datetime import date\nat = date.today()",
        "from datetime import datetime\nclock = datetime.utcnow",
        "from random import choice",
        "import secrets",
        "from fedirse.base.clock import Clock",
        "from importlib import resources\nfrom importlib.resources import files",
        "import logging",
        "def f():\n    global seen\n    seen = 1",
    ],
)
def test_an_impure_module_is_found_out(source: str) -> None:
    assert list(impurities(ast.parse(source)))


def test_dates_that_are_handed_in_are_pure() -> None:
    assert list(impurities(ast.parse("from datetime import datetime\ndef late(now: datetime, due: datetime): return now > due"))) == []
