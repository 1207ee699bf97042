"""Fetching documents in the name of the site's own actor, so that servers in authorised-fetch mode answer too.

Never in the name of a person: what a site fetches must not tell anybody which of its people is reading.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from fedirse.activitypub import strict_json, uris
from fedirse.activitypub.signatures import SignedRequest, sign_cavage, sign_message
from fedirse.activitypub.uris import Address
from fedirse.base.clock import Clock
from fedirse.base.errors import Blocked, OriginMismatch, RemoteRejected, UnsafeAddress
from fedirse.base.types import JsonObject
from fedirse.remote.client import Client, FetchKind, Headers, RequestSigner
from fedirse.remote.documents import fetch_document
from fedirse.storage.database import Database
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.signing import NamedKey
from fedirse.storage.transaction import Transaction

_UNSIGNED_SEEN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class AmongMembers:
    """How a site speaks to the other members of its network.

    Attributes:
        is_member: whether a host is one of theirs.
        key: gives the Ed25519 key of the site's actor, which is what they know it by.
    """

    is_member: Callable[[Transaction, str], bool]
    key: Callable[[], NamedKey]


class SignedFetch:
    """Fetches documents for one site.

    Args:
        client: the way out.
        database: knows which hosts the site has nothing to do with; nothing is fetched from them.
        own_origin: what is ours is read from the database, never over HTTP.
        key: gives the RSA key of the site's actor, which every server can verify.
        clock: dates the signatures.
        allow_http: whether ids may be http; only under the development switch.
        members: how members of its network are asked; None for like everybody else.
    """

    def __init__(
        self,
        client: Client,
        database: Database,
        own_origin: str,
        key: Callable[[], NamedKey],
        clock: Clock,
        *,
        allow_http: bool,
        members: AmongMembers | None = None,
    ) -> None:
        self._client = client
        self._database = database
        self._own_origin = own_origin
        self._key = key
        self._clock = clock
        self._allow_http = allow_http
        self._members = members

    async def document(self, url: str) -> JsonObject:
        """A document from its own address, in normal form.

        Signed after the draft first, because that is what everybody reads; where that is refused, after RFC 9421. A member of the
        site's network is asked with the key that members know the site by, which opens what is for members.

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
            return await fetch_document(self._client, url, sign=await self._first_signer(url), allow_http=self._allow_http)
        except RemoteRejected as error:
            if error.status not in _UNSIGNED_SEEN:
                raise
        return await fetch_document(self._client, url, sign=signer(self._key, self._clock, message=True), allow_http=self._allow_http)

    async def _first_signer(self, url: str) -> RequestSigner:
        members = self._members
        if members is not None and await self._database.read(members.is_member, uris.host_of(url)):
            return signer(members.key, self._clock, message=True)
        return signer(self._key, self._clock, message=False)


def signer(key: Callable[[], NamedKey], clock: Clock, *, message: bool) -> RequestSigner:
    """What signs requests with a key: after RFC 9421 as a `message`, else after the draft."""

    def sign(method: str, address: Address, body: bytes) -> Headers:
        named = key()
        request = SignedRequest(method, address.scheme, address.authority, address.target, (), body)
        make = sign_message if message else sign_cavage
        return make(request, named.uri, named.key, clock.now())

    return sign


async def fetch_from_member(client: Client, url: str, key: NamedKey, clock: Clock) -> JsonObject:
    """What a member of the network answers under an address of its own: JSON as it is, because what it carries was signed as JSON.

    Raises:
        OriginMismatch: "foreign-id", it was led to another host.
        MalformedDocument: as `strict_json.parse`.
        RemoteError, UnsupportedMediaType: as `Client.fetch`.
    """
    fetched = await client.fetch(url, FetchKind.DOCUMENT, sign=signer(lambda: key, clock, message=True))
    if uris.origin_of(fetched.url) != uris.origin_of(url):
        raise OriginMismatch(f"{url} leads to {fetched.url}", reason="foreign-id")
    return strict_json.parse(fetched.body)
