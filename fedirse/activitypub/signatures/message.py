"""HTTP Message Signatures (RFC 9421) on requests: strict when reading, and what Mastodon and Fedify accept when writing.

One label has to satisfy the whole policy by itself; labels are never mixed. Component parameters are refused, because each of them
changes what a name stands for.
"""

from collections.abc import Callable, Iterable
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
from fedirse.activitypub.signatures.dates import from_timestamp, parse_http_date
from fedirse.activitypub.signatures.digest import content_digest_header
from fedirse.activitypub.signatures.encodings import encode_base64
from fedirse.activitypub.signatures.keys import PrivateKey
from fedirse.activitypub.signatures.request import FieldIndex, SignedRequest, field_value
from fedirse.activitypub.signatures.structured_fields import (
    InnerList,
    Item,
    Parameters,
    Token,
    parse_dictionary,
    serialise_bare,
    serialise_inner_list,
)
from fedirse.base import limits
from fedirse.base.errors import SignatureError

LABEL = "sig1"

# Section 2.2. Left out: @query-param (needs a parameter), @status (of responses) and @signature-params (always there).
_DERIVED: dict[str, Callable[[SignedRequest], str]] = {
    "@method": lambda request: request.method,
    "@target-uri": lambda request: f"{request.scheme}://{request.authority}{request.target}{request.fragment}",
    "@authority": lambda request: request.authority,
    "@scheme": lambda request: request.scheme,
    "@request-target": lambda request: request.target,
    "@path": lambda request: request.target.partition("?")[0],
    "@query": lambda request: "?" + request.target.partition("?")[2],
}


def read_message(request: SignedRequest, fields: FieldIndex) -> Claim:
    """The claim of the first label that satisfies the policy. Request line and Host have been checked by the caller.

    Raises:
        SignatureError: when no label does, the error of the first one: "malformed-signature", "missing-parameter",
            "malformed-key-id", "unsupported-algorithm", "unsupported-component", "duplicate-component", "uncovered-method",
            "uncovered-target", "uncovered-host", "uncovered-time", "uncovered-digest", "malformed-date" or what `field_value`
            raises. For both headers together: "malformed-field", "duplicate-parameter", "label-mismatch" (section 4), "too-many-labels".
    """
    inputs = parse_dictionary(signature_field(fields, "signature-input"))
    signatures = parse_dictionary(signature_field(fields, "signature"))
    if not inputs or inputs.keys() != signatures.keys():
        raise SignatureError("Signature-Input and Signature have other labels", reason="label-mismatch")
    if len(inputs) > limits.SIGNATURE_LABELS:
        raise SignatureError(f"{len(inputs)} signatures on one request", reason="too-many-labels")
    refused: list[SignatureError] = []
    for label, described in inputs.items():
        try:
            return _read_label(request, fields, described, signatures[label])
        except SignatureError as error:
            refused.append(error)
    raise refused[0]


def sign_message(request: SignedRequest, key_id: str, key: PrivateKey, now: datetime) -> tuple[tuple[str, str], ...]:
    """Headers that sign a request: content-digest where there is a body, signature-input, signature.

    Covers @method, @target-uri and content-digest, with `created` and `keyid`: what Mastodon (from 4.5) demands and all others
    accept. No `alg`: every verifier tells it from the key, and section 3.2 makes a redundant statement a way to fail.

    Args:
        request: without any of these headers.
        key_id: where peers find the public key.
        key: the private key; Ed25519 only where the peer is known to take it.
        now: aware.

    Raises:
        SignatureError: reason "malformed-key-id".
    """
    covered = ["@method", "@target-uri"]
    added: list[tuple[str, str]] = []
    if request.needs_digest:
        covered.append("content-digest")
        added.append(("content-digest", content_digest_header(request.body)))
    described = InnerList(
        tuple(Item(name, {}) for name in covered),
        {"created": int(now.timestamp()), "keyid": check_key_id(key_id)},
    )
    parameters = serialise_inner_list(described)
    signature = key.sign(signature_base(request, dict(added), covered, parameters))
    added.append(("signature-input", f"{LABEL}={parameters}"))
    added.append(("signature", f"{LABEL}=:{encode_base64(signature)}:"))
    return tuple(added)


def signature_base(request: SignedRequest, fields: FieldIndex, covered: Iterable[str], parameters: str) -> bytes:
    """The signature base of section 2.5.

    Args:
        request: for the derived components.
        fields: headers by name.
        covered: component names in signing order, without parameters.
        parameters: serialised inner list of the same names with the signature's parameters.

    Raises:
        SignatureError: "unsupported-component", or what `field_value` raises.
    """
    lines = [f"{serialise_bare(name)}: {_component(request, fields, name)}" for name in covered]
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode("ascii")


def _component(request: SignedRequest, fields: FieldIndex, name: str) -> str:
    if not name.startswith("@"):
        return field_value(fields, name)
    derive = _DERIVED.get(name)
    if derive is None:
        raise SignatureError(f"component {name[:60]!r}", reason="unsupported-component")
    return derive(request)


def _read_label(request: SignedRequest, fields: FieldIndex, described: Item | InnerList, signed: Item | InnerList) -> Claim:
    if not isinstance(described, InnerList) or not isinstance(signed, Item) or not isinstance(signed.value, bytes):
        raise _malformed("a label is no list of components, or has no bytes")
    covered = _component_names(described)
    parameters = described.parameters
    algorithm = _text(parameters, "alg")
    key_algorithm(algorithm)
    _check_coverage(request, covered, parameters)
    return Claim(
        scheme=SignatureScheme.MESSAGE,
        key_id=check_key_id(_text(parameters, "keyid") or ""),
        algorithm=algorithm,
        covered=covered,
        created=_time(parameters, "created") or parse_http_date(field_value(fields, "date")),
        expires=_time(parameters, "expires"),
        nonce=_nonce(parameters),
        signature=signed.value,
        signing_base=signature_base(request, fields, covered, serialise_inner_list(described)),
    )


def _component_names(described: InnerList) -> tuple[str, ...]:
    names: list[str] = []
    for item in described.items:
        if not isinstance(item.value, str) or isinstance(item.value, Token):
            raise _malformed("a component is named by something else than a string")
        if item.parameters:
            raise SignatureError(f"component {item.value[:60]!r} with parameters", reason="unsupported-component")
        names.append(item.value)
    if len(set(names)) != len(names):
        raise duplicate_component()
    return tuple(names)


def _check_coverage(request: SignedRequest, covered: tuple[str, ...], parameters: Parameters) -> None:
    if "@method" not in covered:
        raise uncovered("method")
    # The path alone is the whole target only while there is no query.
    path = "@path" in covered and ("@query" in covered or "?" not in request.target)
    if not (path or "@target-uri" in covered or "@request-target" in covered):
        raise uncovered("target")
    if "@target-uri" not in covered and "@authority" not in covered:
        raise uncovered("host")
    if "created" not in parameters and "date" not in covered:
        raise uncovered("time")
    if request.needs_digest and "content-digest" not in covered:
        raise uncovered("digest")


def _text(parameters: Parameters, name: str) -> str | None:
    value = parameters.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or isinstance(value, Token):
        raise _malformed(f"{name} is not a string")
    return value


def _time(parameters: Parameters, name: str) -> datetime | None:
    value = parameters.get(name)
    if value is None:
        return None
    # A bool is an int to Python, and what a parameter without a value comes out as.
    if not isinstance(value, int) or isinstance(value, bool):
        raise _malformed(f"{name} is not an integer")
    return from_timestamp(value)


def _nonce(parameters: Parameters) -> str | None:
    nonce = _text(parameters, "nonce")
    if nonce is not None and len(nonce) > limits.NONCE_CHARACTERS:
        raise _malformed("nonce too long")
    return nonce


def _malformed(message: str) -> SignatureError:
    return SignatureError(message, reason="malformed-signature")
