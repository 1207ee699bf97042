"""Who may read, as SQL: the one clause that every query for items carries, equal to `rules.may_read`."""

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    String,
    Table,
    Text,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.engine import Connection

from fedirse.base.types import Reader
from fedirse.social.audiences.model import SCOPED, AudienceKind, Scope
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import blocks, follows
from fedirse.storage.actors import actors
from fedirse.storage.columns import metadata
from fedirse.storage.refusals import is_unseen

recipients = Table(
    "recipients",
    metadata,
    Column("item_id", String(26), primary_key=True),
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
    Index("ix_recipients_actor", "actor_id", "item_id"),
)

item_scopes = Table(
    "item_scopes",
    metadata,
    Column("item_id", String(26), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("of", Text, primary_key=True),
)
"""Every scope that the readers of an item have to be inside; none for what is for everybody, for followers or for named people."""

# Statements of the busy paths, built once: to build one costs more than to run it.
_RECIPIENTS = select(recipients.c.actor_id).where(recipients.c.item_id == bindparam("item_id"))
_ADD_RECIPIENT = recipients.insert()
_SCOPES = select(item_scopes.c.item_id, item_scopes.c.kind, item_scopes.c.of).where(
    item_scopes.c.item_id.in_(bindparam("item_ids", expanding=True))
)
_ADD_SCOPE = item_scopes.insert()
_FORGET_SCOPES = item_scopes.delete().where(item_scopes.c.item_id == bindparam("of_item"))


def add_recipients(tx: Connection, item_id: str, actor_ids: Iterable[str]) -> None:
    """Record who is named in an item."""
    rows = [{"item_id": item_id, "actor_id": actor_id} for actor_id in sorted(set(actor_ids))]
    if rows:
        tx.execute(_ADD_RECIPIENT, rows)


def list_recipients(tx: Connection, item_id: str) -> frozenset[str]:
    """The actors named in an item."""
    return frozenset(tx.execute(_RECIPIENTS, {"item_id": item_id}).scalars())


def remove_recipients(tx: Connection, item_id: str) -> None:
    """Nobody is named in the item any more."""
    tx.execute(recipients.delete().where(recipients.c.item_id == item_id))


def set_scopes(tx: Connection, item_id: str, scopes: Iterable[Scope]) -> None:
    """Record the scopes of an item's audience, in place of those it had."""
    tx.execute(_FORGET_SCOPES, {"of_item": item_id})
    rows = [{"item_id": item_id, "kind": scope.kind, "of": scope.of} for scope in sorted(set(scopes))]
    if rows:
        tx.execute(_ADD_SCOPE, rows)


def list_scopes(tx: Connection, item_ids: Iterable[str]) -> dict[str, frozenset[Scope]]:
    """The scopes of items, by id; an item without any is left out."""
    found: dict[str, set[Scope]] = {}
    for row in tx.execute(_SCOPES, {"item_ids": list(item_ids)}):
        found.setdefault(row.item_id, set()).add(Scope(AudienceKind(row.kind), row.of))
    return {item_id: frozenset(scopes) for item_id, scopes in found.items()}


def is_read_at(tx: Connection, item_id: str, author_id: str, audience: AudienceKind, inbox: str) -> bool:
    """Whether somebody who may read an item of PARTNERS, FOLLOWERS or DIRECT takes their post at `inbox`, be it one they share."""
    there = and_(or_(actors.c.inbox == inbox, actors.c.shared_inbox == inbox), actors.c.gone_at.is_(None))
    blocked = exists(select(blocks.c.blocker_id).where(blocks.c.blocker_id == author_id, blocks.c.blocked_id == actors.c.id))
    named = select(actors.c.id).join(recipients, recipients.c.actor_id == actors.c.id).where(recipients.c.item_id == item_id)
    followers = (
        select(actors.c.id)
        .join(follows, follows.c.follower_id == actors.c.id)
        .where(follows.c.followee_id == author_id, follows.c.state == FollowState.ACCEPTED)
    )
    ways = {AudienceKind.PARTNERS: [followers], AudienceKind.FOLLOWERS: [named, followers]}.get(audience, [named])
    return any(tx.execute(way.where(there, ~blocked).limit(1)).first() is not None for way in ways)


def readable(items: FromClause, reader: Reader) -> ColumnElement[bool]:
    """The clause "`reader` may read this row of `items`".

    Args:
        items: a table with the columns `id`, `actor_id`, `audience`, `audience_of`, `held_at` and `hidden_at`.
        reader: who asks.
    """
    is_public = items.c.audience == AudienceKind.PUBLIC
    shown = and_(items.c.held_at.is_(None), items.c.hidden_at.is_(None), ~is_unseen(items.c.actor_id))
    if reader.actor_id is None:
        return and_(is_public, shown, _inside(items, reader))
    named = exists(select(recipients.c.item_id).where(recipients.c.item_id == items.c.id, recipients.c.actor_id == reader.actor_id))
    follower = exists(
        select(follows.c.followee_id).where(
            follows.c.followee_id == items.c.actor_id,
            follows.c.follower_id == reader.actor_id,
            follows.c.state == FollowState.ACCEPTED,
        )
    )
    blocked = exists(select(blocks.c.blocker_id).where(blocks.c.blocker_id == items.c.actor_id, blocks.c.blocked_id == reader.actor_id))
    return or_(
        items.c.actor_id == reader.actor_id,
        and_(
            shown,
            ~blocked,
            _inside(items, reader),
            or_(
                items.c.audience.in_([AudienceKind.PUBLIC, *SCOPED]),
                and_(items.c.audience == AudienceKind.PARTNERS, or_(follower, true() if reader.local else false())),
                and_(items.c.audience == AudienceKind.FOLLOWERS, or_(follower, named)),
                and_(items.c.audience == AudienceKind.DIRECT, or_(named, items.c.audience_of != "" if reader.local else false())),
            ),
        ),
    )


def _inside(items: FromClause, reader: Reader) -> ColumnElement[bool]:
    """The clause "`reader` is inside every scope of this row", equal to `rules.is_inside` for each of them."""
    outside = and_(item_scopes.c.item_id == items.c.id, ~_is_among(sorted(reader.scopes)))
    if reader.local:
        outside = and_(outside, item_scopes.c.kind == AudienceKind.COMMUNITY)
    return ~exists(select(item_scopes.c.item_id).where(outside))


def _is_among(scopes: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(false(), *(and_(item_scopes.c.kind == kind, item_scopes.c.of == of) for kind, of in scopes))
