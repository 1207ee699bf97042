"""The type that says: this activity is really from that actor. Handlers accept nothing else."""

from dataclasses import dataclass
from enum import Enum

from fedirse.activitypub.documents.activity import Activity
from fedirse.base.actors import StoredActor


class Proof(Enum):
    """What convinced us."""

    SIGNATURE = "signature"
    """The actor signed the request."""
    INTEGRITY_PROOF = "integrity-proof"
    """Somebody else brought it, with the actor's own FEP-8b32 proof."""
    ORIGIN = "origin"
    """Somebody else brought it, and its own server gave us the same."""


@dataclass(frozen=True, slots=True)
class Authenticated:
    """An activity whose actor is known for certain. Made only by `inbox.authenticate`.

    Attributes:
        activity: the verified copy; what was sent may differ from it and is never used.
        actor: who did it.
        proof: what convinced us.
        body: the bytes that carry the proof, as received; forwarded unchanged when a thread of ours asks for it.
    """

    activity: Activity
    actor: StoredActor
    proof: Proof
    body: bytes
