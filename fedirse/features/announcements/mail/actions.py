"""What is mailed to whom: planned, taken for sending once, and what came of it; and what the link in a mail does."""

from collections.abc import Sequence
from datetime import datetime

from fedirse.base.errors import Gone
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission, permissions_of
from fedirse.features.announcements.acknowledgement.actions import acknowledge, see
from fedirse.features.announcements.acknowledgement.views import ToRead, lines_of, list_to_read
from fedirse.features.announcements.mail import store
from fedirse.features.announcements.mail.model import Kind, MailedLink, Sending, State
from fedirse.features.announcements.mail.rules import GIVEN_UP, LOST_AFTER, RECENT, kind_with, link_ends, next_try
from fedirse.features.announcements.mail.views import Entry, Letter
from fedirse.features.announcements.model import Announcement, Asked
from fedirse.features.announcements.store import find_announcement, find_readable
from fedirse.features.announcements.wishes.model import Reachable, Wish
from fedirse.features.announcements.wishes.rules import due_for, is_at_once
from fedirse.features.announcements.wishes.store import find_wish, list_reachable
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.rules import digest_of
from fedirse.social.accounts.store import find_account_of_actor
from fedirse.social.posts.actions import reader_for
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction

AT_ONCE = 500
"""So many mails are planned in one transaction."""


def plan_arrivals(tx: Transaction, site: Site, now: datetime) -> bool:
    """Plan mails about an announcement that came, to some of the people who can be mailed. Returns whether there is more to plan."""
    found = store.find_unplanned(tx, since=now - RECENT, now=now)
    announcement = find_announcement(tx, found[0]) if found is not None else None
    if found is None or announcement is None:
        return False
    people = list_reachable(tx, after=found[1], limit=AT_ONCE)
    confirm_from = announcement.terms.confirm_from
    _plan(tx, site, [(person, announcement, _arrival(confirm_from), Kind.NOTICE) for person in people], now)
    position = people[-1].account_id if people else found[1]
    store.save_position(tx, announcement.post_id, confirm_from, position, complete=len(people) < AT_ONCE)
    return True


def plan_reminders(tx: Transaction, site: Site, now: datetime) -> bool:
    """Plan mails to those who were reminded on the site. Returns whether there may be more to plan."""
    reminded = store.list_reminded(tx, since=now - RECENT, limit=AT_ONCE)
    known = {post_id: find_announcement(tx, post_id) for post_id in {post_id for _, post_id, _ in reminded}}
    planned = [
        (person, announcement, notification, Kind.REMINDER)
        for person, post_id, notification in reminded
        if (announcement := known[post_id]) is not None
    ]
    _plan(tx, site, planned, now)
    return len(reminded) == AT_ONCE


def take_letter(tx: Transaction, site: Site, sending_id: str, secrets: Sequence[str], now: datetime) -> Letter | None:
    """Take what is planned for sending, once: whoever asks again gets None.

    It is looked at as it is now: who has read it meanwhile, may not read it any more, has left or wants no mails gets none.

    Args:
        tx: the transaction.
        site: where.
        sending_id: what is planned.
        secrets: for as many links as there may be, from `new_secret`.
        now: the time.
    """
    sending = store.find_sending(tx, sending_id)
    if sending is None or sending.state is not State.PLANNED:
        return None
    together = store.list_digest(tx, sending.actor_id, now) if sending.kind is Kind.DIGEST else [sending]
    account = find_account_of_actor(tx, sending.actor_id)
    if account is None or account.disabled_at is not None or account.email is None or account.email_proven_at is None:
        _drop(tx, together, "no-address", now)
        return None
    if find_wish(tx, sending.actor_id) is Wish.NOTHING:
        _drop(tx, together, "unwanted", now)
        return None
    lines = _lines(tx, account, together, now)
    if not lines:
        _drop(tx, together, "nothing-to-read", now)
        return None
    entries = [Entry(line, get_actor(tx, line.post.actor_id), secret) for line, secret in zip(lines, secrets, strict=False)]
    return _letter(tx, site, account, together, entries, len(lines) - len(entries))


def note_sent(tx: Transaction, letter: Letter, now: datetime) -> None:
    """The mail server took it."""
    store.note(tx, letter.sending_ids, State.SENT, now, "accepted")


def note_refused(tx: Transaction, letter: Letter, secrets: Sequence[str], reason: str, now: datetime) -> None:
    """The mail server will never take it."""
    store.remove_links(tx, [digest_of(secret) for secret in secrets])
    store.note(tx, letter.sending_ids, State.FAILED, now, reason)


def put_off(tx: Transaction, letter: Letter, secrets: Sequence[str], reason: str, now: datetime) -> None:
    """The mail server cannot be used: try again later, but not for ever."""
    first = store.find_sending(tx, letter.sending_ids[0])
    if first is None or now - first.wanted_at >= GIVEN_UP:
        note_refused(tx, letter, secrets, reason, now)
        return
    store.remove_links(tx, [digest_of(secret) for secret in secrets])
    store.put_off(tx, letter.sending_ids, next_try(now, first.attempts + 1), reason)


def note_lost(tx: Transaction, now: datetime) -> None:
    """What was being sent when the site stopped: it may have arrived, so it is not sent again."""
    store.note(tx, store.list_lost(tx, now - LOST_AFTER), State.UNKNOWN, now, "lost")


def confirm_by_link(tx: Transaction, site: Site, link: MailedLink, version: int, now: datetime) -> bool:
    """Whoever has the link has read it: confirmed, where everybody is asked to confirm; else noted as seen.

    Returns False where the version they had before them does not count any more: then nothing is noted.

    Raises:
        Gone: there is nothing to read.
        InvalidInput: there is no such version.
    """
    found = find_readable(tx, link.post_id, reader := reader_for(get_actor(tx, link.actor_id)))
    if found is None:
        raise Gone("the announcement is no more")
    terms = found[1].terms
    if version < terms.confirm_from:
        return False
    if terms.asked is Asked.EVERYONE:
        acknowledge(tx, site, reader, link.post_id, version, now)
    else:
        see(tx, site, reader, link.post_id, now)
    return True


def _plan(tx: Transaction, site: Site, wanted: Sequence[tuple[Reachable, Announcement, str, Kind]], now: datetime) -> None:
    sendings = []
    for person, announcement, occasion, kind in wanted:
        priority = announcement.terms.priority
        due = due_for(person.wish, priority, now, site.settings.timezone)
        if due is not None:
            form = kind if is_at_once(person.wish, priority) else Kind.DIGEST
            version = announcement.terms.version
            sendings.append(
                Sending(
                    new_id(now), person.actor_id, announcement.post_id, version, form, occasion, State.PLANNED, wanted_at=due, due_at=due
                )
            )
    store.plan(tx, sendings)


def _lines(tx: Transaction, account: Account, together: Sequence[Sending], now: datetime) -> list[ToRead]:
    """What is to stand in a mail: of a digest all that waits, where anything of what it was planned for does."""
    reader = reader_for(get_actor(tx, account.actor_id))
    answers = Permission.CONFIRM in permissions_of(account.roles)
    planned = {one.post_id for one in together if _counts(tx, one)}
    if together[0].kind is Kind.DIGEST:
        waiting = list_to_read(tx, reader, now, answers=answers)
        return waiting if planned & {line.post.id for line in waiting} else []
    found = [pair for post_id in planned if (pair := find_readable(tx, post_id, reader)) is not None]
    lines = lines_of(tx, found, reader, now)
    return [line for line in lines if line.waits or (answers and line.site_waits)]


def _counts(tx: Transaction, sending: Sending) -> bool:
    """Whether it is still about the version that asks; a reminder always is."""
    announcement = find_announcement(tx, sending.post_id)
    return announcement is not None and (
        not sending.occasion.startswith("version ") or sending.occasion == _arrival(announcement.terms.confirm_from)
    )


def _letter(tx: Transaction, site: Site, account: Account, together: Sequence[Sending], entries: Sequence[Entry], more: int) -> Letter:
    now = site.clock.now()
    kind = kind_with(together[0].kind, entries[0].line.announcement.terms, allowed=site.settings.mail_texts)
    store.forget_spent_links(tx, now)
    for entry in entries:
        announcement = entry.line.announcement
        store.add_link(tx, digest_of(entry.secret), MailedLink(account.actor_id, announcement.post_id, now, link_ends(announcement, now)))
    versions = {entry.line.post.id: entry.line.announcement.terms.version for entry in entries}
    for sending in together:
        store.note(tx, [sending.id], State.SENDING, now, kind=kind, version=versions.get(sending.post_id, sending.version))
    return Letter(account, kind, entries, more, [sending.id for sending in together])


def _drop(tx: Transaction, together: Sequence[Sending], reason: str, now: datetime) -> None:
    store.note(tx, [sending.id for sending in together], State.DROPPED, now, reason)


def _arrival(confirm_from: int) -> str:
    return f"version {confirm_from}"
