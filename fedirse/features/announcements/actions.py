"""What communicators do: announce, change what was announced, take it back.

It is the head office that speaks; who typed it stays in its log.
"""

from dataclasses import replace
from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound, Refused
from fedirse.features.announcements.model import Announcement, Priority, Terms
from fedirse.features.announcements.rules import (
    asks_anew,
    check_audience,
    check_change,
    check_embargo,
    check_terms,
    check_title,
    next_terms,
)
from fedirse.features.announcements.store import find_announcement, save_announcement
from fedirse.features.announcements.urgency.views import quota_of
from fedirse.features.announcements.wire import render_terms
from fedirse.site import Site
from fedirse.social.accounts.store import list_accounts
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.actions import inboxes_inside
from fedirse.social.network.store import current_network
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify, withdraw
from fedirse.social.posts.actions import delete_post, edit_post, publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def announce(
    tx: Transaction, site: Site, draft: Draft, terms: Terms, now: datetime, *, by: Runner, owner: StoredActor | None = None
) -> Post:
    """Publish an announcement of the head office.

    Args:
        tx: the transaction.
        site: the head office.
        draft: what is said, with a title, and for which sites.
        terms: what is asked of them.
        now: the time.
        by: who typed it.
        owner: whose uploads its files are.

    Raises:
        InvalidInput: no title, dates that have passed, an audience without sites, or as `publish_post`.
        Refused, NotFound: this site is no head office; or as `publish_post`.
    """
    speaker = get_speaker(tx, site)
    check_words(draft, terms)
    terms = replace(check_terms(terms, now), version=1, confirm_from=1)
    over = terms.priority is Priority.URGENT and quota_of(tx, site, now).is_spent
    # What is public reaches those who follow, and all sites besides.
    members = inboxes_inside(tx, site, (), now)
    post = publish_post(tx, site, speaker, replace(draft, announcement=render_terms(terms)), now, owner=owner, also=members)
    _keep(tx, post, terms, None, now)
    record(tx, "announcement.published", post.title, now, account_id=by.account_id, who=by.who, post=post.uri, over_quota=over)
    return post


def change_announcement(
    tx: Transaction, site: Site, post_id: str, draft: Draft, terms: Terms, now: datetime, *, by: Runner, ask_again: bool
) -> Post:
    """Publish a later version of an announcement.

    Args:
        tx: the transaction.
        site: the head office.
        post_id: which one.
        draft: all that it says from now on.
        terms: what is asked from now on; the version follows from what it was.
        now: the time.
        by: who typed it.
        ask_again: whether those who confirmed an earlier version are asked once more.

    Raises:
        NotFound: no such announcement of this site.
        InvalidInput, Refused, Gone: as `announce` and `edit_post`.
    """
    speaker, known = get_speaker(tx, site), get_own(tx, post_id)
    check_words(draft, terms)
    terms = next_terms(known.terms, check_change(known.terms, terms, now, ask_again=ask_again), ask_again=ask_again)
    over = Priority.URGENT is terms.priority is not known.terms.priority and quota_of(tx, site, now).is_spent
    post = edit_post(tx, site, speaker, post_id, replace(draft, announcement=render_terms(terms)), now)
    _keep(tx, post, terms, known.terms, now)
    record(tx, "announcement.changed", post.title, now, account_id=by.account_id, who=by.who, post=post.uri, over_quota=over)
    return post


def withdraw_announcement(tx: Transaction, site: Site, post_id: str, now: datetime, *, by: Runner) -> None:
    """Take an announcement back everywhere. Raises NotFound: no such announcement of this site."""
    speaker = get_speaker(tx, site)
    get_own(tx, post_id)
    record(tx, "announcement.withdrawn", site.uris.post(post_id), now, account_id=by.account_id, who=by.who)
    delete_post(tx, site, speaker, post_id, now)


def get_own(tx: Transaction, post_id: str) -> Announcement:
    """An announcement of this very site, for those who make them. Raises NotFound."""
    known = find_announcement(tx, post_id)
    if known is None:
        raise NotFound(f"announcement {post_id}")
    return known


def check_words(draft: Draft, terms: Terms) -> None:
    """Raises InvalidInput for what is no announcement: without a title, for no site, or under an embargo that everybody could read."""
    check_title(draft.title)
    check_audience(draft.audience)
    check_embargo(terms, draft.audience)


def is_head_office(tx: Transaction) -> bool:
    """Whether this site announces to a network."""
    network = current_network(tx)
    return network is not None and network.head_office


def check_is_head_office(tx: Transaction) -> None:
    """Raises NotFound where there is nothing to announce to."""
    if not is_head_office(tx):
        raise NotFound("no head office")


def get_speaker(tx: Transaction, site: Site) -> StoredActor:
    """The actor of the head office. Raises Refused where this site is none."""
    network = current_network(tx)
    if network is None or not network.head_office:
        raise Refused("no head office", reason="no-head-office", public_message="Only a head office that has a network announces to it.")
    return get_actor(tx, site.actor_id)


def tell_people(tx: Transaction, post: Post, now: datetime) -> None:
    """Let everybody here hear of an announcement, or of a version of it that asks again."""
    for account in list_accounts(tx):
        if account.disabled_at is None:
            for kind in (NotificationKind.ANNOUNCEMENT, NotificationKind.ANNOUNCEMENT_WAITS):
                withdraw(tx, account.actor_id, kind, post.actor_id, post.id)
            notify(tx, account.actor_id, NotificationKind.ANNOUNCEMENT, post.actor_id, now, post.id)


def _keep(tx: Transaction, post: Post, terms: Terms, known: Terms | None, now: datetime) -> None:
    """The head office's own people read it where it was written."""
    save_announcement(tx, Announcement(post.id, terms, now, now))
    if asks_anew(terms, known):
        tell_people(tx, post, now)
