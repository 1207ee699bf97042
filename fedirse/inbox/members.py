"""Members of the network at the door: the network itself lies above and hands in the one question that is asked here."""

from collections.abc import Callable

from fedirse.activitypub.signatures import KeyAlgorithm
from fedirse.activitypub.signatures.keys import PublicKey
from fedirse.remote.key_memory import KnownKey
from fedirse.site import Site
from fedirse.storage.transaction import Transaction

ScopesOf = Callable[[Transaction, Site, str, PublicKey], frozenset[tuple[str, str]]]
"""What of the network an actor is inside that has shown it has a key, as `Reader.scopes`; nothing for who is no member."""


def no_member(_tx: Transaction, _site: Site, _actor: str, _key: PublicKey) -> frozenset[tuple[str, str]]:
    """Nobody is a member."""
    return frozenset()


async def is_member(site: Site, known: KnownKey, scopes_of: ScopesOf) -> bool:
    """Whether the key is that of a site which is a member now. Members have Ed25519 keys; about others nothing is looked up."""
    if known.key.algorithm is not KeyAlgorithm.ED25519:
        return False
    return bool(await site.read(scopes_of, site, known.actor.uri, known.key))
