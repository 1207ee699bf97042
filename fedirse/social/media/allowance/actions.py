"""Asked before a file is taken, and once more in the transaction that keeps it: others may have arrived meanwhile."""

from fedirse.site import Site
from fedirse.social.media.allowance.rules import check_room, check_waiting
from fedirse.social.media.model import Media, Purpose
from fedirse.social.media.store import add_media, count_unattached, sum_of_actor
from fedirse.storage.transaction import Transaction


def check_may_upload(tx: Transaction, site: Site, owner_id: str, purpose: Purpose) -> None:
    """Raises InvalidInput for somebody who has no room for any file more, or too many that they never published."""
    check_waiting(count_unattached(tx, owner_id))
    check_fits(tx, site, owner_id, purpose, 1)


def check_fits(tx: Transaction, site: Site, owner_id: str, purpose: Purpose, size: int) -> None:
    """Raises InvalidInput for a file of so many bytes that has no room. What a profile or a site shows of itself always has."""
    if purpose is Purpose.POST:
        check_room(sum_of_actor(tx, owner_id), size, site.settings.megabytes_per_account)


def keep(tx: Transaction, site: Site, found: Media) -> None:
    """Keep a file that lies in its folder; raises as `check_fits`, and NotFound when the folder was removed meanwhile."""
    check_fits(tx, site, found.actor_id, found.purpose, found.size)
    add_media(tx, found)
