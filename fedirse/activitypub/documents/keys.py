"""The public keys an actor lists, as text. Reading the key itself, and judging it, is the work of `signatures`."""

from dataclasses import dataclass
from typing import Any

from fedirse.activitypub import uris, values
from fedirse.base import limits
from fedirse.base.types import JsonObject

_PUBLIC_BLOCKS = ("-----BEGIN PUBLIC KEY-----", "-----BEGIN RSA PUBLIC KEY-----")


@dataclass(frozen=True, slots=True)
class PublicKeyEntry:
    """An entry of `publicKey`: PEM, in practice RSA.

    Attributes:
        id: URI of the key, on the origin of its owner.
        owner: the actor that lists it.
        pem: a block labelled as a public key; what is in it has not been looked at.
    """

    id: str
    owner: str
    pem: str


@dataclass(frozen=True, slots=True)
class MultikeyEntry:
    """An entry of `assertionMethod` (FEP-521a): Multikey, in practice Ed25519.

    Attributes:
        id: URI of the key, on the origin of its controller.
        controller: the actor that lists it.
        multibase: `z` and base 58; not decoded yet.
    """

    id: str
    controller: str
    multibase: str


def parse_public_keys(value: Any, actor_id: str) -> tuple[PublicKeyEntry, ...]:
    """The usable entries of an actor's `publicKey`; the others are left out, so that junk costs the actor only its key."""
    found: list[PublicKeyEntry] = []
    for item in values.many(value)[: limits.ACTOR_KEYS]:
        if isinstance(item, dict) and _belongs(item, "owner", actor_id):
            pem = item.get("publicKeyPem")
            if isinstance(pem, str) and _is_public_block(pem):
                found.append(PublicKeyEntry(item["id"], actor_id, pem))
    return tuple(found)


def parse_assertion_keys(value: Any, actor_id: str) -> tuple[MultikeyEntry, ...]:
    """The Multikey entries of an actor's `assertionMethod`; FEP-521a asks to ignore the others."""
    found: list[MultikeyEntry] = []
    for item in values.many(value)[: limits.ACTOR_KEYS]:
        if isinstance(item, dict) and "Multikey" in values.many(item.get("type")) and _belongs(item, "controller", actor_id):
            multibase = item.get("publicKeyMultibase")
            if isinstance(multibase, str) and 0 < len(multibase) <= limits.KEY_DOCUMENT_CHARACTERS:
                found.append(MultikeyEntry(item["id"], actor_id, multibase))
    return tuple(found)


def render_public_key(key: PublicKeyEntry) -> JsonObject:
    """One entry of `publicKey`."""
    return {"id": key.id, "owner": key.owner, "publicKeyPem": key.pem}


def render_assertion_key(key: MultikeyEntry) -> JsonObject:
    """One entry of `assertionMethod`."""
    return {"id": key.id, "type": "Multikey", "controller": key.controller, "publicKeyMultibase": key.multibase}


def _belongs(entry: JsonObject, owner_property: str, actor_id: str) -> bool:
    """Whether the key is on the actor's origin and says it is the actor's (FEP-fe34, FEP-521a); saying nothing counts as yes."""
    key_id = entry.get("id")
    if not isinstance(key_id, str) or not values.is_uri(key_id) or not uris.same_origin(key_id, actor_id):
        return False
    return values.link_id(entry.get(owner_property)) in {None, actor_id}


def _is_public_block(pem: str) -> bool:
    # A private key or a certificate that somebody published by mistake is not kept.
    return len(pem) <= limits.KEY_DOCUMENT_CHARACTERS and pem.lstrip().startswith(_PUBLIC_BLOCKS)
