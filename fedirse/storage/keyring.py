"""Seals what must not lie readable in the database: whoever has a copy of the database alone can sign nothing (ASVS 13.3).

Also makes the private keys of actors, because making a key needs chance, which the protocol's own modules do without.
"""

import hashlib
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fedirse.activitypub.signatures.keys import KeyAlgorithm, PrivateKey
from fedirse.base.errors import ConfigurationError, StorageError
from fedirse.base.limits import RSA_LOWEST_BITS, RSA_LOWEST_EXPONENT
from fedirse.storage.files import create_private_file

SEAL_FILE: Final = "seal.key"

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12  # NIST SP 800-38D, 8.2.2: random nonces of 96 bits, good for 2**32 seals
_TAG_BYTES: Final = 16
_VERSION: Final = b"\x01"
_FINGERPRINT_BYTES: Final = 4
_HEADER_BYTES: Final = len(_VERSION) + _FINGERPRINT_BYTES


class Keyring:
    """The sealing key of one site: 32 random bytes in a file beside the database and never in it.

    A sealed value is: version (1 byte), fingerprint of the sealing key (4), nonce (12), AES-256-GCM ciphertext and tag. The
    fingerprint tells a wrong key file from damaged bytes.

    Args:
        folder: the site's folder for keys; the file in it is `seal.key`.

    Raises:
        ConfigurationError: "seal-key-missing", "seal-key-unreadable" or "seal-key-damaged", naming the file.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / SEAL_FILE
        key = _read_key(self._path)
        self._secret = key
        self._cipher = AESGCM(key)
        self._header = _VERSION + hashlib.sha256(key).digest()[:_FINGERPRINT_BYTES]

    @classmethod
    def create(cls, folder: Path) -> "Keyring":
        """Make the sealing key of a new site, readable by its owner only.

        Raises:
            ConfigurationError: "seal-key-exists"; a key is never replaced, as nothing it sealed could be opened again.
        """
        path = folder / SEAL_FILE
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            create_private_file(path, secrets.token_bytes(_KEY_BYTES))
        except FileExistsError as error:
            raise ConfigurationError(f"{path} exists already and is kept as it is.", reason="seal-key-exists") from error
        return cls(folder)

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt `plain` for storing.

        Args:
            plain: the secret.
            context: what the secret belongs to, for instance the id of a key; it is not stored, and the same must be given to
                `unseal`, so that a sealed value cannot be moved to another row.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._header + nonce + self._cipher.encrypt(nonce, plain, self._header + context)

    def derive(self, purpose: bytes) -> bytes:
        """A key of 32 bytes for one purpose, always the same; it tells nothing of the sealing key or of other purposes (RFC 5869)."""
        return HKDF(hashes.SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(self._secret)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """The secret that `seal` was given with the same context.

        Raises:
            ConfigurationError: "seal-key-wrong" when another key sealed it; the message names the file.
            StorageError: "sealed-value-damaged" for changed bytes or another context.
        """
        if len(sealed) < _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES or not sealed.startswith(_VERSION):
            raise _damaged()
        if sealed[:_HEADER_BYTES] != self._header:
            raise ConfigurationError(
                f"{self._path} is not the key that sealed the secrets in the database; put back the one from the site's backup.",
                reason="seal-key-wrong",
            )
        body = sealed[_HEADER_BYTES:]
        try:
            return self._cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], self._header + context)
        except InvalidTag as error:
            raise _damaged() from error


def generate_rsa() -> PrivateKey:
    """A fresh RSA key of 2048 bits, the size every peer takes; about 100 ms of work."""
    return PrivateKey(KeyAlgorithm.RSA, generate_private_key(RSA_LOWEST_EXPONENT, RSA_LOWEST_BITS))


def generate_ed25519() -> PrivateKey:
    """A fresh Ed25519 key."""
    return PrivateKey(KeyAlgorithm.ED25519, Ed25519PrivateKey.generate())


def _read_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path} is missing; put it back from the site's backup.", reason="seal-key-missing") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.", reason="seal-key-unreadable") from error
    if len(key) != _KEY_BYTES:
        raise ConfigurationError(
            f"{path} is damaged: it has {len(key)} bytes and not {_KEY_BYTES}; put it back from the site's backup.",
            reason="seal-key-damaged",
        )
    return key


def _damaged() -> StorageError:
    return StorageError("a sealed value in the database is damaged, or stands in the wrong row", reason="sealed-value-damaged")
