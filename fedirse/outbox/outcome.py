"""What an answer to a delivery means, or its absence. Pure: when to try again is `retry`'s, what to write down is the worker's."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeAlias

from fedirse.base.errors import RemoteError, RemoteUnavailable, UnsafeAddress
from fedirse.remote.answers import Answer, parse_retry_after

_EXCERPT: Final = 500


@dataclass(frozen=True, slots=True)
class Delivered:
    """The peer took it."""

    status: int
    answer: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The peer is there and does not want this one; the others are not concerned. `final` means that no further try makes sense."""

    status: int | None
    answer: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """The peer cannot be used at the moment; nothing more is sent to it for a while.

    `wait` is how many seconds it asked for, None when it named no time.
    """

    status: int | None
    answer: str
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The inbox has ceased to exist; nothing is sent to it any more."""

    status: int
    answer: str


Outcome: TypeAlias = Delivered | Rejected | Retry | Gone

# 401: no signature of ours holds there at the moment. 421: nobody of that name is served there now (RFC 9110, section 15.5.20).
_PEER_IS_UNWELL: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.MISDIRECTED_REQUEST,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_ABOUT_SIGNATURES: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def outcome_of_answer(answer: Answer, now: datetime) -> Outcome:
    """What an answer means (REL-028).

    2xx is delivered; 410 ends the inbox; 401, 408, 421, 425, 429 and 5xx say something about the peer; whatever else, a redirect
    included, is about this one activity.
    """
    status = answer.status
    said = answer.excerpt[:_EXCERPT]
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Delivered(status, said)
    if status == HTTPStatus.GONE:
        return Gone(status, said)
    if status in _PEER_IS_UNWELL or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Retry(status, said, parse_retry_after(answer.headers.get("retry-after"), now))
    return Rejected(status, said)


def outcome_of_error(error: RemoteError) -> Outcome:
    """What it means that there was no answer: an address we never connect to is final, anything else may pass."""
    said = f"{error.reason}: {error}"[:_EXCERPT]
    if isinstance(error, UnsafeAddress):
        return Rejected(None, said, final=True)
    return Retry(None, said, error.retry_after if isinstance(error, RemoteUnavailable) else None)


def may_be_about_signature(outcome: Outcome, *, modern: bool) -> bool:
    """Whether the answer could be another one if the request were signed in the other scheme.

    Args:
        outcome: of the first try.
        modern: whether that one was signed after RFC 9421. Software that has never heard of it takes such a signature for a
            broken one of the draft, and some of it answers 400 or 403 to that.
    """
    return outcome.status in _ABOUT_SIGNATURES if modern else outcome.status == HTTPStatus.UNAUTHORIZED
