"""Generated ActivityStreams documents, in contexts that are usual, unusual and hostile."""

from typing import Any

from hypothesis import strategies as st

from fedirse.activitypub.vocabulary import AS2, PUBLIC

ADDRESSES = (
    AS2,
    "http://www.w3.org/ns/activitystreams#",
    "https://w3id.org/security/v1",
    "https://www.w3.org/ns/did/v1",
    "https://www.w3.org/ns/cid/v1",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/identity/v1",
    "http://joinmastodon.org/ns",
    "https://gotosocial.org/ns",
    "https://join-lemmy.org/context.json",
    "https://pleroma.example/schemas/litepub-0.1.jsonld",
    "https://purl.archive.org/miscellany",
    "https://purl.archive.org/socialweb/webfinger",
    "https://w3id.org/fep/5711",
    "https://unknown.example/context",
)

USUAL_TERMS = {
    "toot": "http://joinmastodon.org/ns#",
    "schema": "http://schema.org#",
    "sc": "http://schema.org/",
    "ostatus": "http://ostatus.org#",
    "misskey": "https://misskey-hub.net/ns#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "Hashtag": "as:Hashtag",
    "Emoji": "toot:Emoji",
    "PropertyValue": "schema:PropertyValue",
    "value": "sc:value",
    "sensitive": "as:sensitive",
    "movedTo": {"@id": "as:movedTo", "@type": "@id"},
    "featured": "toot:featured",
    "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
    "_misskey_quote": "misskey:_misskey_quote",
    "conversation": "ostatus:conversation",
    "@language": "und",
    "@vocab": "_:",
    "unknown": "https://unknown.example/ns#unknown",
}

NAMES = (
    *("content", "name", "summary", "to", "cc", "actor", "object", "attributedTo", "url", "tag", "icon", "items", "orderedItems", "replies"),
    *("published", "endTime", "totalItems", "source", "context", "mediaType", "alsoKnownAs", "inbox", "proof", "signature", "expires"),
    *("sensitive", "movedTo", "featured", "focalPoint", "value", "conversation", "publicKey", "owner", "publicKeyPem", "assertionMethod"),
    *("controller", "publicKeyMultibase", "quote", "quoteUrl", "_misskey_quote", "interactionPolicy", "always", "votersCount", "created"),
    *("implements", "creator", "verificationMethod", "proofPurpose", "cryptosuite", "service", "image", "memberOf", "language", "identifier"),
    *("unknown", "undeclared", "Note", "Public"),
)  # fmt: skip
PREFIXES = ("as", "toot", "schema", "sc")
COMPACT = ("as:content", "as:to", "toot:discoverable", "vcard:bday", "nobody:knows", "https://unknown.example/ns#x", "_:blank")
KEYS = (*NAMES, *NAMES, *PREFIXES, *COMPACT)
MAPS = ("contentMap", "nameMap", "summaryMap")
TYPES = (
    *("Note", "Create", "Person", "Collection", "Hashtag", "Emoji", "PropertyValue", "DataIntegrityProof", "Multikey", "CryptographicKey"),
    *("as:Note", "schema:PropertyValue", "nobody:Type", f"{AS2}#Article", "Unheard", "content", "undeclared", "x y"),
)  # fmt: skip
STRINGS = (
    *("https://a.example/1", "http://b.example/2#x", PUBLIC, "as:Public", "Public", "as:other", "toot:x", "sec:y", "nobody:z"),
    *("acct:a@b.example", "plain text", "a: b", ":", "", "x/../y", "_:b0", "assertionMethod", "2026-01-01T00:00:00Z", "name", "id"),
)  # fmt: skip

strings = st.sampled_from(STRINGS)
scalars = strings | st.integers(-3, 3) | st.booleans() | st.none() | st.floats(-2, 2, width=16)
language_maps = st.dictionaries(
    st.sampled_from(["en", "fr", "zh-Hant", "und", "EN"]), strings | st.lists(strings, max_size=2) | st.none(), max_size=2
)
explicit = st.builds(lambda key, text: {key: text}, st.sampled_from(["@value", "@id"]), strings) | st.builds(
    lambda text: {"@value": text, "@language": "de"}, strings
)

valid_definitions = (
    st.sampled_from(["as:content", "as:to", "as:items", "as:object", "toot:featured", "schema:value", "sec:owner", "https://unknown.example/x#"])
    | st.none()
    | st.builds(
        lambda iri, more: {"@id": iri, **more},
        st.sampled_from(["as:content", "as:tag", "toot:focalPoint", "nobody:x", f"{AS2}#name", None]),
        st.sampled_from(
            [{}, {"@type": "@id"}, {"@type": "xsd:string"}, {"@container": "@list"}, {"@container": ["@set"]}, {"@container": "@language"}]
        ),
    )
)  # fmt: skip
hostile_definitions = valid_definitions | st.sampled_from(
    ["@id", "@type", "@graph", "content", "@json", "", {"@type": "@id"}, {"@id": "as:x", "@type": "@vocab"}, {"@reverse": "as:object"}]
)

usual_terms = st.builds(
    dict.__or__,
    st.lists(st.sampled_from([*USUAL_TERMS]), max_size=6).map(lambda names: {name: USUAL_TERMS[name] for name in names}),
    st.sampled_from([{}, {}, {}, {"@language": "fr"}]),
)
valid_terms = st.builds(dict.__or__, usual_terms, st.dictionaries(st.sampled_from([*NAMES, "a", "b"]), valid_definitions, max_size=2))
hostile_terms = st.builds(
    dict.__or__, usual_terms, st.dictionaries(st.sampled_from([*NAMES, *PREFIXES, "a", "b"]), hostile_definitions, max_size=2)
)
addresses = st.sampled_from(ADDRESSES)
valid_contexts = addresses | usual_terms | st.lists(addresses | usual_terms | valid_terms, max_size=4)
hostile_contexts = valid_contexts | st.lists(addresses | hostile_terms | st.none(), max_size=4)


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    """An object; now and then with a context of its own, which is valid, as a wrong one counts only where it is read."""
    found: dict[str, Any] = draw(st.dictionaries(st.sampled_from(KEYS), inner, max_size=5))
    if draw(st.booleans()):
        found["type"] = draw(st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), max_size=2) | st.none())
    if draw(st.booleans()):
        found["id"] = draw(strings | st.none())
    if draw(st.integers(0, 3)) == 0:
        found[draw(st.sampled_from(MAPS))] = draw(language_maps)
    if draw(st.integers(0, 12)) == 0:
        found["@context"] = draw(valid_contexts)
    return found


members = st.recursive(scalars | explicit, lambda inner: st.lists(inner, max_size=3) | objects(inner), max_leaves=12)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document, mostly with a context."""
    document = draw(objects(members))
    if draw(st.integers(0, 9)):
        document["@context"] = draw(hostile_contexts)
    return document


KEYWORDS = ("@context", "@graph", "@id", "@included", "@index", "@language", "@list", "@nest", "@reverse", "@set", "@type", "@value", "@foo")  # fmt: skip
broken: st.SearchStrategy[Any] = st.recursive(
    scalars | st.sampled_from([*ADDRESSES, *KEYWORDS]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, *MAPS, *KEYWORDS, "id", "type", ""]), inner, max_size=4)
    ),
    max_leaves=15,
)
broken_documents = st.dictionaries(st.sampled_from([*KEYS, *MAPS, *KEYWORDS, "id", "type"]), broken, max_size=5)
"""Objects in which anything stands anywhere."""
