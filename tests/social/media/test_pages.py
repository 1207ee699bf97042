"""Fetching uploaded files: who may, and what a browser is told about them."""

import pytest

from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.media.actions import attach, erase_of_item
from fedirse.social.media.model import Media, Purpose
from fedirse.social.media.views import path_of, url_of
from tests.social.media.pictures import photo, upload
from tests.visitors import AS2, ORIGIN, Shop

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n"


def path(shop: Shop, media: Media, variant: str = "full") -> str:
    """The path of a file's address."""
    return url_of(shop.site, media, "small" if variant == "small" else "full").removeprefix(ORIGIN)


async def published(shop: Shop, audience: Audience, content: bytes = b"", name: str = "photo.jpg", **values: object) -> Media:
    """A file in a post of Inès for that audience."""
    ines = await shop.person("ines")
    media = await upload(shop.site, ines.id, content or photo(), name)
    post = await shop.receive(ines, "<p>Regardez</p>", audience, local=True, **values)
    return (await shop.site.write(attach, shop.site, [media.id], post.id, ines.id, shop.site.clock.now()))[0]


async def test_the_picture_of_a_public_post_is_for_everybody_and_for_ever(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.PUBLIC))
    answer = await shop.get(path(shop, media))
    assert answer.status_code == 200
    assert answer.content == path_of(shop.site, media).read_bytes()
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-type"] == "image/webp"
    assert (await shop.get(path(shop, media, "small"))).status_code == 200


@pytest.mark.parametrize("kind", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_what_other_servers_fetch_unsigned_is_served_by_its_address_and_kept_by_nobody(shop: Shop, kind: AudienceKind) -> None:
    media = await published(shop, Audience(kind))
    answer = await shop.get(path(shop, media), accept="*/*")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_what_stays_on_the_site_is_for_its_people_only(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.SITE))
    marie = await shop.stranger("marie")
    lea = await shop.sign_in("lea")
    assert (await shop.get(path(shop, media))).status_code == 404
    assert (await shop.get(path(shop, media), signer=marie)).status_code == 404
    assert (await shop.get(path(shop, media), token=await shop.token("lea"))).status_code == 200
    answer = await lea.get(path(shop, media))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")


async def test_what_is_not_published_yet_is_for_who_uploaded_it(shop: Shop) -> None:
    media = await upload(shop.site, (await shop.person("ines")).id, photo())
    assert (await shop.get(path(shop, media))).status_code == 404
    assert (await shop.get(path(shop, media), token=await shop.token("lea"))).status_code == 404
    assert (await shop.get(path(shop, media), token=await shop.token("ines"))).status_code == 200


async def test_missing_and_not_yours_are_the_same_bytes(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.SITE))
    hidden = await shop.get(path(shop, media))
    others = [
        f"/media/{media.id}/{'a' * 32}/full.webp",
        f"/media/{'0' * 26}/{media.key}/full.webp",
        f"/media/{media.id}/{media.key}/original",
        f"/media/{media.id}/{media.key}/full.png",
        "/media/.incoming/upload/full.webp",
    ]
    for other in others:
        missing = await shop.get(other)
        assert (missing.status_code, missing.content) == (404, hidden.content)


async def test_the_files_of_a_deleted_post_are_gone(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.PUBLIC))
    now = shop.site.clock.now()
    await shop.site.write(erase_of_item, shop.site, media.item_id or "", now)
    assert (await shop.get(path(shop, media))).status_code == 404


async def test_a_post_that_is_deleted_hides_files_that_still_hang_on_it(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.PUBLIC), deleted_at=shop.site.clock.now())
    assert (await shop.get(path(shop, media))).status_code == 404


async def test_a_file_that_is_lost_from_the_disk_is_missing(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.PUBLIC))
    path_of(shop.site, media).unlink()
    assert (await shop.get(path(shop, media))).status_code == 404


async def test_the_picture_of_an_actor_is_for_everybody_once_it_is_one(shop: Shop) -> None:
    ines = await shop.person("ines")
    media = await upload(shop.site, ines.id, photo(), purpose=Purpose.AVATAR)
    assert (await shop.get(path(shop, media))).status_code == 404
    await shop.site.write(attach, shop.site, [media.id], ines.id, ines.id, shop.site.clock.now(), purpose=Purpose.AVATAR)
    assert (await shop.get(path(shop, media))).headers["cache-control"].startswith("public")


@pytest.mark.attack("WEB-033")
@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("rapport.pdf", PDF, "application/pdf"),
        ("page.html", b"<!doctype html><script>alert(1)</script>", "application/octet-stream"),
        ("dessin.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "application/octet-stream"),
        ("acteur.json", b'{"@context": "https://www.w3.org/ns/activitystreams", "type": "Person"}', "application/octet-stream"),
        ("flux.xml", b'<?xml version="1.0"?><x/>', "application/octet-stream"),
    ],
)
async def test_what_is_no_picture_is_only_ever_downloaded(shop: Shop, name: str, content: bytes, media_type: str) -> None:
    media = await published(shop, Audience(AudienceKind.PUBLIC), content, name)
    answer = await shop.get(path(shop, media))
    assert answer.content == content
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_is_never_a_document(shop: Shop) -> None:
    document = b'{"@context": "https://www.w3.org/ns/activitystreams", "type": "Person", "id": "https://magasin.example/people/marc"}'
    media = await published(shop, Audience(AudienceKind.PUBLIC), document, "marc.json")
    answer = await shop.get(path(shop, media), accept=AS2)
    assert answer.status_code == 404


async def test_a_part_of_a_film_can_be_asked_for_and_many_parts_are_the_whole(shop: Shop) -> None:
    film = b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomavc1" + bytes(range(256)) * 16
    media = await published(shop, Audience(AudienceKind.PUBLIC), film, "film.mp4")
    part = await shop.get(path(shop, media), headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"ftyp", f"bytes 4-7/{len(film)}")
    many = await shop.get(path(shop, media), headers={"range": f"bytes={','.join(f'{at}-{at}' for at in range(0, 2000, 2))}"})
    assert (many.status_code, len(many.content)) == (200, len(film))
    outside = await shop.get(path(shop, media), headers={"range": f"bytes={len(film)}-"})
    assert outside.status_code == 416


async def test_a_name_of_any_script_survives_the_header(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.PUBLIC), PDF, "Règlement « été ».pdf")
    answer = await shop.get(path(shop, media))
    disposition = answer.headers["content-disposition"]
    assert (
        disposition
        == "attachment; filename=\"R_glement _ _t_ _.pdf\"; filename*=UTF-8''R%C3%A8glement%20%C2%AB%20%C3%A9t%C3%A9%20%C2%BB.pdf"
    )


async def test_the_head_of_a_file_has_its_length(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.PUBLIC))
    answer = await shop.get(path(shop, media), method="HEAD")
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, str(media.size), b"")


async def test_the_files_of_a_post_that_moderators_hid_are_not_for_everybody(shop: Shop) -> None:
    media = await published(shop, Audience(AudienceKind.PUBLIC), PDF, "rapport.pdf", hidden_at=shop.site.clock.now())
    assert (await shop.get(path(shop, media))).status_code == 404
    assert (await shop.get(path(shop, media), token=await shop.token("lea"))).status_code == 404
