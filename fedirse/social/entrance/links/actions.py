"""Making links and using them, as transactions. A secret is made before its transaction (`new_secret`), which may run twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fedirse.base import limits
from fedirse.base.errors import Conflict, Gone, NotAuthorised
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Role, permissions_of
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.rules import check_roles, digest_of
from fedirse.social.accounts.store import find_account_by_id, has_administrator
from fedirse.social.entrance.links import store
from fedirse.social.entrance.links.model import OPERATOR_GIVER, Giver, Invitation, Link, LinkKind
from fedirse.social.entrance.links.rules import LASTS, check_invitation, check_may_give, is_alive, may_still_give
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor

_PATHS = {
    LinkKind.SIGN_IN: "/link/",
    LinkKind.RESET: "/link/",
    LinkKind.EMAIL: "/link/",
    LinkKind.INVITATION: "/invitation/",
    LinkKind.SET_UP: "/welcome?code=",
}
_SPENT = N_("This link has been used, or its time is over. Ask for a new one.")


def giver_of(visitor: Visitor) -> Giver:
    """Somebody who is signed in, as one who gives others a way in."""
    return Giver(visitor.account_id, visitor.handle, visitor.permissions)


def link_address(site: Site, kind: LinkKind, secret: str) -> str:
    """The address to hand over: made of the site's own domain, whatever the request said (WEB-026)."""
    return f"{site.uris.origin}{_PATHS[kind]}{secret}"


def make_link(tx: Transaction, account: Account, kind: LinkKind, secret: str, now: datetime, giver: Giver = OPERATOR_GIVER) -> Link:
    """A link that signs somebody in, or lets them choose a new password; used once, given by somebody, so it is audited.

    Args:
        tx: the transaction.
        account: whose.
        kind: SIGN_IN or RESET.
        secret: from `sessions.actions.new_secret`.
        now: the time.
        giver: who hands it over.

    Raises:
        NotAuthorised: the account is disabled, or may do more than the giver.
    """
    check_may_give(giver, account.roles)
    lasts = LASTS[kind]
    link = add_own_link(tx, account, kind, secret, now, now + lasts if lasts else None, made_by=giver.account_id)
    record(tx, "link.made", account.handle, now, account_id=giver.account_id, who=giver.handle, kind=kind.value)
    return link


def add_own_link(
    tx: Transaction, account: Account, kind: LinkKind, secret: str, now: datetime, expires_at: datetime | None, *, made_by: str = ""
) -> Link:
    """A link for one account in the place of every earlier one of its kind. Raises NotAuthorised when the account is disabled."""
    if account.disabled_at is not None:
        raise NotAuthorised(f"account {account.handle} is disabled", public_message="This account is disabled: ask whoever runs the site.")
    store.forget_spent(tx, now)
    store.remove_links_of(tx, account.id, (kind,))
    link = Link(new_id(now), kind, account.id, (), "", 1, 1, now, expires_at, made_by)
    store.add_link(tx, link, digest_of(secret))
    return link


def make_invitation(tx: Transaction, site: Site, wanted: Invitation, secret: str, now: datetime, giver: Giver = OPERATOR_GIVER) -> Link:
    """An invitation to make an account here, audited.

    Args:
        tx: the transaction.
        site: where.
        wanted: whom it makes of how many people, and for how long.
        secret: from `sessions.actions.new_secret`.
        now: the time.
        giver: who invites.

    Raises:
        InvalidInput: roles, uses, days or note that cannot be.
        NotAuthorised: the roles may do more than the giver.
    """
    check_roles(wanted.roles, head_office=site.settings.head_office)
    check_invitation(wanted)
    check_may_give(giver, wanted.roles)
    store.forget_spent(tx, now)
    ends = now + timedelta(days=wanted.days)
    link = Link(new_id(now), LinkKind.INVITATION, None, wanted.roles, wanted.note, wanted.uses, wanted.uses, now, ends, giver.account_id)
    store.add_link(tx, link, digest_of(secret))
    given = [role.value for role in wanted.roles]
    record(tx, "invitation.made", link.id, now, account_id=giver.account_id, who=giver.handle, roles=given, uses=wanted.uses)
    return link


def withdraw_link(tx: Transaction, link_id: str, now: datetime, giver: Giver = OPERATOR_GIVER) -> None:
    """Let an invitation, or another link, do nothing from now on; one that is gone already stays gone."""
    link = store.remove_link(tx, link_id)
    if link is not None:
        record(tx, "link.withdrawn", link_id, now, account_id=giver.account_id, who=giver.handle, kind=link.kind.value)


def list_invitations(tx: Transaction, now: datetime) -> list[Link]:
    """The invitations that can still be used, the newest first; without those whose giver could not give them any more."""
    return [link for link in store.list_links(tx, (LinkKind.INVITATION,), now) if _still_gives(tx, link, link.roles)]


def make_setup_link(tx: Transaction, secret: str, now: datetime) -> Link:
    """The link for the first administrator, in the place of every earlier one. Raises Conflict when somebody runs the site already."""
    if has_administrator(tx):
        raise Conflict(
            "there is an administrator",
            public_message="Somebody runs this site already: ask them for an invitation, or use `fedirse account link HANDLE`.",
        )
    store.remove_links_of_kind(tx, LinkKind.SET_UP)
    link = Link(new_id(now), LinkKind.SET_UP, None, (Role.ADMINISTRATOR,), "", 1, 1, now, None, "")
    store.add_link(tx, link, digest_of(secret))
    return link


def is_setup_code(tx: Transaction, code: str, now: datetime) -> bool:
    """Whether the code would set the site up now."""
    link = find_living_link(tx, code, now)
    return link is not None and link.kind is LinkKind.SET_UP and not has_administrator(tx)


def use_setup_code(tx: Transaction, code: str, now: datetime) -> None:
    """Use the code, in the transaction that makes the first administrator, before it does. Raises Gone when it is of no use."""
    if not is_setup_code(tx, code, now):
        raise Gone("no living set-up code", public_message=_SPENT)
    store.remove_links_of_kind(tx, LinkKind.SET_UP)


def find_living_link(tx: Transaction, secret: str, now: datetime) -> Link | None:
    """The link with that secret if it still does something.

    None also when its account is disabled, and when whoever gave it could not give it any more: who is sent away, or may do less than
    before, does not come back by a link of theirs, nor into an account that may do more than they by now.
    """
    if len(secret) > limits.LINK_SECRET_CHARACTERS:
        return None
    link = store.find_link(tx, digest_of(secret))
    if link is None or not is_alive(link, now):
        return None
    account = find_account_by_id(tx, link.account_id) if link.account_id else None
    if link.account_id and (account is None or account.disabled_at is not None):
        return None
    return link if _still_gives(tx, link, account.roles if account else link.roles) else None


def _still_gives(tx: Transaction, link: Link, roles: Sequence[Role]) -> bool:
    if not link.made_by:
        # A command on the server, or the person themselves.
        return True
    giver = find_account_by_id(tx, link.made_by)
    return giver is not None and giver.disabled_at is None and may_still_give(permissions_of(giver.roles), roles)


def use_link(tx: Transaction, secret: str, kinds: Sequence[LinkKind], now: datetime) -> Link:
    """Use a link once, in the transaction of what it is for. Raises Gone when it does nothing (any more), or is of another kind."""
    link = find_living_link(tx, secret, now)
    if link is None or link.kind not in kinds or not store.take_use(tx, link.id):
        raise Gone("no living link", reason="link-spent", public_message=_SPENT)
    return link
