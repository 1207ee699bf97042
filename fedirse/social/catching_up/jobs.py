"""Asks members for their newest posts and for what was missed, and takes that in through the same door as a delivery."""

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from fedirse.activitypub import uris
from fedirse.activitypub.signatures import find_proof
from fedirse.base.errors import FedirseError, RemoteGone, RemoteUnavailable, SignatureError, StorageError
from fedirse.base.types import JsonObject
from fedirse.inbox.authenticate import authenticate_again
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.receive import Door, accept_from
from fedirse.inbox.registry import Handled
from fedirse.remote.signed_fetch import fetch_from_member
from fedirse.site import Site
from fedirse.slice import JobFunction
from fedirse.social.catching_up import store
from fedirse.social.catching_up.actions import end_pull, has_something_to_do, tend
from fedirse.social.catching_up.model import Pull
from fedirse.social.catching_up.rules import HEADLINES_LAST
from fedirse.social.catching_up.wire import Page, newest_at, parse_headlines, parse_page
from fedirse.social.network.roster.rules import members_in_force
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network
from fedirse.social.posts.store import is_known_or_deleted
from fedirse.storage.activities import forget_received
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.signing import NamedKey
from fedirse.storage.transaction import Transaction

logger = logging.getLogger(__name__)

PAGES_AT_ONCE: Final = 5
"""A job that takes longer keeps others waiting; the sweep goes on with it."""

_SAYS_POST: Final = frozenset({"Create", "Update"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What this site asks with, the key that the member is known by, and what is to be fetched there."""

    key: NamedKey
    member_key: str
    pull: Pull | None


async def keep_up(site: Site) -> bool:
    """A sweep: notice that this site is back or new, and go on with what is not fetched yet."""
    if not await site.read(has_something_to_do, site, site.clock.now()):
        return False
    return await site.write(tend, site, site.clock.now(), random.random)


async def ask_newest(site: Site, subject: str, _details: JsonObject) -> None:
    """Announce a member's newest posts here until they arrive. Raises RemoteUnavailable."""
    plan = await site.read(_plan, site, subject)
    if plan is None or not await site.read(_is_back_lately, site.clock.now()):
        return
    document = await _ask(site, newest_at(subject), plan)
    if find_proof(document, plan.member_key) is None:
        raise SignatureError(f"the newest of {subject} under another key", reason="bad-signature")
    await site.write(store.announce, parse_headlines(document, subject, site.clock.now()), site.clock.now())


def pulling(door: Door) -> JobFunction:
    """The job that fetches some pages of a member's outbox; what is fetched goes through that door."""

    async def pull(site: Site, subject: str, _details: JsonObject) -> None:
        """Fetch. Raises RemoteUnavailable, also where nothing comes that is new; what was taken in by then is not asked for again."""
        plan = await site.read(_plan, site, subject)
        if plan is None or plan.pull is None:
            await site.write(store.end_pull, subject)
            return
        # Whose keys are in the proofs.
        await site.actors.resolve(subject)
        url: str | None = plan.pull.page
        taken_at_once = 0
        for _ in range(PAGES_AT_ONCE):
            if url is None:
                return
            page = parse_page(await _ask(site, url, plan), url)
            taken = await _take_in(site, door, subject, page)
            taken_at_once += taken
            url = page.next
            await site.write(_note_page, subject, url, taken, site.clock.now())
        if url is not None and not taken_at_once:
            # It may be making its pages up. What is put off is tried ever more rarely.
            raise RemoteUnavailable(f"{subject} has given nothing new for {PAGES_AT_ONCE} pages", reason="nothing-new")

    return pull


async def _ask(site: Site, url: str, plan: Plan) -> JsonObject:
    try:
        return await fetch_from_member(site.client, url, plan.key, site.clock)
    except RemoteGone as error:
        # It may not have heard yet that this site is a member.
        raise RemoteUnavailable(f"{url} tells this site nothing", reason="remote-gone") from error


async def _take_in(site: Site, door: Door, member: str, page: Page) -> int:
    """Take in what is on a page, in its order; returns how much of it was new. What cannot be believed is left out.

    Raises:
        RemoteUnavailable: somebody who is needed to believe one of them cannot be asked now.
    """
    believed = [authentic for document in page.activities if (authentic := await _believe(site, door, member, document)) is not None]
    host, now = uris.host_of(member), site.clock.now()
    # They are asked for in order, and share a commit.
    outcomes = await asyncio.gather(
        *(site.write(_take_again, host, site, door, authentic, now) for authentic in believed), return_exceptions=True
    )
    return _count_new(site, outcomes)


def _take_again(tx: Transaction, host: str, site: Site, door: Door, authentic: Authenticated, now: datetime) -> Handled:
    """As `accept_from`, of something that may have come before: what it says of a post that is not here is taken anew.

    It came before this site was a member, or it was erased here because this site was none any more.
    """
    activity, actor = authentic.activity, authentic.actor
    target = activity.object_id
    if activity.type in _SAYS_POST and target is not None and not is_known_or_deleted(tx, target, actor.id):
        forget_received(tx, activity.id, uris.origin_of(actor.uri))
    return accept_from(tx, host, site, door, authentic, now)


async def _believe(site: Site, door: Door, member: str, document: JsonObject) -> Authenticated | None:
    try:
        return await authenticate_again(site, member, document, orjson.dumps(document), door.scopes_of)
    except (RemoteUnavailable, StorageError):
        raise
    except FedirseError as error:
        _note_left_out(site, member, error)
        return None


def _count_new(site: Site, outcomes: Sequence[Handled | BaseException]) -> int:
    for outcome in outcomes:
        if isinstance(outcome, FedirseError) and not isinstance(outcome, StorageError):
            _note_left_out(site, "a member", outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
    return sum(outcome is Handled.DONE for outcome in outcomes)


def _note_left_out(site: Site, member: str, error: FedirseError) -> None:
    site.counters.add(f"catching-up.refused.{error.reason}")
    logger.info("%s gave %s what is not taken: %s", member, site.settings.domain, error.reason)


def _plan(tx: Transaction, site: Site, member: str) -> Plan | None:
    """How a member is asked; None for one that is none any more, or that this site has nothing to do with."""
    network = current_network(tx)
    if network is None or is_refused_host(tx, uris.host_of(member)):
        return None
    credential = members_in_force(load_roster(tx, network.uri, only=[member]), site.clock.now()).get(member)
    if credential is None:
        return None
    return Plan(site.signing.load(tx, site.actor_id).ed25519, credential.key, store.find_pull(tx, member))


def _is_back_lately(tx: Transaction, now: datetime) -> bool:
    seen = store.find_presence(tx)
    return seen is not None and seen.returned_at is not None and now - seen.returned_at < HEADLINES_LAST


def _note_page(tx: Transaction, member: str, following: str | None, taken: int, now: datetime) -> None:
    if following is not None:
        store.go_on_with_pull(tx, member, following, taken)
        return
    store.go_on_with_pull(tx, member, "", taken)
    pull = store.find_pull(tx, member)
    if pull is not None:
        end_pull(tx, pull, closed=True, now=now)
