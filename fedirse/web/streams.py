"""Server-Sent Events (HTML, section 9.2): a response that goes on, and tells a page what has changed since it was opened."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from fedirse.base.places import Places

ENDLESS: Final = "fedirse.endless"
"""Stands in the scope of a request whose response goes on by itself: a server that stops does not wait for its end."""

BEAT: Final = b": still here\n\n"
"""A comment: shows whoever is between that the stream lives, and us whether somebody still listens."""

_HEADERS: Final = {
    # Nothing between keeps, compresses or gathers what is to arrive now.
    "cache-control": "private, no-store, no-transform",
    "x-accel-buffering": "no",
    "vary": "Cookie",
}


class EventStream(StreamingResponse):
    """A stream of events.

    Args:
        events: what is sent, as `event` and `retry` make it; closed when nobody listens any more.
        places: how many streams there may be at the same time. Where there is none left the answer is 429, with Retry-After.
        longest: seconds after which it is cut off and gives back its place, also where nobody takes what is sent.
    """

    def __init__(self, events: AsyncIterator[bytes], places: Places, *, longest: float) -> None:
        super().__init__(events, headers=_HEADERS, media_type="text/event-stream")
        self._places = places
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._places.take():
            scope[ENDLESS] = True
            bound = asyncio.timeout(self._longest)
            try:
                async with bound:
                    await super().__call__(scope, receive, send)
            except TimeoutError:
                if not bound.expired():
                    raise


def event(kind: str, data: str = "", mark: str = "") -> bytes:
    """One event. `mark` is what the browser says it saw last when it connects again."""
    lines = [f"event: {kind}", *(f"data: {line}" for line in (data.splitlines() or [""]))]
    return "\n".join([*lines, *([f"id: {mark}"] if mark else []), "", ""]).encode()


def retry(seconds: float) -> bytes:
    """How long the browser waits before it connects again."""
    return f"retry: {int(seconds * 1000)}\n\n".encode()
