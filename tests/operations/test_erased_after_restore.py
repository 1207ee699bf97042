"""Who was erased after a backup was made is erased again after a restore, unless whoever restores says that it was a mistake."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fedirse.base.errors import ConfigurationError
from fedirse.base.roles import Role
from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.features.care.privacy.erasure.model import Step
from fedirse.features.care.privacy.erasure.store import find_erasure_of
from fedirse.features.care.privacy.ledger.jobs import replay_ledger
from fedirse.operations.restore import Erasures, restore
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.store import find_account, get_account
from fedirse.storage.actors import find_local_actor
from fedirse.storage.audit import list_entries
from fedirse.storage.erasure_ledger import LEDGER_FILE, load_ledger, person_digest, read_ledger
from fedirse.storage.transaction import Transaction
from tests.federation.network import local, say, texts
from tests.fixtures_folder import ROOT
from tests.operations.sites import QUIET
from tests.operations.town import Town


@pytest.mark.reliability("REL-036")
@pytest.mark.parametrize("readable", [True, False])
async def test_who_was_erased_since_is_closed_at_once_and_erased_again(town: Town, readable: bool) -> None:
    async def write(site: Site) -> None:
        ines = await site.read(find_local_actor, "ines")
        assert ines is not None
        await say(site, ines, "Mes mots")

    await town.serve(write)
    archive = await town.back_up()
    await town.erase("ines")
    if not readable:
        town.lose_database()
    assert town.restore(archive).aftermath.erased == ("ines",)

    with closing(sqlite3.connect(town.folder / "site.db")) as connection:
        assert connection.execute("SELECT disabled_at IS NULL FROM accounts WHERE handle = 'ines'").fetchone() == (0,)
        assert connection.execute("SELECT gone_at IS NULL FROM actors WHERE handle = 'ines'").fetchone() == (0,)

    async def settle(site: Site) -> None:
        await town.network.settle()
        erasure = await site.read(find_erasure_of, "ines")
        assert erasure is not None
        assert erasure.step is Step.DONE
        assert await site.read(find_account, "ines") is None
        assert texts(await local(site)) == []

    await town.serve(settle)


@pytest.mark.reliability("REL-036")
async def test_the_ledger_names_nobody_and_outlasts_one_restore_after_another(town: Town) -> None:
    first = await town.back_up()
    ines = await town.write(find_local_actor, "ines")
    await town.erase("ines")
    ledger = (town.folder / LEDGER_FILE).read_text()
    assert ledger == f"{person_digest(ines.id)} 2026-03-02T09:01:00Z\n"
    second = await town.back_up()
    town.restore(first)
    assert (town.folder / LEDGER_FILE).read_text() == ledger
    town.lose_database()
    assert town.restore(first).aftermath.erased == ("ines",)
    # On another machine, a later backup brings the ledger with it.
    town.root = town.root.with_name("other")
    done = town.restore(second)
    assert (done.folder / LEDGER_FILE).read_text() == ledger


async def test_a_copy_of_the_ledger_is_followed_where_nothing_else_is_left(town: Town, tmp_path: Path) -> None:
    archive = await town.back_up()
    await town.erase("ines")
    copy = Path(shutil.copy(town.folder / LEDGER_FILE, tmp_path / "copy.txt"))
    assert restore(archive, tmp_path / "new", town.clock.now(), QUIET).aftermath.erased == ()
    assert restore(archive, tmp_path / "newer", town.clock.now(), QUIET, erasures=Erasures(read_ledger(copy))).aftermath.erased == ("ines",)


async def test_who_was_erased_by_mistake_can_be_spared_also_after_a_first_restore(town: Town) -> None:
    archive = await town.back_up()
    await town.erase("ines")
    await town.erase("lea")
    assert town.restore(archive).aftermath.erased == ("ines", "lea")
    with pytest.raises(ConfigurationError) as caught:
        town.restore(archive, spare="ines nobody")
    assert caught.value.public_message == "Nobody in the backup is called nobody: nothing was changed."
    done = town.restore(archive, spare="ines").aftermath
    assert (done.erased, done.closed) == (("lea",), ())
    await town.serve(lambda site: town.network.settle())
    assert (await town.write(get_account, "ines")).disabled_at is None
    assert await town.write(find_account, "lea") is None
    assert town.restore(archive).aftermath.erased == ("lea",)


def test_the_command_names_a_ledger_that_cannot_be_read(tmp_path: Path) -> None:
    words = ["restore", str(tmp_path / "none.tar"), "--root", str(tmp_path / "new"), "--erasures", str(tmp_path / "missing.txt")]
    command = [sys.executable, "-m", "fedirse", *words]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert outcome.returncode == 1
    assert "missing.txt cannot be read" in outcome.stderr
    assert not (tmp_path / "new").exists()


async def test_a_ledger_with_damaged_lines_still_tells_the_rest(town: Town) -> None:
    archive = await town.back_up()
    ines = await town.write(find_local_actor, "ines")
    lines = [
        "\x00\xff",
        person_digest("x")[:40],
        f"{person_digest('y')} 2026-13-02T09:01:00Z",
        f"{person_digest(ines.id)} 2026-03-02T09:01:00Z",
    ]
    (town.folder / LEDGER_FILE).write_bytes("\n".join(lines).encode("latin-1"))
    assert load_ledger(town.folder).keys() == {person_digest(ines.id)}
    assert town.restore(archive).aftermath.erased == ("ines",)


async def test_the_replay_goes_on_where_it_was_interrupted_and_a_second_time_changes_nothing(town: Town) -> None:
    archive = await town.back_up()
    await town.erase("ines")
    await town.erase("lea")
    assert town.restore(archive).aftermath.erased == ("ines", "lea")

    async def interrupted(site: Site) -> None:
        await site.write(begin_erasure, site, "ines", Asker(), site.clock.now())

    async def again(site: Site) -> int:
        await replay_ledger(site, "", {})
        deeds = [entry.subject for entry in await site.read(list_entries) if entry.deed == "account.erased"]
        assert sorted(deeds) == ["ines", "lea"]
        return len(deeds)

    await town.serve(interrupted)
    await town.serve(again)
    await town.serve(again)


async def test_the_last_administrator_is_erased_again_all_the_same(town: Town) -> None:
    archive = await town.back_up()

    def succeed(site: Site) -> Any:
        def change(tx: Transaction) -> None:
            create_account(tx, site, "zoe", "", None, site.clock.now(), roles=[Role.ADMINISTRATOR])

        return site.write(change)

    await town.serve(succeed)
    await town.erase("marc")
    done = town.restore(archive).aftermath
    assert (done.erased, done.names) == (("marc",), ("zoe",))
    assert await town.serve(lambda site: town.network.settle()) is None
    assert await town.write(find_account, "marc") is None
