"""The one name that a property or a type has in a document in normal form, whatever the document itself calls it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fedirse.activitypub.contexts import extensions, security
from fedirse.activitypub.contexts.activitystreams import ACTIVITYSTREAMS
from fedirse.activitypub.contexts.terms import AS, LANGUAGE, LIST, REFERENCE, VOCABULARY, Terms

BLANK: Final = "_:"
"""What the ActivityStreams context puts before every name that nobody declared."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property in normal form.

    Attributes:
        name: what it is called.
        is_link: whether its strings are addresses, so that `as:Public` and `Public` are the Public collection.
        is_term: whether its strings are names of terms.
    """

    name: str
    is_link: bool = False
    is_term: bool = False


# Programs write these namespaces in several ways.
_SPELLINGS: Final = {
    extensions.SCHEMA: ("http://schema.org/", "https://schema.org/", "https://schema.org#"),
    extensions.MISSKEY: ("https://misskey.io/ns#",),
}

# The same thing under the name of another vocabulary.
_SYNONYMS: Final = {
    f"{extensions.SCHEMA}name": "name",
    f"{extensions.SCHEMA}encodingFormat": "mediaType",
    f"{extensions.SCHEMA}location": "location",
    f"{extensions.SCHEMA}Place": "Place",
}


def _extension_tables() -> Iterator[Terms]:
    """The terms that a document may use besides those of ActivityStreams; of two names for one IRI the earlier one counts."""
    yield extensions.DECLARED_INLINE
    for context in (
        security.SECURITY_V1,
        security.DID_V1,
        security.DATA_INTEGRITY_V2,
        security.MULTIKEY_V1,
        extensions.JOINMASTODON,
        extensions.MISCELLANY,
        extensions.GOTOSOCIAL,
        extensions.LITEPUB_0_1,
        extensions.JOIN_LEMMY,
        extensions.WEBFINGER,
        extensions.FEP_5711,
        extensions.FEP_7AA9,
        extensions.FEP_EF61,
    ):
        yield dict(context.terms)
        for term in context.terms.values():
            yield dict(term.scoped or {})


def _named(tables: Iterator[Terms]) -> dict[str, Property]:
    """IRI to property or type, of all the terms that are neither prefixes nor aliases of keywords."""
    found: dict[str, Property] = {}
    for table in tables:
        for name, term in table.items():
            if term.iri is not None and not term.is_prefix and not term.iri.startswith("@") and term.container != LANGUAGE:
                found.setdefault(term.iri, Property(name, term.coercion == REFERENCE, term.coercion == VOCABULARY))
    return found


def _respelled(named: Mapping[str, Property]) -> dict[str, Property]:
    found = dict(named)
    for iri, meaning in named.items():
        for namespace, spellings in _SPELLINGS.items():
            if iri.startswith(namespace):
                found |= {spelling + iri.removeprefix(namespace): meaning for spelling in spellings}
    return found


# `orderedItems` is `items` in a list; the name of the list is given below.
_CORE: Final = _named(iter([{name: term for name, term in ACTIVITYSTREAMS.terms.items() if term.container is None}]))
_BY_NAME: Final = {meaning.name: meaning for meaning in _CORE.values()}
_ALL: Final = _respelled(
    _named(_extension_tables()) | {iri: _BY_NAME[name] for iri, name in _SYNONYMS.items()} | _CORE
)  # fmt: skip

PROPERTIES: Final[Mapping[str, Property]] = MappingProxyType(
    {iri: meaning for iri, meaning in _ALL.items() if not meaning.name[0].isupper()}
)
"""Every property that fedirse may look at, by IRI."""

TYPES: Final[Mapping[str, str]] = MappingProxyType({iri: meaning.name for iri, meaning in _ALL.items() if meaning.name[0].isupper()})
"""Every type that has a short name, by IRI."""

UNDECLARED: Final[Mapping[str, Property]] = MappingProxyType(
    {meaning.name: meaning for meaning in PROPERTIES.values() if meaning.name not in ACTIVITYSTREAMS.terms}
)
"""The extensions by name: many programs use them without declaring them, and everybody reads them all the same."""

TRANSLATED: Final = frozenset({"content", "name", "summary"})
"""The properties that have a map of languages beside them (AS2 4.7)."""

_ITEMS: Final = f"{AS}items"


def property_of(iri: str, container: str | None = None) -> Property | None:
    """The property that an IRI names, used as a list or as a map of languages or neither; None when nobody here looks at it.

    An undeclared name has the IRI `_:name`. No term of ActivityStreams is ever undeclared, so `_:content` is not `content`.
    """
    meaning = UNDECLARED.get(iri[2:]) if iri.startswith(BLANK) else PROPERTIES.get(iri)
    if container == LIST and iri == _ITEMS:
        return _ORDERED_ITEMS
    if container == LANGUAGE and meaning is not None and meaning.name in TRANSLATED:
        return _MAPS[meaning.name]
    return meaning


def type_of(iri: str) -> str:
    """The short name of a type, or its IRI when it has none; an undeclared type is called what the document calls it."""
    if iri.startswith(BLANK) and iri[2:] not in ACTIVITYSTREAMS.terms:
        return iri[2:]
    return TYPES.get(iri, iri)


_ORDERED_ITEMS: Final = Property("orderedItems", is_link=True)
_MAPS: Final = {name: Property(f"{name}Map") for name in TRANSLATED}
