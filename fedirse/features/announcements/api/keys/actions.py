"""Making keys, taking them back, and finding out whose one is."""

from datetime import datetime

from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.features.announcements.api.keys import store
from fedirse.features.announcements.api.keys.model import Caller, Key, Wanted
from fedirse.features.announcements.api.keys.rules import check_wanted, opens
from fedirse.social.accounts.rules import digest_of
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.store import current_network
from fedirse.social.posts.actions import reader_for
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction

LONGEST_SECRET = 128
_MARK = "fedirse_"
"""How every key begins: programs that look for secrets in what people publish find one by it."""


def new_key_secret() -> str:
    """What a program will present. To be made before the transaction, which may run twice."""
    return f"{_MARK}{new_secret()}"


def make_key(tx: Transaction, wanted: Wanted, secret: str, now: datetime, *, by: Runner) -> Key:
    """Make a key that acts in the name of whoever makes it.

    Args:
        tx: the transaction.
        wanted: what it is called, what it is good for, and until when.
        secret: from `new_key_secret`.
        now: the time.
        by: who makes it.

    Raises:
        InvalidInput: as `check_wanted`.
    """
    check_wanted(wanted, store.count_keys(tx), now)
    key = Key(new_id(now), by.account_id, wanted.name, wanted.may, now, wanted.ends_at)
    store.add_key(tx, key, digest_of(secret))
    record(tx, "announcement.key-made", key.name, now, account_id=by.account_id, who=by.who)
    return key


def revoke_key(tx: Transaction, key_id: str, now: datetime, *, by: Runner) -> None:
    """Let a key open nothing any more, whoever made it. Raises NotFound: there is none of that id."""
    name = store.remove_key(tx, key_id)
    if name is None:
        raise NotFound(f"key {key_id}")
    record(tx, "announcement.key-revoked", name, now, account_id=by.account_id, who=by.who)


def find_caller(tx: Transaction, secret: str, now: datetime) -> Caller | None:
    """Whose key that is; None for one that opens nothing. What is compared is a digest, so how long it takes says nothing of the key."""
    found = store.find_holder(tx, digest_of(secret)) if len(secret) <= LONGEST_SECRET else None
    if found is None:
        return None
    key, account = found
    if not opens(key, account, now):
        return None
    return Caller(key, account.handle, account.language, reader_for(get_actor(tx, account.actor_id)))


def check_is_head_office(tx: Transaction) -> None:
    """Raises NotFound where nothing is announced: there are no keys, and there is no API."""
    network = current_network(tx)
    if network is None or not network.head_office:
        raise NotFound("no head office")
