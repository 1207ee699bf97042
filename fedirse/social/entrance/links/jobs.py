"""Mailing people the links that they asked for. A secret is made here, so that it never lies in the database."""

from datetime import timedelta

from fedirse.base.errors import NotAuthorised
from fedirse.base.types import JsonObject
from fedirse.remote.mail import Mail
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.store import find_account_by_id
from fedirse.social.entrance.links.actions import add_own_link, link_address
from fedirse.social.entrance.links.model import LinkKind
from fedirse.social.entrance.links.rules import MAILED_LASTS, PROOF_LASTS
from fedirse.social.entrance.links.views import MailWords, link_mail, proof_mail
from fedirse.storage.transaction import Transaction

SEND_LINK = "entrance.send-link"
SEND_PROOF = "entrance.send-proof"


async def send_link(site: Site, subject: str, _details: JsonObject) -> None:
    """Send the account with the id `subject` a link to sign in; tried again while the mail server does not answer."""
    secret = new_secret()
    account = await site.write(_make, site, subject, secret, LinkKind.SIGN_IN, MAILED_LASTS)
    if account is not None:
        await _send(site, account, link_mail(site, account, link_address(site, LinkKind.SIGN_IN, secret)))


async def send_proof(site: Site, subject: str, _details: JsonObject) -> None:
    """Send the account with the id `subject` a link that shows its address to be theirs; tried again as `send_link`."""
    secret = new_secret()
    account = await site.write(_make, site, subject, secret, LinkKind.EMAIL, PROOF_LASTS)
    if account is not None:
        await _send(site, account, proof_mail(site, account, link_address(site, LinkKind.EMAIL, secret)))


def _make(tx: Transaction, site: Site, account_id: str, secret: str, kind: LinkKind, lasts: timedelta) -> Account | None:
    """The account, with its new link; None where the mail has become pointless: to sign in, the address must have been proven."""
    account = find_account_by_id(tx, account_id)
    if account is None or not account.email or (account.email_proven_at is None) is not (kind is LinkKind.EMAIL):
        return None
    now = site.clock.now()
    try:
        add_own_link(tx, account, kind, secret, now, now + lasts)
    except NotAuthorised:
        return None
    return account


async def _send(site: Site, account: Account, words: MailWords) -> None:
    await site.mailer.send(Mail(account.email or "", words.subject, words.text, words.html), site.settings.name, site.clock.now())
