"""Rows that end when a site has nothing to do with somebody any more: follows, and what was told of them."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.social.follows.store import blocks, follows
from fedirse.social.moderation.blocks.model import Consequences, Relation
from fedirse.social.moderation.blocks.rules import is_under
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.mutes.store import is_muted
from fedirse.social.notifications.store import notifications
from fedirse.storage.actors import actor_from_row, actors
from fedirse.storage.peers import in_portions


def list_hosts_under(tx: Connection, blocked: str, *, subdomains: bool) -> list[str]:
    """The hosts of known actors that a block of `blocked` covers."""
    hosts = tx.execute(select(actors.c.host).where(~actors.c.local).distinct()).scalars()
    return [host for host in hosts if is_under(host, blocked, subdomains=subdomains)]


def count_behind(tx: Connection, hosts: Collection[str]) -> Consequences:
    """How many actors of these hosts are known, and how many follows there are with them."""
    people = ended = 0
    for some in in_portions(sorted(hosts)):
        people += int(tx.execute(select(func.count()).select_from(actors).where(actors.c.host.in_(some))).scalar_one())
        ended += int(tx.execute(select(func.count()).select_from(follows).where(_with(_of(some)))).scalar_one())
    return Consequences(people, ended)


def part_with_hosts(tx: Connection, hosts: Collection[str]) -> int:
    """End every follow with the actors of these hosts, and tell nobody of their deeds any more. Returns how many follows ended."""
    ended = 0
    for some in in_portions(sorted(hosts)):
        ended += tx.execute(delete(follows).where(_with(_of(some)))).rowcount
        told = notifications.c.actor_id.in_(select(actors.c.id).where(actors.c.host.in_(some)))
        tx.execute(delete(notifications).where(told, notifications.c.kind != NotificationKind.REPORT))
    return ended


def part_with_actor(tx: Connection, actor_id: str) -> int:
    """End every follow with one actor. Returns how many there were."""
    return tx.execute(delete(follows).where(or_(follows.c.follower_id == actor_id, follows.c.followee_id == actor_id))).rowcount


def find_relation(tx: Connection, own_id: str, other_id: str) -> Relation:
    """What one of our people decided about somebody; known to nobody but them."""
    query = select(blocks.c.blocked_id).where(blocks.c.blocker_id == own_id, blocks.c.blocked_id == other_id)
    return Relation(muted=is_muted(tx, own_id, other_id), blocked=tx.execute(query).first() is not None)


def list_blocked_by(tx: Connection, blocker_id: str) -> list[StoredActor]:
    """Whom one of our people has blocked, by address."""
    query = select(actors).join(blocks, blocks.c.blocked_id == actors.c.id).where(blocks.c.blocker_id == blocker_id)
    return [actor_from_row(row) for row in tx.execute(query.order_by(actors.c.handle, actors.c.host))]


def _of(hosts: Collection[str]) -> ColumnElement[bool]:
    return actors.c.host.in_(hosts) & ~actors.c.local


def _with(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    those = select(actors.c.id).where(condition)
    return or_(follows.c.follower_id.in_(those), follows.c.followee_id.in_(those))
