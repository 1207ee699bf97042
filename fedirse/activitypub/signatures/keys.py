"""Public and private keys: RSA with PKCS #1 v1.5 and SHA-256, and Ed25519. Every key from outside passes the limits here.

Makes no keys (that needs chance) and knows no owner (that is decided by whoever resolved the key).
"""

import enum
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from fedirse.activitypub.signatures.encodings import decode_base64, decode_multibase, encode_multibase
from fedirse.base import limits
from fedirse.base.errors import ConfigurationError, SignatureError

_PADDING = PKCS1v15()
_HASH = SHA256()
_PEM = re.compile(r"-----BEGIN (RSA )?PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END (RSA )?PUBLIC KEY-----")
# Multicodec, as unsigned varints: ed25519-pub (0xed) and rsa-pub (0x1205).
_ED25519_CODE = b"\xed\x01"
_RSA_CODE = b"\x85\x24"
_ED25519_BYTES = 32
# The modulus, its exponent and what ASN.1 puts around them.
_DER_BYTES = limits.RSA_HIGHEST_BITS // 8 + 64
# The points of small order and their second encodings, sign bit cleared: under such a key one signature fits many messages.
_SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


class KeyAlgorithm(enum.Enum):
    """What a key is made for."""

    RSA = "rsa"
    ED25519 = "ed25519"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key within the limits; made by the loaders of this module only."""

    algorithm: KeyAlgorithm
    material: RSAPublicKey | Ed25519PublicKey = field(repr=False)

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether `signature` was made over `data` by the other half of this key."""
        try:
            if isinstance(self.material, RSAPublicKey):
                self.material.verify(signature, data, _PADDING, _HASH)
            else:
                self.material.verify(signature, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key of ours; made by `load_private_der`."""

    algorithm: KeyAlgorithm
    material: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256 (as long as the modulus), or Ed25519 (64 bytes)."""
        if isinstance(self.material, RSAPrivateKey):
            return self.material.sign(data, _PADDING, _HASH)
        return self.material.sign(data)

    @property
    def public(self) -> PublicKey:
        """The half that is published."""
        return PublicKey(self.algorithm, self.material.public_key())


def load_public_pem(text: object) -> PublicKey:
    """The key of a `publicKeyPem`: RSA as SubjectPublicKeyInfo or PKCS #1, or Ed25519 as SubjectPublicKeyInfo.

    Raises:
        SignatureError: "bad-key" for anything else, whatever its type; "oversized-key"; "weak-key" (see `load_public_der`).
    """
    if not isinstance(text, str):
        raise _bad_key("no PEM text")
    if len(text) > limits.KEY_DOCUMENT_CHARACTERS:
        raise SignatureError("the PEM text is too long", reason="oversized-key")
    match = _PEM.fullmatch(text.strip())
    if match is None or match[1] != match[3]:
        raise _bad_key("not one PEM public key")
    return load_public_der(decode_base64("".join(match[2].split()), reason="bad-key"))


def load_multikey(text: object) -> PublicKey:
    """The key of a Multikey's `publicKeyMultibase` (FEP-521a): Ed25519 or RSA, in base58btc.

    Raises:
        SignatureError: as `load_public_pem`.
    """
    data = decode_multibase(text, reason="bad-key")
    code, key = data[:2], data[2:]
    if code == _ED25519_CODE and len(key) == _ED25519_BYTES:
        return _checked(Ed25519PublicKey.from_public_bytes(key))
    if code == _RSA_CODE:
        return load_public_der(key)
    raise _bad_key("neither an Ed25519 nor an RSA Multikey")


def load_public_der(der: bytes) -> PublicKey:
    """A key from DER, as `public_der` writes it.

    Raises:
        SignatureError: "oversized-key" before any parsing; "bad-key" for what is no RSA or Ed25519 public key; "weak-key" for RSA below
            2048 bits or with an exponent below 65537, and for Ed25519 points of small order.
    """
    if len(der) > _DER_BYTES:
        raise SignatureError("the key is too large", reason="oversized-key")
    try:
        key = load_der_public_key(der)
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm) as error:
        raise _bad_key("not a public key") from error
    if isinstance(key, RSAPublicKey | Ed25519PublicKey):
        return _checked(key)
    raise _bad_key("neither RSA nor Ed25519")


def public_der(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo in DER, for storing."""
    return key.material.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def public_pem(key: PublicKey) -> str:
    """SubjectPublicKeyInfo in PEM, for `publicKeyPem`."""
    return key.material.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def multikey(key: PublicKey) -> str:
    """`publicKeyMultibase` of a Multikey (FEP-521a)."""
    if isinstance(key.material, RSAPublicKey):
        return encode_multibase(_RSA_CODE + key.material.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    return encode_multibase(_ED25519_CODE + key.material.public_bytes_raw())


def load_private_der(der: bytes) -> PrivateKey:
    """A private key as `private_der` writes it (PKCS #8, not encrypted).

    RSA parameters are not tested again: that costs 28 ms a key, and they were tested when the key was made.

    Raises:
        ConfigurationError: reason "bad-private-key", when the stored bytes are not a private key of ours.
    """
    try:
        key = load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _bad_private_key() from error
    if isinstance(key, RSAPrivateKey):
        return PrivateKey(KeyAlgorithm.RSA, key)
    if isinstance(key, Ed25519PrivateKey):
        return PrivateKey(KeyAlgorithm.ED25519, key)
    raise _bad_private_key()


def private_der(key: PrivateKey) -> bytes:
    """PKCS #8 in DER, not encrypted: it is a secret as it stands."""
    return key.material.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _checked(key: RSAPublicKey | Ed25519PublicKey) -> PublicKey:
    if isinstance(key, RSAPublicKey):
        _check_rsa(key)
        return PublicKey(KeyAlgorithm.RSA, key)
    raw = key.public_bytes_raw()
    if raw[:31] + bytes([raw[31] & 0x7F]) in _SMALL_ORDER:
        raise SignatureError("Ed25519 point of small order", reason="weak-key")
    return PublicKey(KeyAlgorithm.ED25519, key)


def _check_rsa(key: RSAPublicKey) -> None:
    if key.key_size < limits.RSA_LOWEST_BITS:
        raise SignatureError(f"RSA key of {key.key_size} bits", reason="weak-key")
    if key.key_size > limits.RSA_HIGHEST_BITS:
        raise SignatureError(f"RSA key of {key.key_size} bits", reason="oversized-key")
    exponent = key.public_numbers().e
    if exponent < limits.RSA_LOWEST_EXPONENT:
        raise SignatureError("RSA exponent too small", reason="weak-key")
    # The work of verifying grows with the exponent, which is the peer's choice.
    if exponent > limits.RSA_HIGHEST_EXPONENT:
        raise SignatureError("RSA exponent too large", reason="oversized-key")


def _bad_key(message: str) -> SignatureError:
    return SignatureError(f"bad key: {message}", reason="bad-key")


def _bad_private_key() -> ConfigurationError:
    return ConfigurationError("A stored private key cannot be read; restore it from a backup or rotate it.", reason="bad-private-key")
