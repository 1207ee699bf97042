"""`scripts/update` as an operator runs it: in a clone, with a running service, against versions that are well and versions that are not.

The tests are one story in the order they stand in, because each version builds on the one before and installing takes minutes.
"""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fedirse import __version__
from fedirse.operations.verify import verify_backup
from fedirse.storage.migration import LATEST, schema_version
from tests.deploy.machine import Machine
from tests.operations.sites import QUIET
from tests.programs import find_program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

GOOD, BAD = f"{int(LATEST) + 1:04}", f"{int(LATEST) + 2:04}"
ACCOUNT = "nobody-of-this-machine"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    find_program("git")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    machine = Machine(tmp_path_factory.mktemp("machine"), port)
    try:
        machine.set_up()
        yield machine
    finally:
        machine.switch_off()


def update(machine: Machine, *words: str) -> subprocess.CompletedProcess[str]:
    return machine.run("env", f"FEDIRSE_ACCOUNT={ACCOUNT}", "scripts/update", *words)


def write_version(machine: Machine, version: str, revision: str, before: str, lines: str) -> str:
    """Release a version with a new revision of the database; returns the name git gives it."""
    package = machine.source / "fedirse"
    change(package / "__init__.py", "__version__ = ", f"__version__ = {version!r}")
    migration = package / "storage" / "migration.py"
    change(migration, "LATEST: Final = ", f'LATEST: Final = "{revision}"')
    source = f"from alembic import op\nrevision = {revision!r}\ndown_revision = {before!r}\n\ndef upgrade():\n    {lines}\n"
    (package / "storage" / "migrations" / "versions" / f"{revision}_test.py").write_text(source)
    return machine.release()


def change(path: Path, beginning: str, line: str) -> None:
    lines = path.read_text().splitlines(keepends=True)
    assert sum(text.startswith(beginning) for text in lines) == 1
    path.write_text("".join(f"{line}\n" if text.startswith(beginning) else text for text in lines))


def backups(machine: Machine) -> list[Path]:
    return sorted((machine.root / "backups").glob("*.tar"))


def test_a_version_that_cannot_be_fetched_stops_nothing(machine: Machine) -> None:
    away = machine.source.rename(machine.folder / "away")
    try:
        outcome = update(machine)
    finally:
        away.rename(machine.source)
    assert outcome.returncode == 2
    assert "cannot be fetched" in outcome.stderr
    assert "stop fedirse" not in machine.asked
    assert __version__ in machine.page()


def test_a_new_version_is_installed_backed_up_before_migrated_and_served(machine: Machine) -> None:
    lock = machine.source / "requirements" / "run.txt"
    lock.write_text(f"{lock.read_text()}# another version\n")
    new = write_version(machine, "7.0.1", GOOD, LATEST, 'op.execute("CREATE TABLE new_things (id TEXT)")')
    outcome = update(machine)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert outcome.stdout.splitlines()[-1] == "fedirse 7.0.1"
    assert machine.git(machine.clone, "rev-parse", "HEAD") == new
    assert schema_version(machine.database) == GOOD
    (backup,) = backups(machine)
    assert verify_backup(backup, QUIET).schema == LATEST
    assert machine.asked[-3:] == ["--quiet is-active fedirse", "stop fedirse", "start fedirse"]
    assert '"7.0.1"' in machine.page()


def test_a_version_that_makes_a_site_red_is_gone_back_from(machine: Machine) -> None:
    before = machine.git(machine.clone, "rev-parse", "HEAD")
    write_version(machine, "7.0.2", BAD, GOOD, 'op.execute("DELETE FROM own_keys")')
    outcome = update(machine)
    assert outcome.returncode == 1
    assert "every database is as it was before" in outcome.stderr
    assert f"going back to {before}" in outcome.stderr
    assert machine.git(machine.clone, "rev-parse", "HEAD") == before
    assert machine.git(machine.clone, "symbolic-ref", "--short", "HEAD") == "main"
    assert schema_version(machine.database) == GOOD
    assert '"7.0.1"' in machine.page()
    assert machine.run(".venv/bin/fedirse", "doctor", "--root", str(machine.root)).returncode == 0


def test_the_version_after_it_is_taken_like_any_other(machine: Machine) -> None:
    write_version(machine, "7.0.3", BAD, GOOD, 'op.execute("CREATE TABLE more_things (id TEXT)")')
    outcome = update(machine)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert schema_version(machine.database) == BAD
    assert '"7.0.3"' in machine.page()


def test_changes_of_ones_own_are_not_lost_and_the_service_runs_on(machine: Machine) -> None:
    change(machine.source / "fedirse" / "__init__.py", "__version__ = ", "__version__ = '7.0.4'")
    machine.release()
    change(machine.clone / "fedirse" / "__init__.py", "__version__ = ", "__version__ = '7.0.3'  # mine")
    outcome = update(machine)
    assert outcome.returncode == 2
    assert "nothing was changed" in outcome.stderr
    assert "# mine" in (machine.clone / "fedirse" / "__init__.py").read_text()
    assert '"7.0.3"' in machine.page()
    machine.git(machine.clone, "checkout", "--", "fedirse/__init__.py")


def test_a_clone_without_a_branch_or_with_revisions_of_its_own_is_told_what_to_do(machine: Machine) -> None:
    stops = machine.asked.count("stop fedirse")
    machine.git(machine.clone, "checkout", "--quiet", "--detach")
    assert "git switch main" in update(machine).stderr
    machine.git(machine.clone, "switch", "--quiet", "main")
    machine.git(machine.clone, "commit", "--quiet", "--allow-empty", "--message", "Mine")
    assert "revisions of its own" in update(machine).stderr
    machine.git(machine.clone, "reset", "--quiet", "--hard", "HEAD~1")
    assert machine.asked.count("stop fedirse") == stops


def test_an_archive_that_was_unpacked_over_the_folder_is_updated_in_place(machine: Machine) -> None:
    archive = machine.folder / "version.tar"
    machine.git(machine.source, "archive", f"--output={archive}", "HEAD")
    subprocess.run(["tar", "--extract", f"--file={archive}", f"--directory={machine.clone}"], check=True, timeout=60)
    (machine.clone / ".git").rename(machine.folder / "git")
    assert "this is no clone" in update(machine).stderr
    outcome = update(machine, "--here")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert '"7.0.4"' in machine.page()


def test_what_was_made_belongs_to_whoever_the_sites_belong_to(machine: Machine) -> None:
    owner = (machine.root / "sites").stat().st_uid
    assert {path.stat().st_uid for path in machine.root.rglob("*")} == {owner}
    assert len(backups(machine)) >= 4
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in backups(machine))
