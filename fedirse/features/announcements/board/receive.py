"""What the sites of a network say of an announcement of ours. A site speaks as a whole: nobody of its people does it here."""

from datetime import datetime

from fedirse.features.announcements.acknowledgement.wire import parse_word
from fedirse.features.announcements.board.rules import together, word_of
from fedirse.features.announcements.board.store import find_said, save_said
from fedirse.features.announcements.store import find_announcement
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network
from fedirse.social.posts.store import find_post_by_uri, list_readable_posts
from fedirse.storage.transaction import Transaction


def receive_readers(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Read: how many of a site's people have read an announcement."""
    return _receive(tx, site, authentic, now, confirms=False)


def receive_confirmation(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Accept of an Article: the site confirms an announcement."""
    return _receive(tx, site, authentic, now, confirms=True)


def _receive(tx: Transaction, site: Site, authentic: Authenticated, now: datetime, *, confirms: bool) -> Handled:
    """Kept beside the announcement; whoever may not read it, or is no site, says nothing that counts. Raises as `parse_word`."""
    post = find_post_by_uri(tx, authentic.activity.object_id or "")
    announcement = find_announcement(tx, post.id) if post is not None and post.local else None
    if post is None or announcement is None or not authentic.member or post.id not in list_readable_posts(tx, [post.id], authentic.reader):
        return Handled.IGNORED
    word = parse_word(authentic.activity, now)
    if word.version > announcement.terms.version or not _is_site(tx, authentic.actor.uri):
        return Handled.IGNORED
    known = find_said(tx, post.id, authentic.actor.uri)
    said = together(known, word_of(authentic.actor.uri, word, confirms=confirms))
    if said == known:
        return Handled.IGNORED
    save_said(tx, post.id, said, now)
    return Handled.DONE


def _is_site(tx: Transaction, uri: str) -> bool:
    """Whether somebody is a member of the network, and not one of a member's people."""
    network = current_network(tx)
    return network is not None and uri in load_roster(tx, network.uri, only=[uri]).held
