"""Health, queue and audit log, as pages."""

import pytest
from sqlalchemy import text

from fedirse.base import limits
from fedirse.storage.audit import audit, find_broken_entry, record
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.visitors import Shop


def write_some(tx: Transaction) -> None:
    for number in range(3):
        record(tx, "host.blocked", f"evil{number}.example", START, reason="=cmd()")


async def test_health_is_told_in_sentences_of_the_reader(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    french = (await marc.get("/site/health")).text
    assert "Santé du site" in french
    assert "health-line" in french
    assert "%(" not in french


async def test_an_empty_queue_says_so(shop: Shop) -> None:
    assert "Rien n’attend" in (await (await shop.sign_in("marc")).get("/site/queue")).text


async def test_nothing_is_given_up_that_does_not_wait(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert (await marc.post("/site/queue/drop", {"host": "nobody.example"})).status_code == 404
    assert (await marc.post("/site/queue/drop")).status_code == 404


async def test_the_log_shows_what_was_done_and_that_it_is_whole(shop: Shop) -> None:
    await shop.site.write(write_some)
    page = (await (await shop.sign_in("marc")).get("/site/audit?check")).text
    assert "evil2.example" in page
    assert "banner-good" in page


@pytest.mark.attack("WEB-043")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET subject = 'x' WHERE number = 2",
        "UPDATE audit SET who = 'eve' WHERE number = 1",
        "UPDATE audit SET at = at + 1 WHERE number = 3",
        "UPDATE audit SET details = '{}' WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
        "DELETE FROM audit WHERE number = 1",
    ],
)
async def test_any_change_of_the_log_shows(change: str, shop: Shop) -> None:
    await shop.site.write(write_some)
    assert await shop.site.read(find_broken_entry) is None
    await shop.site.write(lambda tx: tx.execute(text(change)).rowcount)
    assert await shop.site.read(find_broken_entry) is not None
    assert "banner-wrong" in (await (await shop.sign_in("marc")).get("/site/audit?check")).text


@pytest.mark.attack("CNT-030")
async def test_the_file_of_the_log_runs_nothing_in_a_spreadsheet(shop: Shop) -> None:
    await shop.site.write(lambda tx: record(tx, "host.blocked", "=HYPERLINK(1)", START))
    response = await (await shop.sign_in("marc")).get("/site/audit.csv")
    assert response.headers["content-type"].startswith("text/csv")
    assert "'=HYPERLINK(1)" in response.text
    assert ",=HYPERLINK" not in response.text


async def test_entries_are_numbered_without_gaps(shop: Shop) -> None:
    await shop.site.write(write_some)
    numbers = await shop.site.read(lambda tx: list(tx.execute(audit.select()).scalars()))
    assert numbers == [1, 2, 3]


async def test_a_page_of_the_log_has_so_many_entries(shop: Shop) -> None:
    def write(tx: Transaction) -> None:
        for number in range(limits.AUDIT_ENTRIES + 1):
            record(tx, "host.blocked", f"host{number}.example", START)

    await shop.site.write(write)
    marc = await shop.sign_in("marc")
    first = (await marc.get("/site/audit")).text
    assert "host0.example" not in first
    assert first.count("a bloqué le serveur") == limits.AUDIT_ENTRIES
    assert "host0.example" in (await marc.get("/site/audit?before=2")).text


async def test_the_file_of_the_log_ends_somewhere(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.site.write(write_some)
    monkeypatch.setattr(limits, "AUDIT_EXPORT_ENTRIES", 2)
    response = await (await shop.sign_in("marc")).get("/site/audit.csv")
    assert "evil0.example" not in response.text
    assert "evil1.example" in response.text
