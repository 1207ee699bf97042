"""Documents from their own address: whose words they are, and what is fetched again."""

import threading

import httpx
import orjson
import pytest

from fedirse.activitypub import jsonld
from fedirse.activitypub.uris import Address
from fedirse.base.errors import MalformedDocument, OriginMismatch, RemoteGone, ResponseTooLarge, UnsafeAddress, UnsupportedMediaType
from fedirse.base.types import JsonObject
from fedirse.remote.client import Headers
from fedirse.remote.documents import fetch_document
from fedirse.remote.guard import AddressPolicy
from tests.remote.canned import canned, document, moved

AS2 = "https://www.w3.org/ns/activitystreams"
NOTE = "https://victim.example/n/1"


def note(identifier: object = NOTE, **more: object) -> httpx.Response:
    return document(orjson.dumps({"@context": AS2, "id": identifier, "type": "Note", **more}))


async def fetched(answers: dict[str, httpx.Response], url: str = NOTE) -> JsonObject:
    client, _ = canned(answers)
    return await fetch_document(client, url)


@pytest.mark.attack("ORG-001")
async def test_a_document_that_claims_an_id_elsewhere_is_refused_and_nothing_else_is_asked() -> None:
    client, transport = canned({"https://evil.example/n/1": note(), NOTE: note()})
    with pytest.raises(OriginMismatch) as refusal:
        await fetch_document(client, "https://evil.example/n/1")
    assert (refusal.value.reason, transport.asked) == ("foreign-id", ["https://evil.example/n/1"])


@pytest.mark.attack("ORG-004")
async def test_an_open_redirect_does_not_lend_its_origin() -> None:
    start = "https://victim.example/r?u=https://evil.example/n"
    with pytest.raises(OriginMismatch) as refusal:
        await fetched({start: moved("https://evil.example/n"), "https://evil.example/n": note()}, start)
    assert refusal.value.reason == "foreign-id"


@pytest.mark.attack("ORG-004")
async def test_a_redirect_to_another_site_gives_what_that_site_says_about_itself() -> None:
    moved_to = "https://new.example/n/1"
    assert (await fetched({NOTE: moved(moved_to), moved_to: note(moved_to)}))["id"] == moved_to


@pytest.mark.attack("ORG-001")
async def test_another_id_on_the_same_origin_is_fetched_once_more() -> None:
    page = "https://victim.example/@bob/1"
    client, transport = canned({page: note(content="as the page says"), NOTE: note(content="as the id says")})
    assert (await fetch_document(client, page))["content"] == "as the id says"
    assert transport.asked == [page, NOTE]


@pytest.mark.attack("ORG-001")
async def test_an_id_that_wanders_on_is_refused() -> None:
    first, second = "https://victim.example/n/2", "https://victim.example/n/3"
    client, transport = canned({NOTE: note(first), first: note(second), second: note(second)})
    with pytest.raises(OriginMismatch) as refusal:
        await fetch_document(client, NOTE)
    assert (refusal.value.reason, transport.asked) == ("wandering-id", [NOTE, first])


@pytest.mark.parametrize("scheme_or_port", ["http://victim.example/n/1", "https://victim.example:8443/n/1"])
async def test_another_scheme_or_port_is_another_origin(scheme_or_port: str) -> None:
    with pytest.raises(OriginMismatch):
        await fetched({NOTE: note(scheme_or_port)})


@pytest.mark.parametrize(("identifier", "reason"), [(None, "no-id"), ("n/1", "bad-id"), ("_:b0", "bad-id")])
async def test_a_document_without_a_usable_id_is_refused(identifier: object, reason: str) -> None:
    with pytest.raises(MalformedDocument) as refusal:
        await fetched({NOTE: note(identifier)})
    assert refusal.value.reason == reason


@pytest.mark.attack("ORG-006")
@pytest.mark.parametrize("kind", ["text/plain", "image/png", "application/json", "application/octet-stream"])
async def test_an_upload_is_no_document(kind: str) -> None:
    upload = httpx.Response(200, headers=[("Content-Type", kind)], content=note().content)
    with pytest.raises(UnsupportedMediaType):
        await fetched({NOTE: upload})


async def test_bytes_that_are_no_strict_json_are_refused() -> None:
    with pytest.raises(MalformedDocument) as refusal:
        await fetched({NOTE: document(b'{"id":"https://victim.example/n/1","id":"https://victim.example/n/1"}')})
    assert refusal.value.reason == "duplicate-key"


async def test_http_is_refused_unless_it_is_allowed() -> None:
    url = "http://siege.localhost:8101/n/1"
    client, transport = canned({url: note(url)}, AddressPolicy(development=True))
    with pytest.raises(MalformedDocument):
        await fetch_document(client, url)
    assert transport.asked == []
    assert (await fetch_document(client, url, allow_http=True))["id"] == url


async def test_the_switch_of_the_policy_stands_above_the_argument() -> None:
    client, transport = canned({})
    with pytest.raises(UnsafeAddress):
        await fetch_document(client, "http://victim.example/n/1", allow_http=True)
    assert transport.asked == []


async def test_what_is_gone_and_what_is_too_large_is_said() -> None:
    with pytest.raises(RemoteGone):
        await fetched({NOTE: httpx.Response(410)})
    with pytest.raises(ResponseTooLarge):
        await fetched({NOTE: document(b" " * (1024 * 1024 + 1))})


async def test_both_requests_are_signed() -> None:
    signed: list[str] = []

    def sign(method: str, address: Address, body: bytes) -> Headers:
        signed.append(f"{method} {address.target}")
        return (("Signature", "x"),)

    client, _ = canned({"https://victim.example/@bob/1": note(), NOTE: note()})
    await fetch_document(client, "https://victim.example/@bob/1", sign=sign)
    assert signed == ["GET /@bob/1", "GET /n/1"]


async def test_a_fragment_is_not_sent_and_does_not_count() -> None:
    client, transport = canned({NOTE: note()})
    assert (await fetch_document(client, f"{NOTE}#main-key"))["id"] == NOTE
    assert transport.asked == [NOTE]


async def test_the_processor_runs_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    real = jsonld.read

    def read(parsed: JsonObject) -> jsonld.Read:
        threads.append(threading.get_ident())
        return real(parsed)

    monkeypatch.setattr(jsonld, "read", read)
    aliased = {"@context": [AS2, {"uri": "@id"}], "uri": NOTE, "type": "Note", "content": "x"}
    found = await fetched({NOTE: document(orjson.dumps(aliased))})
    assert (found["id"], found["content"]) == (NOTE, "x")
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


async def test_a_known_context_is_read_without_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonld, "read", lambda _: pytest.fail("the processor was asked"))
    assert (await fetched({NOTE: note(content="x")}))["content"] == "x"
