"""The edge of the pages: which error becomes which answer. Domain code knows no status, and no answer tells why more than it must.

What is missing and what is not for the reader get the same bytes (PRV-033): nothing of the error but its class reaches them.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedirse.activitypub.signatures import accept_signature_header
from fedirse.base import errors
from fedirse.site import Site
from fedirse.web import languages
from fedirse.web.negotiation import PRIVATE, VARY, wants_activity
from fedirse.web.rendering import environment, render

logger = logging.getLogger(__name__)

STATUS_OF: Final[dict[type[errors.FedirseError], int]] = {
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
    # The only other server a page waits for is that of whoever signed the request.
    errors.RemoteError: 401,
    errors.RemoteUnavailable: 503,
    errors.RemoteRejected: 401,
    errors.RemoteGone: 401,
    errors.UnsafeAddress: 401,
    errors.ResponseTooLarge: 401,
    errors.StorageError: 503,
    errors.StorageFull: 503,
    errors.StorageBusy: 503,
}

# One sentence for each status, whatever the error says: what is private cannot slip out through a message.
_FIXED: Final[dict[int, type[errors.FedirseError]]] = {
    401: errors.SignatureError,
    404: errors.NotFound,
    410: errors.Gone,
    421: errors.Misdirected,
    500: errors.FedirseError,
}

RETRY_AFTER_SECONDS: Final = 60


def answer_error(request: Request, error: errors.FedirseError, *, as_json: bool | None = None) -> Response:
    """The answer to a request that failed.

    Args:
        request: the request.
        error: why.
        as_json: whether whoever asked reads JSON; None to go by its Accept header.
    """
    status = STATUS_OF[type(error)]
    headers = {"cache-control": PRIVATE, "vary": VARY, **_headers(request, status, error)}
    told = _FIXED[status]() if status in _FIXED else error
    if wants_activity(request) if as_json is None else as_json:
        return Response(orjson.dumps({"error": told.public_message}), status, headers, media_type="application/json")
    page = _page(request, status, told)
    page.headers.update(headers | {"vary": f"{VARY}, Accept-Language"})
    return page


Recognise = Callable[[Request], Awaitable[object]]


class ErrorPages:
    """ASGI application that turns what another one raises into answers, and lets nothing else out.

    Args:
        app: the router, which may also leave the unknown to us.
        recognise: finds out who is signed in, so that the page of an error is theirs as any other.
    """

    def __init__(self, app: ASGIApp, recognise: Recognise | None = None) -> None:
        self._app = app
        self._recognise = recognise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_and_see(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        # With an "app" in the scope, Starlette's routes raise what they would otherwise answer in plain words.
        scope["app"] = self
        try:
            await self._app(scope, receive, send_and_see)
        except Exception as error:
            if started:
                raise
            request = Request(scope)
            if self._recognise is not None and "fedirse.site" in scope:
                # Where even that fails, the page is that of a stranger.
                with suppress(Exception):
                    await self._recognise(request)
            response = answer_exception(request, error)
            await response(scope, receive, send)


def answer_exception(request: Request, error: Exception) -> Response:
    """The answer to any exception; one that nobody foresaw is logged and says nothing."""
    if isinstance(error, errors.FedirseError):
        _count(request, error.reason)
        logger.info("%s refused: %s: %.300s", loggable(request.scope["path"]), error.reason, error)
        return answer_error(request, error)
    if isinstance(error, HTTPException):
        if error.status_code == HTTPStatus.NOT_FOUND:
            return answer_error(request, errors.NotFound("no such route"))
        headers = {**(error.headers or {}), "cache-control": PRIVATE}
        return Response(f"{HTTPStatus(error.status_code).phrase}\n", error.status_code, headers, media_type="text/plain")
    _count(request, "unforeseen")
    logger.error("%s failed", loggable(request.scope["path"]), exc_info=error)
    try:
        return answer_error(request, errors.FedirseError())
    except Exception:
        # The page of the error cannot be made either; what is left is a sentence.
        logger.exception("no page for the error")
        return Response(f"{errors.FedirseError.default_public_message}\n", 500, {"cache-control": PRIVATE}, media_type="text/plain")


def loggable(path: str) -> str:
    """A path as the log may hold it: what follows in the address of a link or an invitation lets whoever reads it in."""
    return _SECRET.sub(r"\1…", path)


_SECRET: Final = re.compile(r"^(/(?:link|invitation|network/invitations)/).*", re.DOTALL)


def _headers(request: Request, status: int, error: errors.FedirseError) -> dict[str, str]:
    site: Site | None = request.scope.get("fedirse.site")
    if status == HTTPStatus.UNAUTHORIZED and site is not None:
        return {
            "www-authenticate": "Bearer",
            # RFC 9421 section 5 tells a peer how to sign; the date lets one whose clock is off see by how much.
            "accept-signature": accept_signature_header(with_body=False),
            "date": format_datetime(site.clock.now(), usegmt=True),
        }
    if isinstance(error, errors.RateLimited):
        return {"retry-after": str(int(error.retry_after) + 1)}
    return {"retry-after": str(RETRY_AFTER_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def _page(request: Request, status: int, error: errors.FedirseError) -> HTMLResponse:
    if "fedirse.site" in request.scope:
        return render(request, "web/error.html", {"status": status, "error": error}, status=status)
    language = languages.choose_language(request.headers.getlist("accept-language"), languages.LANGUAGES[0])
    text = environment(language).get_template("web/nowhere.html").render(language=language, message=error.public_message)
    return HTMLResponse(text, status, {"content-language": language})


def _count(request: Request, reason: str) -> None:
    site: Site | None = request.scope.get("fedirse.site")
    if site is not None:
        site.counters.add(f"page.refused.{reason}")
