"""What people here do with polls: vote, once. And what follows when a poll of theirs has news, or is over."""

from collections.abc import Collection
from datetime import datetime, timedelta

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.object import render_object
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.identifiers import new_id
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify
from fedirse.social.posts.actions import END_POLL, reader_for
from fedirse.social.posts.model import Poll, Post
from fedirse.social.posts.polls import store
from fedirse.social.posts.polls.model import Vote
from fedirse.social.posts.polls.rules import check_choice
from fedirse.social.posts.polls.wire import render_vote
from fedirse.social.posts.publishing.actions import publish_about, publish_activity
from fedirse.social.posts.store import get_readable_post
from fedirse.storage.actors import get_actor
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction

TELL_RESULTS = "posts.tell-results"


def vote(tx: Transaction, site: Site, actor: StoredActor, post_id: str, chosen: Collection[str], now: datetime) -> Poll:
    """Vote in a poll; only its author's server is told. The same vote again changes nothing.

    Args:
        tx: the transaction.
        site: where.
        actor: one of our people.
        post_id: the post with the poll.
        chosen: names of the answers.
        now: the time.

    Raises:
        NotFound: no poll of that id that the actor may read.
        InvalidInput: what is chosen cannot be voted, or the actor voted otherwise before.
    """
    post = get_readable_post(tx, post_id, reader_for(actor))
    if post.poll is None:
        raise NotFound("no poll")
    earlier = {known.option for known in store.list_votes(tx, post.id, actor.id)}
    if earlier and earlier == set(chosen):
        return post.poll
    if earlier:
        raise InvalidInput("You have voted in this poll already; a vote cannot be changed.", reason="already-voted")
    check_choice(post.poll, chosen, now)
    fresh = store.add_votes(tx, post, post.poll, actor.id, [Vote(option, now) for option in chosen])
    if post.local:
        plan_news(tx, site, post, now)
    else:
        _send_votes(tx, site, actor, post, chosen, now=now)
    return fresh


def plan_news(tx: Transaction, site: Site, post: Post, now: datetime) -> None:
    """Have those who have a poll of ours told its results before long; of many votes together, not of each."""
    if not post.audience.stays:
        add_job(tx, TELL_RESULTS, post.uri, now, not_before=now + timedelta(seconds=limits.POLL_NEWS_SECONDS), afresh=True)
        site.pulse.mark()


def publish_results(tx: Transaction, site: Site, post: Post, now: datetime) -> None:
    """Tell whoever has a poll of ours what its results are, the servers of those who voted included."""
    also = inboxes_of(store.list_voters(tx, post.id, local=False), own_host=site.uris.host, shared=True)
    publish_about(tx, site, get_actor(tx, post.actor_id), post, "Update", now, also=also)


def tell_voters(tx: Transaction, site: Site, post: Post, now: datetime) -> None:
    """Let those of us who voted in a poll, and its author, hear that it is over. Each hears it once."""
    for voter in store.list_voters(tx, post.id, local=True):
        notify(tx, voter.id, NotificationKind.POLL_ENDED, post.actor_id, now, post.id)
    if post.local:
        # Nobody is told of their own deeds, and this is the site's.
        notify(tx, post.actor_id, NotificationKind.POLL_ENDED, site.actor_id, now, post.id)


def _send_votes(tx: Transaction, site: Site, actor: StoredActor, post: Post, chosen: Collection[str], *, now: datetime) -> None:
    """One Create for each answer (FEP-9967), and a look at the poll when it should be over."""
    author = get_actor(tx, post.actor_id)
    inboxes = inboxes_of([author], own_host=site.uris.host, shared=False)
    for option in chosen:
        vote_id = new_id(now)
        vote_uri = f"{site.uris.activity(vote_id)}#vote"
        note = render_vote(option, vote_uri=vote_uri, voter=actor.uri, author=author.uri, poll_uri=post.uri, now=now)
        to = Addressing((author.uri,))
        document, internal = render_object(note), post.audience.internal
        publish_activity(tx, site, actor, "Create", document, to=to, inboxes=inboxes, now=now, activity_id=vote_id, internal=internal)
    if post.poll is not None and post.poll.ends_at is not None:
        add_job(tx, END_POLL, post.uri, now, not_before=post.poll.ends_at)
        site.pulse.mark()
