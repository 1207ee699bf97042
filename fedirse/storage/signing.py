"""The private keys our actors sign with: made here, sealed at rest, opened once and kept parsed in memory."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from fedirse.activitypub.signatures.keys import KeyAlgorithm, PrivateKey, PublicKey, load_private_der, private_der
from fedirse.base import limits
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.storage.keyring import Keyring, generate_ed25519, generate_rsa
from fedirse.storage.own_keys import (
    OwnKey,
    add_own_keys,
    current_key_uris,
    forget_retired_keys,
    forget_waiting_keys,
    list_own_keys,
    list_sealed_keys,
    promote_own_key,
    retire_own_keys,
)


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A private key and the id under which its public half is published."""

    uri: str
    key: PrivateKey


@dataclass(frozen=True, slots=True)
class KeyPair:
    """What an actor signs with: RSA for everybody, Ed25519 for proofs and for those who understand it.

    `earlier` are retired Ed25519 keys, published on so that old proofs can still be verified; `next` is one that is published before it is
    signed with, so that others know it by then.
    """

    rsa: NamedKey
    ed25519: NamedKey
    earlier: tuple[NamedKey, ...] = ()
    next: NamedKey | None = None

    @property
    def proving(self) -> list[tuple[str, PrivateKey]]:
        """The Ed25519 keys, newest first, for what is to be verified by those too who know a key before the one in use alone."""
        return [(named.uri, named.key) for named in (self.ed25519, *self.earlier)][: limits.PROOFS_PER_DOCUMENT]

    @property
    def known_as(self) -> set[str]:
        """The ids of the keys that are in use, or wait for it."""
        return {self.rsa.uri, self.ed25519.uri, *([self.next.uri] if self.next is not None else [])}


class SigningKeys:
    """The signing keys of one site's actors.

    Args:
        keyring: seals and opens them; other secrets of the site are derived from it.
    """

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self._opened: dict[str, KeyPair] = {}
        self._lock = threading.Lock()

    def create(self, tx: Connection, actor_id: str, actor_uri: str, now: datetime) -> KeyPair:
        """Make the keys of a new actor, or replace those of an old one; what they signed before can still be verified."""
        retire_own_keys(tx, actor_id, now)
        made = {KeyAlgorithm.RSA: generate_rsa(), KeyAlgorithm.ED25519: generate_ed25519()}
        add_own_keys(tx, [self._seal(actor_id, actor_uri, key, now) for key in made.values()])
        self.forget(actor_id)
        return self.load(tx, actor_id)

    def renew(self, tx: Connection, actor_id: str, actor_uri: str, now: datetime) -> KeyPair:
        """As `create`, where the old keys are in wrong hands or lost: nothing of them is published any more, and what they signed holds no
        more. An Ed25519 key that waits is taken.
        """
        waiting = [key for key in list_own_keys(tx, actor_id) if key.waits and key.retired_at is None]
        kinds = [generate_rsa] if waiting else [generate_rsa, generate_ed25519]
        made = [self._seal(actor_id, actor_uri, generate(), now) for generate in kinds]
        add_own_keys(tx, made)
        for key in [*made, *waiting]:
            promote_own_key(tx, key.uri, actor_id, key.algorithm, now)
        forget_retired_keys(tx, actor_id)
        self.forget(actor_id)
        return self.load(tx, actor_id)

    def prepare(self, tx: Connection, actor_id: str, actor_uri: str, now: datetime) -> NamedKey:
        """Make the next Ed25519 key of an actor, published and not signed with until it is promoted; in place of one that waits already."""
        forget_waiting_keys(tx, actor_id)
        key = generate_ed25519()
        made = replace(self._seal(actor_id, actor_uri, key, now), waits=True)
        add_own_keys(tx, [made])
        self.forget(actor_id)
        return NamedKey(made.uri, key)

    def promote(self, tx: Connection, actor_id: str, key: PublicKey, now: datetime) -> bool:
        """Sign with the Ed25519 key that waited, if it is that one; the one before is retired. False where none of that kind waits."""
        pair = self.load(tx, actor_id)
        if pair.next is None or pair.next.key.public != key:
            return False
        promote_own_key(tx, pair.next.uri, actor_id, KeyAlgorithm.ED25519.value, now)
        self.forget(actor_id)
        return True

    def load(self, tx: Connection, actor_id: str) -> KeyPair:
        """The keys the actor signs with now. Raises NotFound for an actor that has none, ConfigurationError on a wrong keyring."""
        with self._lock:
            opened = self._opened.get(actor_id)
        # Another process may have rotated them: which keys are current is asked, opening them is what is remembered.
        if opened is None or current_key_uris(tx, actor_id) != opened.known_as:
            opened = self._open(actor_id, list_own_keys(tx, actor_id))
            with self._lock:
                self._opened[actor_id] = opened
        return opened

    def check(self, tx: Connection, actor_id: str) -> None:
        """Whether an actor can sign, in a database of any version. Raises as `load`."""
        sealed = list_sealed_keys(tx, actor_id)
        for uri, _, key in sealed:
            load_private_der(self.keyring.unseal(key, uri.encode()))
        if {KeyAlgorithm.RSA.value, KeyAlgorithm.ED25519.value} - {algorithm for _, algorithm, _ in sealed}:
            raise NotFound(f"actor {actor_id} has no signing keys")

    def current(self, actor_id: str) -> KeyPair | None:
        """The keys of an actor if they are open already; where there is no transaction at hand."""
        with self._lock:
            return self._opened.get(actor_id)

    def forget(self, actor_id: str) -> None:
        """Open the actor's keys afresh next time."""
        with self._lock:
            self._opened.pop(actor_id, None)

    def _seal(self, actor_id: str, actor_uri: str, key: PrivateKey, now: datetime) -> OwnKey:
        # A fresh fragment per key: peers that remember a key by its id must not try the old one.
        uri = f"{actor_uri}#{key.algorithm.value}-{new_id(now)}"
        return OwnKey(uri, actor_id, key.algorithm.value, self.keyring.seal(private_der(key), uri.encode()), now, None)

    def _open(self, actor_id: str, stored: list[OwnKey]) -> KeyPair:
        opened = [(key, NamedKey(key.uri, load_private_der(self.keyring.unseal(key.sealed, key.uri.encode())))) for key in stored]
        rsa = [named for key, named in opened if key.algorithm == KeyAlgorithm.RSA.value and key.retired_at is None]
        own = [(key, named) for key, named in opened if key.algorithm == KeyAlgorithm.ED25519.value]
        ed25519 = [named for key, named in own if key.retired_at is None and not key.waits]
        following = [named for key, named in own if key.retired_at is None and key.waits]
        earlier = [named for key, named in own if key.retired_at is not None]
        if not rsa or not ed25519:
            raise NotFound(f"actor {actor_id} has no signing keys")
        return KeyPair(rsa[0], ed25519[0], tuple(earlier), following[0] if following else None)
