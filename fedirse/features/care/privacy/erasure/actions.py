"""Erasing a person: the request, after which nothing of theirs can be used, and the pieces that follow it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import orjson

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.tombstone import Tombstone, render_tombstone
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Conflict, NotFound
from fedirse.base.identifiers import new_id
from fedirse.features.care.privacy.erasure import rules, store
from fedirse.features.care.privacy.erasure.model import Erasure, Piece, Step
from fedirse.outbox.recipients import Inbox, inboxes_of
from fedirse.site import Site
from fedirse.social.accounts.store import get_account, has_administrator
from fedirse.social.audiences.store import remove_recipients
from fedirse.social.entrance.actions import disable_account
from fedirse.social.follows.store import list_followers, list_following, list_requests
from fedirse.social.media.actions import erase_of_actor
from fedirse.social.posts.actions import delete_post
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.publishing.actions import publish_activity
from fedirse.social.posts.reactions.actions import unboost_post
from fedirse.social.posts.reactions.store import recount_boosts, remove_like
from fedirse.social.posts.store import list_living_posts, remove_post
from fedirse.storage.actors import get_actor, save_actor
from fedirse.storage.audit import OPERATOR, record
from fedirse.storage.jobs import add_job
from fedirse.storage.room import frees_room
from fedirse.storage.transaction import Transaction

ERASE: Final = "care.erase-person"
"""Job about `<erasure id>/<piece>`: the next piece of an erasure is due."""

ENDED: Final = "the person was erased"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for an erasure: an account, or whoever runs commands on the server."""

    account_id: str = OPERATOR
    who: str = "operator"


@frees_room
def begin_erasure(tx: Transaction, site: Site, handle: str, asker: Asker, now: datetime) -> Erasure:
    """End an account at once with everything that lets somebody into it, empty its profile, and have the rest erased.

    Asking again changes nothing.

    Raises:
        NotFound: no such account.
        Conflict: nobody would run the site any more.
    """
    known = store.find_erasure_of(tx, handle)
    if known is not None:
        return known
    account = get_account(tx, handle)
    had_administrator = has_administrator(tx)
    disable_account(tx, handle, now)
    if had_administrator and not has_administrator(tx):
        raise Conflict("last administrator", public_message="Somebody has to run the site: make another person administrator first.")
    store.empty_account(tx, account.id)
    _empty_profile(tx, get_actor(tx, account.actor_id), now)
    erasure = rules.begin(new_id(now), account.actor_id, account.handle, store.count_work(tx, account.actor_id), now)
    store.add_erasure(tx, erasure)
    record(tx, "account.erased", account.handle, now, account_id=asker.account_id, who=asker.who)
    ask_for_next(tx, site, erasure, now)
    return erasure


@frees_room
def erase_piece(tx: Transaction, site: Site, erasure_id: str, pieces: int, now: datetime) -> Erasure | None:
    """Do the next piece of an erasure, if that many were done before; its job may come twice.

    Returns:
        The erasure as it is after that, or None when the piece was not its turn.
    """
    erasure = store.find_erasure(tx, erasure_id)
    if erasure is None or erasure.step is Step.DONE or erasure.pieces != pieces:
        return None
    later = rules.advance(erasure, _STEPS[erasure.step](tx, site, erasure, now), now)
    store.save_erasure(tx, later)
    if later.step is not Step.DONE:
        ask_for_next(tx, site, later, now)
    return later


@frees_room
def resume_erasures(tx: Transaction, site: Site, now: datetime) -> None:
    """Have the erasures go on whose job was given up after too many failures."""
    for erasure in store.list_unfinished(tx):
        ask_for_next(tx, site, erasure, now)


def ask_for_next(tx: Transaction, site: Site, erasure: Erasure, now: datetime) -> None:
    """Ask for the next piece. Each has a job of its own, so that other jobs get their turn in between."""
    add_job(tx, ERASE, f"{erasure.id}/{erasure.pieces}", now)
    site.pulse.mark()


def _empty_profile(tx: Transaction, actor: StoredActor, now: datetime) -> None:
    """From here on the actor is gone: its addresses answer 410, and what comes for it is refused."""
    empty = {"name": "", "summary": "", "icon": None, "image": None, "fields": (), "also_known_as": (), "moved_to": None}
    save_actor(tx, replace(actor, **empty, discoverable=False, gone_at=now))  # type: ignore[arg-type]  # the names are those of its fields
    store.remove_names(tx, actor.id)


def _erase_posts(tx: Transaction, site: Site, erasure: Erasure, now: datetime) -> Piece:
    author = get_actor(tx, erasure.actor_id)
    page = list_living_posts(tx, author.id, limit=limits.ERASED_POSTS_AT_ONCE)
    for post in page:
        if post.kind is PostKind.BOOST:
            _take_back_boost(tx, site, author, post, now)
        else:
            delete_post(tx, site, author, post.id, now)
            remove_recipients(tx, post.id)
    return Piece(len(page), "" if page else None)


def _take_back_boost(tx: Transaction, site: Site, author: StoredActor, boost: Post, now: datetime) -> None:
    try:
        unboost_post(tx, site, author, boost.boost_of or "", now)
    except NotFound:
        # What they boosted is not for them any more; whoever has the boost is told of the end of the actor.
        remove_post(tx, boost.id)
        recount_boosts(tx, boost.boost_of or "")


def _delete_actor(tx: Transaction, site: Site, erasure: Erasure, now: datetime) -> Piece:
    actor = get_actor(tx, erasure.actor_id)
    related = [*list_followers(tx, actor.id), *list_following(tx, actor.id), *list_requests(tx, actor.id)]
    inboxes = {inbox.host: inbox for inbox in inboxes_of(related, own_host=site.uris.host, shared=True)}
    told = {host: Inbox(host, url) for host, url in store.list_told(tx, actor.id)}
    to = Addressing((PUBLIC,))
    publish_activity(tx, site, actor, "Delete", actor.uri, to=to, inboxes=(told | inboxes).values(), now=now)
    return Piece(0, None)


def _empty_published(tx: Transaction, _site: Site, erasure: Erasure, now: datetime) -> Piece:
    """Keep of each activity that there was one: the ledger of what was sent to whom refers to it."""
    page = store.list_published(tx, erasure.actor_id, erasure.position, limits.ERASED_ROWS_AT_ONCE)
    _empty_activities(tx, page or store.list_forwarded(tx, erasure.actor_id), now)
    return Piece(len(page), page[-1][0] if page else None)


def _empty_activities(tx: Transaction, found: Sequence[tuple[str, str]], now: datetime) -> None:
    store.end_deliveries(tx, [activity_id for activity_id, _ in found], answer=ENDED, now=now)
    for activity_id, uri in found:
        store.empty_activity(tx, activity_id, orjson.dumps(render_tombstone(Tombstone(uri, now))))


def _erase_likes(tx: Transaction, _site: Site, erasure: Erasure, _now: datetime) -> Piece:
    page = store.list_likes(tx, erasure.actor_id, limits.ERASED_ROWS_AT_ONCE)
    for post_id in page:
        remove_like(tx, post_id, erasure.actor_id)
    return Piece(len(page), "" if page else None)


def _erase_files(tx: Transaction, site: Site, erasure: Erasure, now: datetime) -> Piece:
    return Piece(0, "" if erase_of_actor(tx, site, erasure.actor_id, now) else None)


def _erase_relations(tx: Transaction, _site: Site, erasure: Erasure, _now: datetime) -> Piece:
    store.empty_reports(tx, erasure.actor_id)
    removed = store.remove_about_actor(tx, erasure.actor_id, limits.ERASED_ROWS_AT_ONCE)
    return Piece(removed, "" if removed else None)


def _erase_account(tx: Transaction, _site: Site, erasure: Erasure, _now: datetime) -> Piece:
    removed = store.remove_account(tx, erasure.actor_id, limits.ERASED_ROWS_AT_ONCE)
    return Piece(removed, "" if removed else None)


def _clean_index(tx: Transaction, _site: Site, erasure: Erasure, _now: datetime) -> Piece:
    more = store.merge_index(tx, first=not erasure.position)
    return Piece(0, "begun" if more else None)


_STEPS: Final[Mapping[Step, Callable[[Transaction, Site, Erasure, datetime], Piece]]] = {
    Step.POSTS: _erase_posts,
    Step.ACTOR: _delete_actor,
    Step.PUBLISHED: _empty_published,
    Step.LIKES: _erase_likes,
    Step.FILES: _erase_files,
    Step.RELATIONS: _erase_relations,
    Step.ACCOUNT: _erase_account,
    Step.INDEX: _clean_index,
}
