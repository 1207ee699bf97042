"""The documents keep up with the scripts and settings, and no file tells where it was made."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from fedirse.base.settings import ProcessSettings, SiteSettings
from tests.architecture.source import project_files, relative, text_of
from tests.fixtures_folder import ROOT

# Not preceded by a letter or a dot: the path of an address on the web is no place on a machine.
MACHINE_PATH = re.compile(r"(?<![\w.\-/~])/(?:home|root|work|Users)/[\w.]")
LOCK_FILES = [
    path for path in project_files() if path.match("requirements/*.txt") or ("lock" in path.name and path.suffix in {".json", ".yaml"})
]
SETTINGS = [field.name for kind in (ProcessSettings, SiteSettings) for field in msgspec.structs.fields(kind)]


def scripts() -> list[Path]:
    return [path for path in project_files() if path.parent == ROOT / "scripts"]


def documents() -> str:
    """The text of every document a reader is sent to."""
    return "\n".join(text_of(path) for path in project_files() if path.suffix == ".md")


@pytest.mark.parametrize("script", scripts(), ids=relative)
def test_a_script_is_documented(script: Path) -> None:
    assert f"scripts/{script.name}" in documents()


@pytest.mark.parametrize("name", sorted(set(SETTINGS)))
def test_a_setting_is_documented_for_the_operator(name: str) -> None:
    assert f"`{name}`" in text_of(ROOT / "docs" / "operators.md")


def test_no_file_names_a_folder_of_the_machine_it_was_made_on() -> None:
    found = {relative(path): MACHINE_PATH.findall(text_of(path)) for path in project_files()}
    assert {name: paths for name, paths in found.items() if paths} == {}


def test_a_folder_of_the_machine_is_found_out() -> None:
    assert MACHINE_PATH.search("see " + "/home" + "/somebody/fedirse")
    assert not MACHINE_PATH.search("https://example.org/home" + "/page")


@pytest.mark.parametrize("path", LOCK_FILES, ids=relative)
def test_a_lock_file_names_no_registry(path: Path) -> None:
    if path.suffix == ".json":
        packages = json.loads(text_of(path)).get("packages", {})
        assert [name for name, package in packages.items() if "resolved" in package] == []
    else:
        assert re.findall(r"https?://\S+|^--(?:index|extra-index|find-links)\S*", text_of(path), re.MULTILINE) == []


def test_every_package_of_the_lock_files_has_its_hashes() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        pinned = re.findall(r"^([\w.\-]+)==.*?(?=^[\w.\-]+==|\Z)", text_of(path), re.MULTILINE | re.DOTALL)
        hashed = re.findall(r"^([\w.\-]+)==[^\n]* \\\n    --hash=sha256:", text_of(path), re.MULTILINE)
        assert pinned == hashed
