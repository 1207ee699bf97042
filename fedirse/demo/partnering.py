"""Opens the demo's partner channel: the head office makes it, those of the supplier ask to follow it, and are let in one by one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial

from fedirse.base.actors import StoredActor
from fedirse.demo.cast import CHANNEL, HEAD_OFFICE
from fedirse.demo.founding import Until
from fedirse.site import Site
from fedirse.social.accounts.store import get_account
from fedirse.social.follows.actions import follow
from fedirse.social.follows.channels.model import Runner
from fedirse.social.follows.commands import resolve_anybody
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import find_follow, is_follower
from fedirse.social.partners.actions import approve, create_channel
from fedirse.social.partners.model import Words
from fedirse.storage.actors import find_actor_by_uri
from fedirse.storage.transaction import Transaction

Find = Callable[[str], Awaitable[tuple[StoredActor, Site]]]
"""An actor of the cast by `handle@site-key`, with its site."""


async def open_channel(sites: Mapping[str, Site], until: Until, find: Find, now: datetime) -> None:
    """Make the channel, with its partners in it.

    Args:
        sites: open beside the running processes, by key; with their people.
        until: waits.
        find: knows the cast.
        now: since when it is there.
    """
    head_office = sites[HEAD_OFFICE.key]
    by = await head_office.read(runner, CHANNEL.run_by)
    words = Words(CHANNEL.name, CHANNEL.about)
    channel = await head_office.write(create_channel, head_office, CHANNEL.handle, words, by, now)
    partners = [await find(who) for who in CHANNEL.partners]
    await asyncio.gather(*(_partner(head_office, channel, by, until, one, now) for one in partners))


def runner(tx: Transaction, handle: str) -> Runner:
    """Somebody of the head office, as the audit log names who runs a channel."""
    return Runner(get_account(tx, handle).id, handle)


async def _partner(
    head_office: Site, channel: StoredActor, by: Runner, until: Until, found: tuple[StoredActor, Site], now: datetime
) -> None:
    follower, site = found
    followee = await resolve_anybody(site, channel.address)
    await site.write(follow, site, follower, followee, now)
    await until(partial(head_office.read, _waits, follower.uri, channel.id), f"{follower.address} to ask to be a partner", head_office)
    known = await head_office.read(find_actor_by_uri, follower.uri)
    assert known is not None  # noqa: S101 - whoever waits is known
    await head_office.write(approve, head_office, CHANNEL.handle, known.id, by, now)
    await until(partial(site.read, is_follower, follower.id, followee.id), f"{channel.address} to let {follower.address} in", site)


def _waits(tx: Transaction, uri: str, channel_id: str) -> bool:
    follower = find_actor_by_uri(tx, uri)
    known = find_follow(tx, follower.id, channel_id) if follower is not None else None
    return known is not None and known.state is FollowState.REQUESTED
