"""Every text that the program may show on a page, found in its templates and its code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2.ext import babel_extract

from fedirse.base import errors
from fedirse.web.languages import PACKAGE

Message = str | tuple[str, ...]

MARKERS = {"N_": 0, "NavigationItem": 0, "InvalidInput": 0, "go_on": 2, "gettext": 0}
"""Functions whose argument at that place is translated sooner or later."""

PLURALS = {"Counted"}
"""Functions whose first two arguments are the singular and the plural of one message."""

ARGUMENTS = {"public_message", "notice"}
"""Named arguments that are translated sooner or later."""

COMMAND_LINE = {"cli.py", "commands.py", "commanding.py", "installation.py", "settings.py", "__main__.py"}
"""Files that speak to operators only, in English; and so do these folders:"""

OPERATORS = {"operations", "storage", "demo"}


def spoken() -> Iterator[tuple[Path, Message]]:
    """Each text with the file it stands in; a plural is a pair."""
    for template in sorted(PACKAGE.glob("**/templates/**/*.html")):
        with template.open("rb") as file:
            for _, _, found, _ in babel_extract(file, ("_", "gettext", "ngettext"), [], {"newstyle_gettext": "true"}):
                yield template, found if isinstance(found, str) else _only_texts(found or ())
    for module in sorted(PACKAGE.glob("**/*.py")):
        if module.name not in COMMAND_LINE and not OPERATORS.intersection(module.relative_to(PACKAGE).parts):
            for message in _said_in(ast.parse(module.read_text(encoding="utf-8"))):
                yield module, message
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.FedirseError):
            yield Path(errors.__file__), kind.default_public_message


def untranslatable() -> Iterator[str]:
    """Places where a text is put together before it could be translated."""
    for module in sorted(PACKAGE.glob("**/*.py")):
        if module.name in COMMAND_LINE or OPERATORS.intersection(module.relative_to(PACKAGE).parts):
            continue
        for call, text in _texts(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(text, ast.JoinedStr):
                yield f"{module.relative_to(PACKAGE)}:{call.lineno}"


def _said_in(tree: ast.Module) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PLURALS:
            yield tuple(text.value for text in node.args[:2] if isinstance(text, ast.Constant) and isinstance(text.value, str))
    for _, text in _texts(tree):
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
            yield text.value


def _texts(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.expr]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = MARKERS.get(name)
        if place is not None and len(node.args) > place:
            yield node, node.args[place]
        for argument in node.keywords:
            if argument.arg in ARGUMENTS:
                yield node, argument.value


def _only_texts(found: tuple[str | None, ...]) -> Message:
    texts = tuple(text for text in found if text is not None)
    return texts[0] if len(texts) == 1 else texts
