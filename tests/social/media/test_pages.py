"""Fetching uploaded files: who may, and what a browser is told about them."""

from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.media.actions import attach
from fedirse.social.media.model import Media
from fedirse.social.media.views import path_of, url_of
from tests.social.media.pictures import photo, upload
from tests.visitors import ORIGIN, Shop

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
