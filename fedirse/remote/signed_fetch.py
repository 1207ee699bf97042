"""Fetching documents in the name of the site's own actor, so that servers in authorised-fetch mode answer too.

Never in the name of a person: what a site fetches must not tell anybody which of its people is reading.
"""

from collections.abc import Callable
from http import HTTPStatus

from fedirse.activitypub import uris
from fedirse.activitypub.signatures import SignedRequest, sign_cavage, sign_message
from fedirse.activitypub.uris import Address
from fedirse.base.clock import Clock
from fedirse.base.errors import Blocked, RemoteRejected, UnsafeAddress
from fedirse.base.types import JsonObject
from fedirse.remote.client import Client, Headers, RequestSigner
from fedirse.remote.documents import fetch_document
from fedirse.storage.database import Database
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.signing import NamedKey

_UNSIGNED_SEEN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class SignedFetch:
    """Fetches documents for one site.

    Args:
        client: the way out.
        database: knows which hosts the site has nothing to do with; nothing is fetched from them.
        own_origin: what is ours is read from the database, never over HTTP.
        key: gives the RSA key of the site's actor, which every server can verify.
        clock: dates the signatures.
        allow_http: whether ids may be http; only under the development switch.
    """

    def __init__(
        self, client: Client, database: Database, own_origin: str, key: Callable[[], NamedKey], clock: Clock, *, allow_http: bool
    ) -> None:
        self._client = client
        self._database = database
        self._own_origin = own_origin
        self._key = key
        self._clock = clock
        self._allow_http = allow_http

    async def document(self, url: str) -> JsonObject:
        """A document from its own address, in normal form.

        Signed after the draft first, because that is what everybody reads; where that is refused, after RFC 9421.

        Raises:
            Blocked: the host is blocked here.
            RemoteError: it cannot be had, or is ours (UnsafeAddress, reason "own-domain").
            ProtocolError: what is there is not a document, or not that one.
        """
        await self._check_allowed(url)
        document = await self._fetch(url)
        # A page may have led to a document on another host.
        await self._check_allowed(document["id"])
        return document

    async def _check_allowed(self, uri: str) -> None:
        host = uris.host_of(uri)
        if uris.origin_of(uri) == self._own_origin:
            raise UnsafeAddress(f"{uri} is ours", reason="own-domain")
        if await self._database.read(is_refused_host, host):
            raise Blocked(f"{host} is blocked", reason="blocked-domain")

    async def _fetch(self, url: str) -> JsonObject:
        try:
            return await fetch_document(self._client, url, sign=self._signer(message=False), allow_http=self._allow_http)
        except RemoteRejected as error:
            if error.status not in _UNSIGNED_SEEN:
                raise
        return await fetch_document(self._client, url, sign=self._signer(message=True), allow_http=self._allow_http)

    def _signer(self, *, message: bool) -> RequestSigner:
        def sign(method: str, address: Address, body: bytes) -> Headers:
            key = self._key()
            request = SignedRequest(method, address.scheme, address.authority, address.target, (), body)
            make = sign_message if message else sign_cavage
            return make(request, key.uri, key.key, self._clock.now())

        return sign
