"""Form ↔ choice, and conditions in words. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.network.model import Attribute, Attributes, comparable
from fedirse.social.network.segments.editing.model import Offer, Said
from fedirse.social.network.segments.model import AllOf, Among, AnyOf, Choice, Condition, Except, Has, Segment, Within
from fedirse.social.network.segments.rules import needed_for

_LISTS = ("within", "without", "also", "never")


def read_choice(fields: Mapping[str, Collection[str]], members: Collection[str]) -> Choice:
    """What was chosen.

    Args:
        fields: the values of each field of the form.
        members: whoever can be named, by URI.

    Raises:
        InvalidInput: a site that is not there, or a value that is longer than one can be.
    """
    wanted = {attribute: frozenset(fields.get(attribute.value, ())) for attribute in Attribute}
    within, without, also, never = (frozenset(fields.get(name, ())) for name in _LISTS)
    for field, named in (("also", also), ("never", never)):
        if not named <= set(members):
            raise InvalidInput("A site that is named here is not in the network: choose from the list.", reason="segment-site", field=field)
    if any(len(value) > limits.NAME_LENGTH for values in wanted.values() for value in values):
        raise InvalidInput("Choose from the list.", reason="segment-value")
    kept = {attribute: values for attribute, values in wanted.items() if values}
    return Choice(wanted=kept, within=within, without=without, also=also, never=never)


def fields_of(name: str, choice: Choice, offer: Offer) -> dict[str, object]:
    """How a form shows a choice; values are ticked in the spelling in which they are offered."""
    fields: dict[str, object] = {"name": name}
    for attribute, offered in offer.values.items():
        chosen = {comparable(value) for value in choice.wanted.get(attribute, ())}
        fields[attribute.value] = [value for value in offered if comparable(value) in chosen]
    return fields | {field: sorted(getattr(choice, field)) for field in _LISTS}


def offer_of(known: Iterable[Attributes], choice: Choice, segments: Sequence[Segment], sites: Mapping[str, str], own_id: str = "") -> Offer:
    """What can be chosen.

    Args:
        known: what the members are known by.
        choice: what is chosen already; it stays to be chosen, also where no site has it any more.
        segments: the live segments.
        sites: the members by URI, with their names.
        own_id: the segment that is edited; those that are made of it cannot be chosen.
    """
    members = list(known)
    values = {attribute: _spellings([_texts(one, attribute) for one in members]) for attribute in Attribute}
    rare = {attribute: _spellings([choice.wanted.get(attribute, frozenset())], without=values[attribute]) for attribute in Attribute}
    by_id = {segment.id: segment for segment in segments}
    others = [segment for segment in segments if own_id not in needed_for([segment.id], by_id)]
    return Offer(
        values={attribute: tuple(sorted([*values[attribute], *rare[attribute]], key=str.casefold)) for attribute in Attribute},
        rare={attribute: frozenset(found) for attribute, found in rare.items()},
        segments=tuple((segment.id, segment.name) for segment in others),
        sites=tuple(sorted(sites.items(), key=lambda one: (one[1].casefold(), one[0]))),
    )


def in_words(condition: Condition, segments: Mapping[str, str], sites: Mapping[str, str]) -> Said:
    """A condition as people say it, with the names of segments and sites in place of their addresses."""
    match condition:
        case Has(attribute, values):
            return Said("has", attribute.value, tuple(sorted(values, key=str.casefold))) if values else Said("nobody")
        case Among(members):
            return (
                Said("among", names=tuple(sorted((sites.get(uri, uri) for uri in members), key=str.casefold)))
                if members
                else Said("nobody")
            )
        case Within(segment):
            return Said("within", names=(segments[segment],) if segment in segments else ())
        case Except(part):
            return Said("except", parts=(in_words(part, segments, sites),))
        case AllOf(parts):
            return _joined("all", [in_words(part, segments, sites) for part in parts], nothing="everybody")
        case AnyOf(parts):
            return _joined("any", [in_words(part, segments, sites) for part in parts], nothing="nobody")


def _joined(kind: str, parts: list[Said], *, nothing: str) -> Said:
    """Several parts in one; what lies in another of the same kind is said with it, and what changes nothing is left out."""
    flat = [inner for part in parts for inner in (part.parts if part.kind == kind else (part,)) if inner.kind != nothing]
    if not flat or (kind == "all" and all(part.kind == "except" for part in flat)):
        return Said(kind, parts=(Said(nothing), *flat)) if flat else Said(nothing)
    return flat[0] if len(flat) == 1 else Said(kind, parts=tuple(flat))


def _texts(attributes: Attributes, attribute: Attribute) -> Collection[str]:
    return attributes.trades if attribute is Attribute.TRADE else [str(getattr(attributes, attribute.value))]


def _spellings(found: Iterable[Iterable[str]], without: Collection[str] = ()) -> list[str]:
    """One spelling of each value, the first in the alphabet; no empty ones."""
    known = {comparable(value) for value in without}
    chosen: dict[str, str] = {}
    for value in sorted({" ".join(value.split()) for values in found for value in values}):
        if comparable(value) and comparable(value) not in known:
            chosen.setdefault(comparable(value), value)
    return list(chosen.values())
