"""Request signatures after draft-cavage-http-signatures-12, as the Fediverse uses them: strict when reading, conventional when writing."""

import re
from datetime import datetime

from fedirse.activitypub.signatures.base import (
    Claim,
    SignatureScheme,
    check_key_id,
    duplicate_component,
    key_algorithm,
    signature_field,
    uncovered,
)
from fedirse.activitypub.signatures.dates import format_http_date, from_timestamp, parse_http_date
from fedirse.activitypub.signatures.digest import digest_header
from fedirse.activitypub.signatures.encodings import decode_base64, encode_base64
from fedirse.activitypub.signatures.keys import KeyAlgorithm, PrivateKey
from fedirse.activitypub.signatures.request import FieldIndex, SignedRequest, field_value
from fedirse.base.errors import SignatureError

_TARGET, _CREATED, _EXPIRES = "(request-target)", "(created)", "(expires)"
# name="text" or name=digits, with what separates it from the next one. No parameter has a use for a backslash, so quoted pairs are
# refused instead of decoded. Section 2.1: the two times are integers and bare, all others are quoted.
_PARAMETER = re.compile(r' *([A-Za-z][A-Za-z0-9_-]{0,30})=(?:"([ !#-\[\]-~]*)"|([0-9]{1,10})) *(,|\Z)')
_TIMES = frozenset({"created", "expires"})
_PSEUDO = frozenset({_CREATED, _EXPIRES})
_KNOWN = frozenset({"keyId", "algorithm", "headers", "signature", *_TIMES})


def read_cavage(request: SignedRequest, fields: FieldIndex) -> Claim:
    """The claim of a `Signature` header. The request line and the Host header have been checked by the caller.

    Raises:
        SignatureError: "malformed-signature", "duplicate-parameter", "missing-parameter", "malformed-key-id", "unsupported-algorithm",
            "unsupported-component", "duplicate-component", "uncovered-target", "uncovered-host", "uncovered-time",
            "uncovered-digest", "malformed-date", or what `field_value` raises for a covered header.
    """
    parameters = _parse(signature_field(fields, "signature"))
    algorithm = parameters.get("algorithm")
    key_algorithm(algorithm)
    # Section 2.1.6: without the parameter the signature covers (created) alone.
    covered = tuple(parameters.get("headers", _CREATED).lower().split(" "))
    _check_coverage(request, covered)
    return Claim(
        scheme=SignatureScheme.CAVAGE,
        key_id=check_key_id(_required(parameters, "keyId")),
        algorithm=algorithm,
        covered=covered,
        created=_created(covered, parameters, fields),
        expires=from_timestamp(int(parameters["expires"])) if "expires" in parameters else None,
        nonce=None,
        signature=decode_base64(_required(parameters, "signature"), reason="malformed-signature"),
        signing_base=_signing_base(request, fields, covered, parameters),
    )


def sign_cavage(
    request: SignedRequest,
    key_id: str,
    key: PrivateKey,
    now: datetime,
    *,
    without_query: bool = False,
) -> tuple[tuple[str, str], ...]:
    """Headers that sign a request: date, digest where there is a body, signature.

    Covers (request-target), host, date and digest, named rsa-sha256 for RSA keys because some peers know no other word.

    Args:
        request: without any of these headers; its authority is what the client will send as Host.
        key_id: where peers find the public key.
        key: the private key.
        now: aware; goes into the Date header.
        without_query: leave the query out of (request-target), for peers that verify it so (Fedify and Mitra do).

    Raises:
        SignatureError: reason "malformed-key-id".
    """
    added = [("date", format_http_date(now))]
    if request.needs_digest:
        added.append(("digest", digest_header(request.body)))
    target = request.target.partition("?")[0] if without_query else request.target
    lines = [f"{_TARGET}: {request.method.lower()} {target}", f"host: {request.authority}"]
    lines += [f"{name}: {value}" for name, value in added]
    signature = encode_base64(key.sign("\n".join(lines).encode("ascii")))
    names = " ".join([_TARGET, "host", *(name for name, _ in added)])
    algorithm = "rsa-sha256" if key.algorithm is KeyAlgorithm.RSA else "hs2019"
    text = f'keyId="{check_key_id(key_id)}",algorithm="{algorithm}",headers="{names}",signature="{signature}"'
    return (*added, ("signature", text))


def _parse(text: str) -> dict[str, str]:
    """Parameters by name (section 2.1); those that are not known are dropped, as the section asks."""
    parameters: dict[str, str] = {}
    seen: set[str] = set()
    at, more = 0, ","
    while more:
        match = _PARAMETER.match(text, at)
        if match is None:
            raise SignatureError(f"malformed Signature header at character {at}", reason="malformed-signature")
        name, quoted, digits, more = match.groups()
        if name in seen:
            raise SignatureError(f"parameter {name!r} occurs twice", reason="duplicate-parameter")
        seen.add(name)
        if name in _KNOWN:
            if (digits is not None) != (name in _TIMES):
                raise SignatureError(f"parameter {name!r} is of the wrong kind", reason="malformed-signature")
            parameters[name] = digits if quoted is None else quoted
        at = match.end()
    return parameters


def _required(parameters: dict[str, str], name: str) -> str:
    value = parameters.get(name)
    if not value:
        raise SignatureError(f"the signature has no {name}", reason="missing-parameter")
    return value


def _check_coverage(request: SignedRequest, covered: tuple[str, ...]) -> None:
    if len(set(covered)) != len(covered):
        raise duplicate_component()
    if _TARGET not in covered:
        raise uncovered("target")
    if "host" not in covered:
        raise uncovered("host")
    if "date" not in covered and _CREATED not in covered:
        raise uncovered("time")
    if request.needs_digest and "digest" not in covered:
        raise uncovered("digest")


def _created(covered: tuple[str, ...], parameters: dict[str, str], fields: FieldIndex) -> datetime:
    """The covered time; a time that stands beside the signature counts for nothing."""
    if _CREATED in covered:
        return from_timestamp(int(_required(parameters, "created")))
    return parse_http_date(field_value(fields, "date"))


def _signing_base(request: SignedRequest, fields: FieldIndex, covered: tuple[str, ...], parameters: dict[str, str]) -> bytes:
    """The signing string of section 2.3."""
    lines = [f"{name}: {_component(request, fields, name, parameters)}" for name in covered]
    return "\n".join(lines).encode("ascii")


def _component(request: SignedRequest, fields: FieldIndex, name: str, parameters: dict[str, str]) -> str:
    if name == _TARGET:
        return f"{request.method.lower()} {request.target}"
    if name == "host":
        return field_value(fields, name) if name in fields else request.authority
    if name in _PSEUDO:
        # Section 2.3: an error with the older algorithms, which never covered these.
        if parameters.get("algorithm", "hs2019").startswith("rsa"):
            raise SignatureError(f"{name} goes with hs2019 only", reason="unsupported-component")
        return _required(parameters, name.strip("()"))
    if name.startswith("("):
        raise SignatureError(f"unknown component {name[:60]!r}", reason="unsupported-component")
    return field_value(fields, name)
