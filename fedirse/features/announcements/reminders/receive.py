"""The head office asks once more."""

from datetime import datetime

from fedirse.features.announcements.acknowledgement.rules import is_settled
from fedirse.features.announcements.acknowledgement.store import find_confirmation
from fedirse.features.announcements.reminders.actions import remind_people
from fedirse.features.announcements.rules import is_over
from fedirse.features.announcements.store import find_announcement
from fedirse.inbox.authenticated import Authenticated
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.posts.store import find_post_by_uri
from fedirse.storage.transaction import Transaction


def receive_reminder(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Offer of an Article by whoever announced it: who has not confirmed it here is told again, as long as it counts."""
    del site
    post = find_post_by_uri(tx, authentic.activity.object_id or "")
    announcement = find_announcement(tx, post.id) if post is not None else None
    if post is None or announcement is None or post.actor_id != authentic.actor.id or not authentic.member:
        return Handled.IGNORED
    if is_over(announcement, now) or is_settled(find_confirmation(tx, post.id), announcement.terms):
        return Handled.IGNORED
    return Handled.DONE if remind_people(tx, post, announcement, now) else Handled.IGNORED
