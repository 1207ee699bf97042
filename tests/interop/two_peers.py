"""What the tests of two peers have in common: how they meet, and what one of them writes by hand."""

from fedirse.base.types import JsonObject
from tests.interop.peer_process import Peer

AS2 = "application/activity+json"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"]


async def befriend(follower: Peer, followed: Peer) -> None:
    """Have karim of one peer follow karim of the other, and wait until that is settled."""
    await follower.follow(followed.actor())
    await follower.eventually_following(followed.actor())


def note_by(peer: Peer, **changes: object) -> JsonObject:
    """A Create of a public note as karim of `peer` could have written it by hand."""
    note = {"id": f"{peer.origin}/raw/note", "type": "Note", "attributedTo": peer.actor(), "content": "<p>Raw</p>", "to": "as:Public"}
    create = {"@context": CONTEXT, "id": peer.new_id(), "type": "Create", "actor": peer.actor(), "to": "as:Public", "object": note}
    return create | changes
