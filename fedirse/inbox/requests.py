"""From an ASGI request to the value that signatures are checked on; reads at most the allowed bytes in the allowed time."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from fedirse.activitypub.signatures.request import SignedRequest
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument, TooLarge, UnsupportedMediaType
from fedirse.inbox.intake import Intake
from fedirse.site import Site


async def read_signed_request(request: Request, site: Site, intake: Intake) -> SignedRequest:
    """The request as a value, with its whole body.

    Args:
        request: as it arrives.
        site: which it is for.
        intake: what bounds the bytes of all requests that are read at once.

    Raises:
        TooLarge: more than `limits.INBOX_BODY_BYTES`, found out before they are held in memory.
        UnsupportedMediaType: the body is compressed.
        MalformedDocument: the body does not arrive whole within `limits.INBOX_BODY_SECONDS`, or before too many others do.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("compressed body", reason="content-coding")
    return signed_request(request, site, await _read_body(request, intake))


def signed_request(request: Request, site: Site, body: bytes = b"") -> SignedRequest:
    """The request line and headers as they were on the wire; `raw_path`, because `path` is decoded and proves nothing."""
    scope = request.scope
    query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return SignedRequest(
        method=scope["method"],
        scheme=site.settings.scheme,
        authority=scope["fedirse.authority"],
        target=scope["raw_path"].decode("latin-1") + query,
        headers=headers,
        body=body,
    )


async def _read_body(request: Request, intake: Intake) -> bytes:
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()) or int(declared) > limits.INBOX_BODY_BYTES:
        raise TooLarge(f"body of {declared:.20} bytes declared", reason="body-too-large")
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.INBOX_BODY_SECONDS) as deadline:
            try:
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > limits.INBOX_BODY_BYTES:
                        raise TooLarge("body beyond the limit", reason="body-too-large")
                    intake.add(deadline, len(chunk))
                    chunks.append(chunk)
            finally:
                intake.remove(deadline)
    except TimeoutError as error:
        raise MalformedDocument("the body did not arrive in time", reason="body-too-slow") from error
    except ClientDisconnect as error:
        raise MalformedDocument("the sender hung up", reason="body-cut") from error
    return b"".join(chunks)
