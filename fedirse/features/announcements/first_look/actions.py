"""Showing an announcement to some sites first, and to all of them on its day.

These are two announcements, because no edit takes readers in (docs/adr/0012). The second has the words and the terms that the first has by
then.
"""

from dataclasses import replace
from datetime import datetime

from fedirse.features.announcements.actions import announce, check_words, get_speaker
from fedirse.features.announcements.first_look.rules import check_counts, check_grows, check_is_offered
from fedirse.features.announcements.first_look.store import hand_over
from fedirse.features.announcements.model import Announcement, Terms
from fedirse.features.announcements.rules import check_change
from fedirse.features.announcements.store import find_announcement, save_announcement
from fedirse.features.announcements.wire import render_terms
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.channels.model import Runner
from fedirse.social.media.store import release
from fedirse.social.network.actions import inboxes_inside, list_members_inside
from fedirse.social.notifications.store import hand_over as hand_over_notifications
from fedirse.social.posts.actions import delete_post, publish_post
from fedirse.social.posts.composing.model import Circles
from fedirse.social.posts.languages.rules import translations_in
from fedirse.social.posts.model import Draft, DraftFile, Post
from fedirse.social.posts.store import find_post
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def check_first_look(tx: Transaction, segment: str, draft: Draft, circles: Circles, now: datetime) -> None:
    """Raises InvalidInput for a selection that cannot be shown first what `draft` says to others later."""
    check_is_offered(segment, [circle.address for circle in circles.segments])
    if draft.audience.kind is not AudienceKind.PUBLIC:
        first, then = (list_members_inside(tx, one.reader_scopes, now) for one in (_shown_to(segment), draft.audience))
        check_grows(first, then)


def show_first(tx: Transaction, site: Site, segment: str, draft: Draft, terms: Terms, now: datetime, *, by: Runner) -> Post:
    """Announce to a selection of sites what `draft` says to others later. Raises as `announce`."""
    return announce(tx, site, replace(draft, audience=_shown_to(segment)), terms, now, by=by)


def find_first(tx: Transaction, first_id: str) -> tuple[Post, Announcement]:
    """What was shown first, as it is in force. Raises Refused: it was taken back."""
    return check_counts(find_post(tx, first_id), find_announcement(tx, first_id))


def show_all(tx: Transaction, site: Site, first_id: str, audience: Audience, now: datetime, *, by: Runner) -> Post:
    """Announce to all what some sites saw first, and take that back once this is on its way: each site gets the two in this order.

    Args:
        tx: the transaction.
        site: the head office.
        first_id: our id of what was shown first.
        audience: whom it is for now.
        now: the time.
        by: who stands for it.

    Raises:
        Refused: the first was taken back; or as `announce`.
        InvalidInput: it is over; or as `announce`.
    """
    speaker, (first, known) = get_speaker(tx, site), find_first(tx, first_id)
    terms = replace(check_change(known.terms, known.terms, now, ask_again=False), first_look_of=first.uri)
    draft = replace(_words_of(first), audience=audience, announcement=render_terms(terms))
    check_words(draft, terms)
    release(tx, first.id)
    post = publish_post(tx, site, speaker, draft, now, also=inboxes_inside(tx, site, (), now))
    save_announcement(tx, Announcement(post.id, terms, now, now))
    hand_over(tx, first.id, post.id)
    hand_over_notifications(tx, first.id, post.id)
    record(tx, "announcement.published", post.title, now, account_id=by.account_id, who=by.who, post=post.uri, first=first.uri)
    delete_post(tx, site, speaker, first.id, now)
    return post


def _shown_to(segment: str) -> Audience:
    return Audience(AudienceKind.SEGMENT, of=segment)


def _words_of(post: Post) -> Draft:
    """What is said in an announcement of ours, its files included."""
    return Draft(
        text=post.source or "",
        audience=post.audience,
        title=post.title,
        warning=post.warning,
        language=post.language,
        files=tuple(DraftFile(file.media_id, file.alt) for file in post.attachments),
        translations=translations_in(post.translations),
    )
