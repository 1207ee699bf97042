"""Faults that are put under a running process: system calls that fail, disks that are full, locks that others hold."""

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from tests.fixtures_folder import in_ci

SMALL_DISK = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"')
"""Followed by the size, the folder that the file system of its own covers, and the command that sees it there."""


@asynccontextmanager
async def failing(pid: int, call: str, fault: str) -> AsyncIterator[None]:
    """strace on a running process and all its threads: `call` fails as `fault` says, for instance `error=ENOSPC:when=3+`."""
    command = ("strace", "-f", "-p", str(pid), "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{fault}")
    strace = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert strace.stderr is not None
    assert b"attached" in await strace.stderr.readline()
    try:
        yield
    finally:
        if strace.returncode is None:
            strace.terminate()
            await strace.wait()


@contextmanager
def write_lock(path: Path) -> Iterator[None]:
    """Another program holds the write lock of a database."""
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


def need_strace() -> None:
    """Without strace, and the permission to use it, the calling test is skipped, or fails where CI=true."""
    if shutil.which("strace") is None or _fails("strace", "-o", "/dev/null", "true"):
        _without("making system calls fail needs strace and the permission to use it")


def need_small_disk(folder: Path) -> None:
    """As `need_strace`, for a file system of its own."""
    if shutil.which("unshare") is None or _fails(*SMALL_DISK, "1m", str(folder), "true"):
        _without("a small file system of its own needs unprivileged user namespaces")


def _fails(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode != 0


def _without(reason: str) -> None:
    pytest.fail(reason) if in_ci() else pytest.skip(reason)
