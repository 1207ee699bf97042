"""The edge of the inbox: which error becomes which HTTP answer. Domain code knows no status."""

from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from fedirse.activitypub.signatures import accept_signature_header
from fedirse.base import errors

STATUS_OF: dict[type[errors.FedirseError], int] = {
    errors.FedirseError: 500,
    errors.ConfigurationError: 500,
    errors.ProtocolError: 400,
    errors.MalformedDocument: 400,
    errors.UnsupportedMediaType: 415,
    errors.TooLarge: 413,
    errors.SignatureError: 401,
    errors.OriginMismatch: 401,
    errors.Refused: 403,
    errors.NotAMember: 403,
    errors.Blocked: 403,
    errors.OutsideAudience: 404,
    errors.NotAuthorised: 403,
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.Conflict: 409,
    errors.InvalidInput: 400,
    errors.Misdirected: 421,
    errors.RateLimited: 429,
    errors.RemoteError: 400,
    errors.RemoteUnavailable: 503,
    errors.RemoteRejected: 401,
    errors.RemoteGone: 401,
    errors.UnsafeAddress: 401,
    errors.ResponseTooLarge: 401,
    errors.StorageError: 503,
    errors.StorageFull: 503,
    errors.StorageBusy: 503,
}

RETRY_AFTER_SECONDS = 60


def answer_error(error: errors.FedirseError, now: datetime) -> Response:
    """The answer to whoever sent a request that failed with `error`; says nothing of what was inside."""
    status = STATUS_OF[type(error)]
    headers = {"cache-control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        # RFC 9421 section 5 tells a peer how to sign; the date lets one whose clock is off see by how much.
        headers["accept-signature"] = accept_signature_header()
        headers["date"] = format_datetime(now, usegmt=True)
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        after = error.retry_after if isinstance(error, errors.RateLimited) else RETRY_AFTER_SECONDS
        headers["retry-after"] = str(int(after) + 1)
    return JSONResponse({"error": _message(error), "reason": _reason(error)}, status_code=status, headers=headers)


def _message(error: errors.FedirseError) -> str:
    # What an operator must put right is no business of a stranger's.
    return errors.FedirseError.default_public_message if isinstance(error, errors.ConfigurationError) else error.public_message


def _reason(error: errors.FedirseError) -> str:
    """The code the sender reads. What became of a fetch that the sender chose says more about our network than they may know; and
    what is not for them is not told from what is not there.
    """
    if isinstance(error, errors.RemoteError):
        return type(error).default_reason
    return errors.NotFound.default_reason if isinstance(error, errors.OutsideAudience) else error.reason
