"""Bodies under a limit, compressed or not."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest

from fedirse.base.errors import ResponseTooLarge, UnsupportedMediaType
from fedirse.remote.body import read_body

LIMIT = 1000

# Without the time of day, which would give the cases other names in each process.
EMPTY = gzip.compress(b"{}", mtime=0)


async def pieces(data: bytes, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize("coding", ["", "identity", "gzip", "x-gzip", "deflate", "GZIP"])
async def test_a_body_at_the_limit_is_read(coding: str) -> None:
    body = b"x" * LIMIT
    assert await read_body(pieces(_encode(body, coding), 7), coding=coding, limit=LIMIT) == body


@pytest.mark.parametrize("coding", ["", "gzip", "deflate"])
@pytest.mark.parametrize("size", [1, 7, 64 * 1024])
async def test_one_byte_more_is_refused(coding: str, size: int) -> None:
    with pytest.raises(ResponseTooLarge):
        await read_body(pieces(_encode(b"x" * (LIMIT + 1), coding), size), coding=coding, limit=LIMIT)


async def test_reading_stops_at_the_limit() -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 100
            yield b"x" * 100

    with pytest.raises(ResponseTooLarge):
        await read_body(endless(), coding="", limit=LIMIT)
    assert taken == LIMIT + 100


@pytest.mark.attack("DOS-008")
@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,gzip", "gzip, identity", "br", "zstd", "compress", "gzip;q=1", "gzip gzip", ","])
async def test_more_than_one_coding_or_another_one_is_refused(coding: str) -> None:
    with pytest.raises(UnsupportedMediaType) as refusal:
        await read_body(pieces(gzip.compress(gzip.compress(b"{}"))), coding=coding, limit=LIMIT)
    assert refusal.value.reason == "content-coding"


@pytest.mark.attack("DOS-008")
async def test_a_bomb_is_never_expanded() -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024), 9)
    limit = 1024 * 1024
    tracemalloc.start()
    try:
        with pytest.raises(ResponseTooLarge):
            await read_body(pieces(bomb), coding="gzip", limit=limit)
        assert tracemalloc.get_traced_memory()[1] < 4 * limit
    finally:
        tracemalloc.stop()


async def test_compressed_bytes_count_too() -> None:
    # Empty stored blocks (RFC 1951, section 3.2.4): input without end that decodes to nothing.
    useless = b"\x78\x9c" + b"\x00\x00\x00\xff\xff" * LIMIT
    with pytest.raises(ResponseTooLarge):
        await read_body(pieces(useless, 100), coding="deflate", limit=LIMIT)


@pytest.mark.parametrize(
    "data",
    [b"", b"no gzip", EMPTY[:-1], EMPTY + b"x", EMPTY + EMPTY, b"\x1f\x8b"],
)
@pytest.mark.parametrize("size", [1, 64 * 1024])
async def test_broken_compression_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(UnsupportedMediaType) as refusal:
        await read_body(pieces(data, size), coding="gzip", limit=LIMIT)
    assert refusal.value.reason == "content-coding"


def _encode(body: bytes, coding: str) -> bytes:
    if "gzip" in coding.lower():
        return gzip.compress(body)
    return zlib.compress(body) if coding == "deflate" else body
