"""`/api/fedirse/v1`: what programs ask for, and the page on which they are given keys."""

from collections.abc import Callable
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse import __version__
from fedirse.base.types import JsonObject
from fedirse.features.announcements.api import actions, views
from fedirse.features.announcements.api import model as said
from fedirse.features.announcements.api.document import model as document
from fedirse.features.announcements.api.document.wire import render_document
from fedirse.features.announcements.api.gate.pages import Resource, bytes_answer, json_answer, read_document
from fedirse.features.announcements.api.gate.wire import parse_body
from fedirse.features.announcements.api.keys import pages as keys
from fedirse.features.announcements.api.keys.actions import check_is_head_office
from fedirse.features.announcements.api.keys.model import Caller
from fedirse.features.announcements.api.repeats.actions import do_once
from fedirse.features.announcements.api.repeats.model import Done
from fedirse.features.announcements.api.repeats.rules import HEADER, repeat_of
from fedirse.features.announcements.api.wire import announcement_of, board_of
from fedirse.features.announcements.board.views import render_csv
from fedirse.social.accounts.visitors import open_page, site_of
from fedirse.storage.transaction import Transaction
from fedirse.web.negotiation import json_response


async def _list(request: Request, caller: Caller) -> Response:
    part = views.part_of(request.query_params)
    return json_answer(await site_of(request).read(views.view_announcements, caller, part))


async def _read(request: Request, caller: Caller) -> Response:
    post, announcement = await site_of(request).read(views.get_announcement, caller, request.path_params["id"])
    return json_answer(announcement_of(post, announcement))


async def _announce(request: Request, caller: Caller) -> Response:
    sent, site, now = await read_document(request), site_of(request), site_of(request).clock.now()
    body = parse_body(sent, said.NewAnnouncement)

    def announce(tx: Transaction) -> Done:
        published = actions.announce_as_sent(tx, site, caller, body, now)
        where = f"{document.ROOT}{document.ANNOUNCE.path}/{published.id}"
        return Done(HTTPStatus.CREATED, msgspec.json.encode(published), where)

    return await _once(request, caller, sent, announce)


async def _change(request: Request, caller: Caller) -> Response:
    body = parse_body(await read_document(request), said.LaterVersion)
    site, post_id, now = site_of(request), request.path_params["id"], site_of(request).clock.now()
    return json_answer(await site.write(lambda tx: actions.change_as_sent(tx, site, caller, post_id, body, now)))


async def _withdraw(request: Request, caller: Caller) -> Response:
    site, post_id, now = site_of(request), request.path_params["id"], site_of(request).clock.now()
    await site.write(lambda tx: actions.withdraw_as_asked(tx, site, caller, post_id, now))
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _board(request: Request, caller: Caller) -> Response:
    site, post_id = site_of(request), request.path_params["id"]
    return json_answer(board_of(*await site.read(views.get_board, site, caller, post_id)))


async def _table(request: Request, caller: Caller) -> Response:
    site, post_id = site_of(request), request.path_params["id"]
    _, board = await site.read(views.get_board, site, caller, post_id)
    return bytes_answer(render_csv(board.lines).encode(), HTTPStatus.OK, "text/csv; charset=utf-8")


async def _remind(request: Request, caller: Caller) -> Response:
    sent, site, post_id = await read_document(request), site_of(request), request.path_params["id"]
    now = site.clock.now()
    parse_body(sent, said.Nothing)
    return await _once(
        request,
        caller,
        sent,
        lambda tx: Done(HTTPStatus.OK, msgspec.json.encode(actions.remind_as_asked(tx, site, caller, post_id, now))),
    )


async def _segments(request: Request, caller: Caller) -> Response:
    site = site_of(request)
    return json_answer(await site.read(views.view_segments, site, caller))


async def _once(request: Request, caller: Caller, sent: JsonObject, do: Callable[[Transaction], Done]) -> Response:
    """Do it once, however often it is sent under one name, and answer every time the same."""
    site, now = site_of(request), site_of(request).clock.now()
    repeat = repeat_of(request.headers.getlist(HEADER), request.method, request.scope["path"], sent)
    done = await site.write(lambda tx: do_once(tx, caller.key.id, repeat, now, lambda: do(tx)))
    return bytes_answer(done.body, done.status, **({"location": done.location} if done.location else {}))


async def _document(request: Request) -> Response:
    """What the API does, for programs that are made from such a document. Raises NotFound: this site is no head office."""
    site = site_of(request)
    await site.read(check_is_head_office)
    return json_response(render_document(site.uris.origin, __version__), media_type="application/json", private=False, request=request)


ROUTES: list[BaseRoute] = [
    *keys.ROUTES,
    open_page(f"{document.ROOT}/openapi.json", _document),
    Resource(document.LIST.path, [(document.LIST, _list), (document.ANNOUNCE, _announce)]),
    Resource(document.READ.path, [(document.READ, _read), (document.CHANGE, _change), (document.WITHDRAW, _withdraw)]),
    Resource(document.BOARD.path, [(document.BOARD, _board)]),
    Resource(document.TABLE.path, [(document.TABLE, _table)]),
    Resource(document.REMIND.path, [(document.REMIND, _remind)]),
    Resource(document.SEGMENTS.path, [(document.SEGMENTS, _segments)]),
]
