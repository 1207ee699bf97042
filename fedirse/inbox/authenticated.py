"""The type that says: this activity is really from that actor. Handlers accept nothing else."""

from dataclasses import dataclass
from enum import Enum

from fedirse.activitypub.documents.activity import Activity
from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.remote.key_memory import KnownKey


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
        voucher: the key of the actor's origin that signed the request or made a proof, the actor's own or that of their site; None
            where nobody of their origin did.
        scopes: what of the network whoever has that key is inside, as `Reader.scopes`, asked in the transaction that accepts the
            activity; nothing for anybody who is not a member then.
    """

    activity: Activity
    actor: StoredActor
    proof: Proof
    body: bytes
    voucher: KnownKey | None = None
    scopes: frozenset[tuple[str, str]] = frozenset()

    @property
    def member(self) -> bool:
        """Whether it comes under the key of a member of the network: only then anything in it is understood as internal."""
        return bool(self.scopes)

    @property
    def reader(self) -> Reader:
        """The actor as somebody who reads here: what they may react to is what they may read."""
        return Reader(self.actor.id, self.actor.uri, self.actor.host, local=self.actor.local, scopes=self.scopes)

    @property
    def has_proven_id(self) -> bool:
        """Whether the actor gave the activity its id; if not, it may be the id of something else that is still to come."""
        return not (self.proof is Proof.ORIGIN and self.activity.type == "Delete")
