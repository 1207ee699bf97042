"""How far the wish for few urgent announcements is used up."""

from datetime import datetime

from fedirse.features.announcements.urgency.model import LATELY, Quota
from fedirse.features.announcements.urgency.store import count_urgent
from fedirse.site import Site
from fedirse.storage.transaction import Transaction


def quota_of(tx: Transaction, site: Site, now: datetime) -> Quota:
    """How many there were in the last 30 days, of how many."""
    return Quota(count_urgent(tx, now - LATELY), int(site.settings.urgent_announcements))
