"""The two journeys that ARCHITECTURE.md tells lead through files that exist, seven at most, and go down the layers."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, imported_by, text_of, tree_of
from tests.fixtures_folder import ROOT

JOURNEYS = ("in", "out")
MOST_FILES = 7


def files_of(journey: str, document: str) -> list[Path]:
    """The files named in backticks between `<!-- journey:in -->` and `<!-- /journey -->`, in order, each once."""
    found = re.search(rf"<!-- journey:{journey} -->(.*?)<!-- /journey -->", document, re.DOTALL)
    assert found, f"ARCHITECTURE.md has no journey:{journey}"
    names = re.findall(r"`(?:fedirse/)?([\w/]+\.py)`", found[1])
    return [PACKAGE / name for name in dict.fromkeys(names)]


def layers() -> dict[str, int]:
    """Every package of the layers contract with its height; the lowest is 0."""
    contracts = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return {name: height for height, line in enumerate(reversed(lines)) for name in re.findall(r"\w+", line)}


def upward_imports(path: Path) -> set[str]:
    """What a file imports from higher layers than its own."""
    heights = layers()
    own = heights[path.relative_to(PACKAGE).with_suffix("").parts[0]]
    packages = {name.split(".")[1] for name in imported_by(tree_of(path)) if name.startswith("fedirse.")}
    return {package for package in packages if heights.get(package, -1) > own}


@pytest.fixture(scope="module")
def architecture() -> str:
    return text_of(ROOT / "ARCHITECTURE.md")


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_journey_is_short_enough_to_be_read(journey: str, architecture: str) -> None:
    assert 0 < len(files_of(journey, architecture)) <= MOST_FILES


@pytest.mark.parametrize("journey", JOURNEYS)
def test_the_files_of_a_journey_exist(journey: str, architecture: str) -> None:
    assert [path.name for path in files_of(journey, architecture) if not path.exists()] == []


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_journey_leads_down_the_layers(journey: str, architecture: str) -> None:
    assert {path.name: up for path in files_of(journey, architecture) if (up := upward_imports(path))} == {}
