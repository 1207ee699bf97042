"""Our own actors as others read them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedirse.activitypub.documents.actor import Actor, ProfileField
from fedirse.activitypub.documents.image import Image
from fedirse.activitypub.documents.keys import MultikeyEntry, PublicKeyEntry
from fedirse.base.actors import StoredActor

# FEP-844e: what this program can do beyond the plain protocol, by the documents that say how.
MESSAGE_SIGNATURES = "https://datatracker.ietf.org/doc/html/rfc9421"
MESSAGE_SIGNATURES_ED25519 = "https://datatracker.ietf.org/doc/html/rfc9421#name-eddsa-using-curve-edwards25"
IMPLEMENTS = (MESSAGE_SIGNATURES, MESSAGE_SIGNATURES_ED25519)


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """Public keys as text: (key id, PEM) of RSA, (key id, multibase) of Ed25519, the current one first."""

    rsa: tuple[str, str]
    ed25519: Sequence[tuple[str, str]]


def render_own_actor(actor: StoredActor, keys: PublishedKeys) -> Actor:
    """A local actor's document."""
    return Actor(
        id=actor.uri,
        type=actor.kind,
        inbox=actor.inbox,
        handle=actor.handle,
        name=actor.name,
        summary=actor.summary or None,
        url=actor.url,
        outbox=actor.outbox,
        followers=actor.followers,
        following=actor.following,
        shared_inbox=actor.shared_inbox,
        icon=Image(actor.icon) if actor.icon else None,
        image=Image(actor.image) if actor.image else None,
        manually_approves_followers=actor.locked,
        discoverable=actor.discoverable,
        indexable=False,
        also_known_as=actor.also_known_as,
        moved_to=actor.moved_to,
        published=actor.published_at,
        fields=tuple(ProfileField(name, value) for name, value in actor.fields),
        public_keys=(PublicKeyEntry(keys.rsa[0], actor.uri, keys.rsa[1]),),
        assertion_keys=tuple(MultikeyEntry(uri, actor.uri, text) for uri, text in keys.ed25519),
        webfinger=f"{actor.handle}@{actor.host}",
        implements=IMPLEMENTS,
    )
