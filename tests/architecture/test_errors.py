"""The tree in the docstring of base/errors.py is the tree of the classes."""

import inspect
import re

from fedirse.base import errors

LINE = re.compile(r"^ {4}(?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: {2,}(?P<sentence>.+))?$")
STEP = 4


def documented() -> dict[str, str | None]:
    """Every class of the docstring's tree with the class it hangs from."""
    parents: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = LINE.match(line)
        if found:
            depth = len(found["branch"]) // STEP
            path = [*path[:depth], found["name"]]
            parents[found["name"]] = path[-2] if depth else None
    return parents


def classes() -> list[type[errors.FedirseError]]:
    """Every error class of the module."""
    return [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, errors.FedirseError)]


def defined() -> dict[str, str | None]:
    """Every error class with the class it derives from."""
    return {kind.__name__: None if kind is errors.FedirseError else kind.__bases__[0].__name__ for kind in classes()}


def test_the_documented_tree_is_the_tree_of_the_classes() -> None:
    assert documented() == defined()


def test_every_reason_is_kebab_case_and_has_one_class() -> None:
    reasons = [kind.default_reason for kind in classes()]
    assert sorted(reasons) == sorted(set(reasons))
    assert [reason for reason in reasons if not re.fullmatch(r"[a-z]+(-[a-z]+)*", reason)] == []
