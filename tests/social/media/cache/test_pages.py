"""Pictures of other servers, as pages of ours show them."""

import asyncio
import shutil
from datetime import timedelta

import pytest
from PIL import Image

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.social.media.actions import sweep
from fedirse.social.media.cache import store
from fedirse.social.media.cache.model import Source
from fedirse.social.media.cache.views import read_address, remote_picture_path
from fedirse.storage.refusals import is_refused_host
from tests.social.media.gallery import Gallery, gallery, kept_files, shop
from tests.social.media.pictures import files_of, noise, photo, png_of_size, saved
from tests.visitors import AS2, ORIGIN, Shop

__all__ = ["gallery", "shop"]

PICTURE = "https://images.example/photo.jpg"


async def test_who_is_known_here_has_a_picture_fetched_and_everybody_sees_it_then(shop: Shop, gallery: Gallery) -> None:
    path = remote_picture_path(shop.site, PICTURE)
    assert (await shop.get(path)).status_code == 404
    assert gallery.asked == 0
    answer = await shop.get(path, token=await shop.token("lea"))
    assert (answer.status_code, answer.headers["content-type"], gallery.asked) == (200, "image/webp", 1)
    assert answer.headers["cache-control"] == "private, max-age=86400"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert (await shop.get(path)).content == answer.content
    assert (await shop.get(remote_picture_path(shop.site, PICTURE, "full"))).status_code == 200
    assert gallery.asked == 1
    assert files_of(shop.site) == []


async def test_who_signs_for_another_server_has_nothing_fetched(shop: Shop, gallery: Gallery) -> None:
    marie = await shop.stranger("marie")
    assert (await shop.get(remote_picture_path(shop.site, PICTURE), signer=marie)).status_code == 404
    assert gallery.asked == 0


@pytest.mark.attack("ORG-009")
async def test_nobody_has_an_address_fetched_that_no_page_of_ours_made(shop: Shop, gallery: Gallery) -> None:
    token, path = await shop.token("lea"), remote_picture_path(shop.site, PICTURE)
    signature, _, encoded = path.rpartition("/")[2].partition(".")
    other = remote_picture_path(shop.site, "https://images.example/secret.jpg").rpartition(".")[2]
    for forged in (
        f"{signature}.{other}",
        f".{encoded}",
        encoded,
        f"{signature}.{encoded}A",
        f"{signature}.%FF",
        f"{signature}.{'A' * 9000}",
        "é.é",
    ):
        assert (await shop.get(f"/media/remote/small/{forged}", token=token)).status_code == 404
    assert (await shop.get(path.replace("/small/", "/huge/"), token=token)).status_code == 404
    assert (await shop.get(path, token=token, accept=AS2)).status_code == 404
    assert gallery.asked == 0


async def test_an_address_is_read_back_as_it_was(shop: Shop) -> None:
    for url in (PICTURE, "https://images.example/é?a=1#b", f"https://images.example/{'x' * 2000}"):
        assert read_address(shop.site, remote_picture_path(shop.site, url).rpartition("/")[2]) == url


async def test_a_picture_of_ours_keeps_its_address(shop: Shop) -> None:
    assert remote_picture_path(shop.site, f"{ORIGIN}/media/x/y/full.webp") == f"{ORIGIN}/media/x/y/full.webp"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<html></html>", "text/html"),
        (b"<html></html>", "image/png"),
        (png_of_size(13_000, 13_000), "image/png"),
        (photo()[:300], "image/jpeg"),
        (photo(), "application/octet-stream"),
        (b"", "image/png"),
    ],
)
async def test_what_is_no_picture_is_missing_and_not_asked_for_again_at_once(
    shop: Shop, gallery: Gallery, content: bytes, media_type: str
) -> None:
    gallery.content, gallery.media_type = content, media_type
    token, path = await shop.token("lea"), remote_picture_path(shop.site, PICTURE)
    for _ in range(2):
        assert (await shop.get(path, token=token)).status_code == 404
    assert (gallery.asked, kept_files(shop.site), files_of(shop.site)) == (1, [], [])
    gallery.content, gallery.media_type = photo(), "image/jpeg"
    assert isinstance(shop.site.clock, FixedClock)
    shop.site.clock.advance(timedelta(hours=1))
    assert (await shop.get(path, token=token)).status_code == 200


async def test_a_picture_has_so_many_bytes_and_no_more(shop: Shop, gallery: Gallery) -> None:
    token = await shop.token("lea")
    gallery.content = photo().ljust(limits.REMOTE_PICTURE_BYTES, b"x")
    assert (await shop.get(remote_picture_path(shop.site, f"{PICTURE}?1"), token=token)).status_code == 200
    gallery.content += b"x"
    assert (await shop.get(remote_picture_path(shop.site, f"{PICTURE}?2"), token=token)).status_code == 404


async def test_nothing_is_fetched_from_addresses_that_are_refused(shop: Shop, gallery: Gallery) -> None:
    token = await shop.token("lea")
    for url in (
        "http://images.example/a.jpg",
        "https://127.0.0.1/a.jpg",
        "file:///etc/passwd",
        "https://user:pw@images.example/",
        "no address",
    ):
        assert (await shop.get(remote_picture_path(shop.site, url), token=token)).status_code == 404
    gallery.leads_to = "https://10.0.0.1/a.jpg"
    assert (await shop.get(remote_picture_path(shop.site, PICTURE), token=token)).status_code == 404
    assert gallery.asked == 1


async def test_nothing_is_fetched_from_a_server_that_is_refused(shop: Shop, gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not await shop.site.read(is_refused_host, "images.example")
    monkeypatch.setattr("fedirse.social.media.cache.actions.is_refused_host", lambda _tx, host: host == "images.example")
    assert (await shop.get(remote_picture_path(shop.site, PICTURE), token=await shop.token("lea"))).status_code == 404
    assert gallery.asked == 0


async def test_two_who_look_at_once_have_it_fetched_once(shop: Shop, gallery: Gallery) -> None:
    token, path = await shop.token("lea"), remote_picture_path(shop.site, PICTURE)
    answers = await asyncio.gather(*(shop.get(path, token=token) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert gallery.asked == 1


async def test_a_page_with_many_pictures_gets_them_all(shop: Shop, gallery: Gallery) -> None:
    token = await shop.token("lea")
    paths = [remote_picture_path(shop.site, f"{PICTURE}?{number}") for number in range(limits.REMOTE_PICTURES_AT_ONCE + 3)]
    answers = await asyncio.gather(*(shop.get(path, token=token) for path in paths))
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    assert gallery.asked == len(paths)


@pytest.mark.attack("DOS-004")
async def test_one_server_is_asked_for_so_many_at_once_and_no_more(shop: Shop, gallery: Gallery) -> None:
    token = await shop.token("lea")
    gallery.meanwhile = lambda: asyncio.sleep(0.05)
    paths = [remote_picture_path(shop.site, f"{PICTURE}?{number}") for number in range(limits.REMOTE_PICTURES_AT_ONCE_PER_HOST + 1)]
    answers = await asyncio.gather(*(shop.get(path, token=token) for path in paths))
    assert {answer.status_code for answer in answers} == {200}
    assert gallery.most_at_once == limits.REMOTE_PICTURES_AT_ONCE_PER_HOST


async def test_where_room_is_short_what_was_shown_longest_ago_goes(shop: Shop, gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await shop.token("lea")
    gallery.content, gallery.media_type = noise(300, 300), "image/png"
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    for number in range(2):
        await shop.get(remote_picture_path(shop.site, f"{PICTURE}?{number}"), token=token)
        clock.advance(timedelta(hours=2))
    await shop.get(remote_picture_path(shop.site, f"{PICTURE}?0"))
    total = await shop.site.read(store.total_size)
    assert total == sum(path.stat().st_size for path in kept_files(shop.site))
    monkeypatch.setattr(limits, "REMOTE_FILES_BYTES", total)
    await shop.get(remote_picture_path(shop.site, f"{PICTURE}?2"), token=token)
    kept = [number for number in range(3) if await shop.site.read(store.find_file, Source(f"{PICTURE}?{number}")) is not None]
    assert kept == [0, 2]
    await sweep(shop.site, clock.now())
    assert await shop.site.read(store.total_size) == sum(path.stat().st_size for path in kept_files(shop.site)) <= total


async def test_a_kept_picture_whose_files_are_gone_is_fetched_again(shop: Shop, gallery: Gallery) -> None:
    token, path = await shop.token("lea"), remote_picture_path(shop.site, PICTURE)
    await shop.get(path, token=token)
    shutil.rmtree(shop.site.folder / "cache")
    assert (await shop.get(path)).status_code == 404
    assert (await shop.get(path, token=token)).status_code == 200
    assert gallery.asked == 2
    await sweep(shop.site, shop.site.clock.now() + timedelta(hours=2))
    assert len(kept_files(shop.site)) == 2


async def test_the_place_where_a_picture_was_taken_stays_there(shop: Shop, gallery: Gallery) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Colmar"
    gallery.content = saved(Image.new("RGB", (9, 9)), "JPEG", exif=exif.tobytes())
    answer = await shop.get(remote_picture_path(shop.site, PICTURE), token=await shop.token("lea"))
    assert (answer.status_code, b"Colmar" in answer.content) == (200, False)
