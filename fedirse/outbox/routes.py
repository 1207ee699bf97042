"""What others may read of what was published: an actor's public outbox, and single activities under their ids.

Errors of the tree are raised, not answered: the edge that serves pages and documents turns them into responses.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fedirse.activitypub.collections import render_collection, render_page
from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.base import limits
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import LENGTH
from fedirse.base.types import ANYONE, JsonObject, Reader
from fedirse.site import Site
from fedirse.storage.activities import PublishedActivity, count_outbox, find_activity, list_outbox
from fedirse.storage.actors import find_actor, find_local_actor
from fedirse.storage.transaction import Transaction

MayRead = Callable[[Transaction, PublishedActivity, Reader], bool]
"""Whether a reader may have an activity that not everybody may."""

Identify = Callable[[Request], Awaitable[Reader]]
"""Who asks. Raises SignatureError for a signature that does not hold, and for none where the site wants one."""

_PRIVATE: Final = {"cache-control": "private, no-store", "vary": "accept, signature, signature-input"}
_PUBLIC: Final = {"cache-control": "public, max-age=60", "vary": "accept, signature, signature-input"}


async def anyone(_request: Request) -> Reader:
    """Takes everybody for nobody in particular."""
    return ANYONE


def outbox_routes(may_read: MayRead, identify: Identify = anyone) -> list[Route]:
    """The routes `/actor/outbox`, `/people/<handle>/outbox` and `/activities/<id>`.

    Args:
        may_read: asked about what is not for everybody.
        identify: finds out who asks.
    """

    async def get_outbox(request: Request) -> Response:
        site: Site = request.scope["fedirse.site"]
        await identify(request)
        return await site.read(_outbox, site, request.path_params.get("handle"), dict(request.query_params), may_read)

    async def get_activity(request: Request) -> Response:
        site: Site = request.scope["fedirse.site"]
        reader = await identify(request)
        return await site.read(_activity, site, request.path_params["activity_id"], reader, may_read)

    return [
        Route("/actor/outbox", get_outbox, methods=["GET"]),
        Route("/people/{handle}/outbox", get_outbox, methods=["GET"]),
        Route("/activities/{activity_id}", get_activity, methods=["GET"]),
    ]


def _outbox(tx: Transaction, site: Site, handle: str | None, query: dict[str, str], may_read: MayRead) -> Response:
    """The collection, or a page of it when the query says `page=true` (AP 5.1); only what everybody may read is counted."""
    actor = find_actor(tx, site.actor_id) if handle is None else find_local_actor(tx, handle)
    if actor is None or actor.outbox is None or actor.gone_at is not None:
        raise NotFound(f"no outbox of {handle or 'the site'}")
    total = count_outbox(tx, actor.id)
    first = f"{actor.outbox}?page=true"
    if query.get("page") != "true":
        return _answer(orjson.dumps(render_collection(actor.outbox, total=total, first=first)), _PUBLIC)
    before = query.get("before")
    if before is not None and len(before) != LENGTH:
        raise NotFound("no such page")
    found = list_outbox(tx, actor.id, before=before, limit=limits.PAGE_ITEMS)
    page = render_page(
        first if before is None else f"{first}&before={before}",
        part_of=actor.outbox,
        items=[_as_item(activity) for activity in found if may_read(tx, activity, ANYONE)],
        total=total,
        next_page=f"{first}&before={found[-1].id}" if len(found) == limits.PAGE_ITEMS else None,
    )
    return _answer(orjson.dumps(page), _PUBLIC)


def _activity(tx: Transaction, site: Site, activity_id: str, reader: Reader, may_read: MayRead) -> Response:
    """The bytes as they were sent, proof and all. What is missing and what the reader may not have are one answer."""
    activity = find_activity(tx, activity_id)
    # A forwarded activity has a row too, under an id nobody was told.
    if activity is None or activity.uri != site.uris.activity(activity_id):
        raise NotFound("no such activity")
    if not may_read(tx, activity, reader):
        raise NotFound("not for this reader")
    return _answer(activity.body, _PUBLIC if activity.listed else _PRIVATE)


def _as_item(activity: PublishedActivity) -> JsonObject:
    """The activity as part of a page, which has one context for all: a proof over its own context cannot be checked there."""
    document: JsonObject = orjson.loads(activity.body)
    document.pop("proof", None)
    return document


def _answer(body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, media_type=ACTIVITY_JSON, headers=headers)
