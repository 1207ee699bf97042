"""A disk without room for files, met through the forms of a site: told to come back, nothing by half, everything else goes on."""

import io
from pathlib import Path
from typing import BinaryIO

import pytest

from fedirse.site import Site
from fedirse.social.media.spool import actions as spool
from tests.social.media.pictures import photo
from tests.social.posts.composing.composer import fields_of, posts_of
from tests.visitors import Shop, made_site, shop

__all__ = ["made_site", "shop"]

PROFILE = {"name": "Inès", "bio": ""}
LOOK = {"name": "Magasin", "description": "", "colour": "#aa0000", "accent": "#ffee00", "font": "book"}


def onto_a_full_disk(path: Path) -> BinaryIO:
    """As an upload is begun, but what is written meets the kernel's own refusal for want of room."""
    path.touch()
    return io.FileIO("/dev/full", "wb")


def kept_files(site: Site) -> list[Path]:
    """Every file of an upload, of ones that never ended too."""
    return [path for path in (site.folder / "media").rglob("*") if path.is_file()]


@pytest.mark.reliability("REL-015")
async def test_without_room_a_picture_is_refused_for_now_and_taken_when_there_is_room_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    picture = ("moi.jpg", photo(), "image/jpeg")
    with monkeypatch.context() as disk:
        disk.setattr(spool, "_create", onto_a_full_disk)
        for browser, path, fields, field in (
            (ines, "/settings/profile", PROFILE, "avatar"),
            (marc, "/site/look", LOOK, "logo"),
        ):
            answer = await browser.post(path, fields, files=[(field, picture)])
            assert answer.status_code == 503, path
            assert int(answer.headers["retry-after"]) > 0
        assert kept_files(shop.site) == []
        assert (await shop.person("ines")).icon is None
        assert (await shop.get("/@ines")).status_code == 200
        assert (await ines.post("/settings/profile", PROFILE)).status_code == 303
    assert (await ines.post("/settings/profile", PROFILE, files=[("avatar", picture)])).status_code == 303
    icon = (await shop.person("ines")).icon
    assert icon is not None
    assert (await shop.get(icon.removeprefix(shop.site.uris.origin))).status_code == 200


@pytest.mark.reliability("REL-015")
async def test_without_room_a_post_keeps_its_words_and_is_published_when_there_is_room_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines = await shop.sign_in("ines")
    opened = fields_of(await ines.get("/compose"))
    files = [("files", ("rayon.jpg", photo(), "image/jpeg"))]
    with monkeypatch.context() as disk:
        disk.setattr(spool, "_create", onto_a_full_disk)
        answer = await ines.post("/posts", {**opened, "text": "Le rayon", "audience": "site", "asked": "1"}, files=files)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "rayon.jpg" in answer.text
        assert kept_files(shop.site) == []
        assert await posts_of(shop, "ines") == []
    again = fields_of(answer)
    assert again["text"] == "Le rayon"
    assert (await ines.post("/posts", {**again, "audience": "site", "asked": "1"}, files=files)).status_code == 303
    (post,) = await posts_of(shop, "ines")
    assert len(post.attachments) == 1
