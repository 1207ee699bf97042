"""Asking a host who a handle is: where the question goes, and which answers name an actor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import httpx
import orjson
import pytest

from fedirse.activitypub.webfinger import parse_resource
from fedirse.base.errors import MalformedDocument, RemoteGone, RemoteRejected, UnsafeAddress, UnsupportedMediaType
from fedirse.base.types import JsonObject
from fedirse.remote.client import Client
from fedirse.remote.guard import AddressPolicy
from fedirse.remote.resolver import Resolver
from fedirse.remote.tls import client_context
from fedirse.remote.transport import GuardedBackend, GuardedTransport
from fedirse.remote.webfinger import ask, resolve_handle
from tests.remote.canned import Silent, canned, moved
from tests.remote.loopback import always, answer, serving

QUESTION = "https://social.example/.well-known/webfinger?resource=acct%3Aanna%40social.example"
ACTOR = "https://social.example/users/anna"


def descriptor(*links: JsonObject, subject: str = "acct:anna@social.example", kind: str = "application/jrd+json") -> httpx.Response:
    return httpx.Response(200, headers=[("Content-Type", kind)], content=orjson.dumps({"subject": subject, "links": list(links)}))


def link(href: object = ACTOR, kind: str = "application/activity+json", rel: str = "self") -> JsonObject:
    return {"rel": rel, "type": kind, "href": href}


@pytest.mark.parametrize("handle", ["anna@social.example", "@anna@social.example", "acct:anna@social.example", "@anna@SOCIAL.example:443"])
async def test_the_host_of_the_handle_is_asked_over_https(handle: str) -> None:
    client, transport = canned({QUESTION: descriptor(link())})
    assert await resolve_handle(client, handle) == ACTOR
    assert transport.asked == [QUESTION]


@pytest.mark.parametrize(
    "handle", ["", "anna", "@anna", "@social.example", "anna@", "https://social.example/users/anna", "a@b@/x", "anna@127.1"]
)
async def test_what_is_no_handle_is_refused_unasked(handle: str) -> None:
    client, transport = canned({})
    with pytest.raises(MalformedDocument) as refusal:
        await resolve_handle(client, handle)
    assert (refusal.value.reason, transport.asked) == ("bad-resource", [])


@pytest.mark.parametrize("host", ["localhost", "db.internal", "social.example:25"])
async def test_a_handle_at_an_unsafe_host_is_refused_unasked(host: str) -> None:
    client, transport = canned({})
    with pytest.raises(UnsafeAddress):
        await resolve_handle(client, f"anna@{host}")
    assert transport.asked == []


@pytest.mark.attack("ORG-055")
async def test_another_host_may_answer_and_the_question_stays_the_same() -> None:
    elsewhere = "https://www.social.example/.well-known/webfinger?resource=acct%3Aanna%40social.example"
    client, transport = canned({QUESTION: moved(elsewhere), elsewhere: descriptor(link())})
    account = parse_resource("anna@social.example")
    assert (await ask(client, account)).actor_id == ACTOR  # type: ignore[arg-type]
    assert transport.asked == [QUESTION, elsewhere]


@pytest.mark.attack("ORG-055")
async def test_a_walk_through_many_hosts_ends_after_three_redirects() -> None:
    hops = [QUESTION, *(f"https://h{n}.evil.example/" for n in range(20))]
    client, transport = canned({hop: moved(following) for hop, following in pairwise(hops)})
    with pytest.raises(RemoteRejected):
        await resolve_handle(client, "anna@social.example")
    assert transport.asked == hops[:4]


@pytest.mark.attack("ORG-055")
async def test_a_redirect_to_http_is_refused() -> None:
    client, transport = canned({QUESTION: moved("http://social.example/jrd")})
    with pytest.raises(UnsafeAddress):
        await resolve_handle(client, "anna@social.example")
    assert transport.asked == [QUESTION]


@pytest.mark.parametrize(
    "links",
    [
        [],
        [link(kind="text/html")],
        [link(kind="application/json")],
        [link(kind="application/ld+json")],
        [link(rel="alternate")],
        [link(rel="http://webfinger.net/rel/profile-page")],
        [link(href="/users/anna")],
        [link(href="data:,x")],
        [link(href=["https://social.example/users/anna"])],
        [{"rel": "self", "href": ACTOR}],
    ],
)
async def test_an_answer_without_a_link_to_an_actor_is_refused(links: list[JsonObject]) -> None:
    client, _ = canned({QUESTION: descriptor(*links)})
    with pytest.raises(MalformedDocument) as refusal:
        await resolve_handle(client, "anna@social.example")
    assert refusal.value.reason == "no-actor-link"


async def test_an_answer_that_is_no_json_is_refused() -> None:
    response = httpx.Response(200, headers=[("Content-Type", "application/jrd+json")], content=b"<XRD/>")
    client, _ = canned({QUESTION: response})
    with pytest.raises(MalformedDocument) as refusal:
        await resolve_handle(client, "anna@social.example")
    assert refusal.value.reason == "not-json"


@pytest.mark.parametrize("kind", ["text/html", "application/xrd+xml", "application/activity+json"])
async def test_an_answer_of_another_type_is_refused(kind: str) -> None:
    client, _ = canned({QUESTION: descriptor(link(), kind=kind)})
    with pytest.raises(UnsupportedMediaType):
        await resolve_handle(client, "anna@social.example")


async def test_nobody_of_that_name_is_gone() -> None:
    client, _ = canned({QUESTION: httpx.Response(404)})
    with pytest.raises(RemoteGone):
        await resolve_handle(client, "anna@social.example")


@asynccontextmanager
async def on_this_machine() -> AsyncIterator[Client]:
    policy = AddressPolicy(development=True)
    resolver = Resolver(policy)
    transport = GuardedTransport(GuardedBackend(policy, resolver), client_context())
    client = Client(policy, user_agent="fedirse/test", fetch_transport=transport, poster=Silent())
    try:
        yield client
    finally:
        await client.aclose()
        resolver.close()


async def test_a_site_on_this_machine_is_asked_over_http_when_it_has_no_https() -> None:
    body = orjson.dumps({"links": [link(href="http://siege.localhost:8101/users/anna")]})
    async with serving(always(answer("200 OK", body, "Content-Type: application/jrd+json"))) as server, on_this_machine() as client:
        assert await resolve_handle(client, f"anna@siege.localhost:{server.port}") == "http://siege.localhost:8101/users/anna"
    assert server.targets == [f"/.well-known/webfinger?resource=acct%3Aanna%40siege.localhost%3A{server.port}"]
