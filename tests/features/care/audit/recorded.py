"""Every deed that the program may record, with the details that go with it, read from its source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fedirse.social.moderation.reports.model import ReportState
from fedirse.web.languages import PACKAGE

RECORDING = "fedirse.storage.audit"
NO_DETAILS = {"account_id", "who"}
"""Named arguments of `record` that are columns of their own."""

COMPUTED = {"report.": [state.value for state in ReportState if state is not ReportState.OPEN]}
"""By the beginning of a deed whose end is computed: what the end may be."""

UNPACKED = {"site.restored": {"disabled", "erased", "gone"}}
"""By deed: the details that stand in no call, because a mapping is handed over."""


@dataclass(frozen=True)
class Recorded:
    """One place that records something.

    Attributes:
        place: file and line.
        deeds: what it may record; empty when that, or its details, cannot be read from the source.
        details: the names of the details.
    """

    place: str
    deeds: tuple[str, ...]
    details: frozenset[str]


def recorded() -> Iterator[Recorded]:
    """Every place of the program that writes into the audit log."""
    for module in sorted(PACKAGE.glob("**/*.py")):
        text = module.read_text(encoding="utf-8")
        if RECORDING in text:
            yield from recorded_in(ast.parse(text), module)


def recorded_in(tree: ast.Module, module: Path = Path("module.py")) -> Iterator[Recorded]:
    """Those of one module: calls of `record`, and of functions of the module that hand a deed on to it."""
    known = _imported(tree)
    if not known:
        return
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    handing_on = {function.name: place for function in functions if (place := _hands_on(function, known)) is not None}
    for function in functions:
        for call in _calls(function, {*known, *handing_on}):
            name = _name_of(call)
            place = 1 if name in known else handing_on[name]
            deeds = _values(call.args[place], function) if len(call.args) > place else ()
            if name in known and _hands_on(function, known) is not None:
                continue  # whoever calls this function is looked at
            details = {argument.arg for argument in call.keywords if argument.arg is not None} - NO_DETAILS
            if any(argument.arg is None for argument in call.keywords):
                deeds = [deed for deed in deeds if deed in UNPACKED]
                details |= {name for deed in deeds for name in UNPACKED[deed]}
            yield Recorded(f"{_place_of(module)}:{call.lineno}", tuple(deeds), frozenset(details))


def _place_of(module: Path) -> str:
    """The file as people find it: many have the same name."""
    return str(module.relative_to(PACKAGE)) if module.is_absolute() else str(module)


def _imported(tree: ast.Module) -> set[str]:
    """What `record` is called in the module."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == RECORDING
        for alias in node.names
        if alias.name == "record"
    }


def _hands_on(function: ast.FunctionDef, known: set[str]) -> int | None:
    """At which place the function takes a deed that it hands on; None when it does not."""
    names = [argument.arg for argument in function.args.args]
    for call in _calls(function, known):
        deed = call.args[1] if len(call.args) > 1 else None
        if isinstance(deed, ast.Name) and deed.id in names:
            return names.index(deed.id)
    return None


def _calls(function: ast.FunctionDef, names: set[str]) -> Iterator[ast.Call]:
    """The calls of these functions, but not those inside of a function within, which is looked at by itself."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.Call) and _name_of(node) in names:
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def _name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", "")


def _values(deed: ast.expr, function: ast.FunctionDef) -> list[str]:
    match deed:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*_values(one, function), *_values(other, function)]
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), ast.FormattedValue()]):
            return [f"{beginning}{end}" for end in COMPUTED.get(beginning, ())]
        case ast.Name(id=name):
            set_to = [
                node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name for target in node.targets)
            ]
            return [value for expression in set_to for value in _values(expression, function)]
    return []
