"""A program that asks the API, and whose every answer is held against the document."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from fedirse.features.announcements.api.document.model import OPERATIONS, ROOT, Operation
from fedirse.features.announcements.api.document.wire import render_document
from fedirse.features.announcements.api.keys.actions import make_key, new_key_secret
from fedirse.features.announcements.api.keys.model import Key, May, Wanted
from fedirse.social.accounts.store import get_account
from fedirse.social.follows.channels.model import Runner
from fedirse.storage.transaction import Transaction
from tests.visitors import DOMAIN, ORIGIN, Shop

DOCUMENT = render_document(ORIGIN, "0")
TITLE, TEXT = "Rappel : lot 4821", "Retirez le lot **4821** des rayons."
SENT: dict[str, Any] = {"title": TITLE, "text": TEXT, "audience": {"kind": "network"}, "asked_of": "everyone", "language": "fr"}
"""What a program announces."""


class Program:
    """A program with a key, or without.

    Args:
        shop: the site.
        secret: what it presents; None for no key.
    """

    def __init__(self, shop: Shop, secret: str | None = None) -> None:
        self.shop = shop
        self.secret = secret

    async def ask(
        self, method: str, path: str, body: object = None, *, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """What it is answered at a path of the API; checked to be as the document says.

        Args:
            method, path: after the beginning that all of them share.
            body: is sent as JSON.
            content: is sent as it is.
            headers: besides its key.
        """
        sent = {"host": DOMAIN, **({"authorization": f"Bearer {self.secret}"} if self.secret is not None else {})}
        if body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            sent["content-type"] = "application/json"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.shop.app), base_url=ORIGIN) as client:
            response = await client.request(method, f"{ROOT}{path}", headers=sent | dict(headers or {}), content=content)
        assert "set-cookie" not in response.headers
        if (operation := operation_of(method, path)) is not None:
            check_answer(operation, response)
        return response

    async def announce(self, **values: object) -> str:
        """Announce something; its id."""
        response = await self.ask("POST", "/announcements", {**SENT, **values})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])


async def give_key(shop: Shop, handle: str = "marc", may: May = May.ANNOUNCE, ends_at: datetime | None = None) -> tuple[Program, Key]:
    """A program with a key in somebody's name, and the key."""
    secret, now = new_key_secret(), shop.site.clock.now()

    def give(tx: Transaction) -> Key:
        account = get_account(tx, handle)
        return make_key(tx, Wanted("Intranet", may, ends_at), secret, now, by=Runner(account.id, handle))

    return Program(shop, secret), await shop.site.write(give)


def operation_of(method: str, path: str) -> Operation | None:
    """What is asked for, as the document has it."""
    parts = path.partition("?")[0].split("/")
    for operation in OPERATIONS:
        wanted = operation.path.split("/")
        fits = len(parts) == len(wanted) and all(one in {"{id}", other} for one, other in zip(wanted, parts, strict=True))
        if fits and operation.method == method:
            return operation
    return None


def address(operation: Operation, post_id: str = "01J00000000000000000000000") -> str:
    """A path at which that is asked for."""
    return operation.path.replace("{id}", post_id)


def check_answer(operation: Operation, response: httpx.Response) -> None:
    """That an answer is one that the document foresees, and has no member that it does not name."""
    told = DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]
    assert str(response.status_code) in told, (operation.name, response.status_code, response.text)
    assert response.headers.get("cache-control", "private, no-store") == "private, no-store"
    if response.is_error:
        assert response.headers["content-type"] == "application/problem+json"
        schema, found = "Problem", response.json()
        assert found["status"] == response.status_code
        assert found["detail"].endswith((".", "…"))
        assert found.keys() <= {"title", "status", "detail", "code", "field"}
    elif operation.gives is None:
        return
    else:
        assert response.headers["content-type"] == "application/json"
        schema, found = operation.gives.__name__, response.json()
        assert json.loads(msgspec.json.encode(msgspec.json.decode(response.content, type=operation.gives))) == found
    where = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    Draft202012Validator(where, format_checker=FormatChecker()).validate(found)


def later(shop: Shop, **ahead: int) -> str:
    """A moment from now on, as programs write it."""
    return (shop.site.clock.now() + timedelta(**ahead)).isoformat()
