"""What others may read: the public outbox and single activities, and never more."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from starlette.requests import Request
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from fedirse.base import limits
from fedirse.base.errors import NotFound, SignatureError
from fedirse.base.types import Reader
from fedirse.outbox.publish import forward
from fedirse.outbox.routes import outbox_routes
from fedirse.storage.activities import PublishedActivity, find_activity_by_uri
from fedirse.storage.transaction import Transaction
from tests.outbox.ground import Ground

SECRET = "01JD0000000000000000000000"
READER = Reader("1", "https://there.example/a", "there.example", local=False)

Get = Callable[..., Awaitable[httpx.Response]]


def may_read(_tx: Transaction, activity: PublishedActivity, reader: Reader) -> bool:
    return activity.item_id != SECRET or reader is READER


def getter(ground: Ground, identify: Any = None) -> Get:
    router = Router(outbox_routes(may_read, *([identify] if identify else [])))

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        scope["fedirse.site"] = ground.site
        await router(scope, receive, send)

    async def get(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="https://here.example") as client:
            return await client.get(path)

    return get


def path_of(uri: str) -> str:
    return uri.removeprefix("https://here.example")


async def signed(_: Request) -> Reader:
    return READER


async def badly_signed(_: Request) -> Reader:
    raise SignatureError("no")


@pytest.mark.parametrize(
    "path",
    [
        "/activities/01JD0000000000000000000000",
        "/activities/x",
        "/people/nobody/outbox",
        "/people/alice/outbox?page=true&before=x",
        "/people/alice/outbox?page=true&before=",
    ],
)
async def test_what_is_not_there_is_not_found(ground: Ground, path: str) -> None:
    with pytest.raises(NotFound):
        await getter(ground)(path)


async def test_what_is_not_for_everybody_is_not_found_by_everybody(ground: Ground) -> None:
    uri = await ground.post(item_id=SECRET, inboxes=[])
    with pytest.raises(NotFound):
        await getter(ground)(path_of(uri))


async def test_a_signature_that_does_not_hold_is_refused_before_anything_is_looked_up(ground: Ground) -> None:
    for path in ("/activities/x", "/people/nobody/outbox"):
        with pytest.raises(SignatureError):
            await getter(ground, badly_signed)(path)


async def test_a_forwarded_activity_is_not_served_here(ground: Ground) -> None:
    def forward_one(tx: Transaction) -> None:
        forward(
            tx,
            ground.site,
            body=b"{}",
            uri="https://there.example/1",
            kind="Create",
            forwarder_id=ground.actors["alice"].id,
            inboxes=[],
            item_id=None,
            now=ground.clock.now(),
        )

    await ground.site.write(forward_one)
    stored = await ground.site.read(find_activity_by_uri, "https://there.example/1")
    assert stored is not None
    with pytest.raises(NotFound):
        await getter(ground)(f"/activities/{stored.id}")


async def test_a_reader_who_may_gets_it_and_nobody_keeps_a_copy_for_others(ground: Ground) -> None:
    uri = await ground.post(item_id=SECRET, inboxes=[])
    answer = await getter(ground, signed)(path_of(uri))
    assert (answer.status_code, answer.json()["id"]) == (200, uri)


async def test_an_activity_is_served_as_it_was_sent(ground: Ground) -> None:
    uri = await ground.post("there.example")
    answer = await getter(ground)(path_of(uri))
    document = orjson.loads(answer.content)
    assert (answer.headers["content-type"], document["id"], "proof" in document) == ("application/activity+json", uri, True)
    assert "accept" in answer.headers["vary"].lower()


async def test_an_outbox_counts_what_everybody_may_read(ground: Ground) -> None:
    for _ in range(3):
        await ground.post("there.example")
    await ground.post("there.example", by="bob")
    document = (await getter(ground)("/people/alice/outbox")).json()
    assert (document["type"], document["id"], document["totalItems"]) == ("OrderedCollection", ground.actors["alice"].outbox, 3)
    assert document["first"] == f"{ground.actors['alice'].outbox}?page=true"


async def test_the_site_s_own_actor_has_an_outbox_too(ground: Ground) -> None:
    await ground.post("there.example", by="site")
    assert (await getter(ground)("/actor/outbox")).json()["totalItems"] == 1


async def test_the_pages_of_an_outbox_hold_everything_once_newest_first(ground: Ground) -> None:
    uris = []
    for _ in range(45):
        uris.append(await ground.post("there.example"))
        ground.clock.advance(timedelta(seconds=1))
    get = getter(ground)
    found: list[str] = []
    url = (await get("/people/alice/outbox")).json()["first"]
    while url:
        page = (await get(path_of(url))).json()
        assert (page["id"], page["partOf"]) == (url, ground.actors["alice"].outbox)
        found += [item["id"] for item in page["orderedItems"]]
        url = page.get("next")
    assert found == uris[::-1]


async def test_an_item_of_a_page_carries_neither_context_nor_proof_of_its_own(ground: Ground) -> None:
    await ground.post("there.example")
    [item] = (await getter(ground)("/people/alice/outbox?page=true")).json()["orderedItems"]
    assert {"@context", "proof"}.isdisjoint(item)


async def test_what_is_no_longer_for_everybody_is_on_no_page(ground: Ground) -> None:
    await ground.post("there.example", item_id=SECRET)
    assert (await getter(ground, signed)("/people/alice/outbox?page=true")).json()["orderedItems"] == []


@pytest.mark.parametrize(("count", "more"), [(limits.PAGE_ITEMS - 1, False), (limits.PAGE_ITEMS, True), (limits.PAGE_ITEMS + 1, True)])
async def test_a_page_holds_so_many_and_no_more(ground: Ground, count: int, more: bool) -> None:
    for _ in range(count):
        await ground.post("there.example")
    page = (await getter(ground)("/people/alice/outbox?page=true")).json()
    assert (len(page["orderedItems"]), "next" in page) == (min(count, limits.PAGE_ITEMS), more)
