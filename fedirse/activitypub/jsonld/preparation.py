"""Makes a document safe to hand to the JSON-LD processor: within the limits, and with nothing in it that would have to be fetched."""

import re
from typing import Any, Final

from fedirse.activitypub.jsonld.context import Entry, entries_of, inline_terms, language_of, with_activitystreams
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

# What looks like a keyword and is none is ignored (JSON-LD 1.1 API, 4.2.2); the processor would also warn.
_KEYWORDS: Final = frozenset(
    {
        *("@base", "@container", "@context", "@direction", "@graph", "@id", "@included", "@index", "@json", "@language", "@list", "@nest"),
        *("@none", "@prefix", "@propagate", "@protected", "@reverse", "@set", "@type", "@value", "@version", "@vocab"),
    }
)
_KEYWORD_FORM = re.compile(r"@[A-Za-z]+")


class Preparation:
    """Prepares one document.

    Attributes:
        dropped: addresses of unknown contexts, as the keys of a dict.
        language: the language that the outermost context declares for all strings, in small letters; None without one.
    """

    def __init__(self) -> None:
        self.dropped: dict[str, None] = {}
        self.language: str | None = None

    def prepare(self, document: JsonObject) -> JsonObject:
        """A copy of the document for the processor; the original is not changed.

        Raises:
            MalformedDocument: "too-deep", "too-many-nodes", "too-many-contexts", "too-many-terms", "bad-context",
                "context-import" or "context-scoped".
        """
        check_limits(document)
        entries = self._entries(document.get("@context"))
        self.language = language_of(entries)
        context = [self._own_terms(entry) for entry in with_activitystreams(entries)]
        return {**self._copy(document), "@context": context}

    def _copy(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._copy(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self._context(member) if key == "@context" else self._copy(member)
            for key, member in value.items()
            # Nothing may be null for JSON-LD but values; ActivityPub (6.2.2, 3) writes null for what is absent, ids included.
            if member is not None or key not in {"id", "type", "@id", "@type"}
        }

    def _context(self, context: Any) -> list[Entry]:
        return [self._own_terms(entry) for entry in self._entries(context)]

    def _entries(self, context: Any) -> list[Entry]:
        entries, unknown = entries_of(context)
        self.dropped.update(dict.fromkeys(unknown))
        return entries

    def _own_terms(self, entry: Entry) -> Entry:
        """An inline context without what is ignored and without a language for all strings, which is kept beside the document."""
        if not isinstance(entry, dict):
            return entry
        if "@context" in entry:
            raise MalformedDocument("a context is wrapped in another", reason="bad-context")
        if "@import" in entry:
            # The processor would write the importing terms into the context it shares with every other document.
            raise MalformedDocument("a context that imports another is not read", reason="context-import")
        if any(isinstance(definition, dict) and "@context" in definition for definition in entry.values()):
            # Processed again for every object it applies to: a second of work for a few kilobytes.
            raise MalformedDocument("a term with a context of its own is not read", reason="context-scoped")
        return {
            name: definition
            for name, definition in entry.items()
            if name not in {"@language", "@direction"} and not _is_ignored(name) and not _is_ignored_definition(definition)
        }


def check_limits(document: JsonObject) -> None:
    """Raises MalformedDocument when a document is too much for the processor.

    It works for a millisecond on a common document, and on a hostile one for as long as there are objects and contexts.
    """
    objects = values = 0
    contexts: list[Any] = []
    level: list[Any] = [document]
    for _ in range(limits.JSON_DEPTH):
        deeper: list[Any] = []
        for container in level:
            if isinstance(container, dict):
                objects += 1
                contexts += [container["@context"]] if "@context" in container else []
                deeper += container.values()
            else:
                deeper += container
        values += len(deeper)
        level = [value for value in deeper if isinstance(value, dict | list)]
    if level:
        raise MalformedDocument("the document is nested too deeply", reason="too-deep")
    _check_number(objects, limits.JSONLD_NODES, "too-many-nodes")
    _check_number(values, limits.JSONLD_VALUES, "too-many-nodes")
    _check_number(len(contexts), limits.CONTEXTS_NESTED, "too-many-contexts")
    _check_number(sum(map(inline_terms, _different(contexts))), limits.CONTEXT_INLINE_TERMS, "too-many-terms")


def _different(contexts: list[Any]) -> list[Any]:
    found: list[Any] = []
    for context in contexts:
        if context not in found:
            found.append(context)
    return found


def _check_number(number: int, highest: int, reason: str) -> None:
    if number > highest:
        raise MalformedDocument(f"more than {highest} for the JSON-LD processor", reason=reason)


def _is_ignored(name: Any) -> bool:
    return isinstance(name, str) and _KEYWORD_FORM.fullmatch(name) is not None and name not in _KEYWORDS


def _is_ignored_definition(definition: Any) -> bool:
    if isinstance(definition, dict):
        return _is_ignored(definition.get("@id")) or _is_ignored(definition.get("@reverse"))
    return _is_ignored(definition)
