"""Files of what is for members, between whole sites: whoever is handed the address of one gets nothing; people of members open it at home."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.remote.client import Client
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.media.cache.model import Form
from fedirse.social.media.cache.store import list_fetching
from fedirse.social.network.model import Attribute
from fedirse.social.network.segments.model import Has
from fedirse.social.posts.actions import delete_post
from fedirse.social.posts.model import Attachment, DraftFile, Post
from tests.federation.members import FOR_NETWORK, tell_removal, tell_segment
from tests.federation.network import START, find
from tests.federation.test_members import Group, group
from tests.social.media.gallery import kept_files
from tests.social.media.pictures import photo, upload
from tests.visitors import Shop

__all__ = ["group"]

PDF = b"%PDF-1.7\n% les chiffres de mars\n%%EOF\n"
NOT_NOW = "ne le donne pas pour l’instant"


class Files:
    """What people see and get of files.

    Args:
        group: the sites.
    """

    def __init__(self, group: Group) -> None:
        self.group = group
        self.tokens: dict[str, str] = {}

    async def say(self, content: bytes, name: str, audience: Audience = FOR_NETWORK) -> Post:
        """A post of Inès with a file."""
        media = await upload(self.group.lyon, self.group.ines.id, content, name)
        return await self.group.write("Voir ci-joint", audience, files=(DraftFile(media.id, ""),))

    async def ask(self, site: Site, path: str, *, known: bool = True, host: str = "") -> httpx.Response:
        """What somebody of a site gets there, or somebody whom it does not know."""
        token = await self.token(site) if known else None
        return await self.shop(site).get(path, token=token, headers={"host": host or site.uris.host})

    def shop(self, site: Site) -> Shop:
        return Shop(site, self.group.network.wire.applications[site.uris.host])

    async def token(self, site: Site) -> str:
        """Somebody's at that site."""
        host = site.uris.host
        if host not in self.tokens:
            await self.group.person(site, "lea")
            self.tokens[host] = await self.shop(site).token("lea")
        return self.tokens[host]

    async def path(self, site: Site, post: Post, pattern: str = r'(?:src|href)="(/posts/[^"]*/(?:pictures|files)/[^"]*)"') -> str:
        """Where the page of a post leads somebody who wants its file."""
        there = await find(site, post.uri)
        assert there is not None
        page = (await self.ask(site, f"/posts/{there.id}")).text
        assert "lyon.example/media" not in page
        return next(match[1] for match in re.finditer(pattern, page))

    async def get(self, site: Site, path: str) -> int:
        """What somebody there gets."""
        return (await self.ask(site, path)).status_code

    async def handed(self, post: Post, *, by: Site | None = None, newer: bool = True) -> int:
        """What whoever was handed the address of the file gets at its own site, with a signature of a site or with none."""
        keys = await self.group.keys(by) if by is not None else None
        address = post.attachments[0].url
        key = None if keys is None else keys.ed25519 if newer else keys.rsa
        return (await self.group.get(self.group.lyon, address, key, accept="*/*")).status_code


@pytest.fixture
async def files(group: Group) -> Files:
    return Files(group)


@pytest.mark.attack("PRV-033")
async def test_the_address_of_a_file_for_members_opens_for_members_alone(files: Files) -> None:
    group = files.group
    post = await files.say(photo(), "photo.jpg")
    assert post.attachments[0].url.startswith("https://lyon.example/media/")
    outside = [await files.handed(post), *[await files.handed(post, by=group.partner, newer=newer) for newer in (True, False)]]
    # Members are known by their newer key.
    assert [*outside, await files.handed(post, by=group.nantes, newer=False)] == [404, 404, 404, 404]
    assert await files.handed(post, by=group.nantes) == 200
    await tell_removal(group.nantes, group.lyon, serial=9)
    assert await files.handed(post, by=group.nantes) == 404


@pytest.mark.attack("PRV-033")
async def test_the_address_of_a_file_for_a_segment_opens_for_those_inside(files: Files) -> None:
    group = files.group
    south = await tell_segment(Has(Attribute.REGION, frozenset({"Sud"})), "Sud", group.lyon, group.nantes, group.lille)
    post = await files.say(photo(), "photo.jpg", south)
    assert [await files.handed(post, by=site) for site in (group.nantes, group.lille)] == [200, 404]
    assert await files.get(group.nantes, await files.path(group.nantes, post)) == 200
    assert await find(group.lille, post.uri) is None


async def test_a_file_for_everybody_opens_for_whoever_was_handed_its_address(files: Files) -> None:
    post = await files.say(photo(), "photo.jpg", Audience(AudienceKind.PUBLIC))
    assert await files.handed(post) == 200


async def test_people_of_a_member_see_the_picture_at_home_and_strangers_there_do_not(files: Files) -> None:
    group = files.group
    post = await files.say(photo(), "photo.jpg")
    path = await files.path(group.nantes, post)
    assert (await files.ask(group.nantes, path, known=False)).status_code == 404
    assert await files.get(group.nantes, path) == 200
    assert (await files.ask(group.nantes, path, known=False)).status_code == 404
    assert len(kept_files(group.nantes)) == 2


@pytest.mark.attack("PRV-033")
async def test_a_post_for_everybody_that_names_the_address_opens_nothing_not_even_what_is_kept(files: Files) -> None:
    group = files.group
    post = await files.say(photo(), "photo.jpg")
    assert await files.get(group.nantes, await files.path(group.nantes, post)) == 200
    karim = await group.nantes.actors.resolve((await group.person(group.partner, "omar")).uri)
    stolen = Attachment(post.attachments[0].url, "image/webp", "Volé", type="Image")
    shown = await files.shop(group.nantes).receive(karim, "<p>Regardez</p>", Audience(AudienceKind.PUBLIC), attachments=(stolen,))
    page = (await files.ask(group.nantes, f"/posts/{shown.id}")).text
    for path in re.findall(r'"(/posts/[^"]*/(?:pictures|files)/[^"]*)"', page):
        assert await files.get(group.nantes, path) == 404
        assert (await files.ask(group.nantes, path, known=False)).status_code == 404
    assert (await files.ask(group.nantes, f"/posts/{shown.id}", known=False)).text.count("/pictures/") == 0


async def test_a_member_opens_nothing_through_another_by_naming_the_address_of_a_third(files: Files) -> None:
    group = files.group
    south = await tell_segment(Has(Attribute.REGION, frozenset({"Sud"})), "Sud", group.lyon, group.nantes, group.lille)
    post = await files.say(photo(), "photo.jpg", south)
    noe = await group.nantes.actors.resolve((await group.person(group.lille, "noe")).uri)
    stolen = Attachment(post.attachments[0].url, "image/webp", type="Image")
    shown = await files.shop(group.nantes).receive(noe, "<p>Tiens</p>", FOR_NETWORK, attachments=(stolen,))
    page = (await files.ask(group.nantes, f"/posts/{shown.id}")).text
    paths = re.findall(r'"(/posts/[^"]*/(?:pictures|files)/[^"]*)"', page)
    assert [await files.get(group.nantes, path) for path in paths] == [404] * len(paths)
    assert kept_files(group.nantes) == []


async def test_a_document_is_downloaded_at_home_under_its_name_and_from_then_on_without_its_site(files: Files) -> None:
    group = files.group
    post = await files.say(PDF, "Chiffres de mars.pdf")
    path = await files.path(group.nantes, post)
    answer = await files.ask(group.nantes, path)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PDF, "application/pdf")
    assert answer.headers["content-disposition"].startswith('attachment; filename="Chiffres de mars.pdf"')
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "private, no-store")
    group.network.wire.offline = {"lyon.example"}
    assert await files.get(group.nantes, path) == 200
    assert (await files.ask(group.nantes, path, known=False)).status_code == 404


async def test_a_document_of_a_site_that_is_off_says_so_to_its_readers_and_nothing_to_others(files: Files) -> None:
    group, clock = files.group, files.group.network.clock
    assert isinstance(clock, FixedClock)
    post = await files.say(PDF, "Chiffres.pdf")
    path = await files.path(group.nantes, post)
    missing = f"{path.rpartition('/')[0]}/{'A' * 22}"
    group.network.wire.offline = {"lyon.example"}
    told = await files.ask(group.nantes, path)
    assert (told.status_code, NOT_NOW in told.text) == (503, True)
    assert NOT_NOW not in (await files.ask(group.nantes, missing)).text
    hidden, nothing = [await files.ask(group.nantes, one, known=False) for one in (path, missing)]
    assert (hidden.status_code, hidden.content) == (404, nothing.content)
    group.network.wire.offline = set()
    clock.advance(timedelta(minutes=1))
    assert await files.get(group.nantes, path) == 200


async def test_what_is_kept_of_a_document_goes_with_its_post(files: Files) -> None:
    group = files.group
    post = await files.say(PDF, "Chiffres.pdf")
    path = await files.path(group.nantes, post)
    assert await files.get(group.nantes, path) == 200
    assert len(kept_files(group.nantes)) == 1
    await group.lyon.write(delete_post, group.lyon, group.ines, post.id, group.network.clock.now())
    await group.network.settle()
    assert (await files.get(group.nantes, path), kept_files(group.nantes)) == (404, [])


async def test_a_document_larger_than_may_be_is_not_kept(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    group = files.group
    post = await files.say(PDF + b" " * 5000, "Chiffres.pdf")
    path = await files.path(group.nantes, post)
    monkeypatch.setattr("fedirse.remote.client.FetchKind.FILE.limit", 4096)
    assert (await files.get(group.nantes, path), kept_files(group.nantes)) == (503, [])


async def test_many_who_want_the_same_document_have_it_fetched_once(files: Files) -> None:
    group = files.group
    post = await files.say(PDF, "Chiffres.pdf")
    path = await files.path(group.nantes, post)
    before = len(group.network.wire.fetched)
    assert await asyncio.gather(*[files.get(group.nantes, path) for _ in range(5)]) == [200] * 5
    assert len(group.network.wire.fetched) == before + 1


@pytest.mark.attack("DOS-004")
async def test_so_many_documents_are_fetched_at_once_and_no_more(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    group = files.group
    posts = [await files.say(PDF, f"Chiffres {number}.pdf") for number in range(limits.REMOTE_DOWNLOADS_AT_ONCE + 1)]
    paths = [await files.path(group.nantes, post) for post in posts]
    at_once: list[int] = []
    download = Client.download

    async def counted(self: Client, *given: Any, **values: Any) -> str:
        at_once.append(len(await group.nantes.read(list_fetching, Form.FILE, START - timedelta(hours=1))))
        await asyncio.sleep(0.05)
        return await download(self, *given, **values)

    monkeypatch.setattr(Client, "download", counted)
    assert await asyncio.gather(*[files.get(group.nantes, path) for path in paths]) == [200] * len(paths)
    assert max(at_once) == limits.REMOTE_DOWNLOADS_AT_ONCE_PER_HOST < limits.REMOTE_DOWNLOADS_AT_ONCE


async def test_a_host_for_files_opens_what_is_for_members_to_members(group: Group) -> None:
    host = "media.lyon.example"
    group.lyon.settings_in_use.current = msgspec.structs.replace(group.lyon.settings, media_domain=host)
    group.network.wire.applications[host] = group.network.wire.applications["lyon.example"]
    files = Files(group)
    post = await files.say(photo(), "photo.jpg")
    assert post.attachments[0].url.startswith(f"https://{host}/media/")
    assert await files.get(group.nantes, await files.path(group.nantes, post)) == 200
    handed = post.attachments[0].url.removeprefix(f"https://{host}")
    assert (await files.ask(group.lyon, handed, known=False, host=host)).status_code == 404
