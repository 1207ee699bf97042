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
from fedirse.features.announcements.board.pages import read_of, shown_of
from fedirse.features.announcements.board.store import mark_of
from fedirse.features.announcements.board.views import BoardView
from fedirse.social.accounts.visitors import is_too_weak, page, recognise, session_secret, site_of
from fedirse.web.rendering import render
from fedirse.web.streams import BEAT, EventStream, event, retry
from fedirse.web.visitor import Visitor

NEEDS: Final = Permission.ANNOUNCE
LOOK_SECONDS: Final = 1.5
"""How often is looked; also the longest that somebody goes on seeing what they may see no more."""
_AGAIN_SECONDS: Final = 3.0
_BEAT_EVERY: Final = 10
_CLOCK_EVERY: Final = 40
"""Looks after which the parts with a clock are sent though nothing has changed but the time."""


async def get_live(request: Request, visitor: Visitor) -> Response:
    """Tells the page of a board what has changed since it was made. Raises NotFound as the board, RateLimited for one stream too many."""
    await read_of(request, visitor)
    known = request.headers.get("last-event-id") or request.query_params.get("mark", "")
    return EventStream(_tell(request, known), site_of(request).streams)


async def _tell(request: Request, known: str) -> AsyncIterator[bytes]:
    """What is sent, until somebody may look no more, the announcement is gone, or it has been long enough; then the browser asks anew."""
    yield retry(_AGAIN_SECONDS)
    has_clock, sent_at = True, 0
    for look in range(limits.STREAM_LOOKS):
        visitor = await _who_still_may(request)
        if visitor is None:
            break
        is_news = await site_of(request).read(mark_of, request.path_params["post_id"]) != known
        if is_news or (has_clock and look - sent_at >= _CLOCK_EVERY):
            view = await _view(request, visitor)
            # Asked once more behind it: what is sent was read while they still might.
            if view is None or await _who_still_may(request) is None:
                break
            known, sent_at, has_clock = view.mark, look, view.taken is not None
            yield event("stand", _parts(request, view), known)
        elif look % _BEAT_EVERY == 0:
            yield BEAT
        await asyncio.sleep(LOOK_SECONDS)
    else:
        return
    yield event("ended")


async def _who_still_may(request: Request) -> Visitor | None:
    """The visitor as they are now; None once their session has ended, or they may see the board no more."""
    visitor = await recognise(request, session_secret(request) or "")
    if visitor is None or not visitor.may(NEEDS) or is_too_weak(request, visitor, NEEDS):
        return None
    return visitor


async def _view(request: Request, visitor: Visitor) -> BoardView | None:
    with suppress(NotFound):
        return await read_of(request, visitor)
    return None


def _parts(request: Request, view: BoardView) -> str:
    return bytes(render(request, "board/stand.html", shown_of(view)).body).decode()


ROUTES: list[BaseRoute] = [page("/announcements/{post_id}/board/live", get_live, NEEDS)]
