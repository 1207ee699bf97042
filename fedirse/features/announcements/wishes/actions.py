"""What somebody does about the mails they get: chooses which, on the site; or ends them, with what stands in a mail and nothing else."""

import hmac
from hashlib import sha256

from fedirse.features.announcements.wishes.model import Wish
from fedirse.features.announcements.wishes.store import save_wish
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import find_account_by_id
from fedirse.storage.transaction import Transaction

STOP = "/link/mails/"
"""Where mails are ended; what follows says whose."""


def stop_address(site: Site, account_id: str) -> str:
    """Where somebody ends the mails they get, without signing in. It lasts as long as the account, and can do nothing else."""
    return f"{site.uris.origin}{STOP}{account_id}.{_mark(site, account_id)}"


def find_stopping(tx: Transaction, site: Site, presented: str) -> Account | None:
    """The account whose mails that ends, or None."""
    account_id, _, mark = presented.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(site, account_id).encode()):
        return None
    account = find_account_by_id(tx, account_id)
    return account if account is not None and account.disabled_at is None else None


def stop_mails(tx: Transaction, site: Site, presented: str) -> bool:
    """End the mails of whoever that says; False for nobody."""
    account = find_stopping(tx, site, presented)
    if account is not None:
        save_wish(tx, account.actor_id, Wish.NOTHING)
    return account is not None


def _mark(site: Site, account_id: str) -> str:
    return hmac.new(site.signing.keyring.derive(b"announcement mails"), account_id.encode(), sha256).hexdigest()
