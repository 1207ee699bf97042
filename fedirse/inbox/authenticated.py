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
    """Somebody else brought it, and its own server gave us the same. A Delete has nothing left to give: there, what it deletes is
    gone, and of the activity itself nobody said a word."""


@dataclass(frozen=True, slots=True)
class Authenticated:
    """An activity whose actor is known for certain. Made only by `inbox.authenticate`.

    Attributes:
        activity: the verified copy; what was sent may differ from it and is never used.
        actor: who did it.
        proof: what convinced us.
        body: the bytes as received. They carry the proof, unless it is ORIGIN: then they are whatever somebody else made of it.
    """

    activity: Activity
    actor: StoredActor
    proof: Proof
    body: bytes

    @property
    def has_proven_id(self) -> bool:
        """Whether the actor gave the activity its id; if not, it may be the id of something else that is still to come."""
        return not (self.proof is Proof.ORIGIN and self.activity.type == "Delete")
