"""Which posts of others lie within a network."""

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import Connection

from fedirse.social.audiences.model import AudienceKind
from fedirse.social.audiences.store import item_scopes
from fedirse.social.network.model import NetworkAddresses
from fedirse.social.posts.store import posts


def list_foreign_inside(tx: Connection, network: NetworkAddresses, *, after: str, limit: int) -> list[str]:
    """Ids of posts of other sites that lie within a network or a segment of it, in order, after the id `after`."""
    query = select(posts.c.id).where(~posts.c.local, posts.c.id > after, posts.c.id.in_(_inside(network)))
    return list(tx.execute(query.order_by(posts.c.id).limit(limit)).scalars())


def count_inside(tx: Connection, network: NetworkAddresses) -> tuple[int, int]:
    """How many posts lie within a network that were written here, and how many of other sites."""
    living = select(func.count()).where(posts.c.deleted_at.is_(None), posts.c.id.in_(_inside(network)))
    own, others = (int(tx.execute(living.where(whose)).scalar_one()) for whose in (posts.c.local, ~posts.c.local))
    return own, others


def _inside(network: NetworkAddresses) -> Select[tuple[str]]:
    scope = item_scopes.c
    segments = or_(scope.of.startswith(network.segments, autoescape=True), scope.of.in_(sorted(network.known)))
    inside = or_(and_(scope.kind == AudienceKind.NETWORK, scope.of == network.members), and_(scope.kind == AudienceKind.SEGMENT, segments))
    return select(scope.item_id).where(inside)
