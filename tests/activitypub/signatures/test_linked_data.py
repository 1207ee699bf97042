"""RsaSignature2017 is recognised and taken off, and there is no way to be granted anything by it."""

import inspect
import json
from typing import Any

import pytest

from fedirse.activitypub.signatures import PublicKey, linked_data, read_linked_data_signature, strip_linked_data_signature
from fedirse.base import limits
from fedirse.base.errors import SignatureError
from tests.fixtures_folder import fixtures

AS = "https://www.w3.org/ns/activitystreams"
SIGNATURE = {
    "type": "RsaSignature2017",
    "creator": "https://victim.example/users/bob#main-key",
    "created": "2026-03-14T09:26:53Z",
    "signatureValue": "QUJD",
}
NOTE = {"id": "https://victim.example/notes/1", "type": "Note", "content": "hello"}
RESHAPED = {
    "SIG-069": {"@context": [AS, {"g": "@graph"}], "g": [NOTE]},
    "SIG-070": {"@context": AS, **NOTE, "@reverse": {"object": {"type": "Create"}}},
    "SIG-071": {"@context": AS, "@included": [NOTE]},
    "SIG-072": {"@context": [AS, {"content": None, "txt": "as:content"}], "txt": "hello", "content": "EVIL"},
    "SIG-073": {"@context": AS, **NOTE, "unknown": "added"},
}


@pytest.mark.attack("SIG-069")
@pytest.mark.attack("SIG-070")
@pytest.mark.attack("SIG-071")
@pytest.mark.attack("SIG-072")
@pytest.mark.attack("SIG-073")
@pytest.mark.attack("SIG-077")
@pytest.mark.parametrize("document", RESHAPED.values(), ids=RESHAPED)
def test_a_document_that_was_reshaped_under_its_hash_yields_no_more_than_whom_to_ask(document: dict[str, Any]) -> None:
    hint = read_linked_data_signature({**document, "signature": SIGNATURE})
    assert hint == linked_data.LinkedDataHint("https://victim.example/users/bob#main-key")


@pytest.mark.attack("SIG-077")
def test_nothing_in_the_module_takes_a_key_or_returns_a_verdict() -> None:
    functions = [function for name, function in inspect.getmembers(linked_data, inspect.isfunction) if not name.startswith("_")]
    annotations = {annotation for function in functions for annotation in inspect.get_annotations(function, eval_str=True).values()}
    assert functions
    assert not annotations & {PublicKey, bool, bytes}


@pytest.mark.attack("SIG-075")
@pytest.mark.parametrize(
    "changes",
    [
        {"@reverse": {"object": NOTE}},
        {"@graph": []},
        {"@id": "https://victim.example/"},
        {"type": "RsaSignature2018"},
        {"type": ["RsaSignature2017"]},
        {"type": None},
        {"creator": None},
        {"creator": ""},
        {"creator": {"id": "https://victim.example/key"}},
        {"creator": "x" * (limits.URI_LENGTH + 1)},
        {"object": NOTE},
    ],
    ids=lambda changes: "-".join(f"{name}-{str(value)[:12]}" for name, value in changes.items()),
)
def test_a_signature_that_is_not_plain_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SignatureError) as refused:
        read_linked_data_signature({**NOTE, "signature": {**SIGNATURE, **changes}})
    assert refused.value.reason == "malformed-linked-data"


@pytest.mark.parametrize("signature", [None, "text", [], [SIGNATURE], {}])
def test_what_is_no_signature_object_is_refused(signature: object) -> None:
    with pytest.raises(SignatureError):
        read_linked_data_signature({"signature": signature})


def test_a_document_without_signature_has_no_hint() -> None:
    assert read_linked_data_signature(NOTE) is None


def test_the_signature_is_taken_off_a_copy() -> None:
    document = {**NOTE, "signature": SIGNATURE}
    assert strip_linked_data_signature(document) == NOTE
    assert "signature" in document


def test_a_document_without_signature_is_not_copied() -> None:
    assert strip_linked_data_signature(NOTE) is NOTE


def test_real_signatures_name_their_creator() -> None:
    cases = [json.loads(path.read_text("utf-8")) for path in fixtures("vectors", "ldsig-real").glob("*.json")]
    hints = [read_linked_data_signature(case["document"]) for case in cases]
    assert [hint.creator for hint in hints if hint] == [case["keyId"] for case in cases]
