"""What a context is made of: terms, each standing for an IRI, and short ways to write many of them down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from fedirse.base.types import JsonObject

AS: Final = "https://www.w3.org/ns/activitystreams#"
SEC: Final = "https://w3id.org/security#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
DC: Final = "http://purl.org/dc/terms/"

REFERENCE: Final = "@id"
VOCABULARY: Final = "@vocab"
LIST: Final = "@list"
LANGUAGE: Final = "@language"
GRAPH: Final = "@graph"
SET: Final = "@set"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a context (JSON-LD 1.1, 9.15.1).

    Attributes:
        iri: what it stands for, a keyword for an alias; None when a document declares that it stands for nothing.
        coercion: `REFERENCE` when its strings are addresses, `VOCABULARY` when they are terms, a datatype's IRI, or None.
        container: `LIST`, `LANGUAGE`, `GRAPH`, `SET` or None.
        is_prefix: whether `term:suffix` is short for the IRI with the suffix.
        scoped: terms that hold only inside: of objects of this type, or of values of this property.
    """

    iri: str | None
    coercion: str | None = None
    container: str | None = None
    is_prefix: bool = False
    scoped: Mapping[str, Self] | None = None


Terms = dict[str, Term]


@dataclass(frozen=True, slots=True)
class Context:
    """A context as it is published at an address.

    Attributes:
        terms: by name.
        includes: addresses of the contexts it begins with, in their order, normalised.
        vocabulary: what undeclared names are put after; None when they mean nothing.
    """

    terms: Mapping[str, Term]
    includes: tuple[str, ...] = ()
    vocabulary: str | None = None


KEYWORD_ALIASES: Final[Terms] = {"id": Term("@id"), "type": Term("@type")}


def prefixes(**namespaces: str) -> Terms:
    """Terms that shorten IRIs, by name."""
    return {name: Term(namespace, is_prefix=True) for name, namespace in namespaces.items()}


def plain(namespace: str, names: str, coercion: str | None = None, container: str | None = None) -> Terms:
    """Terms of one namespace that are called what their IRIs end in; `names` is a list separated by white space."""
    return {name: Term(namespace + name, coercion, container) for name in names.split()}


def references(namespace: str, names: str, container: str | None = None) -> Terms:
    """Like `plain`, for properties whose strings are addresses."""
    return plain(namespace, names, REFERENCE, container)


def as_jsonld(context: Context) -> JsonObject:
    """The context as a JSON-LD processor loads it: `{"@context": […]}`."""
    own = _rendered(context.terms)
    if context.vocabulary is not None:
        own = {"@vocab": context.vocabulary} | own
    return {"@context": [*context.includes, own]}


def _rendered(terms: Mapping[str, Term]) -> JsonObject:
    return {name: _definition(term) for name, term in terms.items()}


def _definition(term: Term) -> Any:
    if term.is_prefix or term in KEYWORD_ALIASES.values():
        # Only what is written short may be a prefix (JSON-LD 1.1, 4.4).
        return term.iri
    definition: JsonObject = {"@id": term.iri}
    if term.coercion is not None:
        definition["@type"] = term.coercion
    if term.container is not None:
        definition["@container"] = term.container
    if term.scoped is not None:
        definition["@context"] = _rendered(term.scoped)
    return definition
