"""What the exits ask of a post before it is sent or shown once more."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.audiences.store import list_scopes
from fedirse.social.posts.store import posts, whole_audience
from fedirse.storage.refusals import is_unseen

# Built once: to build a statement costs more than to run it.
_STATE = select(
    posts.c.actor_id,
    posts.c.audience,
    posts.c.audience_of,
    posts.c.deleted_at,
    posts.c.held_at,
    posts.c.hidden_at,
    is_unseen(posts.c.actor_id).label("unseen"),
).where(posts.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class ItemState:
    """What must be known of a post before it is sent once more."""

    actor_id: str
    audience: Audience
    deleted: bool
    withheld: bool


def find_item_state(tx: Connection, post_id: str) -> ItemState | None:
    """Whose a post is, whom it is for but for names, and whether it is deleted or not shown here; None when there is none."""
    row = tx.execute(_STATE, {"id": post_id}).first()
    if row is None:
        return None
    withheld = row.held_at is not None or row.hidden_at is not None or row.unseen
    audience = Audience(AudienceKind(row.audience), of=row.audience_of)
    # What is for everybody has no scopes, and is what most deliveries are about.
    if audience.kind is not AudienceKind.PUBLIC:
        audience = whole_audience(audience, frozenset(), list_scopes(tx, [post_id]).get(post_id, frozenset()))
    return ItemState(row.actor_id, audience, row.deleted_at is not None, withheld)
