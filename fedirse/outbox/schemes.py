"""Which signature schemes there are on the way out, and what peers say about them. Pure; `signing` makes the signatures."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

RFC9421: Final = "https://datatracker.ietf.org/doc/html/rfc9421"
RFC9421_ED25519: Final = f"{RFC9421}#name-eddsa-using-curve-edwards25"


class Scheme(StrEnum):
    """How a delivery is signed; the values are stored."""

    CAVAGE = "cavage"
    """draft-cavage-http-signatures-12 with RSA: what everybody understands."""
    MESSAGE = "rfc9421"
    """HTTP Message Signatures with RSA."""
    MESSAGE_ED25519 = "rfc9421-ed25519"
    """HTTP Message Signatures with Ed25519: a tenth of the work."""


def stated_scheme(implements: Collection[str]) -> Scheme | None:
    """The best scheme that an actor says its server takes (FEP-844e), None when it says nothing about signatures."""
    if RFC9421_ED25519 in implements:
        return Scheme.MESSAGE_ED25519
    return Scheme.MESSAGE if RFC9421 in implements else None


def first_scheme(remembered: str | None) -> Scheme:
    """What to try first with a peer for which `remembered` is stored: that, or the draft's scheme for a peer nothing is known of."""
    try:
        return Scheme(remembered or Scheme.CAVAGE)
    except ValueError:
        # Written by a later version of this program.
        return Scheme.CAVAGE


def other_scheme(tried: Scheme, *, invited: bool) -> Scheme:
    """What to try next when the signature may have been the reason for a refusal.

    Args:
        tried: what was refused.
        invited: whether the answer carried an Accept-Signature (RFC 9421, section 5), which makes it likely that not the scheme
            was the trouble but the key.
    """
    if tried is Scheme.CAVAGE or (tried is Scheme.MESSAGE_ED25519 and invited):
        return Scheme.MESSAGE
    return Scheme.CAVAGE
