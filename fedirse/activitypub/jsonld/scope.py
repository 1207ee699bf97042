"""The terms that are in force somewhere in a document, and what each key is read as there.

Knows the plain part of JSON-LD: addresses of known contexts, terms that stand for an IRI, prefixes. A context that asks for more
has no scope, and the document is left to the JSON-LD processor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from fedirse.activitypub.contexts.addresses import KNOWN
from fedirse.activitypub.contexts.names import UNDECLARED, property_of, type_of
from fedirse.activitypub.contexts.terms import LANGUAGE, REFERENCE, Term
from fedirse.activitypub.jsonld.context import Entry, entries_of, language_of, with_activitystreams
from fedirse.activitypub.jsonld.definitions import NotPlain, define_terms

# What becomes of the values of a key. The first four are sums: strings are addresses (and may be written with a prefix), strings
# may be the Public collection.
TEXT: Final = 0
EXPANDED: Final = 1
LINK: Final = 2
DROP: Final = 4
ID: Final = 5
TYPE: Final = 6
MAP: Final = 7
TERM: Final = 8

_REMEMBERED = 128
_REMEMBERED_BYTES = 8192


class Rule(NamedTuple):
    """How one key is read.

    Attributes:
        name: its name in normal form; for `DROP` the IRI to report, or nothing to report.
        kind: one of the constants above.
        term: what it is declared as; None for an extension that is known and not declared.
        as_type: what it is called as the value of `type`; nothing for what cannot be one.
    """

    name: str
    kind: int
    term: Term | None = None
    as_type: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What is in force in one object and below.

    Attributes:
        rules: by key, for all that is declared and for the extensions that need not be.
        unknown: addresses of contexts that were left out.
        language: what its context declares for all texts, if it does.
    """

    rules: Mapping[str, Rule]
    unknown: tuple[str, ...] = ()
    language: str | None = None


def scope_of(context: Any, around: Scope | None = None) -> Scope | None:
    """The scope of an object with that `@context`; None when it needs the JSON-LD processor.

    Args:
        context: as it stands in the document; None for a document without one.
        around: the scope of the object that this one stands in; None for the document itself.

    Raises:
        MalformedDocument: as `entries_of`.
    """
    key = orjson.dumps(context)
    compiled = _remembered if len(key) <= _REMEMBERED_BYTES else _compiled
    return compiled(key, around)


def _compiled(context: bytes, around: Scope | None) -> Scope | None:
    entries, unknown = entries_of(orjson.loads(context))
    if around is None:
        return _extended(_EMPTY, with_activitystreams(entries), unknown)
    return _extended(around, entries, unknown)


# Servers repeat the same few contexts; one that is made up for every document costs no more memory than this.
_remembered = lru_cache(_REMEMBERED)(_compiled)


def _extended(scope: Scope, entries: list[Entry], unknown: tuple[str, ...]) -> Scope | None:
    try:
        for entry in entries:
            if isinstance(entry, str):
                scope = _with_context(scope, entry)
            elif entry is None:
                return None
            else:
                declared = {name: rule.term for name, rule in scope.rules.items() if rule.term is not None}
                scope = _with_rules(scope, {name: _rule(term) for name, term in define_terms(entry, declared).items()})
    except NotPlain:
        return None
    return Scope(scope.rules, unknown, language_of(entries)) if _agrees_with_scoped_terms(scope) else None


@lru_cache(_REMEMBERED)
def _with_context(scope: Scope, address: str) -> Scope:
    if address not in KNOWN:
        raise NotPlain
    for included in KNOWN[address].includes:
        scope = _with_context(scope, included)
    return _with_rules(scope, _rules_of(address))


@lru_cache
def _rules_of(address: str) -> Mapping[str, Rule]:
    return {name: _rule(term) for name, term in KNOWN[address].terms.items()}


def _with_rules(scope: Scope, rules: Mapping[str, Rule]) -> Scope:
    return Scope({**scope.rules, **rules})


def _rule(term: Term) -> Rule:
    iri = term.iri
    if iri is None:
        return Rule("", DROP, term)
    if iri.startswith("@"):
        return Rule(iri[1:], ID if iri == "@id" else TYPE, term)
    meaning = property_of(iri, term.container)
    if meaning is None:
        return Rule(iri, DROP, term, type_of(iri))
    if meaning.is_term:
        return Rule(meaning.name, TERM, term)
    if term.container == LANGUAGE:
        if not meaning.name.endswith("Map"):
            raise NotPlain
        return Rule(meaning.name, MAP, term)
    kind = (EXPANDED if term.coercion == REFERENCE else TEXT) | (LINK if meaning.is_link else TEXT)
    return Rule(meaning.name, kind, term, type_of(iri))


def _agrees_with_scoped_terms(scope: Scope) -> bool:
    """Whether the terms that hold only inside certain types mean the same outside of them, so that types need not be looked at."""
    scoped = [rule.term.scoped for rule in scope.rules.values() if rule.term is not None and rule.term.scoped is not None]
    pairs = [(scope.rules.get(name, _NOTHING), _rule(term)) for terms in scoped for name, term in terms.items()]
    return all(outside.name == inside.name or (outside.kind == DROP and inside.kind == DROP) for outside, inside in pairs)


_NOTHING: Final = Rule("", DROP)
_EMPTY: Final = Scope(
    {
        # Not a member of the document; looked at where the object begins.
        "@context": Rule("", DROP),
        **{
            name: Rule(name, TERM if meaning.is_term else LINK if meaning.is_link else TEXT)
            for name, meaning in UNDECLARED.items()
        },
    }
)  # fmt: skip
