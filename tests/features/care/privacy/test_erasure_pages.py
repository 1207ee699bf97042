"""The pages of erasures: who may ask for one, how one means it, and the report."""

import csv
import io
from datetime import timedelta

import pytest

from fedirse.assembly import job_kinds
from fedirse.base.clock import FixedClock
from fedirse.base.roles import Role
from fedirse.features.care.privacy.erasure.model import AskedHost
from fedirse.features.care.privacy.erasure.store import find_erasure_of
from fedirse.features.care.privacy.erasure.views import render_csv
from fedirse.jobs import JobRunner
from fedirse.social.accounts.actions import give_roles
from fedirse.social.accounts.sessions.rules import CONFIRMED_FOR
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.audit import list_entries
from tests.visitors import Shop

OWN = "/settings/data/erase"
LEA = "/site/people/lea/erase"


async def is_erased(shop: Shop, handle: str) -> bool:
    return await shop.site.read(find_erasure_of, handle) is not None


def wait_past_confirmation(shop: Shop) -> None:
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(CONFIRMED_FOR + timedelta(seconds=1))


async def test_who_did_not_prove_of_late_who_they_are_is_asked_first(shop: Shop) -> None:
    lea, marc = await shop.sign_in("lea"), await shop.sign_in("marc")
    wait_past_confirmation(shop)
    for browser, path, handle in ((lea, OWN, "lea"), (marc, LEA, "lea")):
        page = await browser.get(path)
        assert page.status_code == 303
        assert page.headers["location"].startswith("/confirm")
        await browser.post(path, {"handle": handle})
    assert not await is_erased(shop, "lea")


@pytest.mark.parametrize("typed", ["", "marc", "lea2", "@magasin.example"])
async def test_nobody_is_erased_who_did_not_type_the_name(typed: str, shop: Shop) -> None:
    lea, marc = await shop.sign_in("lea"), await shop.sign_in("marc")
    for browser, path in ((lea, OWN), (marc, LEA)):
        response = await browser.post(path, {"handle": typed})
        assert response.status_code == 422
        assert 'id="handle-error"' in response.text
    assert not await is_erased(shop, "lea")


async def test_somebody_erases_themselves_and_is_out(shop: Shop) -> None:
    lea = await shop.sign_in("lea")
    assert OWN in (await lea.get("/settings/data")).text
    assert "Tapez lea" in (await lea.get(OWN)).text
    assert (await lea.post(OWN, {"handle": "@lea"})).headers["location"] == "/"
    assert (await lea.get("/settings/data")).headers["location"].startswith("/sign-in")
    entry = (await shop.site.read(list_entries))[0]
    assert (entry.deed, entry.who, entry.subject) == ("account.erased", "lea", "lea")


async def test_who_looks_after_people_erases_one_and_sees_the_report(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert LEA in (await marc.get("/site/people/lea")).text
    assert (await marc.post(LEA, {"handle": "lea"})).headers["location"] == LEA
    running = (await marc.get(LEA)).text
    assert 'http-equiv="refresh"' in running
    await JobRunner(job_kinds(), lambda: [shop.site]).run_until_idle(shop.site)
    done = (await marc.get(LEA)).text
    assert "banner-good" in done
    assert "Aucun autre serveur" in done
    assert "@lea" in (await marc.get("/site/erasures")).text
    assert "Léa" not in (await marc.get("/site/people")).text
    entry = (await shop.site.read(list_entries))[0]
    assert (entry.deed, entry.who, entry.subject) == ("account.erased", "marc", "lea")


async def test_nobody_erases_somebody_with_more_rights_nor_themselves_that_way(shop: Shop) -> None:
    await shop.site.write(give_roles, shop.site, "ines", [Role.RESPONSIBLE])
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    for browser, handle in ((ines, "marc"), (ines, "ines"), (marc, "marc")):
        path = f"/site/people/{handle}/erase"
        assert (await browser.get(path)).status_code == 403
        assert (await browser.post(path, {"handle": handle})).status_code == 403
        assert not await is_erased(shop, handle)
    assert (await marc.get("/site/people/nobody/erase")).status_code == 404


async def test_the_last_administrator_is_told_why_not(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    response = await marc.post(OWN, {"handle": "marc"})
    assert response.status_code == 409
    assert "Quelqu’un doit gérer le site" in response.text
    assert not await is_erased(shop, "marc")


async def test_the_report_names_each_server_and_what_waits(shop: Shop) -> None:
    ines, olga = await shop.person("ines"), await shop.stranger("olga")
    await shop.let_follow(olga.actor, ines)
    await shop.site.write(publish_post, shop.site, ines, Draft("Bonjour", Audience(AudienceKind.PUBLIC)), shop.site.clock.now())
    marc = await shop.sign_in("marc")
    await marc.post("/site/people/ines/erase", {"handle": "ines"})
    await JobRunner(job_kinds(), lambda: [shop.site]).run_until_idle(shop.site)
    assert "ailleurs.example" in (await marc.get("/site/people/ines/erase")).text
    table = (await marc.get("/site/people/ines/erase.csv")).text
    rows = list(csv.DictReader(io.StringIO(table)))
    # One for the post, one for herself.
    assert [(row["host"], row["delivered"], row["pending"], row["refused"]) for row in rows] == [("ailleurs.example", "0", "2", "0")]
    assert (await marc.get("/site/people/lea/erase.csv")).status_code == 404


@pytest.mark.attack("CNT-030")
def test_no_answer_of_a_server_is_a_formula_in_the_table() -> None:
    table = list(csv.reader(io.StringIO(render_csv([AskedHost("mal.example", 0, 0, 1, "=cmd()", None)]))))
    assert table[1][4] == "'=cmd()"
