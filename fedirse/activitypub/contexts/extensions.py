"""The terms that programs of the fediverse add: contexts published at an address, and vocabularies that everybody declares inline."""

from typing import Final

from fedirse.activitypub.contexts.terms import AS, LANGUAGE, LIST, SEC, XSD, Context, Term, Terms, plain, prefixes, references

TOOT: Final = "http://joinmastodon.org/ns#"
OSTATUS: Final = "http://ostatus.org#"
SCHEMA: Final = "http://schema.org#"
LITEPUB: Final = "http://litepub.social/ns#"
MISSKEY: Final = "https://misskey-hub.net/ns#"
FEDIBIRD: Final = "http://fedibird.com/ns#"
GTS: Final = "https://gotosocial.org/ns#"
QUOTES: Final = "https://w3id.org/fep/044f#"
ORG: Final = "http://www.w3.org/ns/org#"
IMPLEMENTS: Final = "https://w3id.org/fep/844e/"
FEDIRSE: Final = "https://w3id.org/fedirse#"
LEMMY: Final = "https://join-lemmy.org/ns#"
_PEERTUBE = "https://joinpeertube.org/ns#"
_WEBFINGER = "https://purl.archive.org/socialweb/webfinger#"
_FEATURED = "https://w3id.org/fep/7aa9#"

# Terms in the namespace of ActivityStreams that its context does not have.
_AS_EXTRAS: Final[Terms] = plain(AS, "Hashtag manuallyApprovesFollowers quoteUrl sensitive") | references(AS, "movedTo")

JOINMASTODON: Final = Context(
    {
        **prefixes(toot=TOOT),
        **plain(TOOT, "Emoji blurhash discoverable indexable memorial suspended votersCount"),
        **references(TOOT, "attributionDomains featured featuredTags"),
        **plain(TOOT, "focalPoint", container=LIST),
    }
)

MISCELLANY: Final = Context(
    {
        **prefixes(xsd=XSD, **{"as": AS}),
        **plain(AS, "Hashtag manuallyApprovesFollowers sensitive"),
        **references(AS, "movedTo"),
    }
)

GOTOSOCIAL: Final = Context(
    {
        **prefixes(xsd=XSD, gts=GTS),
        **plain(GTS, "LikeRequest ReplyRequest AnnounceRequest ReplyAuthorization AnnounceAuthorization"),
        "LikeAuthorization": Term(f"{GTS}LikeApproval"),
        **plain(QUOTES, "QuoteRequest QuoteAuthorization"),
        **references(QUOTES, "quoteAuthorization"),
        **references(
            GTS,
            """
            likeAuthorization replyAuthorization announceAuthorization interactingObject interactionTarget interactionPolicy canLike
            canReply canAnnounce canQuote automaticApproval manualApproval always approvalRequired approvedBy
            """,
        ),
        **plain(GTS, "hidesToPublicFromUnauthedWeb hidesCcPublicFromUnauthedWeb", XSD + "boolean"),
    }
)

JOIN_LEMMY: Final = Context(
    {
        **prefixes(
            lemmy=LEMMY, litepub=LITEPUB, pt=_PEERTUBE, sc="http://schema.org/", mastodon=TOOT, **{"as": AS}
        ),
        **plain(LITEPUB, "ChatMessage"),
        **plain(_PEERTUBE, "commentsEnabled"),
        **plain(AS, "Hashtag sensitive"),
        **plain(LEMMY, "matrixUserId postingRestrictedToMods removeData stickied distinguished"),
        **references(LEMMY, "moderators"),
        **references(TOOT, "featured"),
        **plain("http://schema.org/", "identifier"),
        "expires": Term(f"{AS}endTime"),
        "language": Term("http://schema.org/inLanguage"),
    },
    includes=("https://w3id.org/security/v1",),
)  # fmt: skip

LITEPUB_0_1: Final = Context(
    {
        **prefixes(
            fedibird=FEDIBIRD,
            firefish="https://joinfirefish.org/ns#",
            gts=GTS,
            litepub=LITEPUB,
            misskey=MISSKEY,
            ostatus=OSTATUS,
            schema=SCHEMA,
            sharkey="https://joinsharkey.org/ns#",
            sm="http://smithereen.software/ns#",
            toot=TOOT,
            vcard="http://www.w3.org/2006/vcard/ns#",
        ),
        **plain(TOOT, "Emoji discoverable"),
        **references(TOOT, "featured"),
        **plain(AS, "Hashtag manuallyApprovesFollowers quoteUrl sensitive"),
        **references(AS, "alsoKnownAs"),
        "contentMap": Term(f"{AS}content", container=LANGUAGE),
        **plain(SCHEMA, "PropertyValue value"),
        **plain(OSTATUS, "atomUri"),
        **references(OSTATUS, "conversation"),
        **plain(LITEPUB, "EmojiReact ChatMessage capabilities directMessage formerRepresentations invisible"),
        **references(LITEPUB, "listMessage oauthRegistrationEndpoint"),
        **plain(FEDIBIRD, "quoteUri"),
        **plain(MISSKEY, "isCat"),
        **references("https://joinsharkey.org/ns#", "backgroundUrl"),
        **plain("https://joinfirefish.org/ns#", "speakAsCat"),
        **plain("http://smithereen.software/ns#", "nonAnonymous"),
        **plain(QUOTES, "QuoteAuthorization QuoteRequest"),
        **references(QUOTES, "quote quoteAuthorization"),
        **references(GTS, "automaticApproval canQuote interactingObject interactionPolicy interactionTarget manualApproval"),
    },
    includes=("https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1", "https://purl.archive.org/socialweb/webfinger"),
)
"""Every server of the Pleroma family publishes its own; this is what Pleroma's and Akkoma's have together."""

WEBFINGER: Final = Context({**prefixes(wf=_WEBFINGER, xsd=XSD), **plain(_WEBFINGER, "webfinger", XSD + "string")})

FEP_5711: Final = Context(
    references("https://w3id.org/fep/5711#", "likesOf sharesOf repliesOf inboxOf outboxOf followersOf followingOf likedOf")
)

FEP_7AA9: Final = Context(
    {
        **plain(_FEATURED, "FeaturedCollection FeaturedItem FeatureRequest FeatureAuthorization"),
        **references(_FEATURED, "topic featuredObject canFeature featureAuthorization"),
    }
)

FEP_EF61: Final = Context(
    {
        **references("https://w3id.org/fep/ef61/", "gateways", LIST),
        **plain("https://www.w3.org/ns/credentials/v2#", "digestMultibase"),
    }
)

DECLARED_INLINE: Final[Terms] = {
    **_AS_EXTRAS,
    **plain(OSTATUS, "atomUri conversation inReplyToAtomUri"),
    **plain(
        SCHEMA,
        """
        PropertyValue value identifier inLanguage category PostalAddress address addressCountry addressLocality addressRegion postalCode
        streetAddress ContactPoint telephone
        """,
    ),
    **plain(MISSKEY, "_misskey_content _misskey_quote _misskey_reaction _misskey_summary _misskey_votes isCat"),
    **plain(FEDIBIRD, "quoteUri"),
    **references(QUOTES, "quote"),
    **plain(SEC, "RsaSignature2017"),
    **references(IMPLEMENTS, "implements", LIST),
    **references(ORG, "memberOf role subOrganizationOf"),
    **plain(FEDIRSE, "Roster Segment rosterSerial"),
    **references(FEDIRSE, "firstLookOf within"),
    **plain(
        FEDIRSE,
        """
        announcementVersion priority askedOf confirmBefore confirmFrom countsUntil embargoUntil textByMail
        peopleAsked peopleSeen peopleConfirmed peopleByMail
        """,
    ),
    **plain(FEDIRSE, "BrandKit kitVersion kitWithdrawn mainColour secondColour letters"),
    "digestMultibase": Term(f"{SEC}digestMultibase", SEC + "multibase"),
    **plain(_PEERTUBE, "size"),
}
"""What no context of an address defines and documents define for themselves."""
