"""Sending people the links that they asked for. The secret is made here, so that it never lies in the database."""

from fedirse.base.errors import NotAuthorised
from fedirse.base.types import JsonObject
from fedirse.remote.mail import Mail
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.store import find_account_by_id
from fedirse.social.entrance.links.actions import add_own_link, link_address
from fedirse.social.entrance.links.model import LinkKind
from fedirse.social.entrance.links.rules import MAILED_LASTS
from fedirse.social.entrance.links.views import link_mail
from fedirse.storage.transaction import Transaction

SEND_LINK = "entrance.send-link"


async def send_link(site: Site, subject: str, _details: JsonObject) -> None:
    """Send the account with the id `subject` a link to sign in; tried again while the mail server does not answer."""
    secret = new_secret()
    account = await site.write(_make, site, subject, secret)
    if account is not None and account.email:
        address = link_address(site, LinkKind.SIGN_IN, secret)
        words = link_mail(site, account, address)
        await site.mailer.send(Mail(account.email, words.subject, words.text, words.html), site.settings.name, site.clock.now())


def _make(tx: Transaction, site: Site, account_id: str, secret: str) -> Account | None:
    account = find_account_by_id(tx, account_id)
    if account is None or not account.email:
        return None
    now = site.clock.now()
    try:
        add_own_link(tx, account, LinkKind.SIGN_IN, secret, now, now + MAILED_LASTS)
    except NotAuthorised:
        return None
    return account
