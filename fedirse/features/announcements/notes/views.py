"""The note of this site, beside the announcement."""

from dataclasses import dataclass

from fedirse.base.actors import StoredActor
from fedirse.base.roles import Permission
from fedirse.features.announcements.notes.model import Note
from fedirse.features.announcements.notes.store import find_note
from fedirse.features.announcements.store import find_readable
from fedirse.site import Site
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction
from fedirse.web.blocks import Shown
from fedirse.web.forms import Form, filled
from fedirse.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class ShownNote:
    """The note on a page.

    Attributes:
        post_id: of the announcement.
        note: None for none.
        by: who wrote it; None where they are here no more.
        form: the field to change it; None for whoever may not.
    """

    post_id: str
    note: Note | None
    by: StoredActor | None
    form: Form | None


def show_note(tx: Transaction, site: Site, visitor: Visitor, post_id: str) -> Shown | None:
    """What the site adds to an announcement, for its own people; and where it is written, for who answers for the site."""
    del site
    if find_readable(tx, post_id, visitor.reader) is None:
        return None
    shown = view_note(tx, visitor, post_id)
    return Shown("notes/note.html", shown) if shown.note is not None or shown.form is not None else None


def view_note(tx: Transaction, visitor: Visitor, post_id: str) -> ShownNote:
    """The note of an announcement, as somebody sees it."""
    note = find_note(tx, post_id)
    by = list_actors(tx, [note.actor_id]).get(note.actor_id) if note is not None else None
    form = filled({"note": note.text if note is not None else ""}) if visitor.may(Permission.CONFIRM) else None
    return ShownNote(post_id, note, by, form)
