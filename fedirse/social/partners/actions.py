"""What those do who run partner channels: make and close them, let partners in, refuse them, end it. Each is one transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from fedirse.base.actors import StoredActor
from fedirse.base.errors import Conflict, NotFound
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.actions import create_actor
from fedirse.social.follows.actions import announce_profile, approve_follower, remove_follower
from fedirse.social.follows.channels import store
from fedirse.social.follows.channels.model import CHANNEL_KIND, Channel, Runner
from fedirse.social.follows.channels.rules import check_is_open
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import find_follow
from fedirse.social.notifications.actions import withdraw_from_all
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.partners.model import Words
from fedirse.social.partners.rules import check_other_host, check_words, paragraphs
from fedirse.storage.actors import find_actor, find_local_actor, get_actor, save_actor
from fedirse.storage.audit import record
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction

NO_PARTNER: Final = N_("They are no partner of this channel.")
_NOT_ASKING: Final = N_("They do not ask to follow this channel.")

CLOSE: Final = "partners.close"
"""Job about the id of a channel: each of its partners is told that it is over."""
RECALL: Final = "partners.recall"
"""Job about a channel and a server, which is asked to delete what it has of the channel; both stand in the details."""


def get_channel(tx: Transaction, handle: str) -> tuple[Channel, StoredActor]:
    """The channel of that handle, with its actor. Raises NotFound."""
    actor = find_local_actor(tx, handle.strip().removeprefix("@"))
    channel = store.channel_of(tx, actor) if actor is not None else None
    if actor is None or channel is None:
        raise NotFound(f"no channel {handle}", public_message="There is no partner channel “%(handle)s” on this site.", handle=handle)
    return channel, actor


def create_channel(tx: Transaction, site: Site, handle: str, words: Words, by: Runner, now: datetime) -> StoredActor:
    """Make a channel.

    Raises:
        InvalidInput: no name, or something that cannot be used.
        Conflict: the handle is taken.
    """
    words = check_words(words)
    actor = create_actor(tx, site, CHANNEL_KIND, handle, words.name, now, summary=paragraphs(words.summary))
    store.add_channel(tx, Channel(actor.id, now))
    record(tx, "channel.made", actor.address, now, account_id=by.account_id, who=by.who)
    return actor


def change_channel(tx: Transaction, site: Site, handle: str, words: Words, by: Runner, now: datetime) -> StoredActor:
    """Give a channel another name, or other words about itself, and tell its partners. Raises NotFound, InvalidInput, Refused."""
    channel, actor = get_channel(tx, handle)
    check_is_open(channel)
    words = check_words(words)
    changed = save_actor(tx, replace(actor, name=words.name, summary=paragraphs(words.summary)))
    announce_profile(tx, site, changed, now)
    record(tx, "channel.changed", changed.address, now, account_id=by.account_id, who=by.who)
    return changed


def close_channel(tx: Transaction, site: Site, handle: str, by: Runner, now: datetime) -> StoredActor:
    """Let nobody write in a channel or into it any more; every partnership ends. What was said stays for the people of the site.

    Raises:
        NotFound: no such channel.
        Conflict: it was closed already.
    """
    _, actor = get_channel(tx, handle)
    if not store.close_channel(tx, actor.id, now):
        raise Conflict(f"channel {handle} is closed", public_message="This channel is closed already.")
    store.forget_welcomes(tx, actor.id)
    add_job(tx, CLOSE, actor.id, now)
    site.pulse.mark()
    record(tx, "channel.closed", actor.address, now, account_id=by.account_id, who=by.who)
    return actor


def approve(tx: Transaction, site: Site, handle: str, follower_id: str, by: Runner, now: datetime) -> StoredActor:
    """Let in whoever asks. Returns the partner. Raises NotFound when they do not ask, Refused for a closed channel."""
    channel, actor = get_channel(tx, handle)
    check_is_open(channel)
    follower = _who(tx, actor, follower_id, FollowState.REQUESTED)
    _let_in(tx, site, actor, follower, by, now)
    return follower


def refuse(tx: Transaction, site: Site, handle: str, follower_id: str, by: Runner, now: datetime) -> StoredActor:
    """Do not let in whoever asks. Returns who it was. Raises NotFound when they do not ask."""
    _, actor = get_channel(tx, handle)
    follower = _who(tx, actor, follower_id, FollowState.REQUESTED)
    remove_follower(tx, site, actor, follower.id, now)
    withdraw_from_all(tx, NotificationKind.PARTNER_ASKS, follower.id)
    record(tx, "partner.refused", follower.address, now, account_id=by.account_id, who=by.who, channel=actor.address)
    return follower


def end(tx: Transaction, site: Site, handle: str, follower_id: str, by: Runner, now: datetime, *, recall: bool = False) -> StoredActor:
    """End a partnership: from now on they get nothing new, and may read nothing here. Where their server was welcome, whoever asks from
    there waits again: else they would be back by asking.

    Args:
        tx: the transaction.
        site: where.
        handle: of the channel.
        follower_id: the partner.
        by: who does it.
        now: the time.
        recall: whether their server is asked to delete what it has; not while it has another partner of the channel.

    Raises:
        NotFound: no such channel or partner.
        Conflict: their server is to be asked, and another partner is there.
    """
    _, actor = get_channel(tx, handle)
    follower = _who(tx, actor, follower_id, FollowState.ACCEPTED)
    remove_follower(tx, site, actor, follower.id, now)
    record(tx, "partner.ended", follower.address, now, account_id=by.account_id, who=by.who, channel=actor.address)
    if store.is_welcome(tx, actor.id, follower.host):
        end_welcome(tx, handle, follower.host, by, now)
    if recall:
        recall_from(tx, site, handle, follower.host, by, now)
    return follower


def recall_from(tx: Transaction, site: Site, handle: str, host: str, by: Runner, now: datetime) -> None:
    """Ask a server to delete what it has of a channel: it is a request, which its program may not heed.

    Raises:
        NotFound: no such channel.
        Conflict: a partner is there, for whom it would be deleted as well.
    """
    _, actor = get_channel(tx, handle)
    if any(partner.actor.host == host for partner in store.list_partners(tx, actor.id)):
        raise Conflict(
            f"{host} still has a partner of {handle}",
            reason="partner-there",
            public_message="Another partner of this channel is at %(host)s, and would lose its posts: end that partnership first.",
            host=host,
        )
    add_job(tx, RECALL, f"{actor.uri} {host}", now, {"channel": actor.id, "host": host})
    site.pulse.mark()
    record(tx, "partner.recalled", host, now, account_id=by.account_id, who=by.who, channel=actor.address)


def welcome(tx: Transaction, site: Site, handle: str, typed: str, by: Runner, now: datetime) -> str:
    """Let in at once whoever asks from a server, those who wait now among them. Returns its name.

    Raises:
        NotFound, Refused: no such channel, or a closed one.
        InvalidInput: it is no server.
    """
    channel, actor = get_channel(tx, handle)
    check_is_open(channel)
    host = check_other_host(typed, site.uris.host)
    if store.welcome_host(tx, actor.id, host, now):
        record(tx, "partners.welcome", host, now, account_id=by.account_id, who=by.who, channel=actor.address)
    for waiting in store.list_partners(tx, actor.id, FollowState.REQUESTED):
        if waiting.actor.host == host:
            _let_in(tx, site, actor, waiting.actor, by, now)
    return host


def end_welcome(tx: Transaction, handle: str, host: str, by: Runner, now: datetime) -> None:
    """Let those of a server wait again; whoever is in stays. Raises NotFound when they wait already."""
    _, actor = get_channel(tx, handle)
    if not store.forget_welcome(tx, actor.id, host):
        raise NotFound(f"{host} is not welcome in {handle}", public_message="That server is not on the list.")
    record(tx, "partners.unwelcome", host, now, account_id=by.account_id, who=by.who, channel=actor.address)


def part_from_some(tx: Transaction, site: Site, channel_id: str, limit: int, now: datetime) -> int:
    """Tell some partners of a channel, and some who ask, that it is over; how many."""
    actor = get_actor(tx, channel_id)
    found = [partner for state in FollowState for partner in store.list_partners(tx, channel_id, state, limit=limit)]
    for partner in found:
        remove_follower(tx, site, actor, partner.actor.id, now)
        withdraw_from_all(tx, NotificationKind.PARTNER_ASKS, partner.actor.id)
    return len(found)


def _let_in(tx: Transaction, site: Site, channel: StoredActor, follower: StoredActor, by: Runner, now: datetime) -> None:
    approve_follower(tx, site, channel, follower.id, now)
    withdraw_from_all(tx, NotificationKind.PARTNER_ASKS, follower.id)
    record(tx, "partner.approved", follower.address, now, account_id=by.account_id, who=by.who, channel=channel.address)


def _who(tx: Transaction, channel: StoredActor, follower_id: str, state: FollowState) -> StoredActor:
    known = find_follow(tx, follower_id, channel.id)
    found = find_actor(tx, follower_id)
    if known is None or known.state is not state or found is None:
        words = _NOT_ASKING if state is FollowState.REQUESTED else NO_PARTNER
        raise NotFound(f"no follow of {channel.id} by {follower_id} that is {state}", public_message=words)
    return found
