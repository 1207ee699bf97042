"""What fedirse makes of every document beside the project: a named outcome each, and which path of `jsonld` it took.

`python -m tests.activitypub.corpus [folder …]` prints the table; `scripts/fixture-table` calls it.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fedirse.activitypub import jsonld, strict_json
from fedirse.activitypub.collections import parse_collection
from fedirse.activitypub.contexts.activitystreams import ACTIVITYSTREAMS
from fedirse.activitypub.documents import Kind, kind_of, parse_activity, parse_actor, parse_object, parse_tombstone
from fedirse.base.errors import MalformedDocument, ProtocolError
from fedirse.base.types import JsonObject
from tests.fixtures_folder import fixtures

CAPTURED = ("BDX-town__Akkoma", "LemmyNet__lemmy")
"""What programs really sent; their share on the fast path is the figure to report."""

READERS: dict[Kind, Callable[[JsonObject], object]] = {
    Kind.ACTIVITY: parse_activity,
    Kind.ACTOR: parse_actor,
    Kind.COLLECTION: parse_collection,
    Kind.POST: parse_object,
    Kind.TOMBSTONE: parse_tombstone,
}

FOLDERS = (*CAPTURED, "fediverse-pasture-inputs", "w3c__activitystreams", "w3c-social__activitystreams-test-documents", "vectors")

NOT_ACTIVITYSTREAMS = "not ActivityStreams"

# Members of a file that are documents themselves.
_EMBEDDED = ("document", "signed", "actor", "objects", "examples")
# Of the answers of WebFinger, NodeInfo and oEmbed, which stand among the documents.
_OTHER_FORMATS = frozenset({"links", "html", "openRegistrations"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document.

    Attributes:
        name: the file, within its folder, and which document of it.
        result: "fast" or "pyld", the reason of a refusal, `NOT_ACTIVITYSTREAMS`, or what the next reader says.
        path: "fast" or "pyld" when it was read.
        unknown: addresses of the contexts that were left out.
    """

    name: str
    result: str
    path: str | None = None
    unknown: tuple[str, ...] = ()


def outcomes(folder: str, then: Callable[[jsonld.Read], str] | None = None) -> list[Outcome]:
    """The outcome of every document of a folder of the fixtures, in the order of their names.

    Args:
        folder: its name.
        then: reads the normal form further and names what it found; it may raise MalformedDocument.
    """
    return [outcome(name, body, then) for name, body in bodies(folder)]


def outcome(name: str, body: bytes, then: Callable[[jsonld.Read], str] | None = None) -> Outcome:
    """The outcome of one document."""
    try:
        document = strict_json.parse(body)
        if not is_activitystreams(document):
            return Outcome(name, NOT_ACTIVITYSTREAMS)
        found = jsonld.read(document)
        result = found.path if then is None else then(found)
    except MalformedDocument as error:
        return Outcome(name, error.reason)
    return Outcome(name, result, found.path, tuple(entry for entry in found.dropped if entry in _addresses(document)))


def bodies(folder: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every document of a folder: a file as it stands, or the documents that a file holds beside other things."""
    root = fixtures(folder)
    for path in sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".nq"):
        name = path.relative_to(root).as_posix()
        body = path.read_bytes()
        embedded = list(_embedded(body))
        yield from [(f"{name}#{number}", strict_json.render(document)) for number, document in enumerate(embedded)] or [(name, body)]


def documents(folder: str) -> Iterator[tuple[str, JsonObject]]:
    """Those that are ActivityStreams and strict JSON, parsed."""
    for name, body in bodies(folder):
        try:
            document = strict_json.parse(body)
        except MalformedDocument:
            continue
        if is_activitystreams(document):
            yield name, document


def is_activitystreams(document: JsonObject) -> bool:
    """Whether it is meant to be ActivityStreams: it has a context, or uses words of it and is no other format that does."""
    if "@context" in document:
        return True
    return not document.keys().isdisjoint(ACTIVITYSTREAMS.terms) and document.keys().isdisjoint(_OTHER_FORMATS)


def _embedded(body: bytes) -> Iterator[JsonObject]:
    try:
        document = strict_json.parse(body)
    except MalformedDocument:
        return
    if "@context" in document or "type" in document:
        return
    for name in _EMBEDDED:
        value = document.get(name)
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))


def _addresses(value: Any) -> set[str]:
    """Every address in a context, however deep."""
    if isinstance(value, list):
        return set().union(*map(_addresses, value))
    if not isinstance(value, dict):
        return set()
    here = set().union(*map(_addresses, value.values()))
    context = value.get("@context")
    return here | {entry for entry in (context if isinstance(context, list) else [context]) if isinstance(entry, str)}


def table(folders: tuple[str, ...] = FOLDERS) -> Iterator[str]:
    """The table as lines of text."""
    yield f"{'folder':44}{'documents':>10}{'fast':>6}{'pyld':>6}{'refused':>9}{'fast share':>12}{'unknown context':>17}"
    captured: Counter[str] = Counter()
    for folder in folders:
        found = outcomes(folder)
        counts = _counts(found)
        if folder in CAPTURED:
            captured += counts
        yield _line(folder, counts)
        reasons = Counter(entry.result for entry in found if entry.path is None and entry.result != NOT_ACTIVITYSTREAMS)
        yield from (f"    {number:>4} {reason}" for reason, number in sorted(reasons.items()))
    yield _line("captured from programs, together", captured)


def typed(found: jsonld.Read) -> str:
    """What a document in normal form is read as: the kind of typed document, or what hinders it, or that it is none of ours."""
    kind = kind_of(found.document)
    reader = READERS.get(kind)
    if reader is None:
        return f"left alone: {kind.value}"
    try:
        reader(found.document)
    except ProtocolError as error:
        return f"refused: {error.reason}"
    return f"read: {kind.value}"


def typed_table(folders: tuple[str, ...] = FOLDERS) -> Iterator[str]:
    """What became of every document of every folder, counted by outcome."""
    yield f"{'outcome':34}" + "".join(f"{folder[:24]:>26}" for folder in folders)
    counts = {folder: Counter(entry.result for entry in outcomes(folder, typed)) for folder in folders}
    for result in sorted(set().union(*counts.values())):
        yield f"{result:34}" + "".join(f"{counts[folder][result] or '':>26}" for folder in folders)


def _counts(found: list[Outcome]) -> Counter[str]:
    read = [entry for entry in found if entry.result != NOT_ACTIVITYSTREAMS]
    return Counter(
        documents=len(read),
        fast=sum(entry.path == "fast" for entry in read),
        pyld=sum(entry.path == "pyld" for entry in read),
        refused=sum(entry.path is None for entry in read),
        unknown=sum(bool(entry.unknown) for entry in read),
    )


def _line(name: str, counts: Counter[str]) -> str:
    share = 100 * counts["fast"] / max(counts["fast"] + counts["pyld"], 1)
    return f"{name:44}{counts['documents']:>10}{counts['fast']:>6}{counts['pyld']:>6}{counts['refused']:>9}{share:>10.1f} %{counts['unknown']:>17}"


if __name__ == "__main__":
    chosen = tuple(sys.argv[1:]) or FOLDERS
    print("\n".join([*table(chosen), "", *typed_table(chosen)]))  # noqa: T201
