"""What moderators decide about servers and people elsewhere, and what our people decide for themselves."""

from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.site import Site
from fedirse.social.follows.actions import block as block_in_follows
from fedirse.social.moderation.blocks import store
from fedirse.social.moderation.blocks.model import BlockList, Consequences
from fedirse.social.moderation.blocks.rules import check_host_name, check_other_host
from fedirse.social.moderation.model import Moderator
from fedirse.social.moderation.rules import check_reason
from fedirse.social.network.roster.actions import allow_members
from fedirse.social.notifications.mutes.store import save_mute
from fedirse.social.notifications.store import forget_actor
from fedirse.storage import refusals
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def block_host(tx: Transaction, site: Site, typed: str, *, reason: str, subdomains: bool, by: Moderator, now: datetime) -> str:
    """Have nothing to do with a server: nothing is accepted from it, fetched from it, delivered to it or shown of it; follows end.

    Returns:
        The host as it is stored.

    Raises:
        InvalidInput: what was typed is no host name, or this site's own; or no reason was given.
    """
    host = check_host_name(typed)
    check_other_host(host, site.uris.host, subdomains=subdomains)
    why = check_reason(reason)
    ended = _block(tx, host, reason=why, subdomains=subdomains, now=now)
    refusals.note_unseen_actors(tx)
    record(tx, "host.blocked", host, now, account_id=by.account_id, who=by.who, reason=why, subdomains=subdomains, follows_ended=ended)
    return host


def unblock_host(tx: Transaction, typed: str, by: Moderator, now: datetime) -> str:
    """Lift a block; the follows that it ended stay ended. Returns the host. Raises InvalidInput, NotFound."""
    host = check_host_name(typed)
    if not refusals.unblock_domain(tx, host):
        raise NotFound(f"{host} is not blocked", public_message="%(host)s is not blocked.", host=host)
    refusals.note_unseen_actors(tx)
    record(tx, "host.unblocked", host, now, account_id=by.account_id, who=by.who)
    return host


def foresee(tx: Transaction, site: Site, typed: str, *, subdomains: bool) -> Consequences:
    """What a block of that host would end. Raises InvalidInput."""
    host = check_host_name(typed)
    check_other_host(host, site.uris.host, subdomains=subdomains)
    return store.count_behind(tx, store.list_hosts_under(tx, host, subdomains=subdomains))


def foresee_list(tx: Transaction, listed: BlockList) -> Consequences:
    """What the blocks of a whole list would end."""
    hosts = {host for line in listed.hosts for host in store.list_hosts_under(tx, line.host, subdomains=line.subdomains)}
    return store.count_behind(tx, hosts)


def import_list(tx: Transaction, listed: BlockList, reason: str, by: Moderator, now: datetime) -> int:
    """Block every host of a list, those without a reason of their own for `reason`. Returns how many. Raises InvalidInput."""
    why = check_reason(reason)
    ended = sum(_block(tx, line.host, reason=line.reason or why, subdomains=line.subdomains, now=now) for line in listed.hosts)
    refusals.note_unseen_actors(tx)
    count = len(listed.hosts)
    record(tx, "hosts.imported", str(count), now, account_id=by.account_id, who=by.who, reason=why, follows_ended=ended)
    return count


def allow_host(tx: Transaction, typed: str, *, reason: str, by: Moderator, now: datetime) -> str:
    """Put a server on the list of those that a closed site has to do with. Returns the host. Raises InvalidInput."""
    host, why = check_host_name(typed), check_reason(reason)
    refusals.allow_host(tx, host, reason=why, now=now)
    refusals.note_unseen_actors(tx)
    record(tx, "host.allowed", host, now, account_id=by.account_id, who=by.who, reason=why)
    return host


def disallow_host(tx: Transaction, typed: str, by: Moderator, now: datetime) -> str:
    """Take a server off the list. Returns the host. Raises InvalidInput, NotFound."""
    host = check_host_name(typed)
    if not refusals.disallow_host(tx, host):
        raise NotFound(f"{host} is not on the list", public_message="%(host)s is not on the list.", host=host)
    refusals.note_unseen_actors(tx)
    record(tx, "host.disallowed", host, now, account_id=by.account_id, who=by.who)
    return host


def adopt_federation(tx: Transaction, site: Site) -> None:
    """Bring the database in line with the setting `federation`; to be called after it changed. Follows stay, so that it can go back."""
    refusals.close_federation(tx, site.uris.host, closed=site.settings.federation == "allowed")
    allow_members(tx, site.clock.now())
    refusals.note_unseen_actors(tx)


def block_actor(tx: Transaction, actor: StoredActor, *, reason: str, by: Moderator, now: datetime) -> None:
    """Have nothing to do with one person of another server, all of us: nothing of theirs is accepted or shown, and follows end.

    Raises:
        InvalidInput: they are one of our people, whose account would be disabled instead; or no reason was given.
    """
    if actor.local:
        raise InvalidInput("This person is of this site: disable their account instead.", reason="own-person")
    why = check_reason(reason)
    refusals.block_actor(tx, actor.id, reason=why, now=now)
    ended = store.part_with_actor(tx, actor.id)
    forget_actor(tx, actor.id)
    refusals.note_unseen_actors(tx)
    record(tx, "actor.blocked", actor.address, now, account_id=by.account_id, who=by.who, reason=why, follows_ended=ended)


def unblock_actor(tx: Transaction, actor_id: str, by: Moderator, now: datetime) -> str:
    """Lift the block of a person. Returns their address. Raises NotFound."""
    if not refusals.unblock_actor(tx, actor_id):
        raise NotFound(f"{actor_id} is not blocked", public_message="This person is not blocked.")
    refusals.note_unseen_actors(tx)
    address = get_actor(tx, actor_id).address
    record(tx, "actor.unblocked", address, now, account_id=by.account_id, who=by.who)
    return address


def block_for_oneself(tx: Transaction, site: Site, blocker: StoredActor, blocked: StoredActor, now: datetime) -> None:
    """One of our people has nothing to do with somebody any more. Raises InvalidInput for themselves."""
    _check_other(blocker, blocked)
    block_in_follows(tx, site, blocker, blocked, now)
    forget_actor(tx, blocked.id, blocker.id)


def mute(tx: Transaction, muter: StoredActor, muted: StoredActor, now: datetime) -> None:
    """One of our people does not wish to hear of somebody, who never learns of it. Raises InvalidInput for themselves."""
    _check_other(muter, muted)
    save_mute(tx, muter.id, muted.id, now)
    forget_actor(tx, muted.id, muter.id)


def _block(tx: Transaction, host: str, *, reason: str, subdomains: bool, now: datetime) -> int:
    refusals.block_domain(tx, host, reason=reason, subdomains=subdomains, now=now)
    return store.part_with_hosts(tx, store.list_hosts_under(tx, host, subdomains=subdomains))


def _check_other(one: StoredActor, other: StoredActor) -> None:
    if one.id == other.id:
        raise InvalidInput("That is yourself.", reason="oneself")
