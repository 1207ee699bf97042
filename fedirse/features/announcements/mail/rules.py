"""In what form something is mailed, for how long it is tried, and for how long its link opens. Pure."""

from datetime import datetime, timedelta
from typing import Final

from fedirse.features.announcements.mail.model import Kind, MailedLink
from fedirse.features.announcements.model import Announcement, Terms
from fedirse.social.accounts.model import Account

RECENT: Final = timedelta(days=2)
"""What arrived before that is mailed to nobody any more: a site that begins to send mails begins with what is new."""

LINK_LASTS: Final = timedelta(days=30)
"""How long a link opens an announcement, where that does not end before."""

GIVEN_UP: Final = timedelta(days=1)
"""For how long a mail is tried while the mail server cannot be used."""

LOST_AFTER: Final = timedelta(minutes=10)
"""A mail whose sending began so long ago and has not ended was under way when the site stopped."""


def link_ends(announcement: Announcement, now: datetime) -> datetime:
    """Until when a link that is made now opens an announcement."""
    latest, ends = now + LINK_LASTS, announcement.terms.ends_at
    return min(latest, ends) if ends is not None else latest


def opens(link: MailedLink, account: Account, now: datetime) -> bool:
    """Whether a link still opens for whom it was mailed to: in time, to the address that is theirs now, and not ended with all the rest."""
    proven = account.email_proven_at
    is_theirs = account.disabled_at is None and proven is not None and proven <= link.made_at
    return is_theirs and now < link.expires_at and not account.has_ended(link.made_at)


def kind_with(kind: Kind, terms: Terms, *, allowed: bool) -> Kind:
    """The kind of a mail of its own: with the words, where the head office and the site (`allowed`) both allow it."""
    if kind not in {Kind.NOTICE, Kind.TEXT}:
        return kind
    return Kind.TEXT if terms.text_by_mail and allowed else Kind.NOTICE


def next_try(now: datetime, attempts: int) -> datetime:
    """When a mail is tried again: after a minute, then twice as long each time, at most an hour."""
    return now + timedelta(minutes=min(2 ** (attempts - 1), 60))
