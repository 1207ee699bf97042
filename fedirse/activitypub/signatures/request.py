"""The value that is signed and verified: one HTTP request as it stands on the wire, without any server or client in it."""

import re
from dataclasses import dataclass

from fedirse.activitypub import uris
from fedirse.base.errors import MalformedDocument, SignatureError

# What may stand in a Host header at all; uris.parse decides the rest and must not see "/", "?", "#" or "@" here.
_HOST_CHARACTERS = re.compile(r"[A-Za-z0-9.:\[\]-]{1,300}")
_METHOD = re.compile(r"[A-Z]{1,20}")

FieldIndex = dict[str, str | None]
"""Header values by lower-case name; None stands for a name that occurs more than once."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as the door received it, or as the worker is about to send it.

    Attributes:
        method: upper case.
        scheme: "https" or "http", from configuration and never from the wire.
        authority: normalised Host: lower case, default port dropped (see `normalise_authority`).
        target: raw path with "?query" exactly as on the wire, never decoded.
        headers: (lower-case name, value) in wire order.
        body: the bytes received, or to be sent.
        fragment: "#…" that the signer may have taken for a part of the target URI, else empty. Never on the wire, and no part of what
            RFC 9110 (section 7.1) calls the target; Fedify up to 2.3 signs it when it fetches a key by its id.
    """

    method: str
    scheme: str
    authority: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fragment: str = ""

    def header(self, name: str) -> str | None:
        """The value of the header `name` (lower case), None when it is absent.

        Raises:
            SignatureError: reason "duplicate-header" when it occurs more than once, because two readers may then pick two values.
        """
        found: str | None = None
        for candidate, value in self.headers:
            if candidate == name:
                if found is not None:
                    raise duplicate_header(name)
                found = value
        return found

    @property
    def needs_digest(self) -> bool:
        """Whether its signature must bind a body, be it an empty one."""
        return bool(self.body) or self.method not in {"GET", "HEAD"}


def index_fields(request: SignedRequest) -> FieldIndex:
    """All headers by name in one pass; a name that occurs twice maps to None."""
    fields: FieldIndex = {}
    for name, value in request.headers:
        fields[name] = None if name in fields else value
    return fields


def field_value(fields: FieldIndex, name: str) -> str:
    """The value of one header that a signature relies on, without surrounding spaces.

    Raises:
        SignatureError: "missing-header"; "duplicate-header"; "malformed-header" for anything but printable ASCII: folded lines and
            control characters would let a value end a line of what is signed (RFC 9421, section 7.5.5).
    """
    value = fields.get(name, _ABSENT)
    if value is _ABSENT:
        raise SignatureError(f"covered header {name[:60]!r} is not in the request", reason="missing-header")
    if value is None:
        raise duplicate_header(name)
    if not (value.isascii() and value.isprintable()):
        raise SignatureError(f"header {name!r} has characters that cannot be signed", reason="malformed-header")
    return value.strip(" ")


def check_request(request: SignedRequest, fields: FieldIndex) -> None:
    """Refuse a request line or a Host header that two readers could take for different things.

    Raises:
        SignatureError: "malformed-method"; "malformed-target" for anything but a path with an optional query (RFC 9112, section
            3.2.1: absolute form would name a second host); "duplicate-header", "malformed-host" or "host-mismatch" for Host.
    """
    if not _METHOD.fullmatch(request.method):
        raise SignatureError("the method is not an upper-case name", reason="malformed-method")
    target = request.target
    if not target.startswith("/") or not (target.isascii() and target.isprintable()) or " " in target or "#" in target:
        raise SignatureError("the request target is not a plain path", reason="malformed-target")
    host = fields.get("host", request.authority)
    if host == request.authority:
        return
    if host is None:
        raise duplicate_header("host")
    if normalise_authority(host, request.scheme) != request.authority:
        raise SignatureError("the Host header names another site", reason="host-mismatch")


def normalise_authority(host: str, scheme: str) -> str:
    """A Host header as an authority that can be compared: lower case, the scheme's default port dropped (RFC 9421, section 2.2.3).

    Raises:
        SignatureError: reason "malformed-host" for anything but a host name or address with an optional port.
    """
    try:
        if _HOST_CHARACTERS.fullmatch(host):
            return uris.parse(f"{scheme}://{host}/", allow_http=True).authority
    except MalformedDocument as error:
        raise SignatureError("the Host header is not a host", reason="malformed-host") from error
    raise SignatureError("the Host header is not a host", reason="malformed-host")


def duplicate_header(name: str) -> SignatureError:
    """The error for a header that occurs more than once."""
    return SignatureError(f"header {name[:60]!r} occurs more than once", reason="duplicate-header")


# A value no header can have, told from None (more than once) by identity.
_ABSENT = "\0absent"
