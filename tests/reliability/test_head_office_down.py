"""A head office that is down for a day, in a network of a thousand sites: the others go on, and its return is no rush."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedirse.base.settings import ProcessSettings
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import get_actor
from tests.federation.network import find
from tests.federation.rosters import Group, running_group
from tests.reliability.serving import number_from_environment
from tests.reliability.stubs import Stubs, network_of
from tests.visitors import Shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.reliability("REL-008")]

SITES = number_from_environment("FEDIRSE_TEST_SITES", 1000)
AT_ONCE = ProcessSettings().deliveries_in_flight
PAGES = ("/", "/compose", "/network", "/notifications", "/bookmarks")


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with running_group(tmp_path, "lyon") as opened:
        yield opened


@pytest.fixture
async def stubs(group: Group) -> Stubs:
    made = Stubs(group, SITES)
    await made.join()
    return made


async def say(group: Group, site: Site, text: str) -> str:
    """Something for all members, by the site itself; returns its address."""
    author = await site.read(get_actor, site.actor_id)
    draft = Draft(text, Audience(AudienceKind.NETWORK, of=await network_of(site)))
    return (await site.write(publish_post, site, author, draft, group.clock.now())).uri


async def look_at_pages(group: Group, site: Site) -> list[int]:
    """What a site answers to one of its people."""
    browser = await Shop(site, group.wire.wire.applications[site.settings.domain]).sign_in("paul")
    return [(await browser.get(page, host=site.settings.domain)).status_code for page in PAGES]


async def test_while_it_is_down_the_others_hear_each_other_and_then_it_gets_all_of_it_in_order(group: Group, stubs: Stubs) -> None:
    siege, lyon = group.siege, group.sites["lyon.example"]
    await group.wire.person(lyon, "paul")
    group.cut("siege")
    posts, answers = [], []
    for hour in range(0, 24, 6):
        posts.append(await say(group, lyon, f"Nouvelle de {hour} heures"))
        await group.settle()
        answers += await look_at_pages(group, lyon)
        await group.pass_time(hours=6)
    assert stubs.taken == dict.fromkeys(stubs.hosts, posts)
    assert set(answers) == {200}
    assert [await find(siege, uri) for uri in posts] == [None] * len(posts)
    group.cut()
    await group.pass_time(hours=3)
    assert None not in [await find(siege, uri) for uri in posts]
    assert stubs.taken == dict.fromkeys(stubs.hosts, posts)


async def test_when_it_comes_back_it_finds_its_members_one_by_one_over_an_hour_and_more(group: Group, stubs: Stubs) -> None:
    posts = await be_away(group, stubs)
    group.cut()
    for _ in range(3 * 60):
        await group.pass_time(minutes=1)
    assert stubs.taken == dict.fromkeys(stubs.hosts, posts)
    minutes = Counter(stubs.first.values())
    sys.stdout.write(f"{SITES} sites found again within {len(minutes)} different minutes, at most {max(minutes.values())} in one\n")
    # Chance spreads them over the second half of three hours: of a thousand about eleven a minute.
    assert max(minutes.values()) <= max(len(stubs.hosts) // 20, 8)
    assert stubs.most_at_one == 1


async def test_were_all_of_them_due_at_once_no_more_is_on_the_wire_than_the_settings_allow(group: Group, stubs: Stubs) -> None:
    posts = await be_away(group, stubs)
    group.cut()
    await group.pass_time(hours=3)
    assert stubs.taken == dict.fromkeys(stubs.hosts, posts)
    sys.stdout.write(f"{len(posts) * SITES} posts for {SITES} sites, at most {stubs.most_at_once} at once\n")
    assert stubs.most_at_one == 1
    assert min(len(stubs.hosts), AT_ONCE // 4) // 2 <= stubs.most_at_once <= AT_ONCE


async def test_when_all_of_them_write_to_it_at_the_moment_of_its_return_each_is_heard_once_and_its_pages_answer(
    group: Group, stubs: Stubs
) -> None:
    siege = group.siege
    await group.wire.person(siege, "paul")
    sent = [stubs.say(host, siege, number) for host in stubs.hosts for number in (1, 1)]
    pages = asyncio.create_task(look_at_pages(group, siege))
    assert set(await asyncio.gather(*sent)) == {202}
    assert set(await pages) == {200}
    found = [await find(siege, f"https://{host}/posts/1") for host in stubs.hosts]
    assert {post.audience.kind for post in found if post is not None} == {AudienceKind.NETWORK}
    assert len({post.id for post in found if post is not None}) == len(stubs.hosts)


async def be_away(group: Group, stubs: Stubs) -> list[str]:
    """A day in which the head office reaches nobody and goes on writing; returns what it wrote."""
    stubs.cut("lyon")
    posts = []
    for _ in range(4):
        posts.append(await say(group, group.siege, "Du siège"))
        for _ in range(6):
            await group.pass_time(hours=1)
    stubs.listen_anew()
    return posts
