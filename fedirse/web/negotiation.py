"""Which representation somebody asks for, and the ActivityStreams one as a response. Decides nothing about who may read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fedirse.activitypub.vocabulary import ACTIVITY_JSON, AS2
from fedirse.base.types import JsonObject

PRIVATE: Final = "private, no-store"
PUBLIC: Final = "public, max-age=60"
VARY: Final = "Accept, Authorization, Cookie, Signature"
"""What the choice of a representation, and of what it shows, depends on besides the address."""

# RFC 9110, sections 5.6 and 12.5.1. A member that does not match is left out, the others count.
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_MEMBER = re.compile(rf"(?:[^,\"]|{_QUOTED})+")
_RANGE = re.compile(rf"[ \t]*({_WORD}/{_WORD})((?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|{_QUOTED}))*)[ \t]*")
_PARAMETER = re.compile(rf";[ \t]*({_WORD})=({_WORD}|{_QUOTED})")
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")

_MOST_CHARACTERS = 1000
"""Of an Accept header; no program needs more, and quotes that never end cost time in proportion to the square."""

_DOCUMENT_RANGES = ("as2", "application/*", "*/*")
_PAGE_RANGES = ("text/html", "text/*", "*/*")


@dataclass(frozen=True, slots=True)
class _MediaRange:
    kind: str
    weight: float


def wants_activity(request: Request) -> bool:
    """Whether the request asks for ActivityStreams rather than for a page (AP 3.2, RFC 9110 section 12.5.1).

    Whoever names an ActivityStreams type gets it unless a page is preferred by weight; whoever takes anything gets the page.
    """
    return _prefers_activity(", ".join(request.headers.getlist("accept"))[:_MOST_CHARACTERS])


def activity_response(document: JsonObject, *, private: bool, request: Request | None = None, status: int = 200) -> Response:
    """A document as a response.

    Args:
        document: a whole document, with its context.
        private: whether it was chosen for this reader; then nobody keeps it, and nothing tells one version from another.
        request: the request; a public document that its sender has already is answered with 304.
        status: HTTP status.
    """
    # Without charset: the media type has no such parameter (RFC 8259, section 11), and every peer reads JSON as UTF-8.
    return json_response(document, media_type=ACTIVITY_JSON, private=private, request=request, status=status)


def json_response(document: JsonObject, *, media_type: str, private: bool, request: Request | None = None, status: int = 200) -> Response:
    """Any JSON document as a response; arguments as for `activity_response`."""
    body = orjson.dumps(document)
    headers = {"content-type": media_type, "cache-control": PRIVATE if private else PUBLIC, "vary": VARY}
    if private or status != HTTPStatus.OK:
        return Response(body, status, headers)
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers["etag"] = tag
    if request is not None and _has_already(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers)


def _has_already(request: Request, tag: str) -> bool:
    """RFC 9110 section 13.1.2: compared weakly, because proxies weaken the tags of what they compress."""
    asked = [candidate.strip().removeprefix("W/") for candidate in request.headers.get("if-none-match", "").split(",")]
    return tag in asked or "*" in asked


def _prefers_activity(accept: str) -> bool:
    weights: dict[str, float] = {}
    for media_range in _parse(accept):
        weights[media_range.kind] = max(media_range.weight, weights.get(media_range.kind, 0.0))
    document, named = _weight(weights, _DOCUMENT_RANGES)
    page, _ = _weight(weights, _PAGE_RANGES)
    # "*/*" speaks for both kinds; only a named range can win a tie.
    return document > page or (named and document == page > 0)


def _weight(weights: dict[str, float], ranges: tuple[str, ...]) -> tuple[float, bool]:
    """The weight of the most specific range that covers a kind, and whether that range is more than "*/*"."""
    for kind in ranges:
        if kind in weights:
            return weights[kind], kind != "*/*"
    return 0.0, False


def _parse(accept: str) -> Iterator[_MediaRange]:
    for member in _MEMBER.findall(accept):
        match = _RANGE.fullmatch(member)
        if match is not None and (found := _read_range(match[1].lower(), match[2])) is not None:
            yield found


def _read_range(media_type: str, text: str) -> _MediaRange | None:
    parameters = {name.lower(): value.strip('"') for name, value in _PARAMETER.findall(text)}
    weight = parameters.get("q", "1")
    if not _WEIGHT.fullmatch(weight):
        return None
    if media_type == ACTIVITY_JSON or _is_as2_profile(media_type, parameters.get("profile")):
        return _MediaRange("as2", float(weight))
    kind = "text/html" if media_type == "application/xhtml+xml" else media_type
    return _MediaRange(kind, float(weight))


def _is_as2_profile(media_type: str, profile: str | None) -> bool:
    # Whoever asks for JSON-LD without a profile can do nothing with a page either.
    return media_type == "application/ld+json" and (profile is None or AS2 in profile.split(" "))
