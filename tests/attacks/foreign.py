"""A foreign server on the in-process wire: it has people with keys, and serves whatever it is told to, true or not."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from fedirse.activitypub.signatures import PrivateKey, add_proof, multikey, public_pem
from fedirse.activitypub.vocabulary import ACTIVITY_JSON, PUBLIC
from fedirse.base.types import JsonObject
from fedirse.storage.keyring import generate_ed25519, generate_rsa
from tests.attacks.letters import Headers, Letter, by_draft, letter

AS2 = "https://www.w3.org/ns/activitystreams"
CONTEXT = [AS2, "https://w3id.org/security/v1", "https://w3id.org/security/data-integrity/v2"]


@dataclass(frozen=True)
class Page:
    """What a server answers at one address."""

    body: bytes = b""
    status: int = 200
    headers: Headers = (("content-type", ACTIVITY_JSON),)


# A site that is copied from test to test remembers ids: no two servers of a run hand out the same ones.
_HUNDREDS = (count(number) for number in count(1_000, 1_000))

Answering = Callable[[str], Awaitable[Page] | Page]


@cache
def rsa_key(number: int = 0) -> PrivateKey:
    """One of a few RSA keys, made once for the run."""
    return generate_rsa()


@cache
def ed25519_key(number: int = 0) -> PrivateKey:
    """One of a few Ed25519 keys."""
    return generate_ed25519()


@dataclass
class Foreign:
    """A server of its own host name.

    Attributes:
        pages: what it answers, by raw path with the query; 404 for the rest.
        asked: the targets it was asked for, in order.
        received: the bodies that were posted to it.
        inbox_answer: what it answers to them.
    """

    host: str
    now: Callable[[], datetime]
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    received: list[JsonObject] = field(default_factory=list)
    inbox_answer: Page = Page(b"", 202)
    _numbers: "count[int]" = field(default_factory=lambda: next(_HUNDREDS))

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    def uri(self, kind: str) -> str:
        """A fresh id on this server."""
        return f"{self.origin}/{kind}/{next(self._numbers)}"

    def serve(self, uri: str, document: JsonObject, *, content_type: str = ACTIVITY_JSON, status: int = 200) -> None:
        """Answer with a document at an address of this server."""
        self.pages[self._target(uri)] = Page(orjson.dumps(document), status, (("content-type", content_type),))

    def answer(self, uri: str, page: Page) -> None:
        """Answer with whatever there is to answer."""
        self.pages[self._target(uri)] = page

    def redirect(self, uri: str, to: str, status: int = 302) -> None:
        self.pages[self._target(uri)] = Page(b"", status, (("location", to),))

    def forget(self, uri: str, status: int = 404) -> None:
        """Have nothing at an address any more."""
        self.pages[self._target(uri)] = Page(b"", status)

    def person(self, handle: str, number: int = 0, /, **changes: Any) -> "Foreigner":
        """Somebody with a key, served at their own address."""
        foreigner = Foreigner(self, handle, rsa_key(number), ed25519_key(number))
        self.serve(foreigner.uri, foreigner.document(**changes))
        return foreigner

    def _target(self, uri: str) -> str:
        assert uri.startswith(self.origin), uri
        return uri.removeprefix(self.origin) or "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode()
        target = scope["raw_path"].decode() + (f"?{query}" if query else "")
        if scope["method"] == "POST":
            page = await self._take(receive)
        else:
            self.asked.append(target)
            page = self.pages.get(target, Page(b"", 404))
        headers = [(name.encode(), value.encode()) for name, value in page.headers]
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        await send({"type": "http.response.body", "body": page.body})

    async def _take(self, receive: Receive) -> Page:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.received.append(orjson.loads(body))
        return self.inbox_answer


@dataclass(frozen=True)
class Foreigner:
    """Somebody on a foreign server, who can say anything and sign it."""

    server: Foreign
    name: str
    key: PrivateKey
    proof_key: PrivateKey

    @property
    def uri(self) -> str:
        return f"{self.server.origin}/users/{self.name}"

    @property
    def key_id(self) -> str:
        return f"{self.uri}#main-key"

    @property
    def proof_key_id(self) -> str:
        return f"{self.uri}#proof-key"

    @property
    def followers(self) -> str:
        return f"{self.uri}/followers"

    def document(self, **changes: Any) -> JsonObject:
        """Their actor document; a change to None leaves the member out."""
        document: JsonObject = {
            "@context": CONTEXT,
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "inbox": f"{self.uri}/inbox",
            "outbox": f"{self.uri}/outbox",
            "followers": self.followers,
            "endpoints": {"sharedInbox": f"{self.server.origin}/inbox"},
            "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": public_pem(self.key.public)},
            "assertionMethod": [
                {
                    "id": self.proof_key_id,
                    "type": "Multikey",
                    "controller": self.uri,
                    "publicKeyMultibase": multikey(self.proof_key.public),
                }
            ],
        } | changes
        return {name: value for name, value in document.items() if value is not None}

    def note(self, **changes: Any) -> JsonObject:
        """A public note of theirs."""
        note: JsonObject = {
            "id": self.server.uri("notes"),
            "type": "Note",
            "attributedTo": self.uri,
            "content": "<p>Bonjour</p>",
            "to": [PUBLIC],
            "cc": [self.followers],
            "published": timestamp(self.server.now()),
        } | changes
        return {name: value for name, value in note.items() if value is not None}

    def activity(self, kind: str, what: Any, **changes: Any) -> JsonObject:
        """An activity of theirs."""
        activity: JsonObject = {
            "@context": CONTEXT,
            "id": self.server.uri("activities"),
            "type": kind,
            "actor": self.uri,
            "object": what,
        } | changes
        return {name: value for name, value in activity.items() if value is not None}

    def create(self, note: JsonObject | None = None, **changes: Any) -> JsonObject:
        note = note or self.note()
        return self.activity("Create", note, to=note.get("to"), cc=note.get("cc"), **changes)

    def update(self, note: JsonObject, **changes: Any) -> JsonObject:
        """An Update that says something later."""
        later = timestamp(self.server.now() + timedelta(seconds=1))
        return self.activity("Update", {**note, "updated": later, **changes})

    def proved(self, document: JsonObject, **changes: Any) -> JsonObject:
        """The document with an integrity proof of theirs; `changes` are made to the proof afterwards."""
        proved = add_proof(document, key=self.proof_key, verification_method=self.proof_key_id, created=self.server.now())
        return {**proved, "proof": {**proved["proof"], **changes}}

    def sign(self, unsigned: Letter, **how: Any) -> Letter:
        """A letter signed after the draft; see `by_draft` for the ways to do it wrong."""
        return by_draft(unsigned, how.pop("key_id", self.key_id), how.pop("key", self.key), how.pop("now", self.server.now()), **how)

    def send(self, document: JsonObject | bytes, target: str = "/inbox", **how: Any) -> Letter:
        """A signed delivery."""
        return self.sign(letter(document, target), **how)

    def get(self, target: str, **how: Any) -> Letter:
        """A signed GET of a document of ours."""
        unsigned = Letter(method="GET", target=target, headers=(("accept", ACTIVITY_JSON),))
        return self.sign(unsigned, **{"names": "(request-target) host date", **how})


def timestamp(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
