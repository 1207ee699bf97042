"""The ledger of erasures is written whatever happens, and keeps nobody from being erased."""

from pathlib import Path

import pytest

from fedirse.assembly import job_kinds
from fedirse.base.errors import StorageFull
from fedirse.features.care.privacy.erasure import jobs
from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.features.care.privacy.erasure.jobs import sweep_erasures
from fedirse.features.care.privacy.erasure.model import Step
from fedirse.features.care.privacy.erasure.store import get_erasure
from fedirse.jobs import JobRunner
from fedirse.storage.erasure_ledger import LEDGER_FILE, extend_ledger, load_ledger, person_digest
from tests.federation.network import START
from tests.visitors import Shop


async def erase(shop: Shop) -> Step:
    begun = await shop.site.write(begin_erasure, shop.site, "ines", Asker(), shop.site.clock.now())
    await JobRunner(job_kinds(), lambda: [shop.site]).run_until_idle(shop.site)
    return (await shop.site.read(get_erasure, begun.id)).step


async def test_a_disk_that_refuses_the_ledger_keeps_nobody_from_being_erased(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StorageFull("no room")

    ines = await shop.person("ines")
    with monkeypatch.context() as full:
        full.setattr(jobs, "extend_ledger", refuse)
        assert await erase(shop) is Step.DONE
    assert load_ledger(shop.site.folder) == {}
    await sweep_erasures(shop.site)
    assert load_ledger(shop.site.folder) == {person_digest(ines.id): START}


async def test_a_ledger_that_was_lost_is_written_again(shop: Shop) -> None:
    await erase(shop)
    ledger = shop.site.folder / LEDGER_FILE
    before = ledger.read_text()
    ledger.unlink()
    await sweep_erasures(shop.site)
    assert ledger.read_text() == before
    assert ledger.stat().st_mode & 0o777 == 0o600


async def test_where_nobody_was_erased_there_is_no_ledger(shop: Shop) -> None:
    await sweep_erasures(shop.site)
    assert not (shop.site.folder / LEDGER_FILE).exists()


def test_who_is_named_once_stays_with_the_first_date(tmp_path: Path) -> None:
    extend_ledger(tmp_path, {person_digest("a"): START})
    extend_ledger(tmp_path, {person_digest("a"): START.replace(year=2030), person_digest("b"): START})
    assert load_ledger(tmp_path) == {person_digest("a"): START, person_digest("b"): START}
