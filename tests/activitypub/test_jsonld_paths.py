"""Both paths of reading JSON-LD give the same, on generated documents and on captured ones."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from fedirse.activitypub import jsonld
from fedirse.base.errors import MalformedDocument
from tests.activitypub import corpus
from tests.activitypub.generated import broken_documents, documents
from tests.activitypub.meaning import meaning

UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much]
few_or_many = pytest.mark.parametrize("examples", [75, pytest.param(1000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])


@few_or_many
def test_the_fast_path_reads_what_the_processor_reads(examples: int) -> None:
    settings(max_examples=examples, suppress_health_check=UNHURRIED)(given(documents())(check_both_read_alike))()


def check_both_read_alike(document: dict[str, Any]) -> None:
    direct = jsonld.read_directly(document)
    assume(direct is not None)
    assert direct is not None
    assert meaning(direct.document) == meaning(jsonld.read_by_processor(document).document)


@few_or_many
def test_any_object_is_read_or_refused_with_a_reason(examples: int) -> None:
    settings(max_examples=examples)(given(documents() | broken_documents)(check_read_or_refused))()


def check_read_or_refused(document: dict[str, Any]) -> None:
    for read in (jsonld.read, jsonld.read_by_processor):
        try:
            found = read(document)
        except MalformedDocument as error:
            assert error.reason != MalformedDocument.default_reason  # noqa: PT017
        else:
            assert not any(name.startswith("@") for name in found.document)


@few_or_many
def test_reading_changes_nothing_in_the_document(examples: int) -> None:
    settings(max_examples=examples)(given(documents() | broken_documents)(check_unchanged))()


def check_unchanged(document: dict[str, Any]) -> None:
    before = repr(document)
    for read in (jsonld.read, jsonld.read_by_processor):
        with suppress(MalformedDocument):
            read(document)
    assert repr(document) == before


@pytest.mark.parametrize("folder", corpus.FOLDERS)
def test_both_paths_read_every_captured_document_alike(folder: str) -> None:
    for name, document in corpus.documents(folder):
        direct = None
        with suppress(MalformedDocument):
            direct = jsonld.read_directly(document)
        if direct is not None:
            assert meaning(direct.document) == meaning(jsonld.read_by_processor(document).document), name
