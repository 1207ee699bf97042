"""Foreign documents are read for what they mean, or refused; never for what they look like."""

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyld
import pytest

from fedirse.activitypub import jsonld
from fedirse.activitypub.jsonld import scope
from fedirse.activitypub.vocabulary import AS2, PUBLIC
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from tests.activitypub.meaning import meaning

TOOT = "http://joinmastodon.org/ns#"
NOTE = {"id": "https://a.example/1", "type": "Note", "content": "hi"}
BOTH = pytest.mark.parametrize("read", [jsonld.read, jsonld.read_by_processor], ids=["as usual", "by the processor"])
Reader = Callable[[dict[str, Any]], jsonld.Read]


def reason_of(document: dict[str, Any], read: Reader = jsonld.read) -> str:
    with pytest.raises(MalformedDocument) as caught:
        read(document)
    return caught.value.reason


def in_context(*entries: Any, **members: Any) -> dict[str, Any]:
    return {"@context": [AS2, *entries], **members}


@pytest.mark.attack("SIG-069")
@pytest.mark.parametrize(
    "document",
    [
        {"@context": AS2, "@graph": [NOTE]},
        {"@context": AS2, "id": "https://a.example/", "type": "Create", "@graph": [NOTE]},
        in_context({"g": "@graph"}, g=[NOTE]),
        in_context({"g": "@graph"}, id="https://a.example/", type="Create", g=[NOTE]),
        in_context({"a": "@graph", "b": "a"}, type="Create", b=[NOTE]),
        in_context({"a": "b", "b": "c", "c": {"@id": "@graph"}}, type="Create", a=[NOTE]),
        in_context({"a": "@graph"}, {"b": "a"}, type="Create", b=NOTE),
        in_context(type="Create", object={"@context": {"g": "@graph"}, "id": "https://a.example/2", "g": [NOTE]}),
        in_context({"object": {"@id": "as:object", "@container": "@graph"}}, type="Create", object=NOTE),
        in_context("https://w3id.org/security/data-integrity/v2", type="Create", proof={"@graph": [NOTE, NOTE]}),
        {"@context": AS2, "type": "Create", "object": {"@set": [{"@graph": [NOTE]}]}},
    ],
)
def test_a_document_hidden_in_a_graph_is_refused(document: dict[str, Any]) -> None:
    assert reason_of(document) in {"hidden-statements", "not-json-ld"}


@pytest.mark.attack("SIG-070")
@pytest.mark.parametrize(
    "document",
    [
        {"@context": AS2, **NOTE, "@reverse": {"object": {"type": "Create", "id": "https://a.example/2"}}},
        in_context({"r": "@reverse"}, **NOTE, r={"object": {"type": "Create"}}),
        in_context({"r": "@reverse", "s": "r"}, **NOTE, s={"object": {"type": "Create"}}),
        in_context({"objectOf": {"@reverse": "as:object"}}, **NOTE, objectOf={"type": "Create", "id": "https://a.example/2"}),
        in_context({"object": {"@reverse": "as:object"}}, **NOTE, object={"type": "Create", "id": "https://a.example/2"}),
        {"@context": AS2, "type": "Create", "object": {**NOTE, "@reverse": {"object": {"type": "Delete"}}}},
    ],
)
def test_a_document_hidden_behind_a_reversed_property_is_refused(document: dict[str, Any]) -> None:
    assert reason_of(document) == "hidden-statements"


@pytest.mark.attack("SIG-071")
@pytest.mark.parametrize(
    "document",
    [
        {"@context": AS2, **NOTE, "@included": [{"type": "Delete", "id": "https://a.example/2"}]},
        in_context({"i": "@included"}, **NOTE, i=[{"type": "Delete", "id": "https://a.example/2"}]),
        {"@context": AS2, "type": "Create", "object": {**NOTE, "@included": {"type": "Delete"}}},
    ],
)
def test_a_document_with_included_objects_is_refused(document: dict[str, Any]) -> None:
    assert reason_of(document) == "hidden-statements"


@pytest.mark.attack("SIG-072")
@BOTH
@pytest.mark.parametrize(
    "terms",
    [
        {"content": None, "to": None, "txt": "as:content"},
        {"content": {"@id": None}, "to": {"@id": None}, "txt": {"@id": "as:content"}},
        {"content": "https://evil.example/#c", "to": "https://evil.example/#t", "txt": f"{AS2}#content"},
        {"content": None, "to": None, "x": f"{AS2}#", "txt": "x:content"},
        {"content": {"@id": "as:content", "@type": "@json"}, "to": None, "txt": "content"},
    ],
)
def test_swapped_terms_are_read_by_their_meaning(read: Reader, terms: dict[str, Any]) -> None:
    evil = {"type": "Note", "txt": "hi", "content": {"EVIL": True}, "to": PUBLIC}
    assert read(in_context(terms, **evil)).document == {"type": "Note", "content": "hi"}
    assert read(in_context(type="Create", object={"@context": terms, **evil})).document["object"] == {"type": "Note", "content": "hi"}


@BOTH
def test_keywords_under_other_names_are_read_by_their_meaning(read: Reader) -> None:
    swapped = in_context({"id": "@type", "type": "@id"}, id="Note", type="https://a.example/1")
    assert read(swapped).document == {"id": "https://a.example/1", "type": "Note"}
    redefined = in_context({"id": "https://evil.example/#id", "@vocab": "_:"}, **{**NOTE, "@id": "https://b.example/2"})
    assert read(redefined).document == {"id": "https://b.example/2", "type": "Note", "content": "hi"}


@BOTH
def test_two_keys_for_one_property_are_read_together(read: Reader) -> None:
    found = read(in_context({"also": {"@id": "as:to", "@type": "@id"}}, to="https://a.example/", also=["https://b.example/"])).document
    assert sorted(found["to"]) == ["https://a.example/", "https://b.example/"]


@pytest.mark.attack("SIG-073")
def test_keys_that_leave_the_signed_graph_as_it_is_are_read_all_the_same() -> None:
    # So a signature over the graph cannot vouch for what is read; nothing here takes one for authority.
    honest = {"@context": AS2, **NOTE}
    changed = honest | {"sensitive": True, "quoteUrl": "https://evil.example/", "unheard": "of"}
    graph = {"documentLoader": pyld.FrozenDocumentLoader(), "algorithm": "URDNA2015", "format": "application/n-quads"}
    assert pyld.jsonld.normalize(honest, graph) == pyld.jsonld.normalize(changed, graph)
    assert jsonld.read(changed).document == jsonld.read(honest).document | {"sensitive": True, "quoteUrl": "https://evil.example/"}
    assert jsonld.read(changed).dropped == ("_:unheard",)


@pytest.mark.attack("SIG-075")
@BOTH
@pytest.mark.parametrize("keyword", ["@reverse", "@included", "@graph"])
def test_keywords_inside_a_signature_are_refused(read: Reader, keyword: str) -> None:
    signature = {"type": "RsaSignature2017", "creator": "https://a.example/#key", "signatureValue": "AA==", keyword: {"object": NOTE}}
    document = in_context("https://w3id.org/security/v1", **NOTE, signature=signature)
    assert reason_of(document, read) in {"hidden-statements", "not-json-ld"}


def test_a_json_literal_is_no_object() -> None:
    document = in_context({"object": {"@id": "as:object", "@type": "@json"}}, type="Create", object={"type": "Note", "content": "EVIL"})
    assert meaning(jsonld.read(document).document) == meaning({"type": "Create"})
    document = {"@context": AS2, "orderedItems": {"@list": [{"@type": "@json", "@value": {"type": "Note"}}]}}
    assert jsonld.read(document).document == {"orderedItems": []}


@BOTH
@pytest.mark.parametrize("entry", ["https://unknown.example/context", "http://schema.org/", "contexts/local", "", "file:///etc/hosts"])
def test_an_unknown_context_is_left_out_and_named(read: Reader, entry: str) -> None:
    found = read(in_context(entry, **NOTE))
    assert found.document == NOTE
    assert found.dropped == (entry,)


def test_an_unknown_context_is_left_out_wherever_it_stands() -> None:
    document = {"@context": [AS2, "https://a.example/c"], "object": {"@context": ["https://b.example/c", {"x": "@index"}], **NOTE}}
    found = jsonld.read(document)
    assert found.path == "pyld"
    assert found.document == {"object": NOTE}
    assert found.dropped == ("https://a.example/c", "https://b.example/c")


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"@import": AS2}, "context-import"),
        ({"@import": "https://unknown.example/"}, "context-import"),
        ({"object": {"@id": "as:object", "@context": {"content": "as:name"}}}, "context-scoped"),
        ({"Note": {"@id": "as:Note", "@context": "https://unknown.example/"}}, "context-scoped"),
        ({"a": "b:c", "b": "a:c"}, "not-json-ld"),
        ({"@id": "https://a.example/"}, "not-json-ld"),
        ({"content": 5}, "not-json-ld"),
        ({"a": {"@id": ["as:content"]}}, "not-json-ld"),
        ({"a": {"@id": "as:content", "@container": [{}]}}, "not-json-ld"),
        ({"@vocab": 1}, "not-json-ld"),
        ({"@context": {"content": "as:name"}}, "bad-context"),
        ({"@context": {"@import": AS2, "content": "as:name"}}, "bad-context"),
    ],
)
def test_a_context_that_reaches_further_or_is_wrong_is_refused(terms: dict[str, Any], reason: str) -> None:
    assert reason_of(in_context(terms, **NOTE)) == reason


def test_no_document_changes_how_the_next_one_is_read() -> None:
    for terms in ({"content": "as:name"}, {"@import": AS2, "content": "as:name"}, {"@vocab": "https://evil.example/", "x": "@graph"}):
        try:
            jsonld.read_by_processor(in_context(terms, **NOTE))
        except MalformedDocument as error:
            assert error.reason == "context-import"  # noqa: PT017
    assert jsonld.read_by_processor({"@context": AS2, **NOTE}).document == NOTE


@pytest.mark.parametrize("context", [3, 1.5, True, [AS2, 3], [[True]]])
def test_what_is_no_context_is_refused(context: Any) -> None:
    assert reason_of({"@context": context, **NOTE}) == "bad-context"


@pytest.mark.parametrize(
    "document", [{"@value": "x"}, {"@list": [NOTE]}, {"@set": [NOTE, NOTE]}, {"@value": None}, {"@context": AS2, "@set": []}]
)
def test_a_document_that_is_no_object_is_refused(document: dict[str, Any]) -> None:
    assert reason_of(document) in {"not-one-object", "not-json-ld"}


@BOTH
@pytest.mark.parametrize("member", [{"id": 5}, {"id": ["https://a.example/"]}, {"id": {}}, {"type": 5}, {"type": [None, 5]}, {"type": {}}])
def test_an_id_or_type_that_is_no_string_is_refused(read: Reader, member: dict[str, Any]) -> None:
    assert reason_of({"@context": AS2, **member}, read) == "not-json-ld"


@pytest.mark.attack("DOS-016")
def test_a_clique_of_blank_nodes_is_read_without_canonicalising_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def canonicalise(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(pyld.canon.URDNA2015, "main", canonicalise)
    names = [f"_:b{number}" for number in range(8)]
    clique = [{"@id": name, "tag": [other for other in names if other != name]} for name in names]
    found = jsonld.read_by_processor({"@context": AS2, "type": "Note", "tag": clique})
    assert len(found.document["tag"]) == 8


@pytest.mark.attack("DOS-017")
def test_one_object_more_than_the_limit_is_refused_before_the_processor() -> None:
    def crowd(objects: int) -> dict[str, Any]:
        return {"@context": AS2, "tag": [{"@type": "Mention"} for _ in range(objects - 1)]}

    assert jsonld.read(crowd(limits.JSONLD_NODES)).path == "pyld"
    assert reason_of(crowd(limits.JSONLD_NODES + 1)) == "too-many-nodes"
    assert reason_of(crowd(3000)) == "too-many-nodes"


def test_one_value_more_than_the_limit_is_refused_before_the_processor() -> None:
    def crowd(values: int) -> dict[str, Any]:
        half = (values - 4) // 2
        return {"@context": AS2, "@type": "Note", "to": ["https://a.example/"] * half, "cc": ["https://a.example/"] * (values - 4 - half)}

    assert jsonld.read(crowd(limits.JSONLD_VALUES)).path == "pyld"
    assert reason_of(crowd(limits.JSONLD_VALUES + 1)) == "too-many-nodes"


@pytest.mark.attack("DOS-018")
@BOTH
def test_a_chain_of_terms_is_refused_beyond_the_limit_and_exhausts_no_stack_within_it(read: Reader) -> None:
    def chain(length: int) -> dict[str, Any]:
        terms = {f"t{number}": f"t{number + 1}:x" for number in range(length - 1)} | {f"t{length - 1}": f"{AS2}#"}
        return in_context(terms, **NOTE)

    assert read(chain(limits.CONTEXT_INLINE_TERMS)).document == NOTE
    assert reason_of(chain(limits.CONTEXT_INLINE_TERMS + 1), read) == "too-many-terms"
    assert reason_of(chain(2000), read) == "too-many-terms"


@pytest.mark.attack("DOS-019")
@BOTH
def test_many_objects_with_contexts_of_their_own_are_refused(read: Reader) -> None:
    bomb = {"@context": AS2, "tag": [{"@context": {f"t{number}x{own}": "as:x" for own in range(100)}} for number in range(300)]}
    assert reason_of(bomb, read) in {"too-many-terms", "too-many-contexts", "too-many-nodes"}


@BOTH
def test_the_terms_of_all_contexts_count_together(read: Reader) -> None:
    def nested(terms: int) -> dict[str, Any]:
        return in_context({"a": "as:a"}, object={"@context": {f"t{number}": "as:x" for number in range(terms - 1)}, **NOTE})

    assert read(nested(limits.CONTEXT_INLINE_TERMS)).document == {"object": NOTE}
    assert reason_of(nested(limits.CONTEXT_INLINE_TERMS + 1), read) == "too-many-terms"


@BOTH
def test_one_entry_more_than_the_limit_is_refused(read: Reader) -> None:
    full = [AS2] * limits.CONTEXT_ENTRIES
    assert read({"@context": full, **NOTE}).document == NOTE
    assert reason_of({"@context": [*full, AS2], **NOTE}, read) == "too-many-contexts"
    assert reason_of({"@context": [[[entry] for entry in full], [AS2]], **NOTE}, read) == "too-many-contexts"


def test_the_same_context_may_be_repeated_on_the_fast_path_and_up_to_the_limit_for_the_processor() -> None:
    def repeated(contexts: int) -> dict[str, Any]:
        return {"@context": AS2, "items": [{"@context": AS2, **NOTE} for _ in range(contexts - 1)]}

    assert len(jsonld.read(repeated(100)).document["items"]) == 99
    assert len(jsonld.read_by_processor(repeated(limits.CONTEXTS_NESTED)).document["items"]) == limits.CONTEXTS_NESTED - 1
    assert reason_of(repeated(limits.CONTEXTS_NESTED + 1), jsonld.read_by_processor) == "too-many-contexts"


def test_different_contexts_are_refused_beyond_the_limit_on_the_fast_path() -> None:
    def different(contexts: int) -> dict[str, Any]:
        return {"@context": AS2, "items": [{"@context": f"https://{number}.example/", **NOTE} for number in range(contexts - 1)]}

    assert jsonld.read(different(limits.CONTEXT_ENTRIES)).path == "fast"
    assert reason_of(different(limits.CONTEXT_ENTRIES + 1)) == "too-many-contexts"


@BOTH
def test_one_level_more_than_strict_json_allows_is_refused(read: Reader) -> None:
    def deep(levels: int) -> dict[str, Any]:
        document: dict[str, Any] = dict(NOTE)
        for _ in range(levels - 1):
            document = {"object": document}
        return document

    assert read(deep(limits.JSON_DEPTH)).document == deep(limits.JSON_DEPTH)
    assert reason_of(deep(limits.JSON_DEPTH + 1), read) == "too-deep"
    assert reason_of({"object": [[deep(limits.JSON_DEPTH)]]}, read) == "too-deep"


@BOTH
@pytest.mark.parametrize(
    "context",
    [None, [], AS2, [AS2], [[AS2]], [[[AS2], {"Hashtag": "as:Hashtag"}]], "http://www.w3.org/ns/activitystreams#", {}, [None], [None, {}]],
)
def test_a_document_is_activitystreams_whether_it_says_so_or_not(read: Reader, context: Any) -> None:
    assert read({"@context": context, **NOTE}).document == NOTE


@BOTH
def test_a_document_without_a_context_is_activitystreams(read: Reader) -> None:
    assert read(dict(NOTE)).document == NOTE
    assert read({}).document == {}
    assert read({"id": "https://a.example/1"}).document == {"id": "https://a.example/1"}


@BOTH
def test_activitystreams_stands_before_other_contexts_that_a_document_names(read: Reader) -> None:
    document = {"@context": {"@vocab": "_:", "content": "as:summary"}, "type": "Note", "content": "hi"}
    assert read(document).document == {"type": "Note", "summary": "hi"}


def test_a_context_that_is_forgotten_inside_a_document_means_nothing_there() -> None:
    assert jsonld.read({"@context": AS2, "object": {"@context": None, **NOTE}}).document == {"object": {}}


@BOTH
@pytest.mark.parametrize(
    "written", [PUBLIC, "as:Public", "Public", {"id": "as:Public"}, {"id": "Public"}, {"@id": "as:Public"}, {"@value": "Public"}]
)
def test_the_public_collection_has_one_spelling(read: Reader, written: Any) -> None:
    found = read(
        {"@context": AS2, "to": [written, "https://a.example/"], "interactionPolicy": {"canQuote": {"automaticApproval": "Public"}}}
    )
    assert meaning(found.document["to"]) == meaning([PUBLIC, "https://a.example/"])
    assert found.document["interactionPolicy"]["canQuote"]["automaticApproval"] == PUBLIC


@BOTH
def test_public_is_a_word_like_others_where_no_address_is_meant(read: Reader) -> None:
    assert read({"@context": AS2, "content": "Public", "name": "as:Public"}).document == {"content": "Public", "name": "as:Public"}


@BOTH
def test_another_meaning_of_the_prefix_is_another_collection(read: Reader) -> None:
    assert read(in_context({"as": "https://evil.example/#"}, to="as:Public")).document == {"to": "https://evil.example/#Public"}


@BOTH
def test_no_prefix_captures_absolute_addresses(read: Reader) -> None:
    terms = {"https": "https://evil.example/#", "acct": "https://evil.example/#"}
    found = read(in_context(terms, actor="https://a.example/", to="acct:a")).document
    assert found == {"actor": "https://a.example/", "to": "https://evil.example/#a"}


@BOTH
@pytest.mark.parametrize("context", [AS2, [AS2, {"@base": "https://victim.example/"}]])
def test_a_relative_id_stays_relative(read: Reader, context: Any) -> None:
    assert read({"@context": context, "id": "users/a", "actor": "../b", "url": ""}).document == {
        "id": "users/a",
        "actor": "../b",
        "url": "",
    }


@BOTH
def test_types_have_short_names_where_there_is_one(read: Reader) -> None:
    terms = {"toot": TOOT, "schema": "http://schema.org#", "sc": "https://schema.org/", "Strange": "https://strange.example/#T"}
    types = ["Note", "as:Note", f"{AS2}#Note", "toot:Emoji", "schema:PropertyValue", "sc:PropertyValue", "Strange", "strange:T", "Unheard"]
    short = ["Note", "Note", "Note", "Emoji", "PropertyValue", "PropertyValue", "https://strange.example/#T", "strange:T", "Unheard"]
    assert read(in_context(terms, type=types)).document == {"type": short}


@BOTH
def test_extensions_have_their_name_whatever_they_are_declared_as(read: Reader) -> None:
    terms = {"toot": TOOT, "voters": "toot:votersCount", "mk": "https://misskey.io/ns#", "_misskey_quote": "mk:_misskey_quote"}
    document: dict[str, Any] = in_context(
        terms, voters=3, _misskey_quote="https://a.example/", **{"toot:discoverable": True, f"{TOOT}indexable": False}
    )
    expected = {"votersCount": 3, "_misskey_quote": "https://a.example/", "discoverable": True, "indexable": False}
    assert read(document).document == expected


@BOTH
def test_extensions_may_be_used_without_being_declared(read: Reader) -> None:
    members = {
        "sensitive": True,
        "quoteUrl": "https://a.example/",
        "manuallyApprovesFollowers": False,
        "publicKey": {"id": "https://a.example/#k", "owner": "https://a.example/", "publicKeyPem": "-----"},
        "tag": {"type": "Hashtag", "name": "#x"},
    }
    assert read({"@context": AS2, **members}).document == members
    assert read(in_context({"@vocab": "_:"}, **members)).document == members


@BOTH
def test_a_word_of_activitystreams_is_never_undeclared(read: Reader) -> None:
    assert read({"@context": AS2, "_:content": "EVIL", "type": "_:Note"}).document == {"type": "_:Note"}


@BOTH
def test_what_nobody_looks_at_is_left_out_and_named(read: Reader) -> None:
    found = read(in_context({"guid": "https://diasporafoundation.org/ns/guid"}, **NOTE, guid="x", undeclared={"a": 1}, **{"zot:b": []}))
    assert found.document == NOTE
    assert sorted(found.dropped) == ["_:undeclared", "https://diasporafoundation.org/ns/guid", "zot:b"]


@BOTH
def test_null_is_the_same_as_absent(read: Reader) -> None:
    document = {
        "@context": AS2,
        "id": None,
        "type": None,
        "content": None,
        "to": [None],
        "object": {"id": None, "contentMap": {"en": None}},
    }
    assert meaning(read(document).document) == meaning({"object": {}})


@BOTH
def test_translations_are_kept_beside_the_text(read: Reader) -> None:
    document = {"@context": AS2, "content": "hi", "contentMap": {"en": "hi", "fr-CA": ["salut", "allô"]}, "nameMap": {"de": "N"}}
    expected = {"content": "hi", "contentMap": {"en": "hi", "fr-ca": ["salut", "allô"]}, "nameMap": {"de": "N"}}
    assert read(document).document == expected


def test_a_text_that_names_its_language_is_a_translation() -> None:
    document = {"@context": AS2, "name": {"@value": "Nom", "@language": "FR"}, "preferredUsername": {"@value": "a", "@language": "fr"}}
    assert jsonld.read(document).document == {"nameMap": {"fr": "Nom"}, "preferredUsername": "a"}


@BOTH
def test_an_undetermined_language_says_nothing(read: Reader) -> None:
    assert read(in_context({"@language": "und"}, **NOTE)).document == NOTE


@BOTH
def test_a_language_for_all_texts_is_written_beside_those_that_are_translated(read: Reader) -> None:
    document = in_context({"@language": "en-GB"}, type="Create", object={**NOTE, "source": {"content": "hi", "mediaType": "text/plain"}})
    assert read(document).document["object"] == {
        **NOTE,
        "contentMap": {"en-gb": "hi"},
        "source": {"content": "hi", "contentMap": {"en-gb": "hi"}, "mediaType": "text/plain"},
    }


@BOTH
@pytest.mark.parametrize("language", ["", "not a tag", "x" * 100, 5, None])
def test_a_language_that_is_none_says_nothing(read: Reader, language: Any) -> None:
    assert read(in_context({"@language": language}, **NOTE)).document == NOTE


@BOTH
def test_items_in_order_are_told_from_items_without(read: Reader) -> None:
    document = {"@context": AS2, "items": ["https://a.example/1"], "orderedItems": ["https://a.example/2", "https://a.example/3"]}
    assert meaning(read(document).document) == meaning({name: document[name] for name in ("items", "orderedItems")})


@BOTH
def test_a_proof_and_a_key_are_read_in_the_contexts_of_data_integrity(read: Reader) -> None:
    context = [AS2, "https://www.w3.org/ns/did/v1", "https://w3id.org/security/data-integrity/v2", "https://w3id.org/security/multikey/v1"]
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": "https://a.example/#k",
        "proofPurpose": "assertionMethod",
        "proofValue": "z3",
    }
    key = {"id": "https://a.example/#k", "type": "Multikey", "controller": "https://a.example/", "publicKeyMultibase": "z6"}
    document: dict[str, Any] = {"@context": context, **NOTE, "assertionMethod": [key], "proof": {"@context": context, **proof}}
    assert meaning(read(document).document) == meaning({**NOTE, "assertionMethod": [key], "proof": proof})


def test_terms_that_look_like_keywords_are_ignored_without_a_warning() -> None:
    terms = {"@foo": "as:content", "a": "@bar", "b": {"@id": "@baz"}, "c": {"@reverse": "@qux"}}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = jsonld.read(in_context(terms, **NOTE, a=1, b=2, c=3))
    assert found.document == NOTE
    assert caught == []


def test_the_path_is_told_and_known_beforehand() -> None:
    plain, aliased = {"@context": AS2, **NOTE}, in_context({"uri": "@id"}, uri="https://a.example/1")
    assert (jsonld.read(plain).path, jsonld.is_fast(plain)) == ("fast", True)
    assert (jsonld.read(aliased).path, jsonld.is_fast(aliased)) == ("pyld", False)
    assert jsonld.read_directly(aliased) is None
    assert jsonld.read(aliased).document == {"id": "https://a.example/1"}


def test_a_context_longer_than_any_real_one_is_read_and_not_remembered() -> None:
    before = scope._remembered.cache_info()
    assert jsonld.read(in_context({"long": f"https://a.example/{'x' * scope._REMEMBERED_BYTES}"}, **NOTE)).document == NOTE
    assert scope._remembered.cache_info() == before
    assert jsonld.read(in_context({"short": "https://a.example/x"}, **NOTE)).document == NOTE
    assert scope._remembered.cache_info() != before


def test_threads_may_read_at_the_same_time() -> None:
    documents = [
        in_context({"uri": "@id", f"t{number}": "as:content"}, uri="https://a.example/", **{f"t{number}": str(number)})
        for number in range(40)
    ]
    with ThreadPoolExecutor(4) as pool:
        contents = [found.document["content"] for found in pool.map(jsonld.read, documents * 3)]
    assert contents == [str(number) for number in range(40)] * 3
