"""Programs that some tests start: those of the machine, and fedirse itself."""

import io
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

import pytest

from fedirse import cli
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


def fedirse(*words: str) -> subprocess.CompletedProcess[str]:
    """What `fedirse WORDS` says and how it ends, run in this process, because to start another one takes far longer.

    That the program itself does the same is shown where it is started: in `tests/interop/test_fedirse_program.py` and `tests/operations`.
    """
    said, complained, code = io.StringIO(), io.StringIO(), 0
    with patch.object(sys, "argv", ["fedirse", *words]), redirect_stdout(said), redirect_stderr(complained):
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(["fedirse", *words], code, said.getvalue(), complained.getvalue())
