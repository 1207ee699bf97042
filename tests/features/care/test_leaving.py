"""Leaving a network: what the page says before and after, and what the archive holds that a site takes along."""

import asyncio
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from fedirse.assembly import job_kinds
from fedirse.base.errors import InvalidInput
from fedirse.features.care.leaving.views import read_leaving
from fedirse.features.care.privacy.exports.actions import plan_site_export
from fedirse.features.care.privacy.exports.archive.actions import new_private_key
from fedirse.features.care.privacy.exports.jobs import write_to_file
from fedirse.jobs import JobRunner
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.network.model import NetworkState
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.audit import list_entries
from tests.federation.network import START
from tests.social.network.test_scopes import NETWORK_WIDE, admit, join, site_of_lyon
from tests.visitors import Shop

LEAVE = "/site/network/leave"
AUDIENCES = {
    "Pour tous": Audience(AudienceKind.PUBLIC),
    "Au réseau": NETWORK_WIDE,
    "Entre nous": Audience(AudienceKind.SITE),
    "À mes abonnés": Audience(AudienceKind.FOLLOWERS),
}


@pytest.fixture
async def member(shop: Shop) -> Shop:
    """A site in a network with Lyon, whose people have written what Lyon's have answered."""
    await join(shop)
    lyon = await site_of_lyon(shop)
    await admit(shop, lyon, name="Aubrelle Lyon")
    await shop.receive(lyon.actor, "<p>Les marges de Lyon</p>", NETWORK_WIDE)
    for text, audience in AUDIENCES.items():
        await write(shop, text, audience)
    await write(shop, "@marc Un secret", Audience(AudienceKind.DIRECT))
    return shop


async def write(shop: Shop, text: str, audience: Audience, reply_to: Post | None = None) -> Post:
    """A post of Inès."""
    ines = await shop.person("ines")
    draft = Draft(text, audience, in_reply_to=reply_to.id if reply_to else None)
    return await shop.site.write(publish_post, shop.site, ines, draft, shop.site.clock.now())


async def made(shop: Shop, to: Path) -> dict[str, str]:
    """The archive as a command writes it: texts by name."""
    planned = await shop.site.read(plan_site_export, shop.site, "fr", new_private_key(), START)
    await write_to_file(shop.site, planned, to)
    with zipfile.ZipFile(to) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


async def test_what_leaving_means_is_said_in_numbers_and_asked_before_it_is_done(member: Shop) -> None:
    marc = await member.sign_in("marc")
    page = (await marc.get(LEAVE)).text
    assert "1 publication écrite ici pour les membres du réseau reste" in page
    assert "1 publication d’autres sites réservée aux membres" in page
    assert "siege.example" in page
    refused = await marc.post(LEAVE)
    assert refused.status_code == 422
    assert "Cochez que vous savez ce qui est effacé" in refused.text
    leaving = await member.site.read(read_leaving, member.site)
    assert leaving.network is not None
    assert leaving.network.state is NetworkState.MEMBER


@pytest.mark.parametrize("handle", ["ines", "lea"])
async def test_nobody_but_who_runs_the_site_takes_it_out_or_takes_its_archive(member: Shop, handle: str) -> None:
    browser = await member.sign_in(handle)
    answers = [await browser.get(LEAVE), await browser.get(f"{LEAVE}/archive.zip")]
    answers += [await browser.post(LEAVE, {"known": "1"}), await browser.post(f"{LEAVE}/archive")]
    assert {answer.status_code for answer in answers} == {403}


async def test_afterwards_the_page_says_what_was_erased_and_that_nobody_has_confirmed_it(member: Shop) -> None:
    # The head office is known, so that it can be told.
    await member.stranger("siege", "siege.example", uri="https://siege.example/actor", kind="Organization")
    marc = await member.sign_in("marc")
    assert (await marc.post(LEAVE, {"known": "1"})).status_code == 303
    assert "est en train d’être effacé" in (await marc.get(LEAVE)).text
    await JobRunner(job_kinds(), lambda: [member.site]).run_until_idle(member.site)
    page = (await marc.get(LEAVE)).text
    assert "1 publication d’autres sites réservée aux membres a été effacée ici" in page
    assert "siege.example ne l’a pas encore confirmé" in page
    assert "Au réseau" in (await (await member.sign_in("lea")).get("/local")).text


@pytest.mark.attack("PRV-046")
async def test_the_archive_of_a_site_holds_what_everybody_here_could_read_and_nothing_else(member: Shop, tmp_path: Path) -> None:
    found = await made(member, tmp_path / "site.zip")
    whole = "\n".join(found.values())
    for text in ("Pour tous", "Au réseau", "Entre nous"):
        assert text in found["posts-1.html"]
        assert text in found["outbox.json"]
    for text in ("À mes abonnés", "Un secret", "marges"):
        assert text not in whole
    assert "Aubrelle Lyon" in found["index.html"]
    assert "lyon.example" in found["members.csv"]
    assert "@ines@magasin.example" in found["posts-1.html"]
    assert 'href="posts-1.html"' in found["index.html"]
    assert len(json.loads(found["outbox.json"])["orderedItems"]) == 3


async def test_what_is_answered_stands_in_it_where_everybody_may_read_it(member: Shop, tmp_path: Path) -> None:
    olga = await member.stranger("olga")
    public = await member.receive(olga.actor, "<p>Une question ouverte</p>")
    inside = await member.receive((await site_of_lyon(member)).actor, "<p>Les remises de Lyon</p>", NETWORK_WIDE)
    await write(member, "Une réponse", Audience(AudienceKind.PUBLIC), public)
    await write(member, "Une réponse dedans", NETWORK_WIDE, inside)
    page = (await made(member, tmp_path / "site.zip"))["posts-1.html"]
    assert "Une question ouverte" in page
    assert "Une réponse dedans" in page
    assert "Une réponse à quelque chose que tout le monde ne peut pas lire" in page
    assert "remises" not in page


async def test_the_archive_is_made_beside_the_rest_and_downloaded(member: Shop) -> None:
    marc = await member.sign_in("marc")
    assert (await marc.get(f"{LEAVE}/archive.zip")).status_code == 404
    assert (await marc.post(f"{LEAVE}/archive")).status_code == 303
    await JobRunner(job_kinds(), lambda: [member.site]).run_until_idle(member.site)
    assert "Votre fichier est prêt" in (await marc.get(LEAVE)).text
    answer = await marc.get(f"{LEAVE}/archive.zip")
    assert answer.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        assert {"index.html", "style.css", "posts-1.html", "members.csv"} <= set(found.namelist())
    assert [entry.deed for entry in await member.site.read(list_entries)] == ["site.exported"]


async def test_an_archive_never_takes_the_place_of_a_file(member: Shop, tmp_path: Path) -> None:
    planned = await member.site.read(plan_site_export, member.site, "fr", new_private_key(), START)
    with pytest.raises(InvalidInput):
        await write_to_file(member.site, planned, tmp_path / "nowhere" / "site.zip")
    assert not await asyncio.to_thread(lambda: list((member.site.folder / "exports").iterdir()))


async def test_a_site_alone_and_one_that_waits_are_told_so(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert "Ce site n’est dans aucun réseau." in (await marc.get(LEAVE)).text
    await join(shop)
    leaving = await shop.site.read(read_leaving, shop.site)
    assert leaving.network is not None
    assert replace(leaving, network=replace(leaving.network, state=NetworkState.ASKED)).is_out is False
