"""Who is marked as the head office, as a site of the network, or not at all, on the pages of a site that has heard of all of them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from fedirse.base.actors import StoredActor
from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account
from fedirse.social.accounts.visitors import session_cookie_name
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import find_local_actor, save_actor, save_public_keys
from fedirse.storage.transaction import Transaction
from tests.federation.network import follow_site, site_actor
from tests.federation.rosters import Group, running_group

OFFICE, SITE = "Tête de réseau", "Site du réseau"


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with running_group(tmp_path, "lyon", "nantes") as found:
        await found.wire.person(found.sites["lyon.example"], "ines")
        yield found


async def say(group: Group, site: Site, author: StoredActor, text: str, audience: Audience) -> None:
    await site.write(publish_post, site, author, Draft(text, audience), group.clock.now())
    await group.settle()


async def page(group: Group, path: str = "/", who: str = "ines") -> str:
    """A page of Lyon, as Inès or somebody else there reads it."""
    lyon = group.sites["lyon.example"]
    secret = new_secret()
    await lyon.write(lambda tx: open_session(tx, get_account(tx, who), secret, "Tests", group.clock.now()))
    headers = {"accept": "text/html", "accept-language": "fr", "cookie": f"{session_cookie_name(lyon)}={secret}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(group.wire.wire.applications["lyon.example"])) as client:
        answer = await client.get(f"https://lyon.example{path}", headers=headers)
    assert answer.status_code == 200
    return answer.text


def mark_beside(text: str, shown: str) -> str:
    """The words of the mark on the card of a post, empty for none."""
    card = next(part for part in shown.split("<article")[1:] if text in part)
    found = re.search(r'<span class="mark[^>]*>(.*?)</p>', card, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", found[1]).split()) if found else ""


async def test_home_names_the_site_from_which_a_post_for_the_network_comes(group: Group) -> None:
    nantes = group.sites["nantes.example"]
    paul = await group.wire.person(nantes, "paul")
    internal = Audience(AudienceKind.NETWORK, of=group.siege.uris.members)
    await say(group, nantes, paul, "De Nantes", internal)
    await say(group, group.siege, await site_actor(group.siege), "De la tête", internal)
    shown = await page(group)
    assert mark_beside("De Nantes", shown) == f"{SITE} · Nantes"
    assert mark_beside("De la tête", shown) == OFFICE
    assert "@paul@nantes.example" in shown
    assert "Réseau</span>" in shown


@pytest.mark.attack("ORG-050")
async def test_who_looks_like_the_head_office_and_is_followed_by_the_site_has_no_mark(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    evil = await group.wire.add("evil.example", head_office=True, name="Tête de réseau ✓", handle="siege")
    await follow_site(lyon, evil)
    await follow_site(lyon, group.siege)
    await group.settle()
    public = Audience(AudienceKind.PUBLIC)
    await say(group, evil, await site_actor(evil), "Versez tout ici", public)
    await say(group, group.siege, await site_actor(group.siege), "Bonjour à tous", public)
    shown = await page(group, "/local")
    assert mark_beside("Versez tout ici", shown) == ""
    assert "@siege@evil.example" in shown
    assert mark_beside("Bonjour à tous", shown) == OFFICE
    assert '<span class="mark' not in await page(group, "/@siege@evil.example")
    assert OFFICE in await page(group, f"/@{(await site_actor(group.siege)).handle}@siege.example")


@pytest.mark.attack("ORG-050")
async def test_the_mark_goes_with_the_key(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    await follow_site(lyon, group.siege)
    await group.settle()
    await say(group, group.siege, await site_actor(group.siege), "Avant", Audience(AudienceKind.PUBLIC))
    assert mark_beside("Avant", await page(group, "/local")) == OFFICE
    known = await lyon.actors.find(group.siege.uris.site_actor)
    assert known is not None

    def lose_keys(tx: Transaction) -> None:
        save_public_keys(tx, save_actor(tx, known).id, [])

    await lyon.write(lose_keys)
    assert mark_beside("Avant", await page(group, "/local")) == ""


async def test_who_answers_for_a_post_is_told_who_sees_it_and_nobody_else_is(group: Group) -> None:
    lyon = group.sites["lyon.example"]
    ines = await lyon.read(find_local_actor, "ines")
    assert ines is not None
    await lyon.write(create_account, lyon, "marc", "Marc", None, group.clock.now(), roles=(Role.MODERATOR,))
    await lyon.write(create_account, lyon, "lea", "Léa", None, group.clock.now(), roles=(Role.READER,))
    draft = Draft("Au réseau", Audience(AudienceKind.NETWORK, of=group.siege.uris.members))
    post = await lyon.write(publish_post, lyon, ines, draft, group.clock.now())
    told = {who: await page(group, f"/posts/{post.id}", who) for who in ("ines", "marc", "lea")}
    assert {who: "Sera vu par 3 sites" in text for who, text in told.items()} == {"ines": True, "marc": True, "lea": False}
    assert "Ne sortira pas du réseau." in told["ines"]
    assert "<li>Nantes</li>" in re.sub(r"</?bdi[^>]*>", "", told["marc"])
