"""What communicators keep to start from. It is the head office's: each of them may use, rename and delete it."""

from datetime import datetime

from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.features.announcements.actions import get_speaker
from fedirse.features.announcements.fields.views import terms_of
from fedirse.features.announcements.starters import store
from fedirse.features.announcements.starters.model import Starter
from fedirse.features.announcements.starters.rules import check_may_keep, check_name, starter_of
from fedirse.site import Site
from fedirse.social.posts.composing.fields.views import typed_of
from fedirse.social.posts.composing.rules import check_size
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form


def keep_starter(tx: Transaction, site: Site, form: Form, now: datetime) -> Starter:
    """Keep what is typed to start from. The same once more is kept once.

    Raises:
        InvalidInput: it has no title or no text, is too long, or as many are kept as may be.
        Refused: this site is no head office.
    """
    get_speaker(tx, site)
    typed = typed_of(form)
    check_size(typed)
    starter = starter_of(new_id(now), typed.title, typed.text, terms_of(form, site.settings.timezone), now)
    there = next((one for one in store.list_starters(tx) if (one.title, one.text) == (starter.title, starter.text)), None)
    if there is not None:
        return there
    check_may_keep(store.count_starters(tx))
    store.add_starter(tx, starter)
    return starter


def rename(tx: Transaction, key: str, typed: str) -> None:
    """Call one something else. Raises NotFound; InvalidInput for no name."""
    _get(tx, key)
    store.rename_starter(tx, key, check_name(typed, f"name-{key}"))


def delete(tx: Transaction, key: str) -> None:
    """Keep one no more; what was begun from it stays as it is. Raises NotFound."""
    _get(tx, key)
    store.remove_starter(tx, key)


def _get(tx: Transaction, key: str) -> Starter:
    found = store.find_starter(tx, key)
    if found is None:
        raise NotFound(f"text to start from {key}")
    return found
