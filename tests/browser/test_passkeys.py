"""Passkeys in a real browser, with a device of its own: made, used, refused, and in the place of a password from the start."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from tests.browser.eyes import Complaints, listen
from tests.browser.scene import Scene
from tests.browser.story import INVITATION, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

WRONG = "[data-passkey-wrong]"


@dataclass
class Device:
    """What holds somebody's passkeys, beside one page.

    Attributes:
        session: the way to it.
        id: which one.
    """

    session: CDPSession
    id: str

    async def recognise(self, *, its_owner: bool) -> None:
        """Whether whoever uses it from now on has the right finger."""
        await self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": its_owner})

    async def count(self) -> int:
        """How many passkeys it holds."""
        found = await self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return len(found["credentials"])


@dataclass
class Person:
    """Somebody with a device at a page.

    Attributes:
        page: the page.
        device: the device.
        complaints: what the browser says.
    """

    page: Page
    device: Device
    complaints: Complaints


@asynccontextmanager
async def at_a_page(chromium: Browser, scene: Scene, who: str = "") -> AsyncIterator[Person]:
    """Somebody at a browser of their own."""
    context = await scene.browse(chromium, who)
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield Person(page, Device(session, made["authenticatorId"]), listen(page))
    await context.close()


async def add_passkey(page: Page, name: str) -> None:
    """On the page of security."""
    await page.goto("/settings/security")
    await page.fill("[name=passkey_name]", name)
    await page.locator("[data-passkey=new] button").click()


async def sign_out(page: Page) -> None:
    """By the menu."""
    await page.locator(".menu-sign").click()
    await page.locator("form[action='/sign-out'] button").click()
    await expect(page.locator("body.inside")).to_have_count(0)


async def test_a_passkey_is_added_and_signs_in_to_where_one_was_going(chromium: Browser, scene: Scene) -> None:
    async with at_a_page(chromium, scene, "marc") as marc:
        page = marc.page
        await add_passkey(page, "Mon téléphone")
        await expect(page.get_by_text("Mon téléphone")).to_be_visible()
        assert await marc.device.count() == 1
        await sign_out(page)
        await page.goto("/notifications")
        await page.wait_for_url(re.compile(r"/sign-in\?next="))
        await page.locator("[data-passkey=sign-in] button").click()
        await page.wait_for_url(re.compile(r"/notifications$"))
        await expect(page.locator(".menu-who a")).to_have_text("Marc Weber")
        assert marc.complaints.said == []


async def test_a_device_that_holds_one_already_gets_no_second_one(chromium: Browser, scene: Scene) -> None:
    async with at_a_page(chromium, scene, "ines") as ines:
        await add_passkey(ines.page, "Mon téléphone")
        await expect(ines.page.get_by_text("Mon téléphone")).to_be_visible()
        await add_passkey(ines.page, "Encore lui")
        await expect(ines.page.locator(WRONG)).to_be_visible()
        assert await ines.device.count() == 1


async def test_adding_one_that_is_broken_off_says_so_and_can_be_done_again(chromium: Browser, scene: Scene) -> None:
    async with at_a_page(chromium, scene, "lea") as lea:
        page = lea.page
        await lea.device.recognise(its_owner=False)
        await add_passkey(page, "Ma tablette")
        await expect(page.locator(WRONG)).to_have_text("Aucune clé d’accès n’a été ajoutée. Réessayez.")
        await expect(page.locator("[name=passkey_name]")).to_have_value("Ma tablette")
        await lea.device.recognise(its_owner=True)
        await page.locator("[data-passkey=new] button").click()
        await expect(page.get_by_text("Ma tablette")).to_be_visible()


async def test_a_sign_in_that_is_broken_off_says_so_and_can_be_done_again(chromium: Browser, scene: Scene) -> None:
    await scene.sign_in("ines")
    async with at_a_page(chromium, scene, "ines") as ines:
        page = ines.page
        await add_passkey(page, "Ma tablette")
        await expect(page.get_by_text("Ma tablette")).to_be_visible()
        await sign_out(page)
        await ines.device.recognise(its_owner=False)
        await page.goto("/sign-in")
        await page.locator("[data-passkey=sign-in] button").click()
        await expect(page.locator(WRONG)).to_have_text("La clé d’accès n’a pas servi. Réessayez, ou utilisez votre mot de passe.")
        await expect(page.locator("body.inside")).to_have_count(0)
        await ines.device.recognise(its_owner=True)
        await page.locator("[data-passkey=sign-in] button").click()
        await expect(page.locator("body.inside")).to_be_visible()


async def test_a_removed_passkey_signs_nobody_in(chromium: Browser, scene: Scene) -> None:
    async with at_a_page(chromium, scene, "paul") as paul:
        page = paul.page
        await add_passkey(page, "Perdue")
        await expect(page.get_by_text("Perdue")).to_be_visible()
        await page.locator("form[action='/settings/security/passkeys/remove'] button").click()
        await expect(page.get_by_text("Perdue")).to_have_count(0)
        await sign_out(page)
        await page.goto("/sign-in")
        await page.locator("[data-passkey=sign-in] button").click()
        await expect(page.locator(".form-errors, .field-error:visible").first).to_be_visible()
        await expect(page.locator("body.inside")).to_have_count(0)


async def test_who_signed_in_long_ago_is_asked_first_who_they_are(chromium: Browser, scene: Scene) -> None:
    async with at_a_page(chromium, scene, "sofia") as sofia:
        page = sofia.page
        await add_passkey(page, "Mon ordinateur")
        await page.wait_for_url(re.compile(r"/confirm\?next="))
        assert await sofia.device.count() == 0
        await page.fill("[name=password]", PASSWORD)
        await page.locator("form[action='/confirm'] button").click()
        await page.wait_for_url(re.compile(r"/settings/security$"))
        await add_passkey(page, "Mon ordinateur")
        await expect(page.get_by_text("Mon ordinateur")).to_be_visible()


async def test_who_is_invited_joins_with_a_passkey_alone(chromium: Browser, scene: Scene) -> None:
    async with at_a_page(chromium, scene) as newcomer:
        page = newcomer.page
        await page.goto(f"/invitation/{INVITATION}")
        join = page.locator("[data-passkey=join] button")
        await page.fill("[name=name]", "Nadia Roth")
        await page.fill("[name=handle]", "ines")
        await join.click()
        await expect(page.locator(WRONG)).to_be_visible()
        assert await newcomer.device.count() == 0

        await page.fill("[name=handle]", "nadia")
        await join.click()
        await expect(page.locator("body.inside")).to_be_visible()
        await expect(page.locator(".menu-who a")).to_have_text("Nadia Roth")
        assert await newcomer.device.count() == 1

        await sign_out(page)
        await page.goto("/sign-in")
        await page.locator("[data-passkey=sign-in] button").click()
        await expect(page.locator(".menu-who a")).to_have_text("Nadia Roth")
