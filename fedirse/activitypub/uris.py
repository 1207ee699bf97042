"""The one grammar of addresses: an absolute http(s) URI whose host every HTTP client reads in the same way.

Deliberately narrower than RFC 3986 and RFC 3987, because a difference between two readers is a hole. Decides nothing about which
hosts may be connected to; that is `remote.guard`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import quote

from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import Host

DEFAULT_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65535

# RFC 3986 characters, whole percent escapes and, beyond ASCII, what may turn out to be an RFC 3987 ucschar. No user information:
# "@" cannot occur before the path. The authority is kept apart from the rest by its own, smaller alphabet.
_SHAPE = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<authority>[A-Za-z0-9.:\[\]-]+)"
    r"(?P<path>(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}|[^\x00-\xa0])*)?)"
    r"(?P<query>(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}|[^\x00-\xa0])*)?)"
    r"(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}|[^\x00-\xa0])*)?",
    re.IGNORECASE | re.ASCII,
)
_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9.-]+))(?::(?P<port>[1-9][0-9]{0,4}))?")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_V4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
# What the WHATWG URL standard calls "ends in a number": C libraries read such a host as an IPv4 address in any of a dozen spellings.
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """An address that passed the grammar.

    Attributes:
        scheme: "http" or "https".
        host: lower-case ASCII name, dotted quad, or IPv6 address in its shortest form without brackets.
        port: the one to connect to, also when it is the scheme's default.
        target: path and query as they go on the request line; pure ASCII, never empty, never with a fragment.
        text: what was parsed, unchanged; ids are compared by this.
    """

    scheme: str
    host: str
    port: int
    target: str
    text: str

    @property
    def authority(self) -> Host:
        """`host[:port]` as in a Host header: the default port left out, IPv6 in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return Host(host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}")

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454), the default port left out."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """What is requested: origin and target, without the fragment."""
        return f"{self.origin}{self.target}"


def parse(text: str, *, allow_http: bool = False) -> Address:
    """Read an absolute https URI (with `allow_http` an http one too).

    Raises:
        MalformedDocument: reason "bad-uri", for anything that does not match the grammar.
    """
    address = _read(text)
    if address.scheme == "http" and not allow_http:
        raise _bad_uri("http where https is required")
    return address


def origin_of(text: str) -> str:
    """The origin (`https://host[:port]`) of an http(s) URI. Raises MalformedDocument."""
    return _read(text).origin


def host_of(text: str) -> Host:
    """The authority (`host[:port]`) of an http(s) URI. Raises MalformedDocument."""
    return _read(text).authority


def find_host(text: str) -> Host | None:
    """The same, or None for what is no such URI."""
    try:
        return host_of(text)
    except MalformedDocument:
        return None


def same_origin(first: str, second: str) -> bool:
    """Whether two http(s) URIs have one origin; both must be well formed. Raises MalformedDocument."""
    return origin_of(first) == origin_of(second)


def _read(text: str) -> Address:
    # Values come out of foreign JSON; a list would otherwise end in the cache's TypeError.
    if not isinstance(text, str):
        raise _bad_uri("not a string")
    return _parse(text)


# One request names the same few ids many times over; a larger cache would only serve who sends long unique ones.
@lru_cache(maxsize=1024)
def _parse(text: str) -> Address:
    if len(text) > limits.URI_LENGTH:
        raise _bad_uri("too long")
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise _bad_uri("not an absolute http(s) URI")
    scheme, authority, path, query = match.group("scheme", "authority", "path", "query")
    # Clients remove dot segments, each at another moment; what is signed would differ from what is sent.
    if "/." in path or "/%2" in path:
        _refuse_dot_segments(path)
    # An empty query is left out, because clients disagree whether to send its question mark.
    target = f"{path or '/'}{query if query != '?' else ''}"
    if not text.isascii():
        target = _as_ascii(text, target)
    scheme = scheme.lower()
    host, port = _read_authority(authority.lower())
    return Address(scheme, host, port or DEFAULT_PORTS[scheme], target, text)


@lru_cache(maxsize=1024)
def _read_authority(authority: str) -> tuple[str, int]:
    """Lower-case authority in; canonical host and port (0: not given) out."""
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise _bad_uri("host or port is malformed")
    literal, name, digits = match.group("v6", "name", "port")
    port = int(digits or 0)
    if port > _HIGHEST_PORT:
        raise _bad_uri("port out of range")
    return (_read_literal(literal) if literal else _read_name(name)), port


def _read_literal(literal: str) -> str:
    try:
        return str(IPv6Address(literal))
    except AddressValueError as error:
        raise _bad_uri("malformed IPv6 address") from error


def _read_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise _bad_uri("malformed host name")
    if _ENDS_IN_A_NUMBER.fullmatch(name) and not _V4.fullmatch(name):
        raise _bad_uri("a number that is not a dotted quad")
    return name


def _refuse_dot_segments(path: str) -> None:
    if _DOT_SEGMENT.search(path):
        raise _bad_uri("dot segment")


def _as_ascii(text: str, target: str) -> str:
    """The target as RFC 3987, section 3.1 maps it: UTF-8, percent-encoded."""
    # Printable leaves out controls, formatting (bidirectional overrides), separators, surrogates and the unassigned.
    if not text.isprintable():
        raise _bad_uri("character that cannot be shown")
    encoded = quote(target, safe="/?%:@!$&'()*+,;=~")
    if len(encoded) > limits.URI_LENGTH:
        raise _bad_uri("too long")
    return encoded


def _bad_uri(message: str) -> MalformedDocument:
    return MalformedDocument(f"bad URI: {message}", reason="bad-uri")
