"""A request as an attacker writes it: every byte of the head and the body is theirs to choose, and so is what is signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson

from fedirse.activitypub.signatures import PrivateKey, SignedRequest, sign_message
from fedirse.activitypub.signatures.dates import format_http_date
from fedirse.activitypub.signatures.digest import content_digest_header, digest_header
from fedirse.activitypub.signatures.encodings import encode_base64
from fedirse.base.types import JsonObject

Headers = tuple[tuple[str, str], ...]

DRAFT = "(request-target) host date digest"
"""What every server of the fediverse signs of a POST."""


@dataclass(frozen=True)
class Letter:
    """One request; nothing in it is derived, so that nothing in it needs to be true.

    Attributes:
        target: raw path with the query, as on the request line.
        headers: in wire order, without the Host.
        hosts: the Host headers, usually one.
    """

    body: bytes = b""
    method: str = "POST"
    target: str = "/inbox"
    headers: Headers = ()
    hosts: tuple[str, ...] = ("us.example",)

    def with_headers(self, *added: tuple[str, str]) -> "Letter":
        return replace(self, headers=(*self.headers, *added))

    def with_header(self, name: str, value: str) -> "Letter":
        """The letter with another value for a header that it has."""
        assert self.header(name) is not None
        return replace(self, headers=tuple((known, value if known == name else old) for known, old in self.headers))

    def without(self, name: str) -> "Letter":
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] != name))

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known == name), None)

    def as_signed(self, scheme: str = "https") -> SignedRequest:
        """As the signing functions of fedirse take it."""
        host = self.hosts[0] if self.hosts else ""
        return SignedRequest(self.method, scheme, host, self.target, (("host", host), *self.headers), self.body)


def letter(document: JsonObject | bytes, target: str = "/inbox") -> Letter:
    """An unsigned delivery of a document, or of any bytes."""
    body = document if isinstance(document, bytes) else orjson.dumps(document)
    return Letter(body, target=target, headers=(("content-type", "application/activity+json"),))


def by_draft(
    unsigned: Letter,
    key_id: str,
    key: PrivateKey,
    now: datetime,
    *,
    names: str = DRAFT,
    algorithm: str | None = "rsa-sha256",
    age: timedelta = timedelta(),
    lies: Mapping[str, str] | None = None,
    parameters: str = "",
    headers: Headers | None = None,
) -> Letter:
    """Signed after draft-cavage-12, truly over the lines that are named.

    Args:
        unsigned: the letter.
        key_id: what the signature says.
        key: what it is made with.
        now: dates it.
        names: what is covered, in this order.
        algorithm: as stated; None leaves it out.
        age: how old the date is; negative for the future.
        lies: lines that are signed with another value than the letter's, or that it does not have.
        parameters: more of the Signature header, ending in a comma.
        headers: date and digest as sent, when they are not to be the true ones.
    """
    true = (("date", format_http_date(now - age)), *((("digest", digest_header(unsigned.body)),) if unsigned.body else ()))
    sent = unsigned.with_headers(*(true if headers is None else headers))
    known = {
        "(request-target)": f"{sent.method.lower()} {sent.target}",
        "host": sent.hosts[0] if sent.hosts else "",
        **dict(sent.headers),
        **(lies or {}),
    }
    signature = encode_base64(key.sign("\n".join(f"{name}: {known[name]}" for name in names.split(" ")).encode()))
    stated = f'algorithm="{algorithm}",' if algorithm is not None else ""
    value = f'keyId="{key_id}",{stated}{parameters}headers="{names}",signature="{signature}"'
    return sent.with_headers(("signature", value))


def by_message(
    unsigned: Letter,
    key_id: str,
    key: PrivateKey,
    now: datetime,
    *,
    components: Iterable[str] = ('"@method"', '"@target-uri"', '"content-digest"'),
    parameters: str | None = None,
    label: str = "sig1",
    digest: str | None = None,
) -> Letter:
    """Signed after RFC 9421, truly over the components that are named.

    Args:
        unsigned: the letter.
        key_id: what the signature says.
        key: what it is made with.
        now: goes into `created`.
        components: as they are serialised, with their parameters if any.
        parameters: of the signature, instead of `;created=…;keyid="…"`.
        label: of the signature.
        digest: the Content-Digest as sent, when it is not to be the true one.
    """
    sent = unsigned.with_headers(("content-digest", digest or content_digest_header(unsigned.body)))
    stated = parameters if parameters is not None else f';created={int(now.timestamp())};keyid="{key_id}"'
    described = f"({' '.join(components)}){stated}"
    lines = [f"{name}: {_component(sent, name.split(';')[0].strip(chr(34)))}" for name in components]
    lines.append(f'"@signature-params": {described}')
    signature = encode_base64(key.sign("\n".join(lines).encode()))
    return sent.with_headers(("signature-input", f"{label}={described}"), ("signature", f"{label}=:{signature}:"))


def by_book(unsigned: Letter, key_id: str, key: PrivateKey, now: datetime) -> Letter:
    """Signed after RFC 9421 as fedirse itself does it."""
    return unsigned.with_headers(*sign_message(unsigned.as_signed(), key_id, key, now))


def _component(sent: Letter, name: str) -> str:
    path, _, query = sent.target.partition("?")
    derived = {
        "@method": sent.method,
        "@target-uri": f"https://{sent.hosts[0]}{sent.target}",
        "@authority": sent.hosts[0],
        "@scheme": "https",
        "@request-target": sent.target,
        "@path": path,
        "@query": f"?{query}",
    }
    return derived[name] if name in derived else str(sent.header(name))
