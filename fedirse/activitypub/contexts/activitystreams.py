"""The terms of the ActivityStreams 2.0 context, with those of ActivityPub."""

from typing import Final

from fedirse.activitypub.contexts.terms import (
    AS,
    KEYWORD_ALIASES,
    LANGUAGE,
    LIST,
    REFERENCE,
    XSD,
    Context,
    Term,
    plain,
    prefixes,
    references,
)

_LDP = "http://www.w3.org/ns/ldp#"

TYPES: Final = """
    Accept Activity IntransitiveActivity Add Announce Application Arrive Article Audio Block Collection CollectionPage Relationship Create
    Delete Dislike Document Event Follow Flag Group Ignore Image Invite Join Leave Like Link Mention Note Object Offer OrderedCollection
    OrderedCollectionPage Organization Page Person Place Profile Question Reject Remove Service TentativeAccept TentativeReject Tombstone
    Undo Update Video View Listen Read Move Travel IsFollowing IsFollowedBy IsContact IsMember
"""

ACTIVITYSTREAMS: Final = Context(
    {
        **prefixes(xsd=XSD, ldp=_LDP, vcard="http://www.w3.org/2006/vcard/ns#", **{"as": AS}),
        **KEYWORD_ALIASES,
        **plain(AS, TYPES),
        **references(
            AS,
            """
            subject relationship actor attributedTo attachment bcc bto cc context current first generator icon image inReplyTo items
            instrument last location next object oneOf anyOf origin prev preview replies result audience partOf tag target to url href
            describes formerType outbox following followers streams endpoints uploadMedia proxyUrl liked oauthAuthorizationEndpoint
            oauthTokenEndpoint provideClientKey signClientKey sharedInbox Public likes shares alsoKnownAs
            """,
        ),
        **references(_LDP, "inbox"),
        **plain(AS, "content name summary hreflang mediaType rel units preferredUsername source"),
        **plain(AS, "closed deleted endTime published startTime updated", XSD + "dateTime"),
        **plain(AS, "accuracy altitude latitude longitude radius", XSD + "float"),
        **plain(AS, "height startIndex totalItems width", XSD + "nonNegativeInteger"),
        **plain(AS, "duration", XSD + "duration"),
        **{f"{name}Map": Term(f"{AS}{name}", container=LANGUAGE) for name in ("content", "name", "summary")},
        "orderedItems": Term(f"{AS}items", REFERENCE, LIST),
    },
    vocabulary="_:",
)
