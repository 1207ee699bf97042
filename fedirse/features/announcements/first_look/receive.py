"""An announcement that this site saw first comes to all: what is here of the first one stays, under the second."""

from datetime import datetime

from fedirse.features.announcements.acknowledgement.actions import tell_again
from fedirse.features.announcements.first_look.rules import takes_place
from fedirse.features.announcements.first_look.store import hand_over
from fedirse.features.announcements.model import Terms
from fedirse.features.announcements.store import find_announcement
from fedirse.site import Site
from fedirse.social.notifications.store import hand_over as hand_over_notifications
from fedirse.social.posts.model import Post
from fedirse.social.posts.receive import erase_foreign_post
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.transaction import Transaction


def take_place(tx: Transaction, site: Site, second: Post, terms: Terms, now: datetime) -> Terms | None:
    """Put an announcement that has just come, and is kept, in the place of the one that was seen first; that one is here no more.

    What names an announcement of somebody else, or one that is not here, is an announcement like every other.

    Returns:
        The terms of the first as they were known here; None where there is none.
    """
    first = find_post_by_uri(tx, terms.first_look_of) if terms.first_look_of else None
    known = find_announcement(tx, first.id) if first is not None else None
    if first is None or known is None or not takes_place(second, terms, first, known.terms):
        return None
    hand_over(tx, first.id, second.id)
    hand_over_notifications(tx, first.id, second.id)
    erase_foreign_post(tx, site, first, now)
    tell_again(tx, site, second.id, now)
    return known.terms
