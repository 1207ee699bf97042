"""Folders and files are named after what they are about, and the files of a slice after their jobs (ARCHITECTURE.md)."""

from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import PACKAGE, modules, project_files, relative
from tests.fixtures_folder import ROOT

SAY_NOTHING = {"common", "helper", "helpers", "manager", "managers", "misc", "service", "services", "shared", "util", "utilities", "utils"}
SLICE_FILES = {"__init__", "actions", "commands", "jobs", "manifest", "model", "pages", "receive", "rules", "store", "views", "wire"}
SLICE_FOLDERS = {"messages", "static", "templates"}
OF_THEIR_OWN = {
    PACKAGE / "social" / "media" / "encoder.py": "a program of its own (docs/adr/0008)",
    PACKAGE / "social" / "accounts" / "visitors.py": "who asks, and the gate before every page (docs/adr/0009)",
}
"""Files with another name, each with the decision that gave it."""


def misnamed(paths: Iterator[Path]) -> list[str]:
    """The paths, relative to the project, with a folder or module whose name says nothing."""
    return [path.as_posix() for path in paths if SAY_NOTHING & {*path.parent.parts, path.stem}]


def strangers(feature: Path) -> list[str]:
    """What lies in a slice and has none of those names; sub-slices are looked into."""
    found = []
    for path in sorted(feature.iterdir()):
        if path.name == "__pycache__" or (path.is_dir() and path.name in SLICE_FOLDERS):
            continue
        if path.is_dir():
            found += strangers(path)
        elif path not in OF_THEIR_OWN and (path.suffix != ".py" or path.stem not in SLICE_FILES):
            found.append(path.name)
    return found


def slices() -> list[Path]:
    folders = [*(PACKAGE / "features").iterdir(), *(PACKAGE / "social").iterdir()]
    return [path for path in sorted(folders) if path.is_dir() and path.name != "__pycache__"]


def test_every_name_says_what_the_file_is_about() -> None:
    assert misnamed(path.relative_to(ROOT) for path in project_files() if path.suffix == ".py") == []


def test_a_name_that_says_nothing_is_found_out() -> None:
    assert misnamed(iter([Path("fedirse/web/utils.py"), Path("tests/helpers/people.py"), Path("fedirse/web/forms.py")])) == [
        "fedirse/web/utils.py",
        "tests/helpers/people.py",
    ]


def test_a_slice_has_only_the_nine_files() -> None:
    assert {relative(feature): found for feature in slices() if (found := strangers(feature))} == {}


def test_a_tenth_file_in_a_slice_is_found_out(tmp_path: Path) -> None:
    for name in ("rules.py", "queries.py", "board/store.py", "board/cache.py", "templates/page.html", "static/style.css", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert strangers(tmp_path) == ["cache.py", "notes.txt", "queries.py"]


def test_every_folder_with_modules_is_a_package() -> None:
    # Without __init__.py the import contracts do not see the folder at all.
    folders = {path.parent for path in modules() if not path.is_relative_to(PACKAGE / "storage" / "migrations")}
    assert [relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
