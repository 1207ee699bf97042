"""Statements about members ↔ signed documents (docs/feps/membership.md). Pure.

They are read as JSON, not as linked data: the proof covers the JSON, and no context can give its words another meaning here. Members
they do not know are passed over, so that a later version may say more.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from fedirse.activitypub import values
from fedirse.activitypub.contexts.outgoing import MEMBERSHIP_CONTEXT, OTHER_KEY_TERMS
from fedirse.activitypub.signatures import PublicKey, content_digest, load_multikey, read_proofs, verify_proof
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument, ProtocolError, SignatureError
from fedirse.base.types import JsonObject
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.roster.model import Credential, Removal, Snapshot, Statement

MEMBER_OF: Final = "http://www.w3.org/ns/org#memberOf"
_LISTED_TOGETHER: Final = 500

NetworkKeys = Mapping[str, PublicKey]
"""The head office's keys that are trusted, by the id a proof names them with."""


def render_credential(credential: Credential) -> JsonObject:
    """The document of a credential, still without its proof; `digest` is not part of it."""
    overlap: JsonObject = {}
    if credential.former and credential.former_until is not None:
        overlap = {"formerKey": credential.former, "formerKeyUntil": values.render_datetime(credential.former_until)}
    if credential.key_id:
        overlap["memberKeyId"] = credential.key_id
    return {
        "@context": [*MEMBERSHIP_CONTEXT, OTHER_KEY_TERMS] if overlap else MEMBERSHIP_CONTEXT,
        "id": credential.id,
        "type": "Relationship",
        "attributedTo": credential.network,
        "subject": credential.member,
        "relationship": MEMBER_OF,
        "object": credential.network,
        "name": credential.name,
        "serial": credential.serial,
        "memberKey": credential.key,
        **overlap,
        "suspended": credential.suspended,
        "attributes": render_attributes(credential.attributes),
        "published": values.render_datetime(credential.issued),
        "endTime": values.render_datetime(credential.ends),
    }


def render_removal(removal: Removal) -> JsonObject:
    """The document of a removal, still without its proof."""
    return {
        "@context": MEMBERSHIP_CONTEXT,
        "id": removal.id,
        "type": "Tombstone",
        "formerType": "Relationship",
        "attributedTo": removal.network,
        "subject": removal.member,
        "serial": removal.serial,
        "deleted": values.render_datetime(removal.removed),
    }


def render_snapshot(snapshot: Snapshot) -> JsonObject:
    """The document of a snapshot, still without its proof. Its lines are in lists of a length that strict readers of JSON take."""
    lines = [f"{serial} {member}" for member, serial in sorted(snapshot.listing.items())]
    return {
        "@context": MEMBERSHIP_CONTEXT,
        "id": snapshot.id,
        "type": "Roster",
        "attributedTo": snapshot.network,
        "serial": snapshot.serial,
        "totalItems": len(lines),
        "listing": [lines[start : start + _LISTED_TOGETHER] for start in range(0, len(lines), _LISTED_TOGETHER)],
        "published": values.render_datetime(snapshot.issued),
        "endTime": values.render_datetime(snapshot.ends),
    }


def render_attributes(attributes: Attributes) -> JsonObject:
    """Attributes as JSON: what is empty is left out."""
    texts = {
        Attribute.REGION: attributes.region,
        Attribute.CITY: attributes.city,
        Attribute.BRAND: attributes.brand,
        Attribute.FORMAT: attributes.format,
    }
    return values.present({**{name.value: text for name, text in texts.items()}, Attribute.TRADE.value: sorted(attributes.trades)})


def read_statement(document: JsonObject, keys: NetworkKeys) -> Statement:
    """What the head office says of a member.

    Args:
        document: as it came, whoever brought it.
        keys: the head office's keys.

    Raises:
        SignatureError: "not-the-head-office" when no proof of it is of one of these keys; else as `verify_proof`.
        MalformedDocument: "bad-statement".
    """
    check_proven(document, keys)
    return parse_statement(document)


def parse_statement(document: JsonObject, digest: str | None = None) -> Statement:
    """As `read_statement`, of a document that was proven before it was stored; `digest` is its own, where that is known."""
    kind = document.get("type")
    if kind == "Relationship":
        return _read_credential(document, digest or content_digest(document))
    if kind == "Tombstone" and document.get("formerType") == "Relationship":
        return _read_removal(document, digest or content_digest(document))
    raise _malformed("neither a credential nor a removal")


def read_snapshot(document: JsonObject, keys: NetworkKeys) -> Snapshot:
    """All members at one moment. Raises as `read_statement`."""
    check_proven(document, keys)
    return parse_snapshot(document)


def parse_snapshot(document: JsonObject, digest: str | None = None) -> Snapshot:
    """As `parse_statement`."""
    if document.get("type") != "Roster":
        raise _malformed("not a roster")
    return Snapshot(
        id=values.required_id(document),
        network=_uri(document, "attributedTo"),
        serial=read_serial(document),
        digest=digest or content_digest(document),
        issued=_date(document, "published"),
        ends=_date(document, "endTime"),
        listing=_read_listing(document),
    )


def parse_attributes(value: Any) -> Attributes:
    """Attributes from JSON; what cannot be read counts as not known."""
    given = value if isinstance(value, dict) else {}
    texts = {name: values.text(given.get(name.value), limits.NAME_LENGTH) or "" for name in Attribute if name is not Attribute.TRADE}
    trades = [values.text(trade, limits.NAME_LENGTH) for trade in values.many(given.get(Attribute.TRADE.value))[: limits.TRADES_PER_MEMBER]]
    return Attributes(
        region=texts[Attribute.REGION],
        city=texts[Attribute.CITY],
        brand=texts[Attribute.BRAND],
        format=texts[Attribute.FORMAT],
        trades=frozenset(trade for trade in trades if trade),
    )


def _read_credential(document: JsonObject, digest: str) -> Credential:
    network = _uri(document, "attributedTo")
    if document.get("relationship") != MEMBER_OF or document.get("object") != network:
        raise _malformed("it speaks of another relation")
    suspended = document.get("suspended")
    if not isinstance(suspended, bool):
        # Read as "not suspended", a word we do not understand would give a member its rights back.
        raise _malformed("it does not say whether the member is suspended")
    return Credential(
        id=values.required_id(document),
        network=network,
        member=_uri(document, "subject"),
        serial=read_serial(document),
        digest=digest,
        name=values.text(document.get("name"), limits.NAME_LENGTH) or "",
        attributes=parse_attributes(document.get("attributes")),
        key=_key(document),
        suspended=suspended,
        issued=_date(document, "published"),
        ends=_date(document, "endTime"),
        former=_key(document, "formerKey") if "formerKey" in document else "",
        former_until=_date(document, "formerKeyUntil") if "formerKey" in document else None,
        key_id=_uri(document, "memberKeyId") if "memberKeyId" in document else "",
    )


def _read_removal(document: JsonObject, digest: str) -> Removal:
    return Removal(
        id=values.required_id(document),
        network=_uri(document, "attributedTo"),
        member=_uri(document, "subject"),
        serial=read_serial(document),
        digest=digest,
        removed=_date(document, "deleted"),
    )


def _read_listing(document: JsonObject) -> dict[str, int]:
    found: dict[str, int] = {}
    parts = document.get("listing")
    for line in (line for part in (parts if isinstance(parts, list) else [None]) for line in (part if isinstance(part, list) else [None])):
        serial, _, member = line.partition(" ") if isinstance(line, str) else ("", "", "")
        if not serial.isdecimal() or not serial.isascii() or not values.is_uri(member) or member in found:
            raise _malformed("a line that names no member")
        found[member] = int(serial)
    # A list that lost lines on its way would remove members.
    if len(found) != document.get("totalItems"):
        raise _malformed("a listing that is not whole")
    return found


def check_proven(document: JsonObject, keys: NetworkKeys) -> None:
    """Raises SignatureError unless a head office with one of these keys has said this."""
    for claim in read_proofs(document):
        if claim.verification_method in keys:
            verify_proof(document, claim, keys[claim.verification_method])
            return
    raise SignatureError("no proof by a key of the head office", reason="not-the-head-office")


def _uri(document: JsonObject, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not values.is_uri(value):
        raise _malformed(f"{name} is no address")
    return value


def read_serial(document: JsonObject) -> int:
    """The number of a statement. Raises MalformedDocument."""
    value = document.get("serial")
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _malformed("no serial")
    return value


def _date(document: JsonObject, name: str) -> datetime:
    value = values.parse_datetime(document.get(name))
    if value is None:
        raise _malformed(f"{name} is no date")
    return value


def _key(document: JsonObject, name: str = "memberKey") -> str:
    key = document.get(name)
    try:
        load_multikey(key)
    except ProtocolError as error:
        raise _malformed("no key") from error
    return str(key)


def _malformed(message: str) -> MalformedDocument:
    return MalformedDocument(f"a statement of a head office: {message}", reason="bad-statement")
