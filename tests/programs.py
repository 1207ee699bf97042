"""Programs of the machine that some tests start."""

import shutil

import pytest

from tests.fixtures_folder import in_ci


def find_program(name: str) -> str:
    """The path of an installed program; without it the calling test is skipped, or fails when the environment says CI=true."""
    path = shutil.which(name)
    if path is None:
        reason = f"{name} is not installed"
        if in_ci():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return path
