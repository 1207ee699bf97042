"""An authenticator in software: makes passkeys, and answers for them as a telephone does."""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

from tests.visitors import ORIGIN

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


@dataclass
class Authenticator:
    """One device, with at most one passkey.

    Attributes:
        origin: what the browser says that it shows.
        flags: what it says about the person before it.
        counts: whether it counts its signatures.
    """

    origin: str = ORIGIN
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    sign_count: int = 0
    credential: bytes = b"device-credential-1"
    person: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, object]) -> str:
        """The answer to the options of a new passkey."""
        user = options["user"]
        assert isinstance(user, dict)
        self.person = user["id"]
        numbers = self.key.public_key().public_numbers()
        # COSE: EC2, ES256, P-256 (RFC 9053).
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = b"\x00" * 16 + struct.pack(">H", len(self.credential)) + self.credential + public
        rp = options["rp"]
        assert isinstance(rp, dict)
        data = self._data(rp["id"], self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"attestationObject": bytes_to_base64url(attestation), "clientDataJSON": self._client("webauthn.create", options)}
        return self._answer(response)

    def use(self, options: dict[str, object]) -> str:
        """The answer to the options of a sign-in."""
        self.sign_count += self.counts
        client = self._client_bytes("webauthn.get", options)
        data = self._data(str(options["rpId"]), self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "authenticatorData": bytes_to_base64url(data),
                "clientDataJSON": bytes_to_base64url(client),
                "signature": bytes_to_base64url(signature),
                "userHandle": self.person or None,
            }
        )

    def _answer(self, response: Mapping[str, object]) -> str:
        name = bytes_to_base64url(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, self.sign_count)

    def _client(self, kind: str, options: dict[str, object]) -> str:
        return bytes_to_base64url(self._client_bytes(kind, options))

    def _client_bytes(self, kind: str, options: dict[str, object]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}).encode()
