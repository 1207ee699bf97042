"""Who is in a segment. Pure; the same on every site, because it asks only what signed statements say."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.network.model import Attributes, comparable
from fedirse.social.network.roster.model import News
from fedirse.social.network.segments.model import AllOf, Among, AnyOf, Condition, Except, Has, Place, Segment, Within

Segments = Mapping[str, Segment]
"""Segments by id."""

NOBODY: Final = AnyOf(())


def covers(segment: Segment, member: str, attributes: Attributes, segments: Segments) -> bool:
    """Whether a member with these attributes is in the segment.

    What is named and not known, withdrawn, or leads in a circle makes it cover nobody: also where the condition says "except", since
    taking away an unknown part would let everybody in. The head office, which says who is in
    each of its segments, is in all of them.
    """
    if member == segment.network:
        return not segment.withdrawn
    return _holds(segment, member, attributes, segments, ()) is True


def _holds(segment: Segment, member: str, attributes: Attributes, segments: Segments, path: tuple[str, ...]) -> bool | None:
    """Whether it covers the member; None for what cannot be known."""
    if segment.withdrawn or segment.id in path or len(path) >= limits.SEGMENT_DEPTH:
        return None
    return _fulfils(segment.condition, member, attributes, segments, (*path, segment.id))


def _fulfils(condition: Condition, member: str, attributes: Attributes, segments: Segments, path: tuple[str, ...]) -> bool | None:
    match condition:
        case Has(attribute, wanted):
            return not attributes.values(attribute).isdisjoint(comparable(value) for value in wanted)
        case Among(members):
            return member in members
        case Within(name):
            return _holds(segments[name], member, attributes, segments, path) if name in segments else None
        case Except(part):
            return _opposite(_fulfils(part, member, attributes, segments, path))
        case AllOf(parts) | AnyOf(parts):
            found = [_fulfils(part, member, attributes, segments, path) for part in parts]
            if None in found:
                return None
            return all(found) if isinstance(condition, AllOf) else any(found)


def _opposite(answer: bool | None) -> bool | None:  # noqa: FBT001 - the truth value is what it is about
    return None if answer is None else not answer


def check_condition(condition: Condition, own_id: str, segments: Segments) -> None:
    """Whether a segment can be defined so.

    Args:
        condition: who is to be in it.
        own_id: id of the segment.
        segments: those there are already.

    Raises:
        InvalidInput: too long or too deep, a segment that is not there, or one that leads back to itself.
    """
    parts = list(parts_of(condition))
    if len(parts) > limits.SEGMENT_PARTS:
        raise InvalidInput("The selection has more than %(most)s parts: split it up.", reason="segment-too-long", most=limits.SEGMENT_PARTS)
    if sum(_count_values(part) for part in parts) > limits.SEGMENT_VALUES:
        raise InvalidInput(
            "The selection names more than %(most)s sites and values: split it up.", reason="segment-too-long", most=limits.SEGMENT_VALUES
        )
    if depth_of(condition, segments, (own_id,)) > limits.SEGMENT_DEPTH:
        raise InvalidInput("The selections contain each other too deeply, or in a circle: simplify them.", reason="segment-too-deep")
    for part in parts:
        if isinstance(part, Within) and (part.segment not in segments or segments[part.segment].withdrawn):
            raise InvalidInput("The selection names another one that does not exist.", reason="segment-unknown")


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The condition and every part of it."""
    yield condition
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from parts_of(part)
        case Except(part):
            yield from parts_of(part)


def _count_values(part: Condition) -> int:
    match part:
        case Has(values=named) | Among(members=named):
            return len(named)
        case _:
            return 0


def depth_of(condition: Condition, segments: Segments, path: tuple[str, ...]) -> int:
    """How deep conditions lie in each other, through the segments they name; beyond the limit for a circle."""
    too_deep = limits.SEGMENT_DEPTH + 1
    if len(path) > too_deep:
        return too_deep
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return 1 + max((depth_of(part, segments, path) for part in parts), default=0)
        case Except(part):
            return 1 + depth_of(part, segments, path)
        case Within(name) if name in path:
            return too_deep
        case Within(name) if name in segments:
            return 1 + depth_of(segments[name].condition, segments, (*path, name))
        case _:
            return 1


def latest(known: Segment | None, told: Segment) -> Segment:
    """Of two definitions of one segment the one that counts.

    Of two with one serial, which there should never be, everybody takes the same: the withdrawal, else by digest.
    """
    if known is None:
        return told
    return max(known, told, key=lambda segment: (segment.serial, segment.withdrawn, segment.digest))


def news_of(known: Segment | None, told: Segment) -> News:
    """What a definition is to the one that is known."""
    if known is None:
        return News.NEW
    if told.serial != known.serial:
        return News.NEW if told.serial > known.serial else News.OLDER
    return News.KNOWN if told.digest == known.digest else News.CONTRADICTS


def needed_for(segment_ids: Iterable[str], segments: Segments) -> frozenset[str]:
    """The ids of these segments and of all that they are made of, as far as they are known."""
    found: set[str] = set()
    waiting = [segment_id for segment_id in segment_ids if segment_id in segments]
    while waiting:
        segment_id = waiting.pop()
        if segment_id in found:
            continue
        found.add(segment_id)
        named = (part.segment for part in parts_of(segments[segment_id].condition) if isinstance(part, Within))
        waiting += [name for name in named if name in segments]
    return frozenset(found)


def given_to(member: str, attributes: Attributes, segments: Segments) -> frozenset[str]:
    """The ids of the segments whose definitions a member is given: those that cover it, and what these are made of."""
    return needed_for([segment.id for segment in segments.values() if covers(segment, member, attributes, segments)], segments)


def places_of(member: str, attributes: Attributes, segments: Segments) -> dict[str, Place]:
    """What each segment is to a member, by its id."""
    inside = {segment.id for segment in segments.values() if covers(segment, member, attributes, segments)}
    needed = needed_for(inside, segments)
    return {name: Place.INSIDE if name in inside else Place.PART if name in needed else Place.OUTSIDE for name in segments}
