"""A host of its own for uploaded files: it serves them and knows nobody."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base.clock import FixedClock
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.media.actions import attach
from fedirse.social.media.model import Media
from fedirse.social.media.views import page_url_of, url_of
from tests.social.media.pictures import photo, upload
from tests.visitors import AS2, DOMAIN, Shop, open_shop

HOST = "media.magasin.example"


@pytest.fixture
async def shop(made_site: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(made_site, tmp_path / "shop", media_domain=HOST) as opened:
        yield opened


async def published(shop: Shop, kind: AudienceKind) -> Media:
    ines = await shop.person("ines")
    media = await upload(shop.site, ines.id, photo())
    post = await shop.receive(ines, "<p>Regardez</p>", Audience(kind), local=True)
    return (await shop.site.write(attach, shop.site, [media.id], post.id, ines.id, shop.site.clock.now()))[0]


def path(address: str) -> str:
    """The path of an address on the media host, with its query."""
    return address.removeprefix(f"https://{HOST}")


async def test_addresses_lead_to_the_host_and_it_serves_them(shop: Shop) -> None:
    media = await published(shop, AudienceKind.PUBLIC)
    address = url_of(shop.site, media)
    assert address.startswith(f"https://{HOST}/media/")
    answer = await shop.get(path(address), headers={"host": HOST})
    assert (answer.status_code, answer.headers["cross-origin-resource-policy"]) == (200, "cross-origin")


@pytest.mark.parametrize("asked", ["/actor", "/people/marc", "/icon.svg", "/.well-known/webfinger?resource=acct:marc@magasin.example"])
async def test_it_serves_nothing_else(shop: Shop, asked: str) -> None:
    assert (await shop.get(asked, headers={"host": DOMAIN}, accept=AS2)).status_code == 200
    answer = await shop.get(asked, headers={"host": HOST}, accept=AS2)
    assert (answer.status_code, answer.text) == (404, "There is nothing here.\n")


async def test_it_knows_nobody(shop: Shop) -> None:
    media = await published(shop, AudienceKind.SITE)
    token = await shop.token("lea")
    assert (await shop.get(path(url_of(shop.site, media)), headers={"host": HOST}, token=token)).status_code == 404
    assert (await shop.get(path(url_of(shop.site, media)), token=token)).status_code == 200


async def test_a_page_shows_what_stays_on_the_site_by_a_signed_address(shop: Shop) -> None:
    media = await published(shop, AudienceKind.SITE)
    address = path(page_url_of(shop.site, media, "small", shop.site.clock.now()))
    answer = await shop.get(address, headers={"host": HOST})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")


async def test_a_signature_ends_and_serves_one_file_only(shop: Shop) -> None:
    media, other = await published(shop, AudienceKind.SITE), await published(shop, AudienceKind.SITE)
    address = path(page_url_of(shop.site, media, "small", shop.site.clock.now()))
    query = address.partition("?")[2]
    forged = [
        f"{path(url_of(shop.site, media))}?{query}",
        f"{path(url_of(shop.site, other, 'small'))}?{query}",
        address.replace("until=", "until=1"),
        address[:-1] + ("A" if address[-1] != "A" else "B"),
        address.replace("signature=", "signature=é"),
        address.replace("until=", "until=²"),
    ]
    for one in forged:
        assert (await shop.get(one, headers={"host": HOST})).status_code == 404
    assert isinstance(shop.site.clock, FixedClock)
    shop.site.clock.advance(timedelta(hours=1))
    assert (await shop.get(address, headers={"host": HOST})).status_code == 200
    shop.site.clock.advance(timedelta(hours=1, seconds=1))
    assert (await shop.get(address, headers={"host": HOST})).status_code == 404


async def test_pages_may_show_pictures_from_there_and_run_nothing(shop: Shop) -> None:
    policy = (await shop.get("/people/marc")).headers["content-security-policy"]
    assert f"img-src 'self' https://{HOST} blob:; media-src 'self' https://{HOST};" in policy
    assert policy.count(HOST) == 2
