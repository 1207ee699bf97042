"""docs/slices.md leads whoever writes the next slice to files that exist, to one for each step, and to what it says is in them."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, relative, text_of
from tests.fixtures_folder import ROOT

DOCUMENT = ROOT / "docs" / "slices.md"
SLICE = PACKAGE / "features" / "announcements"
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
STEP = re.compile(r"^\| (?P<step>[^|]+) \| \[[^\]]+\]\((?P<file>[^)]+)\) \| (?P<look>[^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")
WITHOUT = {"commands.py"}
"""Names of files that this slice does without."""


def linked(path: str) -> Path:
    """The file or folder that a link in the document leads to."""
    return (DOCUMENT.parent / path).resolve()


def steps() -> list[tuple[str, Path, str]]:
    """The rows of the first table: what is to be done, the file that shows it, the thing to look at."""
    table = text_of(DOCUMENT).partition("## In the folder")[2].partition("\n## ")[0]
    return [(found["step"], linked(found["file"]), found["look"]) for found in STEP.finditer(table)]


def names_of_architecture() -> set[str]:
    """The files that a slice may have, as ARCHITECTURE.md lists them."""
    table = text_of(ROOT / "ARCHITECTURE.md").partition("## The files of a slice")[2].partition("\n## ")[0]
    return {name for row in table.splitlines() if row.startswith("| `") for name in NAMED.findall(row.split("|")[1])}


def test_every_link_leads_somewhere() -> None:
    found = LINK.findall(text_of(DOCUMENT))
    assert found
    assert [path for path in found if not path.startswith("https://") and not linked(path).exists()] == []


def test_every_row_of_the_table_is_a_step() -> None:
    table = text_of(DOCUMENT).partition("## In the folder")[2].partition("\n## ")[0]
    rows = [row for row in table.splitlines() if row.startswith("| ")]
    assert len(rows) == len(steps()) + 1


def test_each_step_has_a_file_of_the_slice_to_itself() -> None:
    files = [file for _, file, _ in steps()]
    assert sorted(set(files)) == sorted(files)
    assert [relative(file) for file in files if SLICE not in file.parents] == []


@pytest.mark.parametrize(("file", "look"), [(file, look) for _, file, look in steps()], ids=[relative(file) for _, file, _ in steps()])
def test_what_a_step_says_to_look_at_is_in_its_file(file: Path, look: str) -> None:
    for name in NAMED.findall(look):
        assert re.search(rf"\b{re.escape(name)}\b", text_of(file)), f"{relative(file)} has no {name}"


def test_every_kind_of_file_that_a_slice_may_have_is_shown() -> None:
    shown = {file.name for _, file, _ in steps()} | {f"{file.parent.name}/" for _, file, _ in steps()}
    assert names_of_architecture() - shown == WITHOUT
    assert not any((SLICE / name).exists() for name in WITHOUT)


def test_what_the_manifest_is_said_to_connect_is_there() -> None:
    table = text_of(DOCUMENT).partition("## What the manifest connects")[2].partition("\n## ")[0]
    named = {name for row in table.splitlines() if row.startswith("| `") for name in NAMED.findall(row.split("|")[1])}
    manifest = text_of(SLICE / "manifest.py")
    assert named
    assert [name for name in sorted(named) if f"    {name}=" not in manifest] == []


def test_a_link_to_nothing_and_a_name_that_is_nowhere_would_be_seen() -> None:
    assert not linked("../fedirse/features/announcements/queries.py").exists()
    assert LINK.findall("[x](../fedirse/assembly.py#top), [y](adr)") == ["../fedirse/assembly.py", "adr"]
    assert STEP.search("| Decide | [rules.py](../fedirse/rules.py) | `next` |")
