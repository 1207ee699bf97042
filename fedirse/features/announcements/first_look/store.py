"""What is kept here of an announcement goes over to the one that takes its place; both count versions on, so that every row stays true."""

from typing import Final

from sqlalchemy import Table, update
from sqlalchemy.engine import Connection

from fedirse.features.announcements.acknowledgement.store import acknowledgements, site_confirmations
from fedirse.features.announcements.board.store import announcement_reminders, announcement_words
from fedirse.features.announcements.mail.store import announcement_links, announcement_mailings, announcement_mails
from fedirse.features.announcements.notes.store import announcement_notes
from fedirse.features.announcements.reminders.store import announcement_stages

GOES_OVER: Final[tuple[Table, ...]] = (
    acknowledgements,
    site_confirmations,
    announcement_words,
    announcement_reminders,
    announcement_stages,
    announcement_notes,
    announcement_mails,
    announcement_mailings,
    announcement_links,
)
"""Who has read and confirmed it, what was said and written of it, and who was told of it how."""


def hand_over(tx: Connection, first_id: str, second_id: str) -> None:
    """Everything that is kept of the first is kept of the second from now on.

    A site that spoke of the first has not got the second by that.
    """
    for table in GOES_OVER:
        tx.execute(update(table).where(table.c.post_id == first_id).values(post_id=second_id))
    tx.execute(update(announcement_words).where(announcement_words.c.post_id == second_id).values(version=0))
