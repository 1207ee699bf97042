"""The pages on which a head office announces and sees where it stands: for everybody, on every screen, and without scripts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from fedirse.activitypub.signatures import multikey
from fedirse.base.roles import Role
from fedirse.features.announcements.acknowledgement.model import Totals
from fedirse.features.announcements.actions import announce, change_announcement
from fedirse.features.announcements.board.model import Said
from fedirse.features.announcements.board.store import save_said
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.stating.actions import state_membership
from fedirse.social.network.model import Attributes
from fedirse.social.network.store import current_network
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import save_actor
from fedirse.storage.deliveries import DeliveryState, deliveries
from fedirse.storage.peers import ensure_peers, peers
from fedirse.storage.transaction import Transaction
from tests.browser.looks import Look, Sends
from tests.browser.scene import Scene, opened
from tests.browser.served import ServedSite, made_site
from tests.browser.sweep import Sweep
from tests.social.network.roster.test_wire import fresh_key
from tests.visitors import remote_actor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

CITIES = ("Nice", "Albi", "Lille", "Saint-Germain-en-Laye", "Lyon", "Nantes")
TITLE = "Rappel : lot 4821 du vase « Ried » à retirer des rayons"
TEXT = (
    "Retirez le lot **4821** des rayons et affichez la note en caisse.\n\n- Le lot est imprimé sous le pied.\n- Les retours se font lundi."
)
ANNOUNCES = ".composer-end button.button-primary"
BY = Runner()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedSite]:
    """A head office, not served yet."""
    with made_site(tmp_path, None, "--head-office") as served:
        yield served


def fill(tx: Transaction, site: Site, secret: str, language: str) -> dict[str, str]:
    """A network of some sites and two announcements: one that stands differently at each of them, and one that asks nothing."""
    now = site.clock.now()
    create_account(tx, site, "odile", "Odile Marchand", None, now, roles=(Role.COMMUNICATOR, Role.RESPONSIBLE))
    account = get_account(tx, "odile")
    set_preferences(tx, account.id, language=language)
    open_session(tx, account, secret, "Tests", now)
    found_network(tx, site, "Maison Aubrelle", now)
    members = [_member(tx, site, city, now, region="Sud" if number % 2 else "Nord") for number, city in enumerate(CITIES)]
    network = current_network(tx)
    assert network is not None
    all_sites = Audience(AudienceKind.NETWORK, of=network.members)
    plain = Terms()
    quiet = announce(tx, site, Draft("Dimanche, **10 h à 18 h**.", all_sites, title="Ouverture du dimanche"), plain, now, by=BY)
    recall = Terms(Priority.URGENT, Asked.EVERYONE, before=now + timedelta(days=2))
    post = announce(tx, site, Draft(TEXT, all_sites, title=TITLE), recall, now, by=BY)
    change_announcement(tx, site, post.id, Draft(f"{TEXT}\n- Et lot 4822.", all_sites, title=TITLE), recall, now, by=BY, ask_again=True)
    _let_stand(tx, post.id, members, now)
    return {
        "recall": post.id,
        "quiet": quiet.id,
        "soon": _typed(site, now + timedelta(days=3)),
        "past": _typed(site, now - timedelta(days=3)),
    }


def _member(tx: Transaction, site: Site, city: str, now: datetime, *, region: str) -> str:
    host = f"{city.lower()}.aubrelle.example"
    member = f"https://{host}/actor"
    save_actor(tx, remote_actor("aubrelle", host, uri=member, kind="Application", name=f"Aubrelle {city}", inbox=f"https://{host}/inbox"))
    about = Attributes(region, city, "Aubrelle", "Proxi", frozenset({"caisse"}))
    state_membership(tx, site, member, name=f"Aubrelle {city}", attributes=about, key=multikey(fresh_key().public), now=now)
    return member


def _let_stand(tx: Transaction, post_id: str, members: list[str], now: datetime) -> None:
    """One site has confirmed it and tells numbers, one confirmed the first version, one is silent, one refuses, two are on the way."""
    hosts = [f"{city.lower()}.aubrelle.example" for city in CITIES]
    ensure_peers(tx, set(hosts))
    said = [
        Said(members[0], 2, 2, now, Totals(14, 12, 9), now),
        Said(members[1], 1, 1, now, Totals(6, 6, 5), now),
    ]
    for one in said:
        save_said(tx, post_id, one, now)
    tx.execute(
        peers.update()
        .where(peers.c.host == hosts[2])
        .values(failing_since=now - timedelta(days=5), next_attempt_at=now + timedelta(days=1))
    )
    failed = deliveries.c.host == hosts[3]
    tx.execute(deliveries.update().where(failed).values(state=DeliveryState.REJECTED, answer="403", done_at=now))


def _typed(site: Site, instant: datetime) -> str:
    return instant.astimezone(ZoneInfo(site.settings.timezone)).strftime("%Y-%m-%dT%H:%M")


def looks() -> tuple[Look, ...]:
    """Every page of a head office's announcements."""
    new, change, withdraw = "/announcements/new", "/announcements/{recall}/change", "/announcements/{recall}/withdraw"
    typed: dict[str, str | bool] = {"title": TITLE, "text": TEXT, "priority=urgent": True, "asked_of=everyone": True}
    wrong = Sends("/announcements", {**typed, "before": "{past}"}, button=ANNOUNCES)
    meanwhile = Sends(change, {"text": "Autre"}, hidden={"of_version": "1"}, button=ANNOUNCES)
    return (
        Look("announced-home", "/", "odile"),
        Look("announcements", "/announcements", "odile"),
        Look("announcement-new", new, "odile"),
        Look("announcement-wrong", new, "odile", 422, (wrong,), scripts=False),
        Look("announcement", "/posts/{recall}", "odile"),
        Look("announcement-board", "/announcements/{recall}/board", "odile"),
        Look("announcement-board-chosen", "/announcements/{recall}/board?state=offline&region=Nord", "odile"),
        Look("announcement-board-empty", "/announcements/{recall}/board?state=confirmed&region=Sud", "odile"),
        Look("announcement-calls", "/announcements/{recall}/calls", "odile"),
        Look("announcement-board-quiet", "/announcements/{quiet}/board", "odile"),
        Look("announcement-change", change, "odile"),
        Look("announcement-meanwhile", change, "odile", 422, (meanwhile,)),
        Look("announcement-withdraw", withdraw, "odile"),
        Look("announcement-sent", new, "odile", 200, (Sends("/announcements", {**typed, "before": "{soon}"}, button=ANNOUNCES),)),
    )


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_page_of_announcements_is_for_everybody(chromium: Browser, office: ServedSite, axe: str, language: str) -> None:
    secret = new_secret()
    scene = Scene(office, secrets={"odile": secret}, language=language)
    async with opened(office) as site:
        scene.told.others |= await site.write(fill, site, secret, language)
    office.start()
    found = await Sweep(chromium, scene, axe, language).run(looks())
    assert found == [], "\n".join(found)
