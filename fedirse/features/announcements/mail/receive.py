"""How many people each site mails texts to, as it says beside its readers; for a head office, which says so where it writes."""

from datetime import datetime

from fedirse.features.announcements.acknowledgement.wire import parse_word
from fedirse.features.announcements.mail.store import save_text_readers
from fedirse.features.announcements.store import find_announcement
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network
from fedirse.social.posts.store import find_post_by_uri, list_readable_posts
from fedirse.storage.transaction import Transaction


def receive_text_readers(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Read or Accept of an Article of ours by a site that may read it: the number, where it says one. Raises as `parse_word`."""
    del site
    post = find_post_by_uri(tx, authentic.activity.object_id or "")
    announcement = find_announcement(tx, post.id) if post is not None and post.local else None
    if post is None or announcement is None or not authentic.member or post.id not in list_readable_posts(tx, [post.id], authentic.reader):
        return Handled.IGNORED
    network, word = current_network(tx), parse_word(authentic.activity, now)
    if word.by_mail is None or network is None or authentic.actor.uri not in load_roster(tx, network.uri, only=[authentic.actor.uri]).held:
        return Handled.IGNORED
    return Handled.DONE if save_text_readers(tx, authentic.actor.uri, word.by_mail, word.at) else Handled.IGNORED
