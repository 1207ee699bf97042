"""The collections of our actors hold and count what is for everybody, whoever asks."""

import pytest

from fedirse.social.audiences.model import AudienceKind
from tests.federation.network import say
from tests.visitors import AS2, Shop

COLLECTIONS = ["/people/marc/outbox", "/people/marc/followers", "/people/marc/following", "/actor/outbox"]


async def whole(shop: Shop, path: str, **asked: object) -> list[bytes]:
    """The collection and its first page, as they are answered."""
    collection = await shop.get(path, accept=AS2, **asked)  # type: ignore[arg-type]
    first = collection.json().get("first")
    page = [await shop.get(first.removeprefix("https://magasin.example"), accept=AS2, **asked)] if first else []  # type: ignore[arg-type]
    return [answer.content for answer in (collection, *page)]


@pytest.mark.attack("PRV-021")
@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.SITE])
@pytest.mark.parametrize("path", COLLECTIONS)
async def test_no_collection_holds_or_counts_what_is_for_some(path: str, audience: AudienceKind, shop: Shop) -> None:
    outsider, marc = await shop.stranger("karim"), await shop.person("marc")
    await say(shop.site, marc, "Bonjour à tous")
    before, signed_before = await whole(shop, path), await whole(shop, path, signer=outsider)
    assert any(b"Bonjour" in part for part in before) is (path == "/people/marc/outbox")
    await say(shop.site, marc, "@ines Le code est 4711", audience)
    assert await whole(shop, path) == before
    assert await whole(shop, path, signer=outsider) == signed_before


@pytest.mark.attack("PRV-021")
@pytest.mark.parametrize(
    "path", ["/people/marc/featured", "/people/marc/liked", "/people/marc/collections/tags", "/people/marc/featured/tags"]
)
async def test_there_are_no_other_collections(path: str, shop: Shop) -> None:
    assert (await shop.get(path, accept=AS2)).status_code == 404
