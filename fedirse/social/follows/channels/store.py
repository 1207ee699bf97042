"""Rows of partner channels and of the servers that are welcome in them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Row, Table, Text, delete, func, select, update
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.social.follows.channels.model import CHANNEL_KIND, Channel, Partner, Reach, WelcomeHost
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import follows
from fedirse.storage.actors import actor_from_row, actors
from fedirse.storage.columns import Instant, metadata
from fedirse.storage.dialect import insert_ignore

channels = Table(
    "channels",
    metadata,
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
)

welcome_hosts = Table(
    "welcome_hosts",
    metadata,
    Column("channel_id", ForeignKey("channels.actor_id", ondelete="CASCADE"), primary_key=True),
    Column("host", Text, primary_key=True),
    Column("since", Instant, nullable=False),
)


def add_channel(tx: Connection, channel: Channel) -> None:
    """Insert a channel, whose actor is there."""
    tx.execute(channels.insert().values(actor_id=channel.actor_id, created_at=channel.created_at, closed_at=channel.closed_at))


def channel_of(tx: Connection, actor: StoredActor) -> Channel | None:
    """The channel that an actor is; None for everybody else, without a question to the database."""
    if not actor.local or actor.kind != CHANNEL_KIND:
        return None
    return _channel(tx.execute(select(channels).where(channels.c.actor_id == actor.id)).first())


def list_channels(tx: Connection, *, only_open: bool = False) -> list[tuple[Channel, StoredActor]]:
    """The channels with their actors, by name."""
    query = select(channels).order_by(channels.c.actor_id)
    if only_open:
        query = query.where(channels.c.closed_at.is_(None))
    found = {row.actor_id: Channel(*row) for row in tx.execute(query)}
    if not found:
        return []
    known = [actor_from_row(row) for row in tx.execute(select(actors).where(actors.c.id.in_(found)))]
    return [(found[actor.id], actor) for actor in sorted(known, key=lambda actor: (actor.display_name.casefold(), actor.handle))]


def close_channel(tx: Connection, actor_id: str, now: datetime) -> bool:
    """Nobody writes in the channel any more; False when it was closed already."""
    query = update(channels).where(channels.c.actor_id == actor_id, channels.c.closed_at.is_(None))
    return tx.execute(query.values(closed_at=now)).rowcount > 0


def welcome_host(tx: Connection, channel_id: str, host: str, now: datetime) -> bool:
    """Let whoever asks from a server into a channel at once; False when that was so already."""
    return insert_ignore(tx, welcome_hosts, {"channel_id": channel_id, "host": host, "since": now})


def forget_welcome(tx: Connection, channel_id: str, host: str) -> bool:
    """Let those of a server wait as all others do; False when they did. Whoever is in stays."""
    query = delete(welcome_hosts).where(welcome_hosts.c.channel_id == channel_id, welcome_hosts.c.host == host)
    return tx.execute(query).rowcount > 0


def forget_welcomes(tx: Connection, channel_id: str) -> None:
    """No server is welcome in the channel any more."""
    tx.execute(delete(welcome_hosts).where(welcome_hosts.c.channel_id == channel_id))


def is_welcome(tx: Connection, channel_id: str, host: str) -> bool:
    """Whether those of a server are let into a channel at once."""
    query = select(welcome_hosts.c.host).where(welcome_hosts.c.channel_id == channel_id, welcome_hosts.c.host == host)
    return tx.execute(query).first() is not None


def list_welcome(tx: Connection, channel_id: str) -> list[WelcomeHost]:
    """The servers that are welcome in a channel, by name."""
    query = select(welcome_hosts.c.host, welcome_hosts.c.since).where(welcome_hosts.c.channel_id == channel_id)
    return [WelcomeHost(row.host, row.since) for row in tx.execute(query.order_by(welcome_hosts.c.host))]


def list_partners(
    tx: Connection, channel_id: str, state: FollowState = FollowState.ACCEPTED, *, after: str = "", limit: int = 1_000_000
) -> list[Partner]:
    """Who of other servers follows a channel, or waits to, by their ids, after the id `after`."""
    query = (
        select(actors, follows.c.created_at.label("since"))
        .join(follows, follows.c.follower_id == actors.c.id)
        .where(follows.c.followee_id == channel_id, follows.c.state == state, ~actors.c.local, actors.c.id > after)
        .order_by(actors.c.id)
        .limit(limit)
    )
    return [Partner(actor_from_row(row[:-1]), row.since) for row in tx.execute(query)]  # type: ignore[arg-type]


def reach_of(tx: Connection, channel_ids: Iterable[str], state: FollowState = FollowState.ACCEPTED) -> Mapping[str, Reach]:
    """How far each of the channels reaches, or how many wait; one whom nobody follows is left out."""
    query = (
        select(follows.c.followee_id, func.count().label("partners"), func.count(actors.c.host.distinct()).label("servers"))
        .join(actors, actors.c.id == follows.c.follower_id)
        .where(follows.c.followee_id.in_(set(channel_ids)), follows.c.state == state, ~actors.c.local, actors.c.gone_at.is_(None))
        .group_by(follows.c.followee_id)
    )
    return {row.followee_id: Reach(row.partners, row.servers) for row in tx.execute(query)}


def list_partners_among(tx: Connection, actor_ids: Iterable[str]) -> frozenset[str]:
    """Those of the actors that an open channel has let in."""
    query = (
        select(follows.c.follower_id)
        .join(channels, channels.c.actor_id == follows.c.followee_id)
        .where(follows.c.follower_id.in_(set(actor_ids)), follows.c.state == FollowState.ACCEPTED, channels.c.closed_at.is_(None))
    )
    return frozenset(tx.execute(query).scalars())


def count_waiting(tx: Connection) -> int:
    """How many of other servers wait to be let into any channel."""
    query = (
        select(func.count())
        .select_from(follows)
        .join(channels, channels.c.actor_id == follows.c.followee_id)
        .where(follows.c.state == FollowState.REQUESTED)
    )
    return int(tx.execute(query).scalar_one())


def _channel(row: Row[tuple[object, ...]] | None) -> Channel | None:
    return Channel(row.actor_id, row.created_at, row.closed_at) if row is not None else None
