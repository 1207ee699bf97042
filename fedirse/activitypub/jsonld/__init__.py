"""Reads a foreign document for what it means in JSON-LD, whatever names it uses, and gives it back in one normal form.

The normal form has the short names of ActivityStreams and one short name for each extension that fedirse knows (see
`contexts.names`); `id` and `type`; the Public collection always as its full URI; language maps as `contentMap` and so on; no
`@context`, no null, and nothing that nobody here looks at. An object of nothing but its id is that id. A value and a list of that one
value say the same: read them by `values`.
"""

from dataclasses import dataclass
from typing import Literal

from fedirse.activitypub.jsonld.definitions import NotPlain
from fedirse.activitypub.jsonld.direct import DirectReader
from fedirse.activitypub.jsonld.expansion import expand
from fedirse.activitypub.jsonld.normal_form import NormalForm, declare_language
from fedirse.activitypub.jsonld.preparation import Preparation
from fedirse.activitypub.jsonld.scope import scope_of
from fedirse.base.types import JsonObject

__all__ = ["Read", "is_fast", "read", "read_by_processor", "read_directly"]


@dataclass(frozen=True, slots=True)
class Read:
    """A document in normal form, and how it was read.

    Attributes:
        document: the normal form. What a proof was made over is the document as it was sent, not this.
        path: "fast" by tables, "pyld" by the JSON-LD processor; both give the same.
        dropped: what was left out: addresses of contexts that are unknown here, IRIs of properties, `_:name` for an undeclared one.
    """

    document: JsonObject
    path: Literal["fast", "pyld"]
    dropped: tuple[str, ...] = ()


def read(document: JsonObject) -> Read:
    """Read a document that `strict_json` parsed.

    A document without `@context`, or with one that does not refer to ActivityStreams, is read as if it did (AS2 core 2.1). An unknown
    context is never fetched: it defines nothing. Off the fast path this takes milliseconds, and a third of a second the first time: on
    an event loop call `read_directly`, and where it gives None `read_by_processor` in a thread.

    Raises:
        MalformedDocument: "bad-context", "context-import", "context-scoped", "too-many-contexts", "too-many-terms", "too-many-nodes",
            "too-deep", "not-json-ld", "not-one-object" or "hidden-statements".
    """
    return read_directly(document) or read_by_processor(document)


def read_directly(document: JsonObject) -> Read | None:
    """Like `read`, in microseconds, for what the fast path can read; None for the rest.

    Raises:
        MalformedDocument: "bad-context", "too-many-contexts", "too-many-terms" or "too-deep".
    """
    scope = scope_of(document.get("@context"))
    if scope is None:
        return None
    reader = DirectReader()
    try:
        result = reader.read(document, scope)
    except NotPlain:
        return None
    if scope.language is not None:
        declare_language(result, scope.language)
    return Read(result, "fast", tuple(reader.dropped))


def is_fast(document: JsonObject) -> bool:
    """Whether `read` takes the fast path. It reads the document to know, so `read_directly` saves half of the work."""
    return read_directly(document) is not None


def read_by_processor(document: JsonObject) -> Read:
    """Like `read`, for every document, in milliseconds: to be called beside the event loop.

    Raises:
        MalformedDocument: as `read`.
    """
    preparation = Preparation()
    normal = NormalForm()
    result = normal.object(expand(preparation.prepare(document)))
    if preparation.language is not None:
        declare_language(result, preparation.language)
    return Read(result, "pyld", tuple(preparation.dropped | normal.dropped))
