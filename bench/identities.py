"""Who the foreign side of a measurement is: actors on addresses of this machine, their one key, and a certificate for them all.

Everything lies in a folder, because the programs that play the foreign side are processes of their own.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fedirse.activitypub.signatures import PrivateKey, load_private_der, private_der, public_pem
from fedirse.storage.keyring import generate_rsa

NAMES_PER_CERTIFICATE = 2000


@dataclass(frozen=True)
class Identities:
    """The key and the certificate in a folder."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, addresses: Iterable[str]) -> "Identities":
        """Make the key, and a certificate authority that has certified these addresses."""
        made = cls(folder)
        folder.mkdir(parents=True)
        (folder / "key.der").write_bytes(private_der(generate_rsa()))
        _certify(made, list(addresses))
        return made

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @cached_property
    def key(self) -> PrivateKey:
        return load_private_der((self.folder / "key.der").read_bytes())

    def actor_document(self, origin: str, implements: tuple[str, ...] = ()) -> dict[str, Any]:
        """The only actor of an origin."""
        uri = actor_uri(origin)
        document: dict[str, Any] = {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri,
            "type": "Person",
            "preferredUsername": "author",
            "inbox": f"{origin}/inbox",
            "outbox": f"{uri}/outbox",
            "followers": f"{uri}/followers",
            "endpoints": {"sharedInbox": f"{origin}/inbox"},
            "publicKey": {"id": key_uri(origin), "owner": uri, "publicKeyPem": public_pem(self.key.public)},
        }
        return document | ({"implements": [{"type": "Link", "href": href} for href in implements]} if implements else {})


def actor_uri(origin: str) -> str:
    return f"{origin}/users/author"


def key_uri(origin: str) -> str:
    return f"{actor_uri(origin)}#main-key"


def addresses(count: int, network: int) -> list[str]:
    """`count` addresses of this machine, in 127.`network`.0.0/16."""
    return [f"127.{network}.{number // 250}.{number % 250 + 1}" for number in range(count)]


def _certify(identities: Identities, names: list[str]) -> None:
    now = datetime.now(UTC)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "measurements")])

    def builder(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
        return made.not_valid_after(now + timedelta(days=2))

    authority = builder(issuer, authority_key.public_key()).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    identities.authority.write_bytes(authority.sign(authority_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "peers")])
    alternatives = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name)) for name in names[:NAMES_PER_CERTIFICATE]])
    certificate = builder(subject, key.public_key()).add_extension(alternatives, critical=False)
    signed = certificate.sign(authority_key, hashes.SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    identities.certificate.write_bytes(secret + signed.public_bytes(Encoding.PEM))
