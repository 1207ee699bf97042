"""Reading an answer's body under a limit that holds before and after decompression; no chunk is ever expanded beyond it."""

import zlib
from collections.abc import AsyncIterable, Awaitable, Callable

from fedirse.base.errors import ResponseTooLarge, UnsupportedMediaType

# RFC 9110, section 8.4.1: "deflate" is the zlib format; with 32 added to the window size zlib tells it from gzip by itself.
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_PLAIN = frozenset({"", "identity"})
_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS


async def read_body(chunks: AsyncIterable[bytes], *, coding: str, limit: int) -> bytes:
    """Collect and decode a body.

    Args:
        chunks: raw bytes as they arrive.
        coding: value of Content-Encoding; "" when there is none.
        limit: how many bytes are allowed, on the wire and decoded.

    Raises:
        ResponseTooLarge: more than that; the rest is not read.
        UnsupportedMediaType: reason "content-coding", not one single coding we know, or its bytes are broken.
    """
    decoder = _decoder(coding)
    body = bytearray()
    wire = 0
    async for chunk in chunks:
        wire += len(chunk)
        body += decoder.decode(chunk, limit - len(body) + 1)
        if wire > limit or len(body) > limit:
            raise ResponseTooLarge(f"more than {limit} bytes")
    decoder.finish()
    return bytes(body)


Sink = Callable[[bytes], Awaitable[None]]
"""Takes the next part of a body."""


async def pass_on(chunks: AsyncIterable[bytes], sink: Sink, *, coding: str, limit: int) -> None:
    """Hand a body on a part at a time, for what is too large to be held in memory.

    Args:
        chunks: raw bytes as they arrive.
        sink: takes them.
        coding: value of Content-Encoding; it must be "identity" or "", which is all that was asked for.
        limit: how many bytes are allowed.

    Raises:
        ResponseTooLarge: more than that; the rest is not read.
        UnsupportedMediaType: reason "content-coding", it is compressed.
    """
    if coding.strip().lower() not in _PLAIN:
        raise UnsupportedMediaType(f"content coding {coding!r}", reason="content-coding")
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise ResponseTooLarge(f"more than {limit} bytes")
        await sink(chunk)


class _Identity:
    """Bytes as they are."""

    def decode(self, chunk: bytes, at_most: int) -> bytes:
        return chunk[:at_most]

    def finish(self) -> None:
        """Nothing can be missing: the HTTP library checks the length."""


class _Inflate:
    """One gzip or zlib stream, and nothing after it."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_ZLIB_OR_GZIP)

    def decode(self, chunk: bytes, at_most: int) -> bytes:
        try:
            decoded = self._stream.decompress(chunk, at_most)
        except zlib.error as error:
            raise _broken(str(error)) from error
        if self._stream.unused_data:
            raise _broken("more than one compressed member")
        # Input left over means that the output reached `at_most`, one byte beyond the limit: the caller stops.
        return decoded

    def finish(self) -> None:
        if not self._stream.eof:
            raise _broken("the compressed body ends early")


def _decoder(coding: str) -> _Identity | _Inflate:
    name = coding.strip().lower()
    if name in _PLAIN:
        return _Identity()
    if name in _CODINGS:
        return _Inflate()
    raise UnsupportedMediaType(f"content coding {name!r}", reason="content-coding")


def _broken(message: str) -> UnsupportedMediaType:
    return UnsupportedMediaType(message, reason="content-coding")
