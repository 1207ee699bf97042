"""Has pictures made by `encoder.py`, a program of its own: whatever the bytes do to it, it ends in time and the site goes on."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, RateLimited, StorageFull
from fedirse.site import Site
from fedirse.social.media import encoder

logger = logging.getLogger(__name__)

_PROGRAM: Final = Path(encoder.__file__)
_ANSWER_BYTES: Final = 4096
# Of the environment it gets nothing but this: one arena, so that the limit on its memory is about pictures and not about threads.
_ENVIRONMENT: Final = {"MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8"}


async def make_pictures(site: Site, source: Path, folder: Path, *, image_format: str, full_side: int, small_side: int) -> encoder.Outcome:
    """Make `full.<format>` and `small.<format>` in a folder of the picture in `source`.

    Args:
        site: whose places for encoders are taken.
        source: the file as it was received.
        folder: an empty folder in one that is nobody else's; whatever lies in the two after an error is for the caller to remove.
        image_format: `webp` or `png`.
        full_side: longest side of the picture, as `small_side` is of the small one.
        small_side: see `full_side`.

    Raises:
        InvalidInput: the picture cannot be read, or costs more than a picture may; the sentence says which.
        StorageFull: no space was left.
        RateLimited: too many pictures are being made.
    """
    order = encoder.Order(
        format=image_format,
        full_side=full_side,
        small_side=small_side,
        pixels=limits.IMAGE_PIXELS,
        scalable_pixels=limits.JPEG_PIXELS,
        memory_bytes=limits.ENCODER_MEMORY_BYTES,
        cpu_seconds=limits.ENCODER_CPU_SECONDS,
        output_bytes=limits.IMAGE_BYTES,
    )
    async with _place(site):
        answer = await _run(order, source, folder)
    outcome = _read(answer)
    if outcome.error is not None:
        logger.info("a picture for %s was not made: %s %s", site.settings.domain, outcome.error, outcome.detail)
        raise _refusal(outcome)
    return outcome


@asynccontextmanager
async def _place(site: Site) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(limits.ENCODER_WAIT_SECONDS):
            await site.encoders.acquire()
    except TimeoutError as error:
        raise RateLimited("no place for another encoder", retry_after=limits.ENCODER_SECONDS, reason="encoders-busy") from error
    try:
        yield
    finally:
        site.encoders.release()


async def _run(order: encoder.Order, source: Path, folder: Path) -> bytes:
    """The beginning of what the program answered; nothing when it was killed, or did not end in time."""
    answer = folder.parent / "answer"
    # A file rather than a pipe: its limit on files bounds the answer too, and nobody waits for the end of a pipe.
    with await asyncio.to_thread(source.open, "rb") as opened, await asyncio.to_thread(answer.open, "wb") as answered:
        # -I: neither the environment nor the working folder decides what it imports; -B: it writes nothing but pictures.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-B",
            str(_PROGRAM),
            msgspec.json.encode(order).decode(),
            stdin=opened,
            stdout=answered,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=folder,
            env=_ENVIRONMENT,
        )
    try:
        async with asyncio.timeout(limits.ENCODER_SECONDS):
            await process.wait()
    except TimeoutError:
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return await asyncio.to_thread(_beginning, answer) if process.returncode == 0 else b""


def _beginning(answer: Path) -> bytes:
    with answer.open("rb") as file:
        return file.read(_ANSWER_BYTES)


def _read(answer: bytes) -> encoder.Outcome:
    """Killed for its memory or its time, it has said nothing."""
    try:
        return msgspec.json.decode(answer, type=encoder.Outcome)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return encoder.Outcome(encoder.NO_MEMORY, detail="it was killed")


def _refusal(outcome: encoder.Outcome) -> InvalidInput | StorageFull:
    match outcome.error:
        case encoder.NO_SPACE:
            return StorageFull("no space for a picture")
        case encoder.TOO_MANY_PIXELS:
            return InvalidInput(
                "This picture has %(megapixels)s megapixels; %(most)s are accepted, and %(most_jpeg)s in a JPEG. Make it smaller.",
                reason="too-many-pixels",
                field="files",
                megapixels=outcome.megapixels,
                most=limits.IMAGE_PIXELS // 1_000_000,
                most_jpeg=limits.JPEG_PIXELS // 1_000_000,
            )
        case encoder.NO_MEMORY:
            return InvalidInput(
                "This picture takes too much time or memory to read: make it smaller, or save it as JPEG.",
                reason="picture-too-costly",
                field="files",
            )
        case _:
            return InvalidInput(
                "This picture cannot be read: it may be damaged. Choose another one.", reason="picture-damaged", field="files"
            )
