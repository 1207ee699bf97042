"""Making actors and accounts, and what their owners do with them."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from html import escape

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fedirse.activitypub.documents.actor import Actor
from fedirse.activitypub.own_uris import OwnUris
from fedirse.activitypub.signatures.keys import multikey, public_pem
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Conflict, NotAuthorised
from fedirse.base.identifiers import new_id
from fedirse.base.roles import DEFAULT_ROLES, Role
from fedirse.base.settings import SiteSettings
from fedirse.site import Site
from fedirse.social.accounts import store
from fedirse.social.accounts.model import Account, Token
from fedirse.social.accounts.rules import PASSWORD_HIGHEST, check_handle, check_name, check_password, check_roles, digest_of
from fedirse.social.accounts.sessions.store import end_sessions
from fedirse.social.accounts.wire import PublishedKeys, render_own_actor
from fedirse.storage.actors import find_local_actor, fresh_actor_id, get_actor, save_actor, set_locked
from fedirse.storage.signing import SigningKeys
from fedirse.storage.transaction import Transaction

TOKEN_PREFIX = "fdr_"  # noqa: S105 - tells secret scanners what a leaked token is


def create_site_actor(tx: Transaction, settings: SiteSettings, uris: OwnUris, signing: SigningKeys, now: datetime) -> StoredActor:
    """The site's own actor with its keys; an Organization at a head office, an Application elsewhere."""
    kind = "Organization" if settings.head_office else "Application"
    base = uris.site_actor
    actor = save_actor(tx, _local_actor(kind, base, settings.handle, settings.name, uris, now, summary=_paragraph(settings.description)))
    signing.create(tx, actor.id, actor.uri, now)
    return actor


def create_account(
    tx: Transaction,
    site: Site,
    handle: str,
    name: str,
    password_hash: str | None,
    now: datetime,
    *,
    roles: Sequence[Role] = DEFAULT_ROLES,
) -> Account:
    """A new account with its actor and keys.

    Args:
        tx: the transaction.
        site: where.
        handle: the name in `@name@domain`, any case.
        name: the name to show; empty for the handle.
        password_hash: from `hash_password`, made outside the transaction because it takes long; None for no password yet.
        now: the time.
        roles: what the person is to the site.

    Raises:
        InvalidInput: a handle or name that cannot be used, or a role that only a head office gives.
        Conflict: the handle is taken.
    """
    handle = check_handle(handle, site.settings.handle)
    check_roles(roles, head_office=site.settings.head_office)
    handle = _free_handle(tx, site, handle)
    shown = check_name(name, handle)
    actor = save_actor(tx, _local_actor("Person", site.uris.person(handle), handle, shown, site.uris, now))
    site.signing.create(tx, actor.id, actor.uri, now)
    account = Account(new_id(now), actor.id, handle, password_hash, site.settings.language, now, None, tuple(roles))
    store.add_account(tx, account)
    return account


def create_actor(tx: Transaction, site: Site, kind: str, handle: str, name: str, now: datetime, *, summary: str = "") -> StoredActor:
    """A new actor with its keys that nobody signs in as: it approves each follower, and asks to stand in no directory.

    Args:
        tx: the transaction.
        site: where.
        kind: its type on the wire.
        handle: the name in `@name@domain`, any case.
        name: the name to show; empty for the handle.
        now: the time.
        summary: what it says of itself, as clean HTML.

    Raises:
        InvalidInput: a handle or name that cannot be used.
        Conflict: the handle is taken.
    """
    handle = _free_handle(tx, site, handle)
    made = _local_actor(kind, site.uris.person(handle), handle, check_name(name, handle), site.uris, now, summary=summary)
    actor = save_actor(tx, replace(made, locked=True, discoverable=False))
    site.signing.create(tx, actor.id, actor.uri, now)
    return actor


def set_password(tx: Transaction, handle: str, password_hash: str) -> None:
    """Replace an account's password. Raises NotFound."""
    store.set_password_hash(tx, store.get_account(tx, handle).id, password_hash)


def disable(tx: Transaction, handle: str, now: datetime) -> None:
    """End an account: no sign-in, no sessions, no tokens. Its posts stay. Raises NotFound."""
    account_id = store.get_account(tx, handle).id
    store.disable_account(tx, account_id, now)
    end_sessions(tx, account_id)


def enable(tx: Transaction, handle: str) -> None:
    """Let a disabled account sign in again.

    Raises:
        NotFound: no such account.
        Conflict: it is being erased.
    """
    account = store.get_account(tx, handle)
    if get_actor(tx, account.actor_id).gone_at is not None:
        raise Conflict(
            f"{handle} is being erased",
            reason="being-erased",
            public_message="The account “%(handle)s” is being erased, and nobody gets back into it. Make an account of another name.",
            handle=account.handle,
        )
    store.enable_account(tx, account.id)


def give_roles(tx: Transaction, site: Site, handle: str, roles: Sequence[Role]) -> None:
    """Replace what an account is to the site.

    Raises:
        NotFound: no such account.
        InvalidInput: no role at all, or one that only a head office gives.
        Conflict: nobody would run the site any more.
    """
    account = store.get_account(tx, handle)
    check_roles(roles, head_office=site.settings.head_office)
    had_administrator = store.has_administrator(tx)
    store.set_roles(tx, account.id, roles)
    if had_administrator and not store.has_administrator(tx):
        raise Conflict("last administrator", public_message="Somebody has to run the site: make another person administrator first.")


def require_approval(tx: Transaction, handle: str, *, required: bool) -> None:
    """Have an account approve each of its followers, or let anybody follow. Raises NotFound."""
    set_locked(tx, store.get_account(tx, handle).actor_id, locked=required)


def create_token(tx: Transaction, handle: str, label: str, now: datetime) -> str:
    """A bearer token for an account; shown once, because only its digest is kept.

    Raises:
        NotFound: no such account.
        NotAuthorised: it is disabled.
    """
    account = store.get_account(tx, handle)
    if account.disabled_at is not None:
        raise NotAuthorised(f"account {handle} is disabled", public_message="The account “%(handle)s” is disabled.", handle=handle)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    store.add_token(tx, Token(new_id(now), account.id, label, now, None), digest_of(secret))
    return secret


def hash_password(password: str, about: Sequence[str] = ()) -> str:
    """An argon2id hash; takes tens of milliseconds, so never inside a transaction or on the event loop.

    Args:
        password: as typed.
        about: names that it must not be made of.

    Raises:
        InvalidInput: too short, too long or too obvious.
    """
    check_password(password, about)
    return _hasher().hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is the account's; as slow as `hash_password`."""
    if password_hash is None or len(password) > PASSWORD_HIGHEST:
        return False
    try:
        return _hasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def own_actor_document(tx: Transaction, site: Site, actor: StoredActor) -> Actor:
    """A local actor as others read it, with its current keys, the one that waits and those before."""
    keys = site.signing.load(tx, actor.id)
    named = [keys.ed25519, *([keys.next] if keys.next is not None else []), *keys.earlier]
    published = PublishedKeys(
        rsa=(keys.rsa.uri, public_pem(keys.rsa.key.public)),
        ed25519=[(key.uri, multikey(key.key.public)) for key in named],
    )
    if actor.id == site.actor_id:
        # The pictures of the site itself are those of its pages.
        settings, origin = site.settings, site.uris.origin
        actor = replace(actor, icon=f"{origin}/logo" if settings.logo else None, image=f"{origin}/cover" if settings.cover else None)
    return render_own_actor(actor, published)


def _free_handle(tx: Transaction, site: Site, typed: str) -> str:
    """The handle in lower case. Raises InvalidInput for one that cannot be one, Conflict for one that is taken."""
    handle = check_handle(typed, site.settings.handle)
    if find_local_actor(tx, handle) is not None:
        raise Conflict(
            f"handle {handle}", public_message="The handle “%(handle)s” is taken on this site: choose another one.", handle=handle
        )
    return handle


def _paragraph(text: str) -> str:
    """Plain text as the HTML that a summary is on the wire."""
    return f"<p>{escape(text)}</p>" if text else ""


def _local_actor(kind: str, uri: str, handle: str, name: str, uris: OwnUris, now: datetime, *, summary: str = "") -> StoredActor:
    return StoredActor(
        id=fresh_actor_id(now),
        uri=uri,
        host=uris.host,
        local=True,
        kind=kind,
        handle=handle,
        name=name,
        summary=summary,
        url=uris.profile(handle),
        inbox=f"{uri}/inbox",
        shared_inbox=uris.shared_inbox,
        outbox=f"{uri}/outbox",
        followers=f"{uri}/followers",
        following=f"{uri}/following",
        icon=None,
        image=None,
        fields=(),
        also_known_as=(),
        implements=(),
        moved_to=None,
        locked=False,
        discoverable=True,
        published_at=now,
        fetched_at=None,
        gone_at=None,
    )


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()
