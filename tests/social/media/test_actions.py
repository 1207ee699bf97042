"""Uploading files, and tying them to what is published."""

from PIL import Image

from fedirse.social.media.model import MediaKind
from fedirse.social.media.views import path_of
from tests.social.media.pictures import files_of, photo, upload
from tests.visitors import Shop


async def test_a_photo_becomes_two_pictures(shop: Shop) -> None:
    ines = await shop.person("ines")
    media = await upload(shop.site, ines.id, photo(3000, 1500))
    assert (media.kind, media.media_type, media.name, media.width, media.height) == (
        MediaKind.IMAGE,
        "image/webp",
        "photo.webp",
        2048,
        1024,
    )
    with Image.open(path_of(shop.site, media)) as full, Image.open(path_of(shop.site, media, "small")) as small:
        assert (full.size, small.size) == ((2048, 1024), (640, 320))
    assert media.size == path_of(shop.site, media).stat().st_size
    assert len(files_of(shop.site)) == 2
