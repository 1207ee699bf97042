"""What the test peer tells about itself, as values. Field names are those of its control API in snake case."""

from typing import Literal

import msgspec

from fedirse.base.types import JsonObject

Name = Literal["karim", "lea"]
HttpScheme = Literal["rfc9421", "cavage"]
Scheme = Literal["rfc9421", "cavage", "unsigned"]
RawScheme = Literal["rfc9421", "cavage", "proof-only", "ld-only", "none"]


class _Record(msgspec.Struct, frozen=True, rename="camel"):
    """Decoded from the JSON of the control API."""


class Verdict(_Record, frozen=True):
    """Whether one signature of an activity holds in the eyes of Fedify; `reason` says why not ("absent" when there is none)."""

    verified: bool
    reason: str | None


class HttpVerdict(Verdict, frozen=True):
    """The same for the signature of the HTTP request."""

    scheme: Scheme
    key_id: str | None


class Signatures(_Record, frozen=True):
    """Each verified by itself, whichever of them Fedify let the activity in by."""

    http: HttpVerdict
    proof: Verdict
    linked_data: Verdict


class Incoming(_Record, frozen=True):
    """One POST to an inbox of the peer.

    Attributes:
        seq: counts up within its list; pass it as `after` to see only what is newer.
        path: of the inbox; "/inbox" is the shared one.
        actor, object: addresses, also where the whole object was embedded; `object_type` is the type of an embedded one.
        activity: the JSON exactly as received; a string when it was no JSON object.
        signatures: None where nothing was verified, because the request was refused before or was no activity.
    """

    seq: int
    at: str
    path: str
    scheme: Scheme
    key_id: str | None
    status: int | None
    type: str | None
    id: str | None
    actor: str | None
    object: str | None
    object_type: str | None
    activity: JsonObject | str
    signatures: Signatures | None

    @property
    def document(self) -> JsonObject:
        """The activity as received, where it must have been a JSON object."""
        assert isinstance(self.activity, dict)
        return self.activity


class Received(Incoming, frozen=True):
    """An activity that Fedify let in. `duplicate`: it had seen the id at that inbox before, and did nothing with it."""

    authenticated_by: Literal["http", "proof", "linked-data"] | None
    duplicate: bool


class Refusal(Incoming, frozen=True):
    """An activity that was not let in, by Fedify or because the test asked for that answer. A status of None is a closed connection."""

    refused_by: Literal["fedify", "test"]
    reason: str


class Served(_Record, frozen=True):
    """One request of any kind that the peer answered."""

    seq: int
    at: str
    method: str
    path: str
    scheme: Scheme
    key_id: str | None
    status: int | None


class Attempt(_Record, frozen=True):
    """One request that the peer sent, and what came back: a status, or an error when nothing did."""

    seq: int
    at: str
    method: str
    url: str
    scheme: Scheme
    key_id: str | None
    type: str | None
    id: str | None
    status: int | None
    error: str | None


class Contact(_Record, frozen=True):
    """Somebody the peer follows or is followed by; `follow` is the id of the Follow, `state` says what became of the peer's own."""

    actor: str
    inbox: str
    shared_inbox: str | None
    follow: str
    state: Literal["asked", "accepted", "rejected"] | None


class Sent(_Record, frozen=True):
    """What the peer published: `id` of the note for a post, otherwise the same as `activity`."""

    id: str
    activity: str


class RawAnswer(_Record, frozen=True):
    """What an inbox answered to `send_raw`; `sent` is the body as it went out."""

    status: int
    headers: dict[str, str]
    body: str
    sent: JsonObject


class Fetched(_Record, frozen=True):
    """What a signed GET by the peer brought back; without a document, why."""

    document: JsonObject | None
    document_url: str | None
    error: str | None
    status: int | None


class Resolved(_Record, frozen=True):
    """What Fedify made of a handle or address; all None when it found nothing."""

    id: str | None
    type: str | None
    document: JsonObject | None
    webfinger: JsonObject | None


class ProofKey(_Record, frozen=True):
    """One proof of a document: whether it holds, the key it names, and whose key that is."""

    verified: bool
    method: str | None
    controller: str | None


class ProofVerdict(_Record, frozen=True):
    """Whether a document has FEP-8b32 proofs, and whether all of them hold."""

    present: bool
    verified: bool
    keys: list[ProofKey]
