"""What other servers say about polls: votes in ours, and the results of theirs."""

from datetime import datetime

from fedirse.activitypub.documents.object import PostObject
from fedirse.activitypub.documents.reference import Embedded
from fedirse.activitypub.origin import check_update
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.posts.model import Post
from fedirse.social.posts.polls import store
from fedirse.social.posts.polls.actions import plan_news, tell_voters
from fedirse.social.posts.polls.rules import have_same_answers, is_over, refreshed
from fedirse.social.posts.polls.wire import may_be_vote, parse_vote
from fedirse.social.posts.receive import TEXTS, embedded_post, may_react, nothing_there, receive_edit, receive_post
from fedirse.social.posts.rules import is_newer
from fedirse.social.posts.store import find_post, find_post_by_uri
from fedirse.social.posts.wire import parse_poll
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction


def receive_note(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Create of a Note: a vote if it has the shape of one, else a post."""
    target = authentic.activity.object
    if isinstance(target, Embedded) and may_be_vote(target.document):
        document = embedded_post(authentic)
        if document.is_vote:
            return _receive_vote(tx, site, authentic, document, now)
    return receive_post(tx, site, authentic, now)


def receive_question_edit(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Update of a Question: new results, or new words as of any post. Changed answers end what was voted before."""
    document = embedded_post(authentic)
    stored = find_post_by_uri(tx, document.id or "")
    if stored is None or stored.local or stored.deleted_at is not None or stored.poll is None:
        return receive_edit(tx, site, authentic, now)
    check_update(authentic.actor.uri, stored.uri, get_actor(tx, stored.actor_id).uri)
    results_only = _brings_results_only(stored, document, now)
    handled = _refresh(tx, stored, document, now) if results_only else receive_edit(tx, site, authentic, now)
    changed = find_post(tx, stored.id)
    if handled is Handled.DONE and changed is not None:
        _follow_up(tx, site, stored, changed, now)
    return handled


def _receive_vote(tx: Transaction, site: Site, authentic: Authenticated, document: PostObject, now: datetime) -> Handled:
    """A vote counts where the voter may read the poll, the poll is ours and open, and the answer is one of its answers."""
    actor, target = authentic.actor, document.in_reply_to or ""
    post = find_post_by_uri(tx, target)
    if post is None or post.deleted_at is not None or not may_react(tx, post, authentic.reader):
        return nothing_there(site, target, actor)
    cast = parse_vote(document, authentic.activity.published)
    if post.poll is None or not post.local or is_over(post.poll, now) or cast.option not in {option.name for option in post.poll.options}:
        return Handled.IGNORED
    if store.add_votes(tx, post, post.poll, actor.id, [cast]) == post.poll:
        return Handled.IGNORED
    plan_news(tx, site, post, now)
    return Handled.DONE


def _brings_results_only(stored: Post, document: PostObject, now: datetime) -> bool:
    """Whether the poll's author says nothing new but how it stands."""
    fresh = parse_poll(document.poll, now)
    if stored.poll is None or fresh is None or not have_same_answers(stored.poll, fresh):
        return False
    later = document.updated is not None and is_newer(stored, document.updated)
    return not later and TEXTS.clean(document.content or "") == stored.content


def _refresh(tx: Transaction, stored: Post, document: PostObject, now: datetime) -> Handled:
    fresh = parse_poll(document.poll, now)
    is_old = document.updated is not None and document.updated < (stored.edited_at or stored.published_at)
    if stored.poll is None or fresh is None or is_old:
        return Handled.IGNORED
    store.save_poll(tx, stored.id, refreshed(stored.poll, fresh))
    return Handled.DONE


def _follow_up(tx: Transaction, site: Site, before: Post, after: Post, now: datetime) -> None:
    if before.poll is not None and (after.poll is None or not have_same_answers(before.poll, after.poll)):
        store.forget_votes(tx, after.id)
    if after.poll is not None and is_over(after.poll, now):
        tell_voters(tx, site, after, now)
