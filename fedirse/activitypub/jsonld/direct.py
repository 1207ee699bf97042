"""The fast path: a document whose contexts are plain is read key by key, without a JSON-LD processor.

Each key is read as what it is declared to be, never as what it looks like. Wherever reading would need more than a look into a
table (keywords, values merged from two keys, renamed keywords), NotPlain leaves the document to the processor.
"""

from typing import Any

from fedirse.activitypub.contexts.names import BLANK, property_of, type_of
from fedirse.activitypub.contexts.terms import AS
from fedirse.activitypub.jsonld.context import inline_terms
from fedirse.activitypub.jsonld.definitions import NotPlain
from fedirse.activitypub.jsonld.normal_form import id_alone
from fedirse.activitypub.jsonld.scope import DROP, EXPANDED, ID, LINK, MAP, TERM, TYPE, Rule, Scope, scope_of
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

_COMPACT_PUBLIC = "as:Public"
_SHORT_PUBLIC = "Public"


class DirectReader:
    """Reads one document.

    Attributes:
        dropped: what was left out, as the keys of a dict: addresses of unknown contexts, IRIs of properties.
    """

    def __init__(self) -> None:
        self.dropped: dict[str, None] = {}
        self._contexts: list[Any] = []

    def read(self, document: JsonObject, scope: Scope) -> JsonObject:
        """The document in normal form.

        Raises:
            NotPlain: it needs the processor.
            MalformedDocument: "too-deep", "bad-context", "too-many-contexts" or "too-many-terms".
        """
        self.dropped.update(dict.fromkeys(scope.unknown))
        context = document.get("@context")
        self._contexts.append(context)
        return self._members(document, scope, limits.JSON_DEPTH)

    def _node(self, node: JsonObject, scope: Scope, levels: int) -> Any:
        if "@context" in node:
            scope = self._nested(scope, node["@context"])
        return id_alone(self._members(node, scope, levels))

    def _members(self, node: JsonObject, scope: Scope, levels: int) -> JsonObject:
        if levels <= 0:
            raise MalformedDocument("the document is nested too deeply", reason="too-deep")
        rules = scope.rules
        result: JsonObject = {}
        for key, value in node.items():
            name, kind, _, _ = rules.get(key) or self._undeclared(key, scope)
            if value is None:
                continue
            if kind == DROP:
                self._drop(name)
            elif name in result:
                # Two keys for one property: their values belong together.
                raise NotPlain
            elif type(value) is str and kind < DROP:
                result[name] = _reference(value, kind, scope) if kind else value
            else:
                found = self._value(value, kind, scope, levels - 1)
                if found is not None:
                    result[name] = found
        return result

    def _drop(self, iri: str) -> None:
        if iri:
            self.dropped[iri] = None

    def _value(self, value: Any, kind: int, scope: Scope, levels: int) -> Any:
        if kind > DROP:
            return _special(value, kind, scope)
        if type(value) is dict:
            return self._node(value, scope, levels)
        if type(value) is list:
            return self._items(value, kind, scope, levels)
        return value

    def _items(self, items: list[Any], kind: int, scope: Scope, levels: int) -> list[Any]:
        if levels <= 0:
            raise MalformedDocument("the document is nested too deeply", reason="too-deep")
        result: list[Any] = []
        for item in items:
            if type(item) is str:
                result.append(_reference(item, kind, scope) if kind else item)
            elif type(item) is dict:
                result.append(self._node(item, scope, levels - 1))
            elif type(item) is list:
                raise NotPlain
            elif item is not None:
                result.append(item)
        return result

    def _undeclared(self, key: str, scope: Scope) -> Rule:
        """The rule for a key that is no term: a keyword, an IRI, short or not, or a name that nobody knows."""
        if key.startswith("@") or not key:
            raise NotPlain
        prefix, colon, suffix = key.partition(":")
        if not colon:
            return Rule(BLANK + key, DROP)
        rule = scope.rules.get(prefix)
        iri = key
        if not suffix.startswith("//") and rule is not None and rule.term is not None and rule.term.is_prefix:
            iri = f"{rule.term.iri}{suffix}"
        if iri.startswith(BLANK) or property_of(iri) is not None:
            raise NotPlain
        return Rule(iri, DROP)

    def _nested(self, around: Scope, context: Any) -> Scope:
        if context not in self._contexts:
            self._contexts.append(context)
            if len(self._contexts) > limits.CONTEXT_ENTRIES:
                raise MalformedDocument("too many different contexts", reason="too-many-contexts")
            if sum(map(inline_terms, self._contexts)) > limits.CONTEXT_INLINE_TERMS:
                raise MalformedDocument("the contexts define too many terms", reason="too-many-terms")
        scope = scope_of(context, around)
        if scope is None:
            raise NotPlain
        self.dropped.update(dict.fromkeys(scope.unknown))
        return scope


def _reference(value: str, kind: int, scope: Scope) -> str:
    """An address, with its prefix written out where addresses are expected (`EXPANDED`)."""
    if value.startswith(("https://", "http://")):
        return value
    if value.startswith("@"):
        raise NotPlain
    if kind & LINK and value == _SHORT_PUBLIC:
        return PUBLIC
    prefix, colon, suffix = value.partition(":")
    rule = scope.rules.get(prefix) if colon else None
    if rule is None or rule.term is None or not rule.term.is_prefix or suffix.startswith("//"):
        return value
    if kind & LINK and value == _COMPACT_PUBLIC and rule.term.iri == AS:
        return PUBLIC
    if not kind & EXPANDED:
        # A plain string to JSON-LD. Whether it is one may depend on the type of the object.
        raise NotPlain
    return f"{rule.term.iri}{suffix}"


def _special(value: Any, kind: int, scope: Scope) -> Any:
    """The value of an id, a type, a map of languages or a term; None for one that says nothing."""
    if kind == ID and type(value) is str:
        return _reference(value, EXPANDED | LINK, scope)
    if kind == TYPE and type(value) is str:
        return _type_name(value, scope)
    if kind == TYPE and type(value) is list:
        return [_type_name(item, scope) for item in value] or None
    if kind == MAP and type(value) is dict:
        return _language_map(value)
    if kind == TERM and type(value) is str and value.isalnum():
        rule = scope.rules.get(value)
        if rule is not None and rule.name == value:
            return value
    raise NotPlain


def _type_name(value: Any, scope: Scope) -> str:
    if type(value) is not str or value.startswith("@"):
        raise NotPlain
    rule = scope.rules.get(value)
    if rule is not None and rule.term is not None:
        if not rule.as_type:
            raise NotPlain
        return rule.as_type
    prefix, colon, suffix = value.partition(":")
    if not colon:
        return value
    rule = scope.rules.get(prefix)
    if rule is not None and rule.term is not None and rule.term.is_prefix and not suffix.startswith("//"):
        value = f"{rule.term.iri}{suffix}"
    return type_of(value)


def _language_map(value: JsonObject) -> JsonObject | None:
    """Language tag to text or texts; tags are compared without regard to case and written small, as JSON-LD does."""
    result: JsonObject = {}
    for tag, text in value.items():
        texts = text if type(text) is list else [text]
        if tag.startswith("@") or tag.lower() in result or not all(item is None or type(item) is str for item in texts):
            raise NotPlain
        known = [item for item in texts if item is not None]
        if known:
            result[tag.lower()] = known if len(known) > 1 else known[0]
    return result or None
