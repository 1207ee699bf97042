"""Finding whom the ledger names and the database still holds, and erasing them again."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.features.care.privacy.erasure.model import Erasure
from fedirse.features.care.privacy.erasure.store import list_erased
from fedirse.site import Site
from fedirse.social.accounts.store import list_accounts
from fedirse.storage.erasure_ledger import person_digest
from fedirse.storage.transaction import Transaction

REPLAY: Final = "care.replay-erasures"
"""Job that a restore leaves in the database it puts in place: erase again whom the ledger names."""

REPLAYED: Final = "all"
"""What that job is about."""

RESTORE: Final = Asker(who="restore")


def list_returned(tx: Transaction, ledger: Collection[str]) -> list[str]:
    """The handles of those whom the ledger names and whose erasure this database knows nothing of."""
    known = {actor_id for actor_id, _ in list_erased(tx)}
    return [account.handle for account in list_accounts(tx) if account.actor_id not in known and person_digest(account.actor_id) in ledger]


def erase_again(tx: Transaction, site: Site, handle: str, now: datetime) -> Erasure:
    """Begin the erasure of somebody who had been erased. Raises as `begin_erasure`."""
    return begin_erasure(tx, site, handle, RESTORE, now)
