"""The look that a head office offers: the page on which it offers it, and those on which a site decides."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from fedirse.base.roles import Role
from fedirse.features.branding.kit.actions import offer_kit
from fedirse.features.branding.kit.model import Choice, Kit, KnownKit, Look
from fedirse.features.branding.kit.store import save_kit
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.model import Network, NetworkState
from fedirse.social.network.store import save_network
from fedirse.storage.transaction import Transaction
from tests.browser import looks
from tests.browser.looks import Sends
from tests.browser.scene import Scene, opened
from tests.browser.served import ServedSite, made_site
from tests.browser.sweep import Sweep

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

HERE = "/site/look/kit"
LOOK = Look("#ffdd00", "#b3261e", "round")
SIEGE = "https://siege.aubrelle.example/actor"
SENTENCE = "Pour que l’on nous reconnaisse d’une vitrine à l’autre."


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedSite]:
    """A head office, not served yet."""
    with made_site(tmp_path, None, "--head-office") as served:
        yield served


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ServedSite]:
    """A site, not served yet."""
    with made_site(tmp_path, None) as served:
        yield served


def enter(tx: Transaction, site: Site, secret: str, language: str, *roles: Role) -> None:
    """Odile, signed in."""
    create_account(tx, site, "odile", "Odile Marchand", None, site.clock.now(), roles=roles)
    account = get_account(tx, "odile")
    set_preferences(tx, account.id, language=language)
    open_session(tx, account, secret, "Tests", site.clock.now())


def fill_office(tx: Transaction, site: Site, secret: str, language: str) -> None:
    """A network, to which a look is offered."""
    enter(tx, site, secret, language, Role.COMMUNICATOR)
    found_network(tx, site, "Maison Aubrelle", site.clock.now())
    offer_kit(tx, site, "Charte 2026", SENTENCE, LOOK, site.clock.now(), by=Runner())


def fill_shop(tx: Transaction, site: Site, secret: str, language: str, choice: Choice) -> None:
    """A member of a network that was offered a look."""
    now = site.clock.now()
    enter(tx, site, secret, language, Role.ADMINISTRATOR)
    network = Network(
        uri=SIEGE,
        name="Maison Aubrelle",
        members="https://siege.aubrelle.example/network/members",
        head_office=False,
        state=NetworkState.MEMBER,
        counter=0,
        since=now,
    )
    save_network(tx, network)
    before = Look("#224466", "#aa5500", "plain") if choice is Choice.TAKEN else None
    save_kit(tx, KnownKit(SIEGE, Kit(1, "Charte 2026", SENTENCE, LOOK), now, choice, before=before))


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_page_of_the_head_office_is_for_everybody(chromium: Browser, office: ServedSite, axe: str, language: str) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret}, language=language)
    async with opened(office) as site:
        await site.write(fill_office, site, secret, language)
    office.start()
    found = await Sweep(chromium, scene, axe, language).run(
        (
            looks.Look("kit-offering", "/site/kit", "odile"),
            looks.Look(
                "kit-offering-wrong", "/site/kit", "odile", 422, (Sends("/site/kit", {"name": ""}, button="button.button-primary"),)
            ),
        )
    )
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("choice", [Choice.WAITING, Choice.TAKEN, Choice.FAILED])
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_pages_of_a_site_are_for_everybody(chromium: Browser, shop: ServedSite, axe: str, language: str, choice: Choice) -> None:
    secret = new_secret()
    scene = Scene(shop, secrets={"odile": secret}, language=language)
    async with opened(shop) as site:
        await site.write(fill_shop, site, secret, language, choice)
    shop.start()
    pages = [looks.Look(f"kit-{choice}", HERE, "odile")]
    if choice is Choice.WAITING:
        tried = Sends(f"{HERE}/change", {"accent": "#1f7a4d"}, button="button[name=try]")
        pages += [
            looks.Look("kit-noticed", "/site/look", "odile"),
            looks.Look("kit-change", f"{HERE}/change", "odile"),
            looks.Look("kit-tried", f"{HERE}/change", "odile", 200, (tried,)),
        ]
    found = await Sweep(chromium, scene, axe, language).run(pages)
    assert found == [], "\n".join(found)
