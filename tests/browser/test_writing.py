"""The pages on which announcements are written, kept, planned and begun from a text: for everybody, and with the script that keeps drafts."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from fedirse.base.errors import InvalidInput
from fedirse.base.identifiers import new_id
from fedirse.features.announcements.model import Asked, Priority
from fedirse.features.announcements.planning.actions import note_failure, plan_announcement
from fedirse.features.announcements.planning.model import Plan
from fedirse.features.announcements.planning.store import list_plans
from fedirse.features.announcements.starters.model import Starter
from fedirse.features.announcements.starters.store import add_starter
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.store import get_account
from fedirse.social.network.actions import list_members_inside
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.segments.model import Among
from fedirse.social.posts.composing.actions import keep_draft
from fedirse.social.posts.composing.model import Sheet, Typed
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from tests.browser.deeds import open_all_details
from tests.browser.looks import Look, Onlookers, Sends
from tests.browser.scene import Scene, opened
from tests.browser.served import ServedSite
from tests.browser.sweep import Sweep
from tests.browser.test_announcements import ANNOUNCES, BY, TEXT, TITLE, fill, office

__all__ = ["office"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def prepare(tx: Transaction, site: Site, secret: str, language: str) -> dict[str, str]:
    """Besides what `fill` makes: one that is planned, one that could not be published, a draft, and a text to start from."""
    told = fill(tx, site, secret, language)
    now, odile = site.clock.now(), get_actor(tx, get_account(tx, "odile").actor_id)
    planned, failed, draft, shown = (new_id(now) for _ in range(4))
    besides = (("priority", "urgent"), ("asked_of", "everyone"))
    for plan_id, title in ((planned, TITLE), (failed, "Nouveau concept : le coin lecture")):
        typed = Typed(TEXT, title, choice="network", desk="announcement", besides=besides)
        plan_announcement(tx, site, odile, Sheet(plan_id, 0, typed), now + timedelta(days=2), now, by=BY)
    plan = next(one for one in list_plans(tx) if one.id == failed)
    why = InvalidInput("That is over already: choose a later date to confirm by.")
    note_failure(tx, site, Plan(plan.id, plan.author_id, plan.publish_at), why, now)
    some = Among(frozenset(list_members_inside(tx, (), now)[:1]))
    first = ("first_look", define_segment(tx, site, "Une partie", some, now).id)
    typed = Typed(TEXT, "Nouvelle carte", choice="network", desk="announcement", besides=(*besides, first))
    plan_announcement(tx, site, odile, Sheet(shown, 0, typed), now + timedelta(days=2), now, by=BY)
    typed = Typed(TEXT, "Résultats de novembre", choice="network", desk="announcement", besides=besides)
    keep_draft(tx, site, odile.id, Sheet(draft, 0, typed), now)
    add_starter(tx, Starter(new_id(now), "Fermeture exceptionnelle", "Fermeture :", TEXT, Priority.IMPORTANT, Asked.RESPONSIBLE))
    return {**told, "planned": planned, "draft": draft, "shown": shown}


def looks() -> tuple[Look, ...]:
    """Every page on which something is written."""
    new = "/announcements/new"
    recall = Sends("/announcements", button='button[value="recall"]')
    kept = Sends("/announcements", {"title": TITLE, "text": TEXT}, button='button[name="keep_starter"]')
    late = {"title": TITLE, "text": TEXT, "publish_at": "{past}"}
    return (
        Look("announcements-planned", "/announcements", "odile"),
        Look("announcement-recall", new, "odile", 200, (recall,)),
        Look("announcement-kept", new, "odile", 200, (open_all_details, kept)),
        Look("announcement-plan-wrong", new, "odile", 422, (open_all_details, Sends("/announcements", late, button=ANNOUNCES))),
        Look("announcement-draft", "/announcements/new?draft={draft}", "odile"),
        Look("announcement-drafts", "/drafts", "odile"),
        Look("announcement-plan", "/announcements/planned/{planned}", "odile"),
        Look("announcement-shown-first", "/announcements/planned/{shown}", "odile"),
        Look("announcement-starters", "/announcements/starters", "odile"),
    )


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_page_of_writing_is_for_everybody(chromium: Browser, office: ServedSite, axe: str, language: str) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret}, language=language)
    async with opened(office) as site:
        scene.told.others |= await site.write(prepare, site, secret, language)
    office.start()
    found = await Sweep(chromium, scene, axe, language).run(looks())
    assert found == [], "\n".join(found)


async def test_the_script_keeps_what_is_asked_as_well_and_it_is_there_to_go_on_with(chromium: Browser, office: ServedSite) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret})
    async with opened(office) as site:
        scene.told.others |= await site.write(fill, site, secret, "fr")
    office.start()
    onlookers = Onlookers(chromium, scene)
    async with onlookers.open(Look("typing", "/announcements/new", "odile")) as typing:
        page = typing.page
        await page.fill("#title", TITLE)
        await page.check('input[name="priority"][value="urgent"]')
        await page.fill("#before", "2099-03-09T10:00")
        await expect(page.locator("[data-state]")).to_have_text("Gardé comme brouillon.", timeout=60_000)
        await page.goto(scene.named("/drafts"))
        await page.get_by_role("link", name=TITLE).click()
        await expect(page.locator("#title")).to_have_value(TITLE)
        await expect(page.locator('input[name="priority"][value="urgent"]')).to_be_checked()
        await expect(page.locator("#before")).to_have_value("2099-03-09T10:00")
    await onlookers.leave()
