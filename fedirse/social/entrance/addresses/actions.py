"""Noting an e-mail address, asking for the mail that proves it, and proving it, as transactions."""

from fedirse.base.errors import InvalidInput
from fedirse.site import Site
from fedirse.social.accounts.store import find_account_by_id, find_accounts_by_email, note_email_proven, set_email
from fedirse.social.entrance.links.jobs import SEND_PROOF
from fedirse.social.entrance.links.model import LinkKind
from fedirse.social.entrance.links.store import remove_links_of
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction


def note_address(tx: Transaction, site: Site, account_id: str, email: str | None) -> None:
    """Note another address of an account, or none; links that were mailed to the earlier one end, and the new one is asked for a proof."""
    remove_links_of(tx, account_id, (LinkKind.EMAIL, LinkKind.SIGN_IN))
    set_email(tx, account_id, email)
    ask_proof(tx, site, account_id)


def ask_proof(tx: Transaction, site: Site, account_id: str) -> bool:
    """Have a link mailed that proves the account's address; False where the site sends no mail, or there is nothing to prove."""
    account = find_account_by_id(tx, account_id)
    if account is None or not account.email or account.email_proven_at is not None or not site.mailer.can_send:
        return False
    add_job(tx, SEND_PROOF, account_id, site.clock.now())
    site.pulse.mark()
    return True


def prove_address(tx: Transaction, site: Site, account_id: str) -> None:
    """The link in a mail to the account's address was opened, so that the address may be used.

    Raises:
        InvalidInput: another account has proven that address before.
    """
    account = find_account_by_id(tx, account_id)
    if account is None or not account.email:
        return
    if any(other.id != account_id for other in find_accounts_by_email(tx, account.email, proven=True)):
        raise InvalidInput(
            "Another account of this site uses this address already: note another one in your preferences, or remove it there.",
            reason="email-taken",
        )
    note_email_proven(tx, account_id, site.clock.now())
