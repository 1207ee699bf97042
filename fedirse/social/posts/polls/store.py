"""Rows of votes, and the results of polls."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Column, ForeignKey, Index, Table, Text, and_, delete, or_, select, update
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.social.posts.model import Poll, Post
from fedirse.social.posts.polls.model import Vote
from fedirse.social.posts.polls.rules import counted, recount
from fedirse.social.posts.store import GOES_WITH_POST, posts
from fedirse.storage.actors import actor_from_row, actors
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import insert_ignore

votes = Table(
    "votes",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
    Column("option", Text, primary_key=True),
    Column("cast_at", Instant),
    Index("ix_votes_actor", "actor_id", "post_id"),
    info={GOES_WITH_POST: "post_id"},
)


def list_votes(tx: Connection, post_id: str, actor_id: str) -> list[Vote]:
    """What an actor ever voted in a poll."""
    query = select(votes.c.option, votes.c.cast_at).where(votes.c.post_id == post_id, votes.c.actor_id == actor_id)
    return [Vote(row.option, row.cast_at) for row in tx.execute(query)]


def add_votes(tx: Connection, post: Post, poll: Poll, actor_id: str, cast: Sequence[Vote]) -> Poll:
    """Keep what an actor votes, and count it.

    Args:
        tx: the transaction.
        post: the post with the poll, as it is in this transaction.
        poll: its poll.
        actor_id: who votes.
        cast: what, each an answer of the poll.

    Returns:
        The poll with the votes that count now.
    """
    before = counted(poll, list_votes(tx, post.id, actor_id))
    for vote in cast:
        values = {"post_id": post.id, "actor_id": actor_id, "option": vote.option, "cast_at": vote.cast_at}
        if not insert_ignore(tx, votes, values) and vote.cast_at is not None:
            same = and_(votes.c.post_id == post.id, votes.c.actor_id == actor_id, votes.c.option == vote.option)
            later = or_(votes.c.cast_at.is_(None), votes.c.cast_at > vote.cast_at)
            tx.execute(update(votes).where(same, later).values(cast_at=vote.cast_at))
    after = counted(poll, list_votes(tx, post.id, actor_id))
    fresh = recount(poll, before, after)
    if fresh != poll:
        save_poll(tx, post.id, fresh)
    return fresh


def save_poll(tx: Connection, post_id: str, poll: Poll) -> None:
    """Replace the results of a poll, and when it ends."""
    tx.execute(update(posts).where(posts.c.id == post_id).values(poll=msgspec.to_builtins(poll)))


def forget_votes(tx: Connection, post_id: str) -> None:
    """Its author changed the answers: nobody has voted in this poll."""
    tx.execute(delete(votes).where(votes.c.post_id == post_id))


def list_voters(tx: Connection, post_id: str, *, local: bool) -> list[StoredActor]:
    """Who of our people voted in a poll, or who of others."""
    voters = select(votes.c.actor_id).where(votes.c.post_id == post_id)
    return [actor_from_row(row) for row in tx.execute(select(actors).where(actors.c.id.in_(voters), actors.c.local == local))]
