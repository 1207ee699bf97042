"""`fedirse queue` on a site where nothing waits, and where somebody is not sure."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from fedirse.installation import make_sites, read_wish
from tests.programs import fedirse


@pytest.fixture
def root(tmp_path: Path) -> Path:
    asyncio.run(make_sites(tmp_path / "root", [read_wish({"domain": "magasin.example"}, development=False)], development=False))
    return tmp_path / "root"


def queue(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return fedirse("queue", *words, "--root", str(root))


def test_an_empty_queue_says_so_in_words_and_in_json(root: Path) -> None:
    assert queue(root, "list").stdout == "Nothing waits to be sent.\n"
    assert queue(root, "list", "--json").stdout == "[]\n"
    assert queue(root, "retry").stdout == "Deliveries that are tried now: 0.\n"


def test_dropping_must_be_meant(root: Path) -> None:
    refused = queue(root, "drop")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert queue(root, "drop", "--yes").stdout == "Deliveries that were dropped: 0.\n"


def test_a_peer_that_nothing_waits_for_is_named(root: Path) -> None:
    refused = queue(root, "retry", "--peer", "Other.example")
    assert refused.returncode == 1
    assert refused.stderr == "fedirse: Nothing waits for other.example.\n"
