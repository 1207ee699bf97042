"""Writes an expanded document in normal form, which is what the fast path makes of the same document."""

from typing import Any, Final

from fedirse.activitypub.contexts.names import TRANSLATED, Property, property_of, type_of
from fedirse.activitypub.contexts.terms import LIST
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

# Statements about other objects, or about this one from elsewhere. No program sends them; they hide one document in another (SIG-069 to
# SIG-071).
_HIDING: Final = frozenset({"@graph", "@included", "@reverse"})
_PUBLIC: Final = frozenset({"as:Public", "Public"})


class _Members:
    """Collects values by name, as several properties may have one name."""

    def __init__(self) -> None:
        self._values: dict[str, list[Any]] = {}
        self._translations: dict[str, dict[str, list[str]]] = {}

    def add(self, name: str, *values: Any) -> None:
        """Adds those of the values that are something."""
        self._values.setdefault(name, []).extend(value for value in values if value is not None)

    def translate(self, name: str, language: str, text: str) -> None:
        self._translations.setdefault(name, {}).setdefault(language, []).append(text)

    def together(self) -> JsonObject:
        """A single value by itself, several as a list."""
        values: JsonObject = {name: _one_or_all(values) for name, values in self._values.items()}
        maps = {name: {tag: _one_or_all(texts) for tag, texts in found.items()} for name, found in self._translations.items()}
        return values | maps


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


class NormalForm:
    """Writes one document.

    Attributes:
        dropped: IRIs of properties that nobody here looks at, as the keys of a dict.
    """

    def __init__(self) -> None:
        self.dropped: dict[str, None] = {}

    def object(self, expanded: JsonObject) -> JsonObject:
        """An expanded object in normal form.

        Raises:
            MalformedDocument: "hidden-statements" for a graph in it, included objects or reversed properties.
        """
        if not _HIDING.isdisjoint(expanded):
            raise MalformedDocument("the document hides statements in a graph or behind a reversed property", reason="hidden-statements")
        result: JsonObject = {}
        own_id = expanded.get("@id")
        if isinstance(own_id, str):
            result["id"] = PUBLIC if own_id in _PUBLIC else own_id
        if "@type" in expanded:
            result["type"] = _one_or_all([type_of(iri) for iri in expanded["@type"] if isinstance(iri, str)])
        members = _Members()
        for iri, values in expanded.items():
            if not iri.startswith("@"):
                self._add(members, iri, values)
        return result | members.together()

    def _add(self, members: _Members, iri: str, values: list[Any]) -> None:
        """Adds the values of one property, under each of its names: items in a list are `orderedItems`, translations are in a map."""
        meaning = property_of(iri)
        if meaning is None:
            self.dropped[iri] = None
            return
        if not values:
            members.add(meaning.name)
        for value in values:
            if LIST in value:
                ordered = property_of(iri, LIST) or meaning
                members.add(ordered.name, *(self._value(item, ordered) for item in value[LIST]))
            elif "@language" in value and meaning.name in TRANSLATED:
                members.translate(f"{meaning.name}Map", value["@language"], value["@value"])
            else:
                members.add(meaning.name, self._value(value, meaning))

    def _value(self, value: JsonObject, meaning: Property) -> Any:
        """A value in normal form; None for one that JSON-LD gives no meaning."""
        if "@value" in value:
            literal = value["@value"]
            if value.get("@type") == "@json":
                # Text to JSON-LD, whatever it looks like.
                return None
            return PUBLIC if meaning.is_link and literal in _PUBLIC else literal
        if "@graph" in value and meaning.name == "proof":
            return self._value(_only_proof(value), meaning)
        if value.keys() == {"@id"}:
            return _reference(value["@id"], meaning)
        return id_alone(self.object(value))


def _only_proof(value: JsonObject) -> JsonObject:
    """The proof in the graph that the Data Integrity context puts around each one."""
    match value:
        case {"@graph": [dict(proof)]} if len(value) == 1:
            return proof
    raise MalformedDocument("a proof is hidden in a graph", reason="hidden-statements")


def _reference(iri: Any, meaning: Property) -> str | None:
    if not isinstance(iri, str):
        # It looked like a keyword.
        return None
    if meaning.is_term:
        named = property_of(iri)
        return named.name if named is not None else type_of(iri)
    return PUBLIC if iri in _PUBLIC else iri


def id_alone(found: JsonObject) -> Any:
    """An object that says nothing but its id is that id."""
    if "id" in found and all(name == "id" or value == [] for name, value in found.items()):
        return found["id"]
    return found


def declare_language(document: JsonObject, language: str) -> None:
    """Writes the language that a document declares for all its strings beside those that may be translated, in place."""
    for name in TRANSLATED:
        text = document.get(name)
        if isinstance(text, list) and len(text) == 1:
            text = text[0]
        if isinstance(text, str):
            document[f"{name}Map"] = document.get(f"{name}Map") or {language: text}
    for name, value in document.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and not name.endswith("Map"):
                declare_language(item, language)
