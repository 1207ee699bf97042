"""Fetching a document from its own address: the one way by which foreign words become words of their origin."""

import asyncio

from fedirse.activitypub import jsonld, origin, strict_json, uris
from fedirse.activitypub.origin import Refetch
from fedirse.base.errors import OriginMismatch
from fedirse.base.types import JsonObject
from fedirse.remote.client import Client, FetchKind, RequestSigner


async def fetch_document(client: Client, url: str, *, sign: RequestSigner | None = None, allow_http: bool = False) -> JsonObject:
    """The document at an address, in normal form, with an id that is that address or lies where it came from.

    A document found under another address than its id, such as a page that answers with the post, is forgotten, and its id is fetched
    instead, once. The id of what comes back may therefore differ from `url`; its origin is the one it was fetched from.

    Args:
        client: the way out.
        url: id of the document, or an address that leads to it.
        sign: signs each request.
        allow_http: whether the address may be http; only under the development switch.

    Raises:
        MalformedDocument: the URL, the JSON or the JSON-LD, or an id that is missing or unusable.
        OriginMismatch: "foreign-id", the document speaks for another origin; "wandering-id", its id leads to yet another id.
        RemoteError, UnsupportedMediaType: as `Client.fetch`.
    """
    uris.parse(url, allow_http=allow_http)
    document, verdict = await _fetch(client, url, sign)
    if isinstance(verdict, Refetch):
        uris.parse(verdict.id, allow_http=allow_http)
        document, verdict = await _fetch(client, verdict.id, sign)
    if isinstance(verdict, Refetch):
        raise OriginMismatch(f"{url} leads to {verdict.id}, which is not where its id says", reason="wandering-id")
    return document


async def _fetch(client: Client, url: str, sign: RequestSigner | None) -> tuple[JsonObject, str | Refetch]:
    fetched = await client.fetch(url, FetchKind.DOCUMENT, sign=sign)
    parsed = strict_json.parse(fetched.body)
    # Off the fast path the processor takes milliseconds, which the event loop has better uses for.
    read = jsonld.read_directly(parsed)
    if read is None:
        read = await asyncio.to_thread(jsonld.read, parsed)
    return read.document, origin.check_fetched(url, fetched.url, read.document.get("id"))
