"""The path through the JSON-LD processor, for documents whose contexts are not plain. Slow (milliseconds), and never online."""

from functools import lru_cache
from typing import Any, Final

from fedirse.activitypub.contexts.addresses import BUNDLED, KNOWN
from fedirse.activitypub.contexts.terms import as_jsonld
from fedirse.activitypub.vocabulary import AS2
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

_DOCUMENT: Final = "urn:fedirse:document"
_SECURITY: Final = "https://w3id.org/security/v1"


def expand(document: JsonObject) -> JsonObject:
    """The one object that a prepared document is, in expanded form (JSON-LD 1.1 API, 5.1).

    Raises:
        MalformedDocument: "not-json-ld" when it breaks a rule of JSON-LD, "not-one-object" when it is something else than one object.
    """
    try:
        # As the value of a property, so that a document of nothing but an id is not dropped as saying nothing.
        found = _processor().expand({_DOCUMENT: document})
    except Exception as error:
        # Besides its own errors the processor lets TypeError, KeyError and the like through when a context has an odd shape.
        raise MalformedDocument(f"the JSON-LD processor refuses it: {type(error).__name__}", reason="not-json-ld") from error
    objects = found.get(_DOCUMENT, [])
    if len(objects) != 1 or not objects[0].keys().isdisjoint({"@value", "@list"}):
        raise MalformedDocument("the document is not one object", reason="not-one-object")
    only: JsonObject = objects[0]
    return only


class _Settled(dict[str, Any]):
    """A cache that is full: what documents bring along is not remembered, so that threads share it and nobody can crowd it."""

    def __setitem__(self, key: str, value: Any) -> None:
        """Does nothing; the processor asks to remember every context it meets."""


class _Processor:
    """PyLD with the known contexts in memory. Expands only: canonicalising a small hostile document takes seconds (DOS-016)."""

    def __init__(self) -> None:
        # A third of a second, which a site that meets only plain contexts never spends.
        import pyld

        self._pyld = pyld
        own = {address: as_jsonld(context) for address, context in KNOWN.items()}
        bundled = {address: pyld.BUNDLED_CONTEXTS[address] for address in BUNDLED}
        self._loader = pyld.FrozenDocumentLoader({**own, **bundled})
        self._contexts: dict[str, Any] = {}
        self._remember([*own, *bundled])

    def expand(self, document: JsonObject) -> JsonObject:
        """The expanded form; empty for a document that says nothing."""
        resolver = self._pyld.ContextResolver(self._contexts, self._loader)
        # Without a base, relative references stay what they are, and nobody's server gets to own them.
        options = {"base": None, "contextResolver": resolver, "documentLoader": self._loader, "processingMode": "json-ld-1.1"}
        found: list[JsonObject] = self._pyld.jsonld.expand(document, options)
        return found[0] if found else {}

    def _remember(self, addresses: list[str]) -> None:
        """Processes the known contexts where they usually stand: after ActivityStreams, or after that and the keys."""
        resolver = self._pyld.ContextResolver({}, self._loader)
        resolved = {address: resolver.resolve({}, address, None) for address in addresses}
        self._contexts = {address: {"static": contexts} for address, contexts in resolved.items()}
        for address in addresses:
            for around in ([], [AS2], [AS2, _SECURITY]):
                self.expand({_DOCUMENT: {"@context": [*around, address]}})
        # Also those that stand inside the known ones: what the processor remembers in a context of its own is not safe between threads.
        for tagged in self._contexts.values():
            for contexts in tagged.values():
                for context in contexts if isinstance(contexts, list) else [contexts]:
                    context.cache = _Settled(context.cache)
        self._contexts = _Settled(self._contexts)


@lru_cache(maxsize=1)
def _processor() -> _Processor:
    return _Processor()
