"""Finds what is to be mailed, and mails it, a few at a time."""

from fedirse.base.errors import RemoteRejected, RemoteUnavailable
from fedirse.base.types import JsonObject
from fedirse.features.announcements.mail import actions
from fedirse.features.announcements.mail.rules import LOST_AFTER, RECENT
from fedirse.features.announcements.mail.store import find_unplanned, list_due, list_lost, list_reminded
from fedirse.features.announcements.mail.views import letter_mail
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.storage.jobs import add_job, list_job_subjects
from fedirse.storage.transaction import Transaction

SEND_MAILS = "announcements.send-mails"
"""Job: send some of the mails that are due."""

MAIL_SERVER = "https://mail.invalid/"
"""What it is about. While the mail server does not answer only jobs about its host wait, and no other job is about this one."""

AT_ONCE = 20
SECONDS = 5.0
"""A job sends so many mails, for so long; the rest is for the next one, and other jobs have their turn in between."""
MOST_LINKS = 20
MOST_SILENT = 3
"""After so many mails in a row that the server did not take for now, it is left alone for a while."""


async def plan_mails(site: Site) -> bool:
    """A sweep: plan what came, and have sent what is due. Returns whether there is more to do now."""
    if not site.mailer.can_send:
        return False
    arrived, reminded, due, lost = await site.read(_look, site)
    more = arrived and await site.write(actions.plan_arrivals, site, site.clock.now())
    more |= reminded and await site.write(actions.plan_reminders, site, site.clock.now())
    if lost:
        await site.write(actions.note_lost, site.clock.now())
    return more or (due and await site.write(_ask_to_send, site))


async def send_mails(site: Site, _subject: str, _details: JsonObject) -> None:
    """Send some of what is due. Raises RemoteUnavailable while the mail server cannot be used."""
    began, silent = site.clock.monotonic(), 0
    for sending in await site.read(lambda tx: list_due(tx, site.clock.now(), limit=AT_ONCE)):
        silent = 0 if await _send(site, sending.id) else silent + 1
        if silent >= MOST_SILENT:
            raise RemoteUnavailable("the mail server cannot be used", reason="mail-unavailable")
        if site.clock.monotonic() - began >= SECONDS:
            return


def _look(tx: Transaction, site: Site) -> tuple[bool, bool, bool, bool]:
    """Whether anything came, anybody was reminded, anything is due, and anything was lost."""
    now = site.clock.now()
    return (
        find_unplanned(tx, since=now - RECENT, now=now) is not None,
        bool(list_reminded(tx, since=now - RECENT, limit=1)),
        bool(list_due(tx, now, limit=1)),
        bool(list_lost(tx, now - LOST_AFTER)),
    )


def _ask_to_send(tx: Transaction, site: Site) -> bool:
    if list_job_subjects(tx, SEND_MAILS):
        return False
    add_job(tx, SEND_MAILS, MAIL_SERVER, site.clock.now())
    site.pulse.mark()
    return True


async def _send(site: Site, sending_id: str) -> bool:
    """Send one; False where the mail server could not be used."""
    # Made before the transaction, which may run twice; no secret ever lies in the database.
    secrets = [new_secret() for _ in range(MOST_LINKS)]
    letter = await site.write(actions.take_letter, site, sending_id, secrets, site.clock.now())
    if letter is None:
        return True
    now = site.clock.now()
    try:
        await site.mailer.send(letter_mail(site, letter, now), site.settings.name, now)
    except RemoteUnavailable as error:
        await site.write(actions.put_off, letter, secrets, error.reason, now)
        return False
    except RemoteRejected as error:
        reason = f"{error.reason} {error.status}" if error.status else error.reason
        await site.write(actions.note_refused, letter, secrets, reason, now)
    else:
        await site.write(actions.note_sent, letter, now)
    return True
