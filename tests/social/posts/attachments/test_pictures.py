"""Pictures of posts of other servers: shown from this site to whoever may read the post, and to nobody else."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.media.actions import sweep
from fedirse.social.media.cache import store as cache
from fedirse.social.media.cache.model import Source
from fedirse.social.moderation.blocks.actions import block_host
from fedirse.social.moderation.model import OPERATOR
from fedirse.social.posts.attachments.actions import forget_files_of
from fedirse.social.posts.attachments.views import picture_path
from fedirse.social.posts.model import Attachment, Post
from fedirse.social.posts.receive import erase_foreign_post
from fedirse.social.posts.store import hide_post, update_post
from tests.social.media.gallery import Gallery, gallery, kept_files, shop
from tests.social.media.pictures import files_of, photo, png_of_size
from tests.visitors import AS2, ORIGIN, Shop

__all__ = ["gallery", "shop"]

ADDRESS = "https://images.example/echelle.jpg"
PICTURE = Attachment(ADDRESS, "image/jpeg", "Une échelle rouge", "LEHV6nWB2yk8", 1200, 800, type="Document")
SHOWN = re.compile(r'<img src="(/posts/[^"]*/pictures/small/[^"]*)"')


async def received(shop: Shop, *files: Attachment, audience: Audience | None = None, **values: object) -> Post:
    """A post of another server with these files, by default the picture of a ladder for everybody."""
    stranger = await shop.stranger("karim")
    return await shop.receive(
        stranger.actor, "<p>Voir</p>", audience or Audience(AudienceKind.PUBLIC), attachments=files or (PICTURE,), **values
    )


async def page_of(shop: Shop, post: Post, handle: str | None = None) -> str:
    return (await shop.get(f"/posts/{post.id}", token=await shop.token(handle) if handle else None)).text


async def status_of(shop: Shop, path: str, handle: str | None = None) -> int:
    return (await shop.get(path, token=await shop.token(handle) if handle else None)).status_code


# Who is shown one


async def test_people_here_are_shown_it_from_here_and_it_is_fetched_when_somebody_looks(shop: Shop, gallery: Gallery) -> None:
    post = await received(shop)
    page = await page_of(shop, post, "lea")
    (path,) = SHOWN.findall(page)
    assert gallery.asked == 0
    assert not re.search(r'(?:src|srcset|poster)="[^"]*images\.example', page)
    answer = await shop.get(path, token=await shop.token("lea"))
    assert (answer.status_code, answer.headers["content-type"], gallery.asked) == (200, "image/webp", 1)
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["cache-control"] == "private, max-age=86400"
    assert await status_of(shop, path.replace("/small/", "/full/"), "lea") == 200
    assert gallery.asked == 1


async def test_who_is_not_known_here_sees_what_is_kept_and_has_nothing_fetched(shop: Shop, gallery: Gallery) -> None:
    post = await received(shop)
    path = picture_path(shop.site, post, ADDRESS, "small")
    page = await page_of(shop, post)
    assert SHOWN.findall(page) == []
    assert f'href="{ADDRESS}"' in page
    assert (await status_of(shop, path), gallery.asked) == (404, 0)
    assert (await shop.get(path, signer=await shop.stranger("marie"))).status_code == 404
    assert gallery.asked == 0
    await shop.get(path, token=await shop.token("lea"))
    assert SHOWN.findall(await page_of(shop, post)) == [path]
    assert (await status_of(shop, path), gallery.asked) == (200, 1)


@pytest.mark.attack("PRV-033")
@pytest.mark.attack("PRV-036")
@pytest.mark.parametrize("kind", [AudienceKind.DIRECT, AudienceKind.FOLLOWERS])
async def test_of_a_post_that_is_not_for_them_nobody_gets_the_picture_by_its_address(
    kind: AudienceKind, shop: Shop, gallery: Gallery
) -> None:
    ines = await shop.person("ines")
    post = await received(shop, audience=Audience(kind, named=frozenset({ines.id})))
    path, missing = picture_path(shop.site, post, ADDRESS, "small"), f"/posts/{post.id}/pictures/small/{'A' * 22}"
    token = await shop.token("lea")
    for _ in range(2):
        hidden, nothing = await shop.get(path, token=token), await shop.get(missing, token=token)
        assert (hidden.status_code, hidden.content, hidden.headers.raw) == (404, nothing.content, nothing.headers.raw)
        assert await status_of(shop, path) == 404
        # The second time it lies here, because somebody who may read the post looked at it.
        answer = await shop.get(path, token=await shop.token("ines"))
        assert (answer.status_code, answer.headers["cache-control"], gallery.asked) == (200, "private, no-store", 1)


async def test_the_mark_of_a_picture_opens_it_in_no_other_post(shop: Shop, gallery: Gallery) -> None:
    direct = await received(shop, audience=Audience(AudienceKind.DIRECT, named=frozenset({(await shop.person("ines")).id})))
    public = await received(shop, replace(PICTURE, url="https://images.example/autre.jpg"))
    mark = picture_path(shop.site, direct, ADDRESS, "small").rpartition("/")[2]
    assert await status_of(shop, f"/posts/{public.id}/pictures/small/{mark}", "lea") == 404
    assert gallery.asked == 0


@pytest.mark.attack("ORG-009")
async def test_nothing_is_fetched_for_an_address_that_no_page_of_ours_made(shop: Shop, gallery: Gallery) -> None:
    post, token = await received(shop), await shop.token("lea")
    path = picture_path(shop.site, post, ADDRESS, "small")
    for forged in (f"{path}A", path[:-1], path.replace("/small/", "/huge/"), f"{path.rpartition('/')[0]}/é"):
        assert (await shop.get(forged, token=token)).status_code == 404
    assert (await shop.get(path, token=token, accept=AS2)).status_code == 404
    assert gallery.asked == 0


async def test_what_moderators_hide_is_hidden_with_its_pictures(shop: Shop, gallery: Gallery) -> None:
    post = await received(shop)
    path = picture_path(shop.site, post, ADDRESS, "small")
    assert await status_of(shop, path, "lea") == 200
    await shop.site.write(hide_post, post.id, shop.site.clock.now())
    assert await status_of(shop, path, "lea") == 404
    assert gallery.asked == 1


# What is fetched


@pytest.mark.attack("SSRF-001")
@pytest.mark.attack("SSRF-035")
@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://10.0.0.1/a.jpg",
        "http://images.example/a.jpg",
        "https://user:pw@images.example/a.jpg",
        "file:///etc/passwd",
    ],
)
async def test_nothing_is_fetched_from_addresses_that_are_refused(address: str, shop: Shop, gallery: Gallery) -> None:
    post = await received(shop, replace(PICTURE, url=address))
    assert await status_of(shop, picture_path(shop.site, post, address, "small"), "lea") == 404
    assert gallery.asked == 0
    assert SHOWN.findall(await page_of(shop, post, "lea")) == []


@pytest.mark.attack("SSRF-041")
async def test_a_post_of_others_that_names_an_address_of_ours_gets_a_link(shop: Shop) -> None:
    post = await received(shop, replace(PICTURE, url=f"{ORIGIN}/sign-out"))
    assert SHOWN.findall(await page_of(shop, post, "lea")) == []
    assert await status_of(shop, picture_path(shop.site, post, f"{ORIGIN}/sign-out", "small"), "lea") == 404


async def test_nothing_of_a_server_that_is_blocked_is_shown_or_fetched(shop: Shop, gallery: Gallery) -> None:
    post = await received(shop)
    await shop.site.write(
        block_host, shop.site, "images.example", reason="Pourriel", subdomains=False, by=OPERATOR, now=shop.site.clock.now()
    )
    assert SHOWN.findall(await page_of(shop, post, "lea")) == []
    assert await status_of(shop, picture_path(shop.site, post, ADDRESS, "small"), "lea") == 404
    assert gallery.asked == 0


@pytest.mark.attack("DOS-034")
@pytest.mark.attack("CNT-018")
@pytest.mark.parametrize("content", [png_of_size(13_000, 13_000), b"GIF89a/*<script>alert(1)</script>*/=1;", photo()[:200]])
async def test_what_cannot_be_had_is_a_link_the_next_time_and_tried_again_later(content: bytes, shop: Shop, gallery: Gallery) -> None:
    gallery.content = content
    post = await received(shop)
    (path,) = SHOWN.findall(await page_of(shop, post, "lea"))
    assert await status_of(shop, path, "lea") == 404
    page = await page_of(shop, post, "lea")
    assert SHOWN.findall(page) == []
    assert f'href="{ADDRESS}"' in page
    assert (gallery.asked, kept_files(shop.site), files_of(shop.site)) == (1, [], [])
    assert isinstance(shop.site.clock, FixedClock)
    shop.site.clock.advance(timedelta(hours=1))
    gallery.content = photo()
    assert SHOWN.findall(await page_of(shop, post, "lea")) == [path]
    assert await status_of(shop, path, "lea") == 200


async def test_a_post_shows_so_many_pictures_and_links_to_the_others(shop: Shop) -> None:
    files = [replace(PICTURE, url=f"{ADDRESS}?{number}") for number in range(limits.REMOTE_PICTURES_PER_POST + 1)]
    post = await received(shop, *files)
    page = await page_of(shop, post, "lea")
    assert len(SHOWN.findall(page)) == limits.REMOTE_PICTURES_PER_POST
    assert f'<a class="file" href="{files[-1].url}"' in page
    assert await status_of(shop, picture_path(shop.site, post, files[-1].url, "small"), "lea") == 404
    assert await status_of(shop, picture_path(shop.site, post, files[-2].url, "small"), "lea") == 200


# How it looks


async def test_a_picture_has_its_words_its_size_its_colour_and_its_origin_from_the_start(shop: Shop) -> None:
    page = await page_of(shop, await received(shop), "lea")
    assert re.search(r'<img [^>]*alt="Une échelle rouge" loading="lazy" width="640" height="427">', page)
    assert '<rect width="100%" height="100%" fill="#' in page
    assert f'<a class="picture-from" href="{ADDRESS}" rel="nofollow noopener noreferrer">Original sur images.example' in page


async def test_a_picture_of_unknown_size_keeps_room_too(shop: Shop) -> None:
    page = await page_of(shop, await received(shop, replace(PICTURE, width=None, alt="")), "lea")
    assert 'class="picture picture-unsized"' in page
    assert 'alt="Image sans description"' in page


@pytest.mark.parametrize("veiled", [{"sensitive": True}, {"warning": "Sang"}])
async def test_what_is_sensitive_waits_behind_a_veil_and_is_not_loaded_before(veiled: dict[str, Any], shop: Shop) -> None:
    page = await page_of(shop, await received(shop, **veiled), "lea")
    veil = re.search(r'<details class="veil">(.*?)</details>', page, re.DOTALL)
    assert veil is not None
    # A browser loads no lazy picture in what is closed.
    assert SHOWN.findall(veil[1]) == SHOWN.findall(page) != []
    assert page.count('loading="lazy"') >= len(SHOWN.findall(page))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (Attachment("https://films.example/a.mp4", "video/mp4", size=12_345_678), "MP4 · 12,3\u00a0Mo · films.example"),
        (Attachment("https://films.example/b", "", "Le discours", type="Audio"), "Enregistrement · films.example"),
        (
            Attachment("https://films.example/c.pdf?x=1", "application/pdf", "Tarifs", size=40_000),
            "Fichier · PDF · 40\u00a0ko · films.example",
        ),
        (Attachment("https://films.example/d.svg", "image/svg+xml", "Plan"), "Image · SVG · films.example"),
        (Attachment("https://films.example/e.heic", "image/heic", size=5_000_000), "HEIC · 5\u00a0Mo · films.example"),
    ],
)
async def test_another_file_is_a_link_that_says_what_it_is_how_large_and_where(file: Attachment, told: str, shop: Shop) -> None:
    page = await page_of(shop, await received(shop, file), "lea")
    assert SHOWN.findall(page) == []
    assert f'<a class="file" href="{file.url}" rel="nofollow noopener noreferrer">' in page
    assert f'<span class="file-place">{told}</span>' in page


# What is deleted


@pytest.mark.attack("PRV-045")
async def test_with_a_post_its_pictures_leave_the_disk(shop: Shop) -> None:
    post = await received(shop)
    path = picture_path(shop.site, post, ADDRESS, "small")
    assert await status_of(shop, path, "lea") == 200
    assert len(kept_files(shop.site)) == 2
    now = shop.site.clock.now()
    await shop.site.write(erase_foreign_post, shop.site, post, now)
    assert await status_of(shop, path, "lea") == 404
    await sweep(shop.site, now)
    assert (kept_files(shop.site), await shop.site.read(cache.find_file, Source(ADDRESS))) == ([], None)


@pytest.mark.attack("PRV-045")
async def test_a_picture_that_arrives_after_its_post_was_deleted_is_not_kept(shop: Shop, gallery: Gallery) -> None:
    post = await received(shop)

    async def delete() -> None:
        await shop.site.write(erase_foreign_post, shop.site, post, shop.site.clock.now())

    gallery.meanwhile = delete
    assert await status_of(shop, picture_path(shop.site, post, ADDRESS, "small"), "lea") == 404
    await sweep(shop.site, shop.site.clock.now())
    assert (gallery.asked, kept_files(shop.site), await shop.site.read(cache.find_file, Source(ADDRESS))) == (1, [], None)


async def test_what_an_edit_leaves_out_is_gone_and_what_it_keeps_stays(shop: Shop) -> None:
    other = replace(PICTURE, url="https://images.example/marteau.jpg")
    post = await received(shop, PICTURE, other)
    gone, stays = (picture_path(shop.site, post, file.url, "small") for file in (PICTURE, other))
    assert [await status_of(shop, path, "lea") for path in (gone, stays)] == [200, 200]
    edited, now = replace(post, attachments=(other,)), shop.site.clock.now()
    await shop.site.write(update_post, edited)
    await shop.site.write(lambda tx: forget_files_of(tx, shop.site, post, now, kept=edited))
    assert [await status_of(shop, path, "lea") for path in (gone, stays)] == [404, 200]
    await sweep(shop.site, now)
    assert len(kept_files(shop.site)) == 2
