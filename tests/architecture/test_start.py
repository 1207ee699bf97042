"""A site starts light: what is heavy and seldom used is imported when it is used."""

import subprocess
import sys

from tests.architecture.source import PACKAGE, modules
from tests.fixtures_folder import ROOT

HEAVY = {"PIL", "alembic", "asyncpg", "authlib", "pyld", "pywebpush", "webauthn"}


def dotted_names() -> list[str]:
    """Every module that serving may import; Alembic loads the migrations, and only when it runs."""
    paths = [path.relative_to(ROOT).with_suffix("") for path in modules() if not path.is_relative_to(PACKAGE / "storage" / "migrations")]
    return [".".join(path.parts).removesuffix(".__init__") for path in paths if path.name != "__main__"]


def test_importing_all_of_fedirse_imports_nothing_heavy() -> None:
    program = f"import importlib, sys\nfor name in {dotted_names()!r}: importlib.import_module(name)\nprint(*sys.modules)"
    outcome = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert outcome.returncode == 0, outcome.stderr
    assert HEAVY & {name.partition(".")[0] for name in outcome.stdout.split()} == set()
