"""The pages on which a head office says who is in a selection: for everybody, on every screen, and without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from fedirse.activitypub.signatures import multikey
from fedirse.base.roles import Role
from fedirse.base.settings import SITE_FILE
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.stating.actions import state_membership
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.segments.choices.rules import condition_of
from fedirse.social.network.segments.model import AnyOf, Choice, Except, Has
from fedirse.storage.transaction import Transaction
from tests.browser.looks import Look, Sends
from tests.browser.scene import Scene, opened
from tests.browser.served import ServedSite, made_site
from tests.browser.sweep import Sweep
from tests.social.network.roster.test_wire import fresh_key

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

HERE = "/site/network/segments"
CITIES = ("Nice", "Albi", "Lille", "Saint-Germain-en-Laye", "Lyon", "Nantes", "Metz", "Brest", "Pau", "Tours", "Dijon", "Reims", "Caen")
SEES, SAVES = "button[value=preview]", "button[value=save]"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedSite]:
    """A head office, not served yet."""
    with made_site(tmp_path) as served:
        # What `init --head-office` writes; the rest of a site is the same.
        settings = served.folder / SITE_FILE
        known = settings.read_text(encoding="utf-8")
        assert "head_office = false" in known
        settings.write_text(known.replace("head_office = false", "head_office = true"), encoding="utf-8")
        yield served


def fill(tx: Transaction, site: Site, secret: str, language: str) -> dict[str, str]:
    """A network of many sites with three selections, one of which no form can show."""
    now = site.clock.now()
    create_account(tx, site, "odile", "Odile Marchand", None, now, roles=(Role.NETWORK_OWNER,))
    account = get_account(tx, "odile")
    set_preferences(tx, account.id, language=language)
    open_session(tx, account, secret, "Tests", now)
    found_network(tx, site, "Maison Aubrelle", now)
    for number, city in enumerate(CITIES):
        member = f"https://{city.lower()}.aubrelle.example/actor"
        about = Attributes("Sud" if number % 2 else "Nord", city, "Aubrelle", "Proxi", frozenset({"caisse"}))
        state_membership(tx, site, member, name=f"Aubrelle {city}", attributes=about, key=multikey(fresh_key().public), now=now)
    south = Choice(wanted={Attribute.REGION: frozenset({"Sud", "Est"})}, never=frozenset({"https://albi.aubrelle.example/actor"}))
    inner = define_segment(tx, site, "Sud", condition_of(south), now)
    outer = define_segment(tx, site, "Tous sauf le Sud", condition_of(Choice(without=frozenset({inner.id}))), now)
    formats = Has(Attribute.FORMAT, frozenset({"Hyper"}))
    mixed = define_segment(tx, site, "Par commande", AnyOf((formats, Except(formats))), now)
    return {name: one.id.rpartition("/")[2] for name, one in {"inner": inner, "outer": outer, "mixed": mixed}.items()}


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_page_of_selections_is_for_everybody(chromium: Browser, office: ServedSite, axe: str, language: str) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret}, language=language)
    async with opened(office) as site:
        scene.told.others |= await site.write(fill, site, secret, language)
    office.start()
    one, other = HERE + "/{inner}", HERE + "/{outer}"
    looks = (
        Look("selections", HERE, "odile"),
        Look("selection-new", f"{HERE}/new", "odile"),
        Look("selection", one, "odile"),
        Look("selection-nested", other, "odile"),
        Look("selection-shown", HERE + "/{mixed}", "odile"),
        Look("selection-withdraw", f"{one}/withdraw", "odile"),
        Look("selection-in-use", f"{one}/withdraw", "odile", 422, (Sends(f"{one}/withdraw"),)),
        Look("selection-preview", one, "odile", 200, (Sends(one, {"name": "Petit Sud"}, button=SEES),), scripts=False),
        Look("selection-taken", one, "odile", 422, (Sends(one, {"name": "Tous sauf le Sud"}, button=SAVES),)),
        Look("selection-meanwhile", one, "odile", 409, (Sends(one, {"name": "Petit Sud"}, hidden={"seen": "1"}, button=SAVES),)),
    )
    found = await Sweep(chromium, scene, axe, language).run(looks)
    assert found == [], "\n".join(found)
