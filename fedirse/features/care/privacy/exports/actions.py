"""Asking for an export, and what follows a piece of one."""

from datetime import datetime, timedelta
from typing import Final

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.features.care.privacy.exports import rules, store
from fedirse.features.care.privacy.exports.model import Export, ExportState
from fedirse.features.care.privacy.exports.of_site.store import count_shared
from fedirse.site import Site
from fedirse.storage.jobs import add_job
from fedirse.storage.room import frees_room
from fedirse.storage.transaction import Transaction

EXPORT: Final = "care.export-data"
"""Job about `<export id>/<piece>`: the next piece of an export is due."""

LASTS: Final = timedelta(days=limits.EXPORT_DAYS)
GIVEN_UP_AFTER: Final = timedelta(days=2)


def plan_export(tx: Transaction, actor: StoredActor, language: str, key: str, now: datetime) -> Export:
    """An export of everything of an actor, of which nothing is written yet."""
    total = store.count_pieces(tx, store.reader_of_actor(actor))
    return rules.begin(new_id(now), key, actor.id, language, total, now)


def request_site_export(tx: Transaction, site: Site, language: str, key: str, now: datetime) -> Export:
    """As `request_export`, of what everybody here wrote for more than those they named."""
    return _begin(tx, site, plan_site_export(tx, site, language, key, now), now)


def plan_site_export(tx: Transaction, site: Site, language: str, key: str, now: datetime) -> Export:
    """As `plan_export`, for a whole site."""
    return rules.begin(new_id(now), key, site.actor_id, language, count_shared(tx), now)


def request_export(tx: Transaction, site: Site, actor: StoredActor, language: str, key: str, now: datetime) -> Export:
    """Have everything of an actor put together, in the place of an earlier export. Raises Conflict while one is being made."""
    return _begin(tx, site, plan_export(tx, actor, language, key, now), now)


def _begin(tx: Transaction, site: Site, export: Export, now: datetime) -> Export:
    rules.check_may_begin(store.find_latest(tx, export.actor_id))
    store.remove_exports_of(tx, export.actor_id)
    store.add_export(tx, export)
    ask_for_next(tx, site, export, now)
    return export


def keep_progress(tx: Transaction, site: Site, export: Export, now: datetime) -> None:
    """Note how far an export has come, and have it go on."""
    store.save_export(tx, export)
    if export.state is ExportState.RUNNING:
        ask_for_next(tx, site, export, now)


def ask_for_next(tx: Transaction, site: Site, export: Export, now: datetime) -> None:
    """Ask for the next piece. Each has a job of its own, so that other jobs get their turn in between."""
    add_job(tx, EXPORT, f"{export.id}/{export.steps}", now)
    site.pulse.mark()


@frees_room
def forget_old(tx: Transaction, now: datetime) -> frozenset[str]:
    """Forget the exports that have been there long enough, and give up those that do not come to an end.

    Returns:
        The names of the folders that stay.
    """
    store.remove_old(tx, now - LASTS)
    for export in store.list_running(tx):
        if export.requested_at < now - GIVEN_UP_AFTER:
            store.save_export(tx, rules.failed(export, "gave-up", now))
    return store.list_keys(tx)


def resume(tx: Transaction, site: Site, now: datetime) -> None:
    """Have the exports go on whose job was given up after too many failures."""
    for export in store.list_running(tx):
        ask_for_next(tx, site, export, now)
