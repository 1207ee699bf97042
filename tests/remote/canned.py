"""Transports without sockets: one that must not be reached, one that answers by URL, so that https and public names can be played."""

import httpx
import pytest

from fedirse.activitypub.uris import Address
from fedirse.remote.answers import Answer
from fedirse.remote.client import Client, Headers
from fedirse.remote.guard import AddressPolicy


class Silent(httpx.AsyncBaseTransport):
    """A transport and poster that must not be reached."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pytest.fail(f"{request.url} was requested")

    async def post(self, address: Address, body: bytes, headers: Headers) -> Answer:
        pytest.fail(f"{address.url} was posted to")


class Canned(httpx.AsyncBaseTransport):
    """Answers by URL, and remembers what it was asked."""

    def __init__(self, answers: dict[str, httpx.Response]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        return self._answers[str(request.url)]


def canned(answers: dict[str, httpx.Response], policy: AddressPolicy | None = None, own: str = "") -> tuple[Client, Canned]:
    """A client whose fetches are answered from memory."""
    transport = Canned(answers)
    client = Client(policy or AddressPolicy(), user_agent="fedirse/test", fetch_transport=transport, poster=Silent())
    return client.of_site(own) if own else client, transport


def moved(location: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers=[("Location", location)])


def document(body: bytes = b"{}") -> httpx.Response:
    return httpx.Response(200, headers=[("Content-Type", "application/activity+json")], content=body)
