"""What a head office announces, looked at once its Article is here."""

from datetime import datetime

from fedirse.activitypub.documents.reference import Embedded
from fedirse.features.announcements.model import Announcement
from fedirse.features.announcements.rules import asks_anew, is_later
from fedirse.features.announcements.store import find_announcement, save_announcement
from fedirse.features.announcements.wire import parse_terms
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.accounts.store import list_accounts
from fedirse.social.network.store import current_network
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify, withdraw
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.transaction import Transaction


def receive_announcement(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Create or Update of an Article that asks something of sites: kept beside the post that it has become, where the head office says so.

    What anybody else sends under that name is an ordinary article. Raises MalformedDocument as `parse_terms`.
    """
    del site
    article = authentic.activity.object
    if not isinstance(article, Embedded) or not authentic.member or not _is_head_office(tx, authentic.actor.uri):
        return Handled.IGNORED
    terms, post = parse_terms(article.document), find_post_by_uri(tx, article.id or "")
    if terms is None or post is None or post.deleted_at is not None or post.actor_id != authentic.actor.id:
        return Handled.IGNORED
    known = find_announcement(tx, post.id)
    if not is_later(terms, known.terms if known is not None else None):
        return Handled.IGNORED
    save_announcement(tx, Announcement(post.id, terms, post.edited_at or post.published_at, now))
    if asks_anew(terms, known.terms if known is not None else None):
        tell_people(tx, post, now)
    return Handled.DONE


def tell_people(tx: Transaction, post: Post, now: datetime) -> None:
    """Let everybody here hear of an announcement, or of a version of it that asks again."""
    for account in list_accounts(tx):
        if account.disabled_at is None:
            for kind in (NotificationKind.ANNOUNCEMENT, NotificationKind.ANNOUNCEMENT_WAITS):
                withdraw(tx, account.actor_id, kind, post.actor_id, post.id)
            notify(tx, account.actor_id, NotificationKind.ANNOUNCEMENT, post.actor_id, now, post.id)


def _is_head_office(tx: Transaction, uri: str) -> bool:
    network = current_network(tx)
    return network is not None and network.uri == uri
