"""The `@context` of what fedirse sends. Every extension that it uses is declared, inline where no lasting address publishes it."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from fedirse.activitypub.contexts.extensions import (
    FEDIBIRD,
    FEDIRSE,
    GTS,
    IMPLEMENTS,
    LEMMY,
    LITEPUB,
    MISSKEY,
    ORG,
    OSTATUS,
    QUOTES,
    SCHEMA,
    TOOT,
)
from fedirse.activitypub.vocabulary import AS2

_SECURITY: Final = "https://w3id.org/security/v1"
_DID: Final = "https://www.w3.org/ns/did/v1"
_PROOF: Final = "https://w3id.org/security/data-integrity/v2"
_MULTIKEY: Final = "https://w3id.org/security/multikey/v1"


def _reference(iri: str) -> dict[str, str]:
    """A property whose values are addresses."""
    return {"@id": iri, "@type": "@id"}


_OBJECT_TERMS: Final[dict[str, Any]] = {
    "toot": TOOT,
    "ostatus": OSTATUS,
    "gts": GTS,
    "litepub": LITEPUB,
    "Hashtag": "as:Hashtag",
    "sensitive": "as:sensitive",
    "Emoji": "toot:Emoji",
    "blurhash": "toot:blurhash",
    "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
    "votersCount": "toot:votersCount",
    "conversation": "ostatus:conversation",
    "EmojiReact": "litepub:EmojiReact",
    "quote": _reference(f"{QUOTES}quote"),
    "quoteUri": f"{FEDIBIRD}quoteUri",
    "quoteUrl": "as:quoteUrl",
    "_misskey_quote": f"{MISSKEY}_misskey_quote",
    "QuoteRequest": f"{QUOTES}QuoteRequest",
    "QuoteAuthorization": f"{QUOTES}QuoteAuthorization",
    "quoteAuthorization": _reference(f"{QUOTES}quoteAuthorization"),
    "interactingObject": _reference("gts:interactingObject"),
    "interactionTarget": _reference("gts:interactionTarget"),
    "interactionPolicy": _reference("gts:interactionPolicy"),
    "canQuote": _reference("gts:canQuote"),
    "automaticApproval": _reference("gts:automaticApproval"),
    "manualApproval": _reference("gts:manualApproval"),
    "size": "https://joinpeertube.org/ns#size",
}

_WITHIN_TERMS: Final[dict[str, Any]] = {"fedirse": FEDIRSE, "within": _reference("fedirse:within")}

_ANNOUNCEMENT_TERMS: Final[dict[str, Any]] = {
    "fedirse": FEDIRSE,
    "announcementVersion": "fedirse:announcementVersion",
    "priority": "fedirse:priority",
    "askedOf": "fedirse:askedOf",
    "confirmBefore": "fedirse:confirmBefore",
    "confirmFrom": "fedirse:confirmFrom",
    "countsUntil": "fedirse:countsUntil",
}

_HANDLING_TERMS: Final[dict[str, Any]] = {
    "fedirse": FEDIRSE,
    "embargoUntil": "fedirse:embargoUntil",
    "textByMail": "fedirse:textByMail",
    "firstLookOf": _reference("fedirse:firstLookOf"),
}

_READERS_TERMS: Final[dict[str, Any]] = {
    "fedirse": FEDIRSE,
    "announcementVersion": "fedirse:announcementVersion",
    "peopleAsked": "fedirse:peopleAsked",
    "peopleSeen": "fedirse:peopleSeen",
    "peopleConfirmed": "fedirse:peopleConfirmed",
}

_MAIL_TERMS: Final[dict[str, Any]] = {"fedirse": FEDIRSE, "peopleByMail": "fedirse:peopleByMail"}

_KIT_TERMS: Final[dict[str, Any]] = {
    "fedirse": FEDIRSE,
    "BrandKit": "fedirse:BrandKit",
    "kitVersion": "fedirse:kitVersion",
    "kitWithdrawn": "fedirse:kitWithdrawn",
    "mainColour": "fedirse:mainColour",
    "secondColour": "fedirse:secondColour",
    "letters": "fedirse:letters",
}

_MEMBERSHIP_TERMS: Final[dict[str, Any]] = {
    "fedirse": FEDIRSE,
    "org": ORG,
    "Roster": "fedirse:Roster",
    "Segment": "fedirse:Segment",
    "serial": "fedirse:serial",
    "memberKey": "fedirse:memberKey",
    "suspended": "fedirse:suspended",
    "withdrawn": "fedirse:withdrawn",
    "attributes": {"@id": "fedirse:attributes", "@type": "@json"},
    "listing": {"@id": "fedirse:listing", "@type": "@json"},
    "selection": {"@id": "fedirse:selection", "@type": "@json"},
}

_ACTOR_TERMS: Final[dict[str, Any]] = {
    "toot": TOOT,
    "schema": SCHEMA,
    "lemmy": LEMMY,
    "Emoji": "toot:Emoji",
    "Hashtag": "as:Hashtag",
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "movedTo": _reference("as:movedTo"),
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "suspended": "toot:suspended",
    "featured": _reference("toot:featured"),
    "featuredTags": _reference("toot:featuredTags"),
    "attributionDomains": _reference("toot:attributionDomains"),
    "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
    "moderators": _reference("lemmy:moderators"),
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "implements": {"@id": f"{IMPLEMENTS}implements", "@type": "@id", "@container": "@list"},
}

ACTOR_CONTEXT: Final[list[Any]] = [AS2, _SECURITY, _DID, _PROOF, _MULTIKEY, _ACTOR_TERMS]
"""For actors. Fedify verifies a proof of ours only if the actor's document refers to the DID context."""

OBJECT_CONTEXT: Final[list[Any]] = [AS2, _PROOF, _OBJECT_TERMS]
"""For posts, tombstones and whatever else an activity is about."""

ACTIVITY_CONTEXT: Final[list[Any]] = OBJECT_CONTEXT
"""For activities, which mostly carry an object. One that carries an actor needs the entries of ACTOR_CONTEXT besides."""


def context_within(context: list[Any], within: Sequence[str]) -> list[Any]:
    """A context for a post, or an activity about one, that is `within` something; the plain one for all others, whoever reads them."""
    return [*context, _WITHIN_TERMS] if within else list(context)


def context_announced(context: list[Any], announcement: Collection[str] | None) -> list[Any]:
    """A context for a post that is an announcement with those terms; the same one for all others."""
    if not announcement:
        return context
    handled = [_HANDLING_TERMS] if _HANDLING_TERMS.keys() & set(announcement) else []
    return [*context, _ANNOUNCEMENT_TERMS, *handled]


MEMBERSHIP_CONTEXT: Final[list[Any]] = [AS2, _PROOF, _MEMBERSHIP_TERMS]
"""For what a head office says of its members and segments."""

OTHER_KEY_TERMS: Final[dict[str, Any]] = {
    "formerKey": "fedirse:formerKey",
    "formerKeyUntil": "fedirse:formerKeyUntil",
    "memberKeyId": {"@id": "fedirse:memberKeyId", "@type": "@id"},
}
"""Besides, where a member changes its key and the one before counts for a while, and for the key of the head office."""

ROSTER_NEWS_CONTEXT: Final[list[Any]] = [AS2, _PROOF, {"fedirse": FEDIRSE, "rosterSerial": "fedirse:rosterSerial"}]
"""For activities that carry such a statement, which keeps its own context: its proof is made over it."""

TELEPHONE_CONTEXT: Final[list[Any]] = [
    AS2,
    _PROOF,
    {"schema": SCHEMA, "ContactPoint": "schema:ContactPoint", "telephone": "schema:telephone"},
]
"""For the telephone number that a member gives its head office."""

ACKNOWLEDGEMENT_CONTEXT: Final[list[Any]] = [AS2, _PROOF, _READERS_TERMS]
"""For what a site says of an announcement: that it was seen, and that it is confirmed."""


def context_acknowledged(told: Collection[str]) -> list[Any]:
    """A context for what a site says of an announcement in those terms."""
    return [*ACKNOWLEDGEMENT_CONTEXT, _MAIL_TERMS] if "peopleByMail" in told else ACKNOWLEDGEMENT_CONTEXT


KIT_CONTEXT: Final[list[Any]] = [AS2, _PROOF, _KIT_TERMS]
"""For the look that a head office offers to its sites."""

COLLECTION_CONTEXT: Final[list[Any]] = [AS2]
"""For collections of ids. One that carries documents needs the entries of their contexts besides."""
