"""One address of the API: the key, the answer, and what is said where there is none. No cookie counts here, and no form of ours."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from http import HTTPStatus

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fedirse.base import limits
from fedirse.base.errors import (
    FedirseError,
    InvalidInput,
    MalformedDocument,
    NotAuthorised,
    NotFound,
    RateLimited,
    SignatureError,
    StorageError,
    TooLarge,
    UnsupportedMediaType,
)
from fedirse.base.types import JsonObject
from fedirse.features.announcements.api.document.model import ROOT, Operation
from fedirse.features.announcements.api.gate.wire import PROBLEM_JSON, parse_document, problem_of
from fedirse.features.announcements.api.keys.actions import check_is_head_office, find_caller
from fedirse.features.announcements.api.keys.model import Caller, May
from fedirse.features.announcements.api.keys.rules import should_note, suffices
from fedirse.features.announcements.api.keys.store import note_use
from fedirse.social.accounts.visitors import site_of
from fedirse.social.entrance.sign_in.actions import check_allowed, note_failure
from fedirse.social.entrance.sign_in.rules import passkey_allowances
from fedirse.web.client_address import client_network
from fedirse.web.errors import RETRY_AFTER_SECONDS, STATUS_OF, loggable
from fedirse.web.languages import SOURCE_LANGUAGE, choose_language, translations
from fedirse.web.negotiation import PRIVATE

logger = logging.getLogger(__name__)

Answer = Callable[[Request, Caller], Awaitable[Response]]
VARY = "Authorization, Accept-Language"
_BEARER = "bearer "


class Resource(Route):
    """One address of the API, and what each method does there. Elsewhere than at a head office there is none.

    Args:
        path: after the beginning that all of them share, as its operations have it.
        answers: each operation with what answers it.

    Attributes:
        operations: what can be asked for there.
    """

    def __init__(self, path: str, answers: Sequence[tuple[Operation, Answer]]) -> None:
        self.operations = tuple(operation for operation, _ in answers)
        self._answers = {operation.method: (operation, answer) for operation, answer in answers}
        super().__init__(f"{ROOT}{path}", self._serve, methods=list(self._answers))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one by another method too, in the same way as every refusal."""
        if scope["method"] in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        request, wrong = Request(scope, receive), InvalidInput("Here one can ask by %(methods)s.", reason="method", methods=self._allowed)
        await _refuse(request, wrong, HTTPStatus.METHOD_NOT_ALLOWED, allow=self._allowed)(scope, receive, send)

    @property
    def _allowed(self) -> str:
        return ", ".join(sorted(self.methods or ()))

    async def _serve(self, request: Request) -> Response:
        operation, answer = self._answers["GET" if request.method == "HEAD" else request.method]
        try:
            await site_of(request).read(check_is_head_office)
            return await answer(request, await _caller_of(request, operation.needs))
        except FedirseError as error:
            return _refuse(request, error)
        except ClientDisconnect:
            raise
        except Exception:
            logger.exception("%s failed", loggable(request.scope["path"]))
            return _refuse(request, FedirseError())


async def read_document(request: Request) -> JsonObject:
    """The JSON object in the body of a request; an empty one for no body.

    Raises:
        TooLarge: more bytes than may come.
        UnsupportedMediaType: it is no JSON, or compressed.
        MalformedDocument: it never ends, or cannot be read.
    """
    body = b""
    try:
        async with asyncio.timeout(limits.FORM_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > limits.API_BODY_BYTES:
                    raise TooLarge("body of a request to the API", reason="body-too-large")
    except TimeoutError as error:
        raise MalformedDocument("the body never ended", reason="slow-body") from error
    if body and not _is_json(request):
        raise UnsupportedMediaType("not JSON", reason="not-json", public_message="Send JSON, as application/json.")
    return parse_document(body)


def json_answer(answer: msgspec.Struct, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A body as an answer."""
    return bytes_answer(msgspec.json.encode(answer), status)


def bytes_answer(body: bytes, status: int, media_type: str = "application/json", **headers: str) -> Response:
    """Bytes as an answer that nobody keeps."""
    return Response(body, status, {"cache-control": PRIVATE, "vary": VARY, "content-type": media_type, **headers})


async def _caller_of(request: Request, needed: May) -> Caller:
    """Whose key it is.

    A wrong one counts as any other wrong secret does. A right one never waits for what strangers of the same network have tried: keys
    are found by their digest, so there is nothing to guess at.

    Raises:
        SignatureError: no key, or one that opens nothing.
        RateLimited: too many wrong ones before this wrong one.
        NotAuthorised: the key is not good for that.
    """
    site, given = site_of(request), request.headers.getlist("authorization")
    secrets = [value[len(_BEARER) :].strip() for value in given if value[: len(_BEARER)].lower() == _BEARER]
    if len(given) != 1 or len(secrets) != 1:
        raise SignatureError(
            "no key", reason="no-key", public_message="Send a key of this site after “Bearer” in the header Authorization."
        )
    now = site.clock.now()
    caller = await site.read(find_caller, secrets[0], now)
    if caller is None:
        check_allowed(site, passkey_allowances(client_network(request)))
        note_failure(site)
        raise SignatureError(
            "the key opens nothing", reason="wrong-key", public_message="This key opens nothing, or nothing any more: make another one."
        )
    if not suffices(caller.key.may, needed):
        raise NotAuthorised(
            "the key only reads", reason="key-only-reads", public_message="This key may only read: make one that may announce."
        )
    if should_note(caller.key, now):
        # Reading goes on while nothing can be written.
        with suppress(StorageError):
            await site.write(note_use, caller.key.id, now)
    return caller


def _refuse(request: Request, error: FedirseError, status: HTTPStatus | None = None, **headers: str) -> Response:
    """What is missing and what is not for the reader get the same bytes, as on the pages."""
    status = status or (HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(error, InvalidInput) else HTTPStatus(STATUS_OF[type(error)]))
    site_of(request).counters.add(f"api.refused.{error.reason}")
    logger.info("%s refused: %s: %.300s", loggable(request.scope["path"]), error.reason, error)
    if status is HTTPStatus.NOT_FOUND:
        error = NotFound()
    if status is HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, RateLimited):
        headers["retry-after"] = str(int(error.retry_after) + 1)
    elif status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    language = choose_language(request.headers.getlist("accept-language"), SOURCE_LANGUAGE)
    body = msgspec.json.encode(problem_of(status, error, translations(language).gettext))
    return bytes_answer(body, status, PROBLEM_JSON, **headers, **{"content-language": language})


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" and request.headers.get("content-encoding", "identity").lower() == "identity"
