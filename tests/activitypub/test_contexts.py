"""The tables of terms say what the published contexts say, and what is sent declares all that it uses."""

import json
from collections.abc import Mapping
from typing import Any

import pyld
import pytest

from fedirse.activitypub import jsonld
from fedirse.activitypub.contexts import names, outgoing
from fedirse.activitypub.contexts.addresses import BUNDLED, KNOWN, LITEPUB, normalise
from fedirse.activitypub.contexts.terms import LANGUAGE, LIST, SET, Context, as_jsonld
from fedirse.activitypub.vocabulary import ACTIVITY_TYPES, ACTOR_TYPES, AS2, COLLECTION_TYPES, OBJECT_TYPES
from tests.activitypub.meaning import meaning
from tests.fixtures_folder import fixtures

PUBLISHED = {
    "activitystreams": AS2,
    "did-v1": "https://www.w3.org/ns/did/v1",
    "fep-5711": "https://w3id.org/fep/5711",
    "fep-7aa9": "https://w3id.org/fep/7aa9",
    "fep-ef61": "https://w3id.org/fep/ef61",
    "gotosocial": "https://gotosocial.org/ns",
    "identity-v1": "https://w3id.org/identity/v1",
    "join-lemmy": "https://join-lemmy.org/context.json",
    "joinmastodon": "https://joinmastodon.org/ns",
    "miscellany": "https://purl.archive.org/miscellany",
    "security-data-integrity-v1": "https://w3id.org/security/data-integrity/v1",
    "security-data-integrity-v2": "https://w3id.org/security/data-integrity/v2",
    "security-multikey-v1": "https://w3id.org/security/multikey/v1",
    "security-v1": "https://w3id.org/security/v1",
    "webfinger": "https://purl.archive.org/socialweb/webfinger",
}

ALL_OUTGOING = {
    "actor": outgoing.ACTOR_CONTEXT,
    "object": outgoing.OBJECT_CONTEXT,
    "activity": outgoing.ACTIVITY_CONTEXT,
    "collection": outgoing.COLLECTION_CONTEXT,
    "activity with an actor": [*outgoing.ACTIVITY_CONTEXT, *outgoing.ACTOR_CONTEXT[1:]],
}


def resolved(context: Any) -> dict[str, Any]:
    """Each term of a published context with its IRIs written out, and without the protection that no table here has."""
    tables: dict[str, Any] = {}
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, str):
            tables |= resolved(as_jsonld(KNOWN[normalise(entry)])["@context"])
        else:
            tables |= {name: definition for name, definition in entry.items() if name not in {"@protected", "@version"}}

    def iri(short: str) -> str:
        prefix, _, suffix = short.partition(":")
        return tables[prefix] + suffix if isinstance(tables.get(prefix), str) and not suffix.startswith("//") else short

    def full(definition: Any) -> Any:
        if isinstance(definition, str):
            return {"@id": iri(definition)}
        return {key: resolved(value) if key == "@context" else iri(value) for key, value in definition.items()}

    return {name: definition if name == "@vocab" else full(definition) for name, definition in tables.items()}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_table_says_what_the_published_context_says(name: str) -> None:
    published = json.loads(fixtures("contexts", f"{name}.json").read_bytes())["@context"]
    assert resolved(as_jsonld(KNOWN[PUBLISHED[name]])["@context"]) == resolved(published)


@pytest.mark.parametrize("address", [AS2, "https://www.w3.org/ns/did/v1", "https://w3id.org/security/v1"])
def test_a_table_says_what_the_processor_has_bundled(address: str) -> None:
    bundled = json.loads(pyld.BUNDLED_CONTEXTS[address].read_bytes())["@context"]
    assert resolved(as_jsonld(KNOWN[address])["@context"]) == resolved(bundled)


def test_what_is_left_to_the_processor_is_bundled_with_it() -> None:
    assert pyld.BUNDLED_CONTEXTS.keys() >= BUNDLED
    assert not BUNDLED & KNOWN.keys()


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("http://www.w3.org/ns/activitystreams", AS2),
        ("https://www.w3.org/ns/activitystreams#", AS2),
        ("https://www.w3.org/ns/activitystreams.jsonld", AS2),
        ("http://www.w3.org/ns/activitystreams.jsonld#", AS2),
        ("http://joinmastodon.org/ns", "https://joinmastodon.org/ns"),
        ("http://joinmastodon.org/ns#", "https://joinmastodon.org/ns"),
        ("https://any.example/schemas/litepub-0.1.jsonld", LITEPUB),
        ("http://localhost:4001/schemas/litepub-0.1.jsonld", LITEPUB),
        ("https://any.example/contexts/litepub-0.1.jsonld", LITEPUB),
        ("https://litepub.social/litepub/context.jsonld", LITEPUB),
        ("https://litepub.social/context.jsonld", LITEPUB),
        ("https://join-lemmy.org/context.json", "https://join-lemmy.org/context.json"),
    ],
)
def test_an_address_is_known_however_it_is_written(written: str, address: str) -> None:
    assert normalise(written) == address
    assert address in KNOWN


@pytest.mark.parametrize(
    "address",
    [
        "https://www.w3.org/ns/activitystreams/",
        "https://www.w3.org.evil.example/ns/activitystreams",
        "https://evil.example/?litepub-0.1.jsonld",
        "urn:x/litepub-0.1.jsonld",
        "file:///litepub-0.1.jsonld",
        "activitystreams",
        "",
    ],
)
def test_an_address_that_only_looks_like_a_known_one_is_unknown(address: str) -> None:
    assert normalise(address) not in KNOWN


@pytest.mark.parametrize("address", KNOWN)
def test_a_known_address_is_written_as_it_is_looked_up(address: str) -> None:
    assert normalise(address) == address
    assert all(included in KNOWN for included in KNOWN[address].includes)


def test_every_name_of_the_normal_form_is_one_property_or_one_type() -> None:
    assert not {meaning.name for meaning in names.PROPERTIES.values()} & set(names.TYPES.values())
    assert all(
        len({(found.is_link, found.is_term) for found in names.PROPERTIES.values() if found.name == name}) == 1 for name in names.UNDECLARED
    )


def test_every_type_that_is_handled_has_a_short_name() -> None:
    handled = (
        ACTIVITY_TYPES
        | ACTOR_TYPES
        | OBJECT_TYPES
        | COLLECTION_TYPES
        | {"Tombstone", "Hashtag", "Emoji", "Mention", "PropertyValue", "Multikey"}
    )
    assert handled <= set(names.TYPES.values())


def test_items_in_a_list_and_translations_have_names_of_their_own() -> None:
    assert [names.property_of(f"{AS2}#items", container).name for container in (None, SET, LIST)] == ["items", "items", "orderedItems"]  # type: ignore[union-attr]
    assert names.property_of(f"{AS2}#summary", LANGUAGE) == names.Property("summaryMap")


def test_a_blank_name_is_an_extension_and_never_a_word_of_activitystreams() -> None:
    assert names.property_of("_:sensitive") == names.property_of(f"{AS2}#sensitive")
    assert names.property_of("_:content") is None
    assert names.type_of("_:Hashtag") == "Hashtag"
    assert names.type_of("_:Note") == "_:Note"


def declared(context: list[Any]) -> set[str]:
    """The names that a context of ours declares, those inside certain types included."""
    found: set[str] = set()
    for entry in context:
        if isinstance(entry, str):
            found |= _names(KNOWN[entry])
        else:
            found |= set(entry)
    return found


def _names(context: Context) -> set[str]:
    inside: list[Mapping[str, Any]] = [term.scoped for term in context.terms.values() if term.scoped is not None]
    return set(context.terms).union(*inside, *(_names(KNOWN[address]) for address in context.includes))


@pytest.mark.parametrize("context", ALL_OUTGOING.values(), ids=ALL_OUTGOING)
def test_what_is_sent_takes_the_fast_path_and_loses_nothing_when_it_comes_back(context: list[Any]) -> None:
    extensions = [name for name in sorted(declared(context)) if name in names.UNDECLARED and not names.UNDECLARED[name].is_term]
    document = {"@context": context, "id": "https://a.example/1", "type": "Note"} | {
        name: f"https://a.example/{name}" for name in extensions
    }
    found = jsonld.read_directly(document)
    assert found is not None
    assert found.dropped == ()
    assert found.document.keys() == document.keys() - {"@context"}
    assert meaning(found.document) == meaning(jsonld.read_by_processor(document).document)


@pytest.mark.parametrize("context", ALL_OUTGOING.values(), ids=ALL_OUTGOING)
def test_what_is_sent_breaks_no_protected_term_of_the_published_contexts(context: list[Any]) -> None:
    addresses = {address: json.loads(fixtures("contexts", f"{name}.json").read_bytes()) for name, address in PUBLISHED.items()}
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod", "proofValue": "z3"}
    document = {
        "@context": context,
        "type": "Person",
        "name": "A",
        "movedTo": "https://b.example/",
        "proof": {"@context": context, **proof},
    }
    options = {"documentLoader": pyld.FrozenDocumentLoader(addresses), "base": None}
    expanded = pyld.jsonld.expand(document, options)[0]
    assert expanded[f"{AS2}#name"] == [{"@value": "A"}]


def test_an_actor_refers_to_the_context_without_which_fedify_verifies_no_proof() -> None:
    assert "https://www.w3.org/ns/did/v1" in outgoing.ACTOR_CONTEXT


@pytest.mark.parametrize(
    ("context", "used"),
    [
        (
            outgoing.ACTOR_CONTEXT,
            "publicKey publicKeyPem owner assertionMethod controller publicKeyMultibase manuallyApprovesFollowers discoverable",
        ),
        (
            outgoing.ACTOR_CONTEXT,
            "indexable featured featuredTags movedTo alsoKnownAs PropertyValue value attributionDomains webfinger implements proof",
        ),
        (
            outgoing.OBJECT_CONTEXT,
            "Hashtag Emoji sensitive blurhash focalPoint votersCount quote quoteUri quoteUrl _misskey_quote conversation proof",
        ),
        (
            outgoing.OBJECT_CONTEXT,
            "interactionPolicy canQuote automaticApproval manualApproval EmojiReact QuoteRequest QuoteAuthorization size",
        ),
    ],
)
def test_every_extension_that_is_sent_is_declared(context: list[Any], used: str) -> None:
    assert set(used.split()) <= declared([entry for entry in context if entry != AS2]) | declared([AS2])
