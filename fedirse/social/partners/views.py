"""What the pages about partner channels show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.social.follows.channels import store
from fedirse.social.follows.channels.model import Channel, Partner, Reach, WelcomeHost
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import find_follow
from fedirse.social.network.console.store import Exchange, list_exchanges
from fedirse.social.partners.actions import NO_PARTNER, get_channel
from fedirse.social.partners.store import count_sent_to
from fedirse.storage.actors import find_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.html import to_text

_NONE: Final = Reach()


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel in the list of all.

    Attributes:
        channel, actor: the channel.
        reach: how far it goes.
        waiting: how many ask to be let in.
    """

    channel: Channel
    actor: StoredActor
    reach: Reach
    waiting: int


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner, and how sending to their server goes."""

    partner: Partner
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """One channel with everybody in it.

    Attributes:
        line: the channel and its numbers.
        summary: its words, as they are typed.
        asking: some of those who wait, at most as many as fit.
        partners: some of those who are in.
        further: the id behind which the next partners are; None at the end.
        welcome: the servers whose people need not wait.
    """

    line: ChannelLine
    summary: str
    asking: Sequence[Partner]
    partners: Sequence[PartnerLine]
    further: str | None
    welcome: Sequence[WelcomeHost]


@dataclass(frozen=True, slots=True)
class EndPage:
    """What ending one partnership means.

    Attributes:
        channel: the channel's actor.
        partner: who.
        posts: how many posts of the channel their server may have.
        others: how many other partners are at that server, who would lose them too.
        welcome: whether those of that server need not wait until now.
    """

    channel: StoredActor
    partner: StoredActor
    posts: int
    others: int
    welcome: bool


def read_channels(tx: Transaction) -> list[ChannelLine]:
    """All channels, the open ones first."""
    found = store.list_channels(tx)
    ids = [actor.id for _, actor in found]
    reach, waiting = store.reach_of(tx, ids), store.reach_of(tx, ids, FollowState.REQUESTED)
    lines = [ChannelLine(channel, actor, reach.get(actor.id, _NONE), waiting.get(actor.id, _NONE).partners) for channel, actor in found]
    return sorted(lines, key=lambda line: not line.channel.is_open)


def read_channel(tx: Transaction, handle: str, after: str = "") -> ChannelPage:
    """One channel. Raises NotFound."""
    channel, actor = get_channel(tx, handle)
    reach, waiting = store.reach_of(tx, [actor.id]), store.reach_of(tx, [actor.id], FollowState.REQUESTED)
    line = ChannelLine(channel, actor, reach.get(actor.id, _NONE), waiting.get(actor.id, _NONE).partners)
    found = store.list_partners(tx, actor.id, after=after, limit=limits.COLLECTION_ITEMS + 1)
    shown = found[: limits.COLLECTION_ITEMS]
    exchanges = list_exchanges(tx, {partner.actor.host for partner in shown})
    return ChannelPage(
        line,
        summary_of(actor),
        store.list_partners(tx, actor.id, FollowState.REQUESTED, limit=limits.COLLECTION_ITEMS),
        [PartnerLine(partner, exchanges.get(partner.actor.host, Exchange())) for partner in shown],
        shown[-1].actor.id if len(found) > len(shown) else None,
        store.list_welcome(tx, actor.id),
    )


def read_end(tx: Transaction, handle: str, follower_id: str) -> EndPage:
    """What ending a partnership means. Raises NotFound when they are no partner."""
    _, actor = get_channel(tx, handle)
    partner, known = find_actor(tx, follower_id), find_follow(tx, follower_id, actor.id)
    if partner is None or known is None or known.state is not FollowState.ACCEPTED:
        raise NotFound(f"{follower_id} is no partner of {handle}", public_message=NO_PARTNER)
    there = [one for one in store.list_partners(tx, actor.id) if one.actor.host == partner.host]
    welcome = store.is_welcome(tx, actor.id, partner.host)
    return EndPage(actor, partner, count_sent_to(tx, actor.id, partner.host), len(there) - 1, welcome)


def summary_of(actor: StoredActor) -> str:
    """What a channel says of itself, as it was typed."""
    return to_text(actor.summary) if actor.summary else ""
