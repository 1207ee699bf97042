"""What a head office announces, looked at once its Article is here."""

from datetime import datetime

from fedirse.activitypub.documents.reference import Embedded
from fedirse.features.announcements.actions import tell_people
from fedirse.features.announcements.first_look.receive import take_place
from fedirse.features.announcements.model import Announcement
from fedirse.features.announcements.rules import asks_anew, is_later
from fedirse.features.announcements.store import find_announcement, save_announcement
from fedirse.features.announcements.wire import parse_terms
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.store import current_network
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.transaction import Transaction


def receive_announcement(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Create or Update of an Article that asks something of sites: kept beside the post that it has become, where the head office says so.

    What anybody else sends under that name is an ordinary article. Raises MalformedDocument as `parse_terms`.
    """
    article = authentic.activity.object
    if not isinstance(article, Embedded) or not authentic.member or not _is_head_office(tx, authentic.actor.uri):
        return Handled.IGNORED
    terms, post = parse_terms(article.document), find_post_by_uri(tx, article.id or "")
    if terms is None or post is None or post.deleted_at is not None or post.actor_id != authentic.actor.id:
        return Handled.IGNORED
    announcement = find_announcement(tx, post.id)
    known = announcement.terms if announcement is not None else None
    if not is_later(terms, known):
        return Handled.IGNORED
    save_announcement(tx, Announcement(post.id, terms, post.edited_at or post.published_at, now))
    if known is None:
        known = take_place(tx, site, post, terms, now)
    if asks_anew(terms, known):
        tell_people(tx, post, now)
    return Handled.DONE


def _is_head_office(tx: Transaction, uri: str) -> bool:
    network = current_network(tx)
    return network is not None and network.uri == uri
