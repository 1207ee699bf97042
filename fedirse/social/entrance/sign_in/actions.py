"""Proving who one is with a password, and opening the session that follows."""

import hmac
import logging
from collections.abc import Sequence
from hashlib import sha256

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, NotAuthorised, RateLimited
from fedirse.base.throttle import Allowance
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.rules import digest_of
from fedirse.social.accounts.sessions.actions import open_session
from fedirse.social.accounts.sessions.store import end_session, find_session
from fedirse.social.accounts.store import find_account, find_account_by_id, find_accounts_by_email
from fedirse.social.entrance.passwords.actions import is_right
from fedirse.social.entrance.sign_in.rules import sign_in_allowances
from fedirse.storage.room import lets_in
from fedirse.storage.transaction import Transaction

logger = logging.getLogger(__name__)

WRONG = N_("The name or the password is not right.")
ALARM = "alarm"


async def prove_password(site: Site, name: str, password: str, network: str, known_browser: str) -> Account:
    """The account of that name, whose password that is.

    Args:
        site: where.
        name: from `account_name`.
        password: as typed.
        network: where the try comes from.
        known_browser: what the browser remembers of an earlier sign-in; empty for nothing.

    Raises:
        InvalidInput: one of them is not right; says the same, after about the same time, whichever it is.
        RateLimited: too many tries before this one, which was not looked at.
    """
    account = await site.read(find_by_name, site, name)
    browser = known_browser if account is not None and is_known_browser(site, account.id, known_browser) else ""
    allowances = sign_in_allowances(name, network, browser)
    check_allowed(site, allowances)
    usable = account if account is not None and account.disabled_at is None else None
    if not await is_right(site, usable.password_hash if usable else None, password) or usable is None:
        note_failure(site)
        raise InvalidInput(WRONG, reason="wrong-password")
    take_back(site, allowances)
    return usable


def find_by_name(tx: Transaction, site: Site, name: str) -> Account | None:
    """The account of that handle, or the only one with that e-mail address.

    Where the site sends mails, an address counts once it is proven: else whoever noted it first would keep its owner from using it.
    """
    account = find_account(tx, name)
    if account is not None or "@" not in name:
        return account
    found = find_accounts_by_email(tx, name, proven=site.mailer.can_send)
    return found[0] if len(found) == 1 else None


def check_allowed(site: Site, allowances: Sequence[Allowance]) -> None:
    """Count a try before it is looked at. Raises RateLimited when it comes too early; then it is not counted."""
    now = site.clock.monotonic()
    wait = site.throttle.wait(allowances, now)
    if wait > 0:
        raise RateLimited("tries too often", retry_after=wait, reason="tries")
    site.throttle.count(allowances, now)


def take_back(site: Site, allowances: Sequence[Allowance]) -> None:
    """The try was right: it counts for nothing, and whoever made it starts afresh. A network does not: others use it too."""
    site.throttle.take_back(allowances, site.clock.monotonic())
    for allowance in allowances:
        if allowance.own:
            site.throttle.forget(allowance.key)


def note_failure(site: Site) -> None:
    """Count a failure for the whole site, and say so when there are many: the health page shows the count."""
    site.counters.add("sign-in.failed")
    now = site.clock.monotonic()
    everywhere = (Allowance(ALARM, 0, 0.0),)
    site.throttle.count(everywhere, now)
    if site.throttle.failures(ALARM, now) == limits.SIGN_IN_ALARM:
        site.counters.add("sign-in.alarm")
        logger.warning("%s: %d tries to sign in failed within an hour", site.settings.domain, limits.SIGN_IN_ALARM)
        site.throttle.forget(ALARM)


@lets_in
def open_new_session(
    tx: Transaction, site: Site, account_id: str, secret: str, browser: str, earlier: str | None, *, strong: bool
) -> Account:
    """Open a session, and end the one that the browser had. Raises NotAuthorised when the account is gone or disabled by now."""
    account = find_account_by_id(tx, account_id)
    if account is None:
        raise NotAuthorised("the account is gone")
    before = find_session(tx, digest_of(earlier)) if earlier else None
    if before is not None:
        end_session(tx, before[0].id, before[0].account_id)
    open_session(tx, account, secret, browser, site.clock.now(), strong=strong)
    return account


def known_browser(site: Site, account_id: str) -> str:
    """What a browser remembers of a sign-in of that account. It opens nothing; who has it does not wait for what strangers did."""
    digest = hmac.new(site.signing.keyring.derive(b"known browser"), account_id.encode(), sha256).hexdigest()
    return f"{account_id}.{digest}"


def is_known_browser(site: Site, account_id: str, presented: str) -> bool:
    """Whether the browser signed in with that account before."""
    return hmac.compare_digest(presented.encode(), known_browser(site, account_id).encode())
