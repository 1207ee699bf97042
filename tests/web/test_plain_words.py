"""No page shows a code, or a label in another language than the reader's. The site of the browser tests is walked through for that."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from html import unescape

import pytest

from fedirse import assembly
from fedirse.base.clock import FixedClock
from fedirse.inbox.nonces import Nonces
from fedirse.inbox.receive import Door
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account
from fedirse.social.accounts.visitors import Gated
from fedirse.storage.audit import audit, record
from fedirse.storage.transaction import Transaction
from tests.browser.story import INVITATION, SIGN_IN_LINK, Storyteller
from tests.federation.network import START, running_network
from tests.visitors import DOMAIN, Browser, Shop
from tests.web.visible import codes, english_only, strange_words, visible_texts

PAGES_OF_A_ROUTE = 2
"""So many are opened of those that differ by a name only."""

SEEDS = (f"/invitation/{INVITATION}", f"/link/{SIGN_IN_LINK}", "/tags/vitrine", "/search?q=vitrine", "/site/audit?check")
"""Addresses that no link leads to, or only one among somebody's words."""

_LINK = re.compile(r'href="(/[^"#]*)')


@pytest.fixture(scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """The site of the browser tests, all of whose people write French."""
    async with running_network(tmp_path_factory.mktemp("told"), FixedClock(START)) as network:
        site = await network.add(DOMAIN)
        await Storyteller(site, START).tell()
        yield Shop(site, network.wire.applications[DOMAIN])


def page_routes() -> list[Gated]:
    async def heard(_site: object, _host: str) -> None:
        """Nobody is told."""

    routes = assembly.routes(Door(assembly.registry(), Nonces(), heard))
    return [route for route in routes if isinstance(route, Gated) and not route.is_deed]


async def walk(browser: Browser) -> dict[str, str]:
    """Every page that this reader comes to by links, and those that need no name; by address."""
    routes, opened, seen = page_routes(), dict[str, str](), Counter[str]()
    waiting = [*SEEDS, *(route.path for route in routes if "{" not in route.path)]
    met = set(waiting)
    while waiting:
        address = waiting.pop(0)
        route = next((one for one in routes if one.path_regex.match(address.partition("?")[0])), None)
        if route is None or seen[route.path] >= PAGES_OF_A_ROUTE:
            continue
        seen[route.path] += 1
        answer = await browser.get(address)
        if answer.headers.get("content-type", "").startswith("text/html"):
            opened[address] = answer.text
            found = [unescape(link) for link in _LINK.findall(answer.text)]
            waiting += [link for link in dict.fromkeys(found) if link not in met]
            met.update(found)
    return opened


async def reader(shop: Shop, handle: str) -> Browser:
    secret = new_secret()

    def sign_in(tx: Transaction) -> None:
        open_session(tx, get_account(tx, handle), secret, "Tests", START)

    await shop.site.write(sign_in)
    return Browser(shop, secret)


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        ("marc", {"/site/audit", "/site/queue", "/site/health", "/site/people", "/site/settings", "/settings/security", "/compose"}),
        ("sofia", {"/site/reports", "/site/held", "/site/blocks"}),
        ("", {"/", "/sign-in", "/local", "/@ines", "/tags/vitrine"}),
    ],
)
async def test_a_french_page_shows_no_code_and_no_english(told: Shop, who: str, wanted: set[str]) -> None:
    pages = await walk(await reader(told, who) if who else Browser(told))
    assert wanted <= pages.keys()
    assert {address: found for address, page in pages.items() if (found := list(strange_words(page)))} == {}


async def test_the_queue_of_that_site_has_something_to_tell(told: Shop) -> None:
    page = (await (await reader(told, "marc")).get("/site/queue")).text
    assert any("rien ne répond à son adresse" in text for text in visible_texts(page))


async def test_a_code_on_a_real_page_is_found(told: Shop) -> None:
    def write(tx: Transaction) -> None:
        record(tx, "host.exploded", "bruit.example", START, blast_radius=3)

    await told.site.write(write)
    page = (await (await reader(told, "marc")).get("/site/audit")).text
    # The other tests walk through the same site.
    await told.site.write(lambda tx: tx.execute(audit.delete().where(audit.c.deed == "host.exploded")).rowcount)
    found = list(strange_words(page))
    assert any(word.startswith("blast_radius in") for word in found)


@pytest.mark.parametrize(
    "html",
    [
        "<td><code>actor.blocked</code></td>",
        "<code>connect</code>",
        "<span>follows_ended: 0</span>",
        "<span>kind: reset</span>",
        "<span>subdomains: True</span>",
        "<span>roles: author</span>",
        "<p>block-actor</p>",
        "<p>status_code</p>",
        "<p>Enregistrer your settings</p>",
        '<input placeholder="Search, or paste an address">',
        '<td data-label="Last answer">11</td>',
        '<img alt="The present logo">',
    ],
)
def test_a_code_or_an_english_label_is_found(html: str) -> None:
    assert list(strange_words(html))


@pytest.mark.parametrize(
    "html",
    [
        "<p>magasin.example</p>",
        "<p>@mallory@bruit.example</p>",
        "<bdi>actor.blocked</bdi>",
        "<textarea>Search the words</textarea>",
        "<script>actor.blocked</script>",
        '<p class="post_body">Bonjour</p>',
        "<option>America / New York</option>",
        "<code>fedirse queue list</code>",
        "<p>tarifs-livraison.pdf</p>",
        "<p>C’est-à-dire, est-ce vrai ?</p>",
    ],
)
def test_names_and_what_people_write_are_left_alone(html: str) -> None:
    assert list(strange_words(html)) == []


def test_what_is_looked_for_is_known() -> None:
    assert {"the", "your", "with", "answer"} <= english_only()
    assert {"actor.blocked", "block-actor", "connect", "author", "reset", "True"} <= codes()
