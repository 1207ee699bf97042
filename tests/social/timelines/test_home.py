"""What who is signed in reads first, and what it weighs."""

import re
from datetime import timedelta

import pytest

from fedirse.base import limits
from fedirse.base.identifiers import new_id
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.network.model import Network, NetworkState
from fedirse.social.network.store import save_network
from fedirse.social.notifications.mutes.store import save_mute
from fedirse.storage.refusals import block_domain, note_unseen_actors
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, say
from tests.visitors import DOMAIN, Browser, Shop

HEAVIEST = 150_000


async def test_home_is_what_those_one_follows_say(shop: Shop) -> None:
    lea, karim = await shop.person("lea"), await shop.stranger("karim")
    await shop.let_follow(lea, karim.actor)
    await shop.receive(karim.actor, "<p>Bonjour d’ailleurs</p>")
    await say(shop.site, await shop.person("marc"), "Bonjour d’ici")
    browser = await shop.sign_in("lea")
    home, local = await browser.get("/"), await browser.get("/local")
    assert "Bonjour d’ailleurs" in home.text
    assert "Bonjour d’ici" not in home.text
    assert "Bonjour d’ici" in local.text
    assert "Bonjour d’ailleurs" not in local.text
    assert home.headers["cache-control"] == local.headers["cache-control"] == "private, no-store"


@pytest.mark.attack("PRV-017")
@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
@pytest.mark.parametrize("path", ["/", "/local", "/@marc", "/@marc/with-replies", "/@marc/media", "/tags/secret"])
async def test_no_page_shows_a_colleague_what_is_not_for_them(path: str, audience: AudienceKind, shop: Shop) -> None:
    browser = await shop.sign_in("lea")
    before = (await browser.get(path)).text
    await say(shop.site, await shop.person("marc"), "@ines Le code est 4711 #secret", audience)
    after = (await browser.get(path)).text
    assert "4711" not in after
    assert numbers(after) == numbers(before)


def numbers(page: str) -> list[str]:
    return re.findall(r"<strong>(\d+)</strong>", page)


@pytest.mark.attack("PRV-017")
@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.SITE])
@pytest.mark.parametrize("path", ["/local", "/@marc/with-replies", "/@marc/media"])
async def test_no_list_shows_or_counts_what_is_not_for_everybody(path: str, audience: AudienceKind, shop: Shop) -> None:
    outsider = await shop.stranger("karim")
    before = (await shop.get(path)).content
    await say(shop.site, await shop.person("marc"), "@ines Le code est 4711 #secret", audience)
    assert (await shop.get(path)).content == before
    assert "4711" not in (await shop.get(path, signer=outsider)).text


async def test_what_is_for_this_site_is_on_its_page_for_our_people_only(shop: Shop) -> None:
    await say(shop.site, await shop.person("marc"), "Inventaire samedi", AudienceKind.SITE)
    assert "Inventaire samedi" in (await (await shop.sign_in("lea")).get("/local")).text
    assert "Inventaire samedi" not in (await shop.get("/local")).text


async def test_an_empty_home_says_what_to_do(shop: Shop) -> None:
    page = (await (await shop.sign_in("lea")).get("/")).text
    assert "Votre accueil est encore vide" in page
    for path in ("/local", "/search", "/settings/profile"):
        assert f'<li><a href="{path}">' in page


async def test_who_may_write_has_a_composer_on_top_and_who_only_reads_has_none(shop: Shop) -> None:
    assert 'action="/posts"' in (await (await shop.sign_in("ines")).get("/")).text
    assert 'action="/posts"' not in (await (await shop.sign_in("lea")).get("/")).text


async def test_what_is_written_at_home_stands_there(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    page = (await browser.get("/")).text
    fields = dict(re.findall(r'<input type="hidden" name="(draft|version|return_to|language)" value="([^"]*)">', page))
    done = await browser.post("/posts", {**fields, "text": "Bonjour de l’accueil", "audience": "public"})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "Bonjour de l’accueil" in (await browser.get("/")).text


async def test_the_public_page_stays_for_who_is_not_signed_in(shop: Shop) -> None:
    page = await shop.get("/")
    assert '<h1 class="hero-name">' in page.text
    assert f'href="/follows/remote?to=@{"magasin"}"' in page.text
    assert page.headers["cache-control"] == "public, max-age=60"


async def test_a_blocked_server_and_a_muted_person_are_not_at_home(shop: Shop) -> None:
    lea, karim, anna = await shop.person("lea"), await shop.stranger("karim"), await shop.stranger("anna", "autre.example")
    for stranger in (karim, anna):
        await shop.let_follow(lea, stranger.actor)
        await shop.receive(stranger.actor, f"<p>Bonjour de {stranger.actor.handle}</p>")
    browser = await shop.sign_in("lea")

    def refuse(tx: Transaction) -> None:
        block_domain(tx, "ailleurs.example", reason="spam", subdomains=False, now=shop.site.clock.now())
        note_unseen_actors(tx)
        save_mute(tx, lea.id, anna.actor.id, shop.site.clock.now())

    assert "Bonjour de karim" in (await browser.get("/")).text
    await shop.site.write(refuse)
    page = (await browser.get("/")).text
    assert "Bonjour de karim" not in page
    assert "Bonjour de anna" not in page
    assert "Bonjour de karim" not in (await browser.get("/@karim@ailleurs.example")).text
    assert "Bonjour de anna" in (await browser.get("/@anna@autre.example")).text


async def test_pages_lead_up_and_down(shop: Shop) -> None:
    marc, browser = await shop.person("marc"), await shop.sign_in("marc")
    for number in range(2 * limits.TIMELINE_ITEMS + 1):
        await shop.receive(marc, f"<p>Numéro {number}.</p>", local=True)
    first = (await browser.get("/")).text
    second = (await browser.get(link(first, "next"))).text
    third = (await browser.get(link(second, "next"))).text
    back = (await browser.get(link(third, "prev"))).text
    assert len(posts(third)) == 1
    assert posts(back) == posts(second)
    assert posts((await browser.get(link(back, "prev"))).text) == posts(first)
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in third


NETWORK = Audience(AudienceKind.NETWORK, of="https://siege.example/network/members")


async def join(shop: Shop) -> None:
    """Make the site a member of a network."""
    now = shop.site.clock.now()
    found = Network(
        uri="https://siege.example/actor",
        name="Aubrelle",
        members=NETWORK.of,
        head_office=False,
        state=NetworkState.MEMBER,
        counter=0,
        since=now,
    )
    await shop.site.write(save_network, found)


async def test_home_shows_what_is_for_the_network_and_the_tabs_part_it(shop: Shop) -> None:
    await join(shop)
    lea, karim, anna = await shop.person("lea"), await shop.stranger("karim", "lyon.example"), await shop.stranger("anna", "lyon.example")
    await shop.let_follow(lea, karim.actor)
    await shop.receive(karim.actor, "<p>De ceux qu’elle suit</p>")
    await shop.receive(anna.actor, "<p>Pour tout le réseau</p>", NETWORK)
    browser = await shop.sign_in("lea")
    pages = {path: (await browser.get(path)).text for path in ("/", "/followed", "/network", "/local")}
    shown = {path: ["De ceux" in page, "Pour tout le réseau" in page] for path, page in pages.items()}
    assert shown == {"/": [True, True], "/followed": [True, False], "/network": [False, True], "/local": [False, True]}
    for path, page in pages.items():
        assert '<a href="/followed"' in page
        assert f'<a href="{path}" aria-current="page">' in page
    assert "@anna@lyon.example" in pages["/"]
    assert re.search(r'<span class="sign sign-network"><svg[^>]*>.*?</svg>Réseau</span>', pages["/"])


async def test_new_posts_for_the_network_are_counted_at_home(shop: Shop) -> None:
    await join(shop)
    anna, karim = await shop.stranger("anna", "lyon.example"), await shop.stranger("karim")
    first = await shop.receive(anna.actor, "<p>Un</p>", NETWORK, id=new_id(START - timedelta(hours=1)))
    await shop.receive(anna.actor, "<p>Deux</p>", NETWORK)
    await shop.receive(anna.actor, "<p>Une réponse</p>", NETWORK, in_reply_to=first.uri)
    await shop.receive(karim.actor, "<p>D’un inconnu</p>")
    browser = await shop.sign_in("lea")
    assert (await browser.get(f"/newer-posts?after={first.id}")).json() == {"count": 1}


@pytest.mark.parametrize("path", ["/followed", "/network"])
async def test_without_a_network_home_is_of_one_kind(path: str, shop: Shop) -> None:
    browser = await shop.sign_in("lea")
    assert (await browser.get(path)).status_code == 404
    assert f'href="{path}"' not in (await browser.get("/")).text
    assert (await shop.get(path)).status_code == 303


def link(page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    assert found is not None
    return found[1]


def posts(page: str) -> list[str]:
    return re.findall(r"Numéro (\d+)\.", page)


async def test_the_page_can_ask_whether_there_is_something_new(shop: Shop) -> None:
    lea, karim = await shop.person("lea"), await shop.stranger("karim")
    await shop.let_follow(lea, karim.actor)
    first = await shop.receive(karim.actor, "<p>Bonjour</p>", id=new_id(START - timedelta(hours=1)))
    browser = await shop.sign_in("lea")
    asked = f"/newer-posts?after={first.id}"
    assert f'data-news="{first.id}"' in (await browser.get("/")).text
    assert (await browser.get(asked)).json() == {"count": 0}
    await shop.receive(karim.actor, "<p>Encore</p>")
    await shop.receive(await shop.person("marc"), "<p>Pas pour elle</p>", local=True)
    answer = await browser.get(asked)
    assert answer.json() == {"count": 1}
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(("query", "status"), [("", 404), ("?after=", 404), ("?after=x", 404)])
async def test_news_begin_above_a_post(query: str, status: int, shop: Shop) -> None:
    assert (await (await shop.sign_in("lea")).get(f"/newer-posts{query}")).status_code == status
    assert (await shop.get(f"/newer-posts{query}")).status_code == 303


@pytest.mark.parametrize("path", ["/", "/local", "/@marc", "/tags/x"])
async def test_a_page_that_ends_nowhere_is_not_there(path: str, shop: Shop) -> None:
    browser = await shop.sign_in("lea")
    assert (await browser.get(f"{path}?after=yesterday")).status_code == 404


async def weigh(shop: Shop, browser: Browser, path: str) -> int:
    """Bytes of a page with its styles, scripts and drawings, as they are before anything compresses them; pictures not counted."""
    page = await browser.get(path)
    assert page.status_code == 200
    parts = {*re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text), *re.findall(r'<script src="([^"]+)"', page.text)}
    parts |= set(re.findall(r'<use href="([^"#]+)#', page.text))
    assert len(parts) >= 3
    sizes = [len((await shop.get(part)).content) for part in parts]
    return len(page.content) + sum(sizes)


@pytest.mark.parametrize("who", ["nobody", "marc"])
async def test_a_full_home_page_weighs_at_most_what_a_weak_connection_bears(who: str, shop: Shop) -> None:
    marc = await shop.person("marc")
    for number in range(limits.TIMELINE_ITEMS + 1):
        audience = Audience(AudienceKind.PUBLIC)
        text = f"<p>{number} " + "Bien des mots pour dire peu. " * 45 + "</p>"
        await shop.receive(marc, text, audience, local=True, title=f"Un titre {number}" if number % 2 else "", tags=("suite",))
    browser = await shop.sign_in("marc") if who == "marc" else Browser(shop)
    weight = await weigh(shop, browser, "/")
    assert weight <= HEAVIEST, weight


async def test_the_navigation_leads_home_and_to_this_site(shop: Shop) -> None:
    page = (await (await shop.sign_in("lea")).get("/local")).text
    assert re.search(r'<a class="nav-link" href="/local" aria-current="page">', page)
    assert '<a class="nav-link" href="/">' in page
    assert '<a href="/local" aria-current="page">Ce site</a>' in page
    assert DOMAIN in page
