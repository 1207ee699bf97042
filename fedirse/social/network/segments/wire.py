"""Segments ↔ signed documents (docs/feps/membership.md). Pure."""

from typing import Any, Final

from fedirse.activitypub import values
from fedirse.activitypub.contexts.outgoing import MEMBERSHIP_CONTEXT
from fedirse.activitypub.signatures import content_digest
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.social.network.model import Attribute
from fedirse.social.network.roster.wire import NetworkKeys, check_proven, read_serial
from fedirse.social.network.segments.model import AllOf, Among, AnyOf, Condition, Except, Has, Segment, Within

_ATTRIBUTES: Final = frozenset(attribute.value for attribute in Attribute)


def render_segment(segment: Segment) -> JsonObject:
    """The document of a segment, still without its proof."""
    return {
        "@context": MEMBERSHIP_CONTEXT,
        "id": segment.id,
        "type": "Segment",
        "attributedTo": segment.network,
        "name": segment.name,
        "serial": segment.serial,
        "selection": render_condition(segment.condition),
        "withdrawn": segment.withdrawn,
        "published": values.render_datetime(segment.defined),
    }


def read_segment(document: JsonObject, keys: NetworkKeys) -> Segment:
    """What the head office says of a segment.

    Raises:
        SignatureError: "not-the-head-office", or as `verify_proof`.
        MalformedDocument: "bad-statement".
    """
    check_proven(document, keys)
    return parse_segment(document)


def parse_segment(document: JsonObject) -> Segment:
    """As `read_segment`, of a document that was proven before it was stored. Raises MalformedDocument."""
    network, defined, withdrawn = (
        values.uri(document.get("attributedTo")),
        values.parse_datetime(document.get("published")),
        document.get("withdrawn"),
    )
    if document.get("type") != "Segment" or network is None or defined is None or not isinstance(withdrawn, bool):
        raise _malformed("not a segment")
    return Segment(
        id=values.required_id(document),
        network=network,
        serial=read_serial(document),
        digest=content_digest(document),
        name=values.text(document.get("name"), limits.NAME_LENGTH) or "",
        condition=parse_condition(document.get("selection")),
        defined=defined,
        withdrawn=withdrawn,
    )


def render_condition(condition: Condition) -> JsonObject:
    """A condition as JSON: one member that names what it is."""
    match condition:
        case Has(attribute, wanted):
            return {attribute.value: sorted(wanted)}
        case Among(members):
            return {"among": sorted(members)}
        case Within(segment):
            return {"within": segment}
        case AllOf(parts):
            return {"all": [render_condition(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [render_condition(part) for part in parts]}
        case Except(part):
            return {"except": render_condition(part)}


def parse_condition(value: Any, depth: int = 0) -> Condition:
    """The inverse of `render_condition`; the caller has bounded the document.

    Raises:
        MalformedDocument: "bad-statement". Half understood, a condition could cover whom it was made to leave out.
    """
    if not isinstance(value, dict) or len(value) != 1 or depth > limits.SEGMENT_DEPTH:
        raise _malformed("a condition that cannot be read")
    ((name, given),) = value.items()
    if name in {"all", "any"} and isinstance(given, list) and len(given) <= limits.SEGMENT_PARTS:
        parts = tuple(parse_condition(part, depth + 1) for part in given)
        return AllOf(parts) if name == "all" else AnyOf(parts)
    if name == "except":
        return Except(parse_condition(given, depth + 1))
    if name == "within" and isinstance(given, str):
        return Within(given)
    if isinstance(given, list) and all(isinstance(text, str) for text in given):
        if name == "among":
            return Among(frozenset(given))
        if name in _ATTRIBUTES:
            return Has(Attribute(name), frozenset(given))
    raise _malformed("a condition that cannot be read")


def _malformed(message: str) -> MalformedDocument:
    return MalformedDocument(f"a segment: {message}", reason="bad-statement")
