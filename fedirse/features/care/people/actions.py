"""What somebody who looks after the people of a site does; each deed is recorded in the transaction that does it."""

from collections.abc import Sequence
from datetime import datetime

from fedirse.base.errors import NotAuthorised
from fedirse.base.roles import Role
from fedirse.features.care.people.rules import check_may_touch
from fedirse.site import Site
from fedirse.social.accounts import actions as accounts
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import get_account
from fedirse.social.entrance.actions import disable_account
from fedirse.social.entrance.links.actions import giver_of, make_link
from fedirse.social.entrance.links.model import LinkKind
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor


def change_roles(tx: Transaction, site: Site, handle: str, roles: Sequence[Role], visitor: Visitor, now: datetime) -> None:
    """Replace what an account is to the site.

    Raises:
        NotFound: no such account.
        NotAuthorised: it has, or would get, more rights than the visitor has.
        InvalidInput: no role at all, or one of a head office.
        Conflict: nobody would run the site any more.
    """
    account = _touchable(tx, handle, visitor, roles)
    accounts.give_roles(tx, site, handle, roles)
    given = sorted(role.value for role in roles)
    before = sorted(role.value for role in account.roles)
    record(tx, "account.roles", handle, now, account_id=visitor.account_id, who=visitor.handle, roles=given, before=before)


def end_account(tx: Transaction, handle: str, visitor: Visitor, now: datetime) -> None:
    """Let nobody sign in with the account; its sessions, tokens and links end with the commit.

    Raises:
        NotFound: no such account.
        NotAuthorised: it has more rights than the visitor, or is the visitor's own.
    """
    account = _touchable(tx, handle, visitor)
    if account.id == visitor.account_id:
        raise NotAuthorised("disables themselves", reason="own-account", public_message="You cannot disable your own account.")
    disable_account(tx, handle, now)
    record(tx, "account.disabled", handle, now, account_id=visitor.account_id, who=visitor.handle)


def reopen_account(tx: Transaction, handle: str, visitor: Visitor, now: datetime) -> None:
    """Let somebody sign in again. Raises NotFound, NotAuthorised as `end_account`, and Conflict for who is being erased."""
    _touchable(tx, handle, visitor)
    accounts.enable(tx, handle)
    record(tx, "account.enabled", handle, now, account_id=visitor.account_id, who=visitor.handle)


def give_link(tx: Transaction, handle: str, kind: LinkKind, secret: str, visitor: Visitor, now: datetime) -> Account:
    """A link to hand over: to sign in once, or to choose a new password. Raises NotFound, NotAuthorised."""
    account = _touchable(tx, handle, visitor)
    make_link(tx, account, kind, secret, now, giver_of(visitor))
    return account


def _touchable(tx: Transaction, handle: str, visitor: Visitor, wanted: Sequence[Role] = ()) -> Account:
    account = get_account(tx, handle)
    check_may_touch(visitor.permissions, account.roles, wanted)
    return account
