"""Telling people of this site once more that an announcement waits for them."""

from datetime import datetime

from fedirse.base.roles import Permission
from fedirse.features.announcements.acknowledgement.rules import is_settled, waits_for
from fedirse.features.announcements.acknowledgement.store import find_confirmation, list_of_people
from fedirse.features.announcements.model import Announcement, Asked
from fedirse.features.announcements.reminders.model import Stage
from fedirse.features.announcements.reminders.rules import AHEAD, due_stage
from fedirse.features.announcements.reminders.store import list_dated, save_stage
from fedirse.social.notifications.actions import list_who_may
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify, withdraw
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import find_post
from fedirse.storage.transaction import Transaction

AT_ONCE = 50


def remind_people(tx: Transaction, post: Post, announcement: Announcement, now: datetime) -> int:
    """Remind whoever still has something to do about an announcement; how many that is."""
    terms = announcement.terms
    waiting = set()
    if terms.asked is Asked.EVERYONE:
        waiting = {person.actor_id for person in list_of_people(tx, post.id) if waits_for(person, terms)}
    return _tell(tx, post, waiting | _who_answers(tx, announcement), now)


def remind_as_the_date_comes(tx: Transaction, now: datetime) -> bool:
    """Do what is due about announcements with a date: a day before it people are reminded, and once it has passed, who answers for the
    site. The head office has nothing to do with it, and need not be in reach. Returns whether there may be more.
    """
    found = list_dated(tx, now, before=now + AHEAD, limit=AT_ONCE)
    for announcement, done in found:
        due, post = due_stage(announcement, now), find_post(tx, announcement.post_id)
        if due > done and post is not None and post.deleted_at is None:
            if due is Stage.OVER:
                _tell(tx, post, _who_answers(tx, announcement), now)
            else:
                remind_people(tx, post, announcement, now)
            save_stage(tx, announcement, due)
    return len(found) == AT_ONCE and any(due_stage(announcement, now) > done for announcement, done in found)


def _who_answers(tx: Transaction, announcement: Announcement) -> set[str]:
    """Who answers for the site, while it has not confirmed what it is asked to."""
    terms = announcement.terms
    if terms.asked is Asked.NOBODY or is_settled(find_confirmation(tx, announcement.post_id), terms):
        return set()
    return set(list_who_may(tx, Permission.CONFIRM))


def _tell(tx: Transaction, post: Post, actor_ids: set[str], now: datetime) -> int:
    for actor_id in sorted(actor_ids):
        # The latest stands alone: nobody is to read the same three times.
        for kind in (NotificationKind.ANNOUNCEMENT, NotificationKind.ANNOUNCEMENT_WAITS):
            withdraw(tx, actor_id, kind, post.actor_id, post.id)
        notify(tx, actor_id, NotificationKind.ANNOUNCEMENT_WAITS, post.actor_id, now, post.id)
    return len(actor_ids)
