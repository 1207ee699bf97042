"""What a foreign `@context` consists of: its entries with known addresses, within the limits. Nothing is fetched."""

import re
from typing import Any, Final, TypeAlias

from fedirse.activitypub.contexts.addresses import BUNDLED, KNOWN, normalise
from fedirse.activitypub.vocabulary import AS2
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

Entry: TypeAlias = str | JsonObject | None
"""The normalised address of a known context, terms that are defined inline, or None, which forgets all that came before."""

_LANGUAGE_TAG = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")
_UNDETERMINED: Final = "und"

_WITH_AS2: Final = frozenset({AS2} | {address for address, context in KNOWN.items() if AS2 in context.includes})


def entries_of(context: Any) -> tuple[list[Entry], tuple[str, ...]]:
    """The entries of a `@context`, lists in lists flattened, and the addresses left out because nobody here knows them.

    Raises:
        MalformedDocument: "bad-context" for what is no context, "too-many-contexts" or "too-many-terms" beyond the limits.
    """
    found: list[Entry] = []
    unknown: dict[str, None] = {}
    terms = 0
    for entry in _flattened(context):
        if isinstance(entry, str):
            address = normalise(entry)
            if address in KNOWN or address in BUNDLED:
                found.append(address)
            else:
                unknown[entry] = None
        elif entry is None or isinstance(entry, dict):
            terms += len(entry or ())
            found.append(entry)
        else:
            raise MalformedDocument("an entry of @context is neither an address nor a table of terms", reason="bad-context")
    if terms > limits.CONTEXT_INLINE_TERMS:
        raise MalformedDocument("the @context defines too many terms", reason="too-many-terms")
    return found, tuple(unknown)


def with_activitystreams(entries: list[Entry]) -> list[Entry]:
    """The entries of an outermost `@context`, with the ActivityStreams context before them where it is missing.

    AS2 core 2.1: it applies to a document of that media type even if the document does not refer to it, also to one that has no
    `@context` at all.
    """
    if not _WITH_AS2.isdisjoint(entry for entry in entries if isinstance(entry, str)):
        return entries
    return [AS2, *(entry for entry in entries if entry is not None)]


def language_of(entries: list[Entry]) -> str | None:
    """The language that a context declares for all texts, in small letters; None when it declares none or an undetermined one."""
    declared = [entry["@language"] for entry in entries if isinstance(entry, dict) and "@language" in entry]
    language = declared[-1].lower() if declared and isinstance(declared[-1], str) else ""
    return language if language != _UNDETERMINED and _LANGUAGE_TAG.fullmatch(language) is not None else None


def inline_terms(context: Any) -> int:
    """How many terms a `@context` defines itself."""
    return sum(len(entry) for entry in _flattened(context) if isinstance(entry, dict))


def _flattened(context: Any) -> list[Any]:
    """The entries in order. Lists in lists are no JSON-LD, but there are programs that write them."""
    found: list[Any] = []
    waiting = [context]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, list):
            waiting.extend(reversed(entry))
        else:
            found.append(entry)
        if len(found) + len(waiting) > limits.CONTEXT_ENTRIES:
            raise MalformedDocument("the @context has too many entries", reason="too-many-contexts")
    return found
