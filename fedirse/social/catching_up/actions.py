"""Notices that this site is back, or has joined, and writes down what follows: whose newest posts to ask for, and what to fetch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.activitypub import uris
from fedirse.base.identifiers import lowest_id
from fedirse.site import Site
from fedirse.social.catching_up import store
from fedirse.social.catching_up.model import Presence, Pull, Purpose
from fedirse.social.catching_up.rules import GIVEN_UP_AFTER, HEADLINES_LAST, OVERLAP, must_fetch, wait_before_asking, was_away
from fedirse.social.catching_up.wire import outbox_after, outbox_last
from fedirse.social.network.model import Network
from fedirse.social.network.roster.actions import NETWORK_ACCOUNT, SYNC
from fedirse.social.network.roster.model import Standing
from fedirse.social.network.roster.rules import members_in_force, standing_of
from fedirse.social.network.roster.store import find_contact, load_roster
from fedirse.social.network.store import current_network
from fedirse.storage.audit import record
from fedirse.storage.jobs import add_job, find_job_date, hasten_job, list_job_subjects
from fedirse.storage.refusals import refused_among
from fedirse.storage.transaction import Transaction

NEWEST: Final = "catching-up.newest"
"""Job: ask a member for the first words of its newest posts; its subject is the URI of its actor."""
PULL: Final = "catching-up.pull"
"""Job: fetch some pages of a member's outbox; its subject is the URI of its actor."""

NEARLY_ALL: Final = 500
"""How many of the head office's posts a new member gets, and how many of each other one's: there may be a thousand."""
A_FEW: Final = 50
_NOTED_EVERY: Final = timedelta(hours=1)
_ASKED_EVERY: Final = timedelta(seconds=30)
_NEXT: Final = timedelta(milliseconds=1)

Chance = Callable[[], float]


def has_something_to_do(tx: Transaction, site: Site, now: datetime) -> bool:
    """Whether `tend` would change anything; asked every half minute, and nearly always not."""
    network, seen = current_network(tx), store.find_presence(tx)
    if network is None:
        return seen is not None
    if store.has_announced_before(tx, now - HEADLINES_LAST) or store.list_pulls(tx):
        return True
    if _is_asking(tx, network, now) or _is_cut_off(tx, network, now):
        return True
    if seen is None or (seen.network, seen.member_since) != (network.uri, network.since):
        return _knows_members(tx, network)
    reached = _reached_at(tx, network)
    # A head office reaches somebody every moment.
    is_later = reached is not None and reached - seen.seen_at > (_NOTED_EVERY if network.head_office else timedelta(0))
    return is_later or (not seen.suspended and _is_suspended(tx, site, network, now))


def tend(tx: Transaction, site: Site, now: datetime, chance: Chance) -> bool:
    """Write down what is to be done. Returns whether there is more of it that can be done at once."""
    network, seen = current_network(tx), store.find_presence(tx)
    if network is None:
        store.forget_everything(tx)
        return False
    store.forget_announced(tx, now - HEADLINES_LAST)
    if _is_cut_off(tx, network, now):
        hasten_job(tx, SYNC, network.uri, now + _ASKED_EVERY)
    if seen is None or (seen.network, seen.member_since) != (network.uri, network.since):
        if _knows_members(tx, network):
            _begin(tx, site, network, now, chance)
    else:
        _note_presence(tx, site, network, seen, now, chance)
    # While the roster is being asked for, the next look is at what came of it.
    return _go_on(tx, site, now) or _is_asking(tx, network, now)


def _begin(tx: Transaction, site: Site, network: Network, now: datetime, chance: Chance) -> None:
    """This site has joined: what is there already is fetched. A head office has nobody to fetch it from."""
    store.forget_everything(tx)
    store.save_presence(tx, Presence(network.uri, network.since, now, returned_at=now))
    if network.head_office:
        return
    for member, wait in _others(tx, site, network, now, chance):
        page = outbox_last(member, NEARLY_ALL if member == network.uri else A_FEW)
        _ask(tx, member, Pull(member, Purpose.HISTORY, page, now, now), now, wait)
    site.pulse.mark()


def _note_presence(tx: Transaction, site: Site, network: Network, seen: Presence, now: datetime, chance: Chance) -> None:
    """Members were reached again: after a while it was an absence, and somebody may have said something meanwhile."""
    reached = _reached_at(tx, network)
    if _is_suspended(tx, site, network, now):
        store.save_presence(tx, replace(seen, suspended=True))
        return
    if reached is None or reached <= seen.seen_at:
        return
    fetches = must_fetch(seen.seen_at, reached, suspended=seen.suspended)
    if not fetches and not was_away(seen.seen_at, reached):
        store.save_presence(tx, replace(seen, seen_at=reached))
        return
    store.save_presence(tx, replace(seen, seen_at=reached, suspended=False, returned_at=now))
    for member, wait in _others(tx, site, network, now, chance):
        page = outbox_after(member, lowest_id(seen.seen_at - OVERLAP))
        _ask(tx, member, Pull(member, Purpose.GAP, page, seen.seen_at, now) if fetches else None, now, wait)
    site.pulse.mark()


def _ask(tx: Transaction, member: str, pull: Pull | None, now: datetime, wait: timedelta) -> None:
    """Ask a member for its newest posts, and after them for the rest, if that is to be fetched."""
    add_job(tx, NEWEST, member, now, not_before=now + wait)
    if pull is not None:
        store.save_pull(tx, pull)
        add_job(tx, PULL, member, now, not_before=now + wait + _NEXT)


def _go_on(tx: Transaction, site: Site, now: datetime) -> bool:
    """Have what is not fetched yet fetched, as far as nothing waits for it already."""
    pulls = store.list_pulls(tx)
    waiting = list_job_subjects(tx, PULL) if pulls else frozenset()
    added = False
    for pull in pulls:
        if pull.until + GIVEN_UP_AFTER < now:
            end_pull(tx, pull, closed=False, now=now)
        elif pull.member not in waiting:
            add_job(tx, PULL, pull.member, now)
            added = True
    if added:
        site.pulse.mark()
    return added


def end_pull(tx: Transaction, pull: Pull, *, closed: bool, now: datetime) -> None:
    """All of it is here, or cannot be had; of a gap the audit log says so, with how much it was. A gap that was none needs no word."""
    store.end_pull(tx, pull.member)
    if pull.purpose is not Purpose.GAP or (closed and not pull.taken):
        return
    since, until, count = f"{pull.since:%Y-%m-%d}", f"{pull.until:%Y-%m-%d}", str(pull.taken)
    host = uris.host_of(pull.member)
    deed = "network.gap-closed" if closed else "network.gap-open"
    record(tx, deed, host, now, account_id=NETWORK_ACCOUNT, who=host, since=since, until=until, count=count)


def _others(tx: Transaction, site: Site, network: Network, now: datetime, chance: Chance) -> list[tuple[str, timedelta]]:
    """The other members, and how long to wait before each is asked: the head office at once."""
    members = members_in_force(load_roster(tx, network.uri), now).keys() - {site.uris.site_actor}
    refused = refused_among(tx, {uris.host_of(member) for member in members})
    asked = sorted(member for member in members if uris.host_of(member) not in refused)
    return [(member, timedelta(0) if member == network.uri else wait_before_asking(len(asked), chance())) for member in asked]


def _knows_members(tx: Transaction, network: Network) -> bool:
    asked_at = find_contact(tx, network.uri).asked_at
    return network.head_office or (asked_at is not None and asked_at >= network.since)


def _reached_at(tx: Transaction, network: Network) -> datetime | None:
    """When this site last reached a member: when somebody was asked for the roster; for the head office, when somebody took a delivery."""
    if not network.head_office:
        return find_contact(tx, network.uri).asked_at
    return store.last_delivered(tx)


def _is_suspended(tx: Transaction, site: Site, network: Network, now: datetime) -> bool:
    own = site.uris.site_actor
    return standing_of(load_roster(tx, network.uri, only=[own]), own, now) is Standing.SUSPENDED


def _is_asking(tx: Transaction, network: Network, now: datetime) -> bool:
    """Whether the roster is asked for as soon as this is over."""
    due = find_job_date(tx, SYNC, network.uri)
    return due is not None and due <= now


def _is_cut_off(tx: Transaction, network: Network, now: datetime) -> bool:
    """Whether nobody at all answers, so that it must be this site that is away: then it finds out soon when it no longer is."""
    if network.head_office:
        return False
    contact = find_contact(tx, network.uri)
    if contact.tried_at is None or contact.asked_at is None or contact.tried_at <= contact.asked_at:
        return False
    due = find_job_date(tx, SYNC, network.uri) if now - contact.asked_at > _NOTED_EVERY else None
    return due is not None and due > now + _ASKED_EVERY
