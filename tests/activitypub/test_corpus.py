"""Every document beside the project gets a named outcome, and what programs really send takes the fast path."""

from collections import Counter

import pytest

from fedirse.base.errors import MalformedDocument
from tests.activitypub import corpus

# The goal of the design: a real corpus of documents on the fast path.
FAST_SHARE = 0.95


@pytest.mark.parametrize("folder", corpus.FOLDERS)
def test_every_document_has_an_outcome_with_a_name(folder: str) -> None:
    found = corpus.outcomes(folder)
    assert found
    assert MalformedDocument.default_reason not in {entry.result for entry in found}
    assert all(entry.result in {"fast", "pyld"} for entry in found if entry.path is not None)


@pytest.mark.parametrize("folder", corpus.CAPTURED)
def test_what_programs_send_takes_the_fast_path(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    paths = Counter(entry.path for entry in corpus.outcomes(folder))
    with capsys.disabled():
        print("", *corpus.table((folder,)), sep="\n")  # noqa: T201
    assert paths["fast"] >= FAST_SHARE * (paths["fast"] + paths["pyld"])


def test_nothing_that_programs_send_is_refused_but_a_document_that_says_two_things() -> None:
    refused = [entry for folder in corpus.CAPTURED for entry in corpus.outcomes(folder) if entry.path is None]
    assert {entry.result for entry in refused} <= {corpus.NOT_ACTIVITYSTREAMS, "duplicate-key", "not-json"}


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("array-at-top", "not-an-object"),
        ("bad-character-set", "not-utf8"),
        ("number-as-context", "bad-context"),
        ("number-as-id", "not-json-ld"),
        ("number-as-type", "not-json-ld"),
    ],
)
def test_the_negative_examples_of_the_specification_are_refused(name: str, result: str) -> None:
    found = {entry.name: entry.result for entry in corpus.outcomes("w3c__activitystreams")}
    assert found[f"test/fail/{name}.json"] == result


def test_a_further_reader_names_what_it_makes_of_a_document() -> None:
    def reader(read: object) -> str:
        raise MalformedDocument("", reason="seen")

    results = {entry.result for entry in corpus.outcomes("fediverse-pasture-inputs", reader)}
    assert results == {"seen"}


def test_the_table_has_a_line_for_each_folder_and_one_for_all() -> None:
    lines = list(corpus.table(corpus.CAPTURED))
    assert [line.split(" ")[0] for line in lines if not line.startswith("  ")] == ["folder", *corpus.CAPTURED, "captured"]
