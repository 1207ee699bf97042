"""The private keys our actors sign with: made here, sealed at rest, opened once and kept parsed in memory."""

import threading
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from fedirse.activitypub.signatures.keys import KeyAlgorithm, PrivateKey, load_private_der, private_der
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.storage.keyring import Keyring, generate_ed25519, generate_rsa
from fedirse.storage.own_keys import OwnKey, add_own_keys, current_key_uris, list_own_keys, retire_own_keys


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A private key and the id under which its public half is published."""

    uri: str
    key: PrivateKey


@dataclass(frozen=True, slots=True)
class KeyPair:
    """What an actor signs with: RSA for everybody, Ed25519 for proofs and for those who understand it.

    `earlier` are retired Ed25519 keys, published on so that old proofs can still be verified.
    """

    rsa: NamedKey
    ed25519: NamedKey
    earlier: tuple[NamedKey, ...] = ()


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

    def load(self, tx: Connection, actor_id: str) -> KeyPair:
        """The keys the actor signs with now. Raises NotFound for an actor that has none, ConfigurationError on a wrong keyring."""
        with self._lock:
            opened = self._opened.get(actor_id)
        # Another process may have rotated them: which keys are current is asked, opening them is what is remembered.
        if opened is None or current_key_uris(tx, actor_id) != {opened.rsa.uri, opened.ed25519.uri}:
            opened = self._open(actor_id, list_own_keys(tx, actor_id))
            with self._lock:
                self._opened[actor_id] = opened
        return opened

    def current_rsa(self, actor_id: str) -> NamedKey | None:
        """The RSA key of an actor if it is open already; where there is no transaction at hand."""
        with self._lock:
            opened = self._opened.get(actor_id)
        return opened.rsa if opened else None

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
        ed25519 = [named for key, named in opened if key.algorithm == KeyAlgorithm.ED25519.value and key.retired_at is None]
        earlier = [named for key, named in opened if key.algorithm == KeyAlgorithm.ED25519.value and key.retired_at is not None]
        if not rsa or not ed25519:
            raise NotFound(f"actor {actor_id} has no signing keys")
        return KeyPair(rsa[0], ed25519[0], tuple(earlier))
