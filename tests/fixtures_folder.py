"""Where the captured documents and vectors beside the project are, and what a test does when they are not there."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
"""The project's own folder."""


def fixtures(*parts: str) -> Path:
    """The folder or file of that name among the documents beside the project.

    `FEDIRSE_FIXTURES` names the folder; without it `../shared/fixtures` is looked at. When it is missing the calling test is
    skipped and says why, or fails when the environment says CI=true. May be called while a module is imported, for a list of
    parameters: then the whole module is skipped.
    """
    folder = Path(os.environ.get("FEDIRSE_FIXTURES") or ROOT.parent / "shared" / "fixtures").resolve()
    wanted = folder.joinpath(*parts)
    if not wanted.exists():
        _missing(f"no {'/'.join(parts) or 'documents'} in {folder}: set FEDIRSE_FIXTURES to the folder that has them")
    return wanted


def in_ci() -> bool:
    """Whether what is missing is a failure here and not a reason to skip."""
    return os.environ.get("CI", "").lower() == "true"


def _missing(reason: str) -> None:
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)
