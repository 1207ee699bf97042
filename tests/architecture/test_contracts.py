"""The import contracts of pyproject.toml hold, and each of them breaks when somebody imports the wrong way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures_folder import ROOT

BROKEN_ON_PURPOSE = {
    "a lower layer imports a higher one": ("layers", {"base/sabotage.py": "import fedirse.activitypub"}),
    "two shells of one layer meet": ("layers", {"inbox/sabotage.py": "import fedirse.outbox.sabotage", "outbox/sabotage.py": ""}),
    "a package has no place in the layers": ("layers", {"elsewhere/__init__.py": ""}),
    "a feature imports another": (
        "features",
        {"features/one/actions.py": "import fedirse.features.two.rules", "features/two/rules.py": ""},
    ),
    "the shared ground is imported upwards": (
        "social",
        {"social/accounts/sabotage.py": "import fedirse.social.posts.sabotage", "social/posts/sabotage.py": ""},
    ),
    "the protocol reaches the network": ("pure", {"activitypub/sabotage.py": "import httpx"}),
    "the protocol reaches chance": ("pure", {"activitypub/sabotage.py": "import secrets"}),
    "rules reach the database through a neighbour": (
        "pure",
        {"features/one/rules.py": "import fedirse.features.one.store", "features/one/store.py": "import sqlalchemy"},
    ),
    "an action writes SQL": ("sql", {"features/one/actions.py": "from sqlalchemy import select"}),
    "a handler fetches by itself": ("http", {"features/one/receive.py": "import httpx"}),
    "two neighbours import each other": (
        "cycles",
        {"base/sabotage.py": "import fedirse.base.sabotaged", "base/sabotaged.py": "import fedirse.base.sabotage"},
    ),
}


def test_the_contracts_hold() -> None:
    outcome = lint_imports(ROOT)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(("contract", "files"), BROKEN_ON_PURPOSE.values(), ids=BROKEN_ON_PURPOSE.keys())
def test_a_forbidden_import_breaks_the_contract(contract: str, files: dict[str, str], tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "fedirse", tmp_path / "fedirse", ignore=shutil.ignore_patterns("__pycache__"))
    for name, source in files.items():
        write_module(tmp_path / "fedirse", name, source)
    outcome = lint_imports(tmp_path, contract)
    assert outcome.returncode == 1, outcome.stdout
    assert "BROKEN" in outcome.stdout


def write_module(package: Path, name: str, source: str) -> None:
    """Writes the module, and makes a package of every folder on the way to it."""
    path = package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.relative_to(package).parents:
        (package / folder / "__init__.py").touch()
    path.write_text(f"{source}\n")


def lint_imports(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs import-linter on the package in `folder`, with the contracts of its pyproject.toml, or with one of them."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache", "--no-logo"]
    if contract is not None:
        command += ["--contract", contract]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False, timeout=60
    )
