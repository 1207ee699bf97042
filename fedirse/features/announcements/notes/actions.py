"""What whoever answers for a site does with its note."""

from datetime import datetime

from fedirse.base.types import Reader
from fedirse.features.announcements.acknowledgement.actions import get_for
from fedirse.features.announcements.notes import store
from fedirse.features.announcements.notes.model import Note
from fedirse.features.announcements.notes.rules import tidy
from fedirse.social.follows.channels.model import Runner
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def write_note(tx: Transaction, reader: Reader, post_id: str, typed: str, now: datetime, *, by: Runner) -> None:
    """Write the site's note under an announcement, or take it away with an empty one. Nothing of the announcement changes.

    Raises:
        NotFound: they may not read it, or it is no more.
        InvalidInput: it is too long.
    """
    post, _ = get_for(tx, reader, post_id)
    text, known = tidy(typed), store.find_note(tx, post_id)
    if text == (known.text if known is not None else ""):
        return
    if text:
        store.save_note(tx, post_id, Note(text, reader.actor_id or "", now))
    else:
        store.remove_note(tx, post_id)
    record(
        tx, "announcement.noted" if text else "announcement.unnoted", post.title, now, account_id=by.account_id, who=by.who, post=post.uri
    )
