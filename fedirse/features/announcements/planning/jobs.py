"""Publishes what is planned by itself: on its day, or as soon as the site is there again."""

import logging
from datetime import datetime
from typing import Final

from fedirse.base.errors import Gone, InvalidInput, NotFound, Refused
from fedirse.features.announcements.planning.actions import get_planned, note_failure, publish_plan
from fedirse.features.announcements.planning.model import Plan
from fedirse.features.announcements.planning.rules import is_due
from fedirse.features.announcements.planning.store import list_due
from fedirse.site import Site
from fedirse.storage.transaction import Transaction

logger = logging.getLogger(__name__)

_AT_ONCE: Final = 20


async def publish_planned(site: Site) -> bool:
    """A sweep: what is due, one by one, so that one that cannot be published keeps no other from it.

    A disk that is full, or a database that is busy, is no reason against an announcement: it is tried again.
    """
    due = await site.read(lambda tx: list_due(tx, site.clock.now(), limit=_AT_ONCE))
    for plan in due:
        await _publish(site, plan)
    return len(due) == _AT_ONCE


async def _publish(site: Site, plan: Plan) -> None:
    now = site.clock.now()
    try:
        await site.write(_publish_due, site, plan.id, now)
    except (InvalidInput, Refused, NotFound, Gone) as error:
        logger.warning("planned announcement %s: %s", plan.id, error.reason)
        await site.write(note_failure, site, plan, error, now)


def _publish_due(tx: Transaction, site: Site, plan_id: str, now: datetime) -> None:
    """Publish it, unless it was put off, or tried in vain by another worker, since it was listed. Raises as `publish_plan`."""
    plan, _ = get_planned(tx, site, plan_id)
    if plan.failure is None and is_due(plan.publish_at, now):
        publish_plan(tx, site, plan_id, now)
