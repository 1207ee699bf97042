"""The stream beside a board. Each look at the database is a moment by itself, and asks first whether the visitor still may look."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import NotFound
from fedirse.base.roles import Permission
from fedirse.base.types import Reader
from fedirse.features.announcements.board.live.views import KeptBoard, Made, narrowed
from fedirse.features.announcements.board.pages import shown_of
from fedirse.features.announcements.board.store import mark_of
from fedirse.features.announcements.board.views import BoardView, read_board
from fedirse.features.announcements.store import find_readable
from fedirse.social.accounts.visitors import is_too_weak, page, recognise, session_secret, site_of, visitor_of
from fedirse.storage.transaction import Transaction
from fedirse.web.rendering import render
from fedirse.web.streams import BEAT, EventStream, event, retry
from fedirse.web.visitor import Visitor

NEEDS: Final = Permission.ANNOUNCE
LOOK_SECONDS: Final = 1.5
"""How often is looked; also the longest that somebody goes on seeing what they may see no more."""
LONGEST_SECONDS: Final = 1.2 * LOOK_SECONDS * limits.STREAM_LOOKS
"""A stream that is not over by then is one that nobody takes: its looks take their time besides the pauses between them."""
_AGAIN_SECONDS: Final = 3.0
_BEAT_EVERY: Final = 10
_CLOCK_EVERY: Final = 40
"""Looks after which the parts with a clock are sent though nothing has changed but the time."""


async def get_live(request: Request, visitor: Visitor) -> Response:
    """Tells the page of a board what has changed since it was made. Raises NotFound as the board, RateLimited for one stream too many."""
    site, post_id = site_of(request), request.path_params["post_id"]
    if await site.read(_mark_for, post_id, visitor.reader) is None:
        raise NotFound(f"announcement {post_id}")
    known = request.headers.get("last-event-id") or request.query_params.get("mark", "")
    return EventStream(_tell(request, known), site.streams, longest=LONGEST_SECONDS)


async def _tell(request: Request, known: str) -> AsyncIterator[bytes]:
    """What is sent, until somebody may look no more, the announcement is gone, or it has been long enough; then the browser asks anew."""
    yield retry(_AGAIN_SECONDS)
    kept = KeptBoard()
    has_clock, sent_at, seen_at = True, 0, kept.now()
    for look in range(limits.STREAM_LOOKS):
        mark = await _mark_now(request)
        if mark is None:
            break
        made = None
        if mark != known or (has_clock and look - sent_at >= _CLOCK_EVERY):
            made = await _made(request, kept, mark, seen_at)
        if made is not None:
            # Asked once more behind it: who may look no more is sent nothing that was made meanwhile.
            if await _mark_now(request) is None:
                break
            known, sent_at, seen_at, has_clock = made.view.mark, look, made.at, made.view.taken is not None
            yield event("stand", _parts(request, made.view), known)
        elif look % _BEAT_EVERY == 0:
            yield BEAT
        await asyncio.sleep(LOOK_SECONDS)
    else:
        return
    yield event("ended")


async def _mark_now(request: Request) -> str | None:
    """What the board stands at; None for who may see it no more, and where it is gone."""
    visitor = await _who_still_may(request)
    return await site_of(request).read(_mark_for, request.path_params["post_id"], visitor.reader) if visitor is not None else None


def _mark_for(tx: Transaction, post_id: str, reader: Reader) -> str | None:
    found = find_readable(tx, post_id, reader)
    return mark_of(tx, post_id) if found is not None and found[0].local else None


async def _who_still_may(request: Request) -> Visitor | None:
    """The visitor as they are now; None once their session has ended, or they may see the board no more."""
    visitor = await recognise(request, session_secret(request) or "")
    if visitor is None or not visitor.may(NEEDS) or is_too_weak(request, visitor, NEEDS):
        return None
    return visitor


async def _made(request: Request, kept: KeptBoard, mark: str, seen_at: float) -> Made | None:
    """The whole board; None where it is not due yet, or is gone, which the next look finds out."""
    site, visitor = site_of(request), await visitor_of(request)
    if visitor is None:
        return None
    with suppress(NotFound):
        return await kept.get(mark, seen_at, lambda: site.read(read_board, site, visitor, request.path_params["post_id"], "", ""))
    return None


def _parts(request: Request, view: BoardView) -> str:
    asked = request.query_params
    shown = narrowed(view, asked.get("region", ""), asked.get("state", ""), site_of(request).clock.now())
    return bytes(render(request, "board/stand.html", shown_of(shown)).body).decode()


ROUTES: list[BaseRoute] = [page("/announcements/{post_id}/board/live", get_live, NEEDS)]
