"""The terms that a document defines inline, read where that is plain: each stands for one IRI, directly or by a prefix."""

import re
from collections.abc import Mapping
from typing import Any

from fedirse.activitypub.contexts.terms import KEYWORD_ALIASES, LANGUAGE, LIST, REFERENCE, SET, Term, Terms
from fedirse.base.types import JsonObject

# JSON-LD 1.1, 4.4: a term that is defined by such an IRI, and by nothing else, may be used as a prefix.
_PREFIX_ENDS = (":", "/", "?", "#", "[", "]", "@")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")
_CONTAINERS: Mapping[str, str | None] = {SET: None, LIST: LIST, LANGUAGE: LANGUAGE}


class NotPlain(Exception):
    """The document needs the JSON-LD processor."""


def define_terms(entry: JsonObject, around: Mapping[str, Term]) -> Terms:
    """The terms that one inline context defines, by name.

    Args:
        entry: the context.
        around: the terms in force before it.

    Raises:
        NotPlain: it renames a keyword, uses a feature of JSON-LD beyond prefixes, coercion and containers, or is wrong.
    """
    definitions = _Definitions(entry, around)
    for name, definition in entry.items():
        if name.startswith("@"):
            _check_harmless(name, definition)
        else:
            definitions.find(name)
    return definitions.found


class _Definitions:
    """Resolves each term when it is needed, as one may depend on a later one (JSON-LD 1.1 API, 4.2)."""

    def __init__(self, entry: JsonObject, around: Mapping[str, Term]) -> None:
        self.found: Terms = {}
        self._entry = entry
        self._around = around
        self._pending: set[str] = set()

    def find(self, name: str) -> Term:
        if name in self.found:
            return self.found[name]
        if not name or name in self._pending or ":" in name or "/" in name:
            raise NotPlain
        self._pending.add(name)
        term = self._define(name, self._entry[name])
        self.found[name] = term
        return term

    def _define(self, name: str, definition: Any) -> Term:
        if definition is None or definition == {"@id": None}:
            return Term(None)
        if isinstance(definition, str):
            alias = KEYWORD_ALIASES.get(name)
            if alias is not None and alias.iri == definition:
                return alias
            iri = self._expand(definition)
            return Term(iri, is_prefix=iri.endswith(_PREFIX_ENDS))
        if not isinstance(definition, dict) or not definition.keys() <= {"@id", "@type", "@container"}:
            raise NotPlain
        iri = self._expand(definition.get("@id"))
        coercion = definition.get("@type")
        if coercion is not None and coercion != REFERENCE:
            coercion = self._expand(coercion)
        container = _container(definition.get("@container", SET))
        if container == LANGUAGE and coercion is not None:
            raise NotPlain
        return Term(iri, coercion, container)

    def _expand(self, value: Any) -> str:
        """The absolute IRI that a string is short for; raises NotPlain for whatever else it may be."""
        if not isinstance(value, str):
            raise NotPlain
        iri: str = value
        prefix, colon, suffix = iri.partition(":")
        if not suffix.startswith("//"):
            term = self.find(prefix) if prefix in self._entry else self._around.get(prefix)
            if term is not None:
                if not term.is_prefix or term.iri is None:
                    raise NotPlain
                iri = term.iri + suffix
        if not colon or _ABSOLUTE.fullmatch(iri) is None:
            raise NotPlain
        return iri


def _container(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str) or value not in _CONTAINERS:
        raise NotPlain
    return _CONTAINERS[value]


def _check_harmless(keyword: str, value: Any) -> None:
    """The language is looked at elsewhere (`language_of`), `_:` is the vocabulary that ActivityStreams sets anyway."""
    # A tuple and not a set: the value may be anything.
    if keyword != "@language" and (keyword, value) not in (("@vocab", "_:"), ("@version", 1.1)):
        raise NotPlain
