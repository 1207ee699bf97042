"""The network console: who is in the network and how each of them is doing, for who answers for a site or speaks for the head office."""

import asyncio
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.console.member.pages import ROUTES as MEMBER_ROUTES
from fedirse.social.network.console.model import MemberLine, Show, Sort, Wish
from fedirse.social.network.console.rules import choose, read_wish, render_wish
from fedirse.social.network.console.views import render_csv, view_network
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

PATH: Final = "/site/network"


async def get_network(request: Request, _visitor: Visitor) -> Response:
    """Which network this site is in, and how each of its sites is doing; `?q=`, `region`, `show`, `sort` and `page` choose among them."""
    return await _show(request, filled({"name": site_of(request).settings.name}))


async def get_csv(request: Request, _visitor: Visitor) -> Response:
    """The same sites as a file, all pages of them."""
    site = site_of(request)
    view = await site.read(view_network, site, site.clock.now())
    if view is None:
        raise NotFound("no network")
    wish, found = replace(read_wish(request.query_params), page=1), list[MemberLine]()
    while True:
        shown = choose(view.lines, wish)
        found.extend(shown.lines)
        if wish.page >= shown.pages:
            break
        wish = replace(wish, page=wish.page + 1)
    headers = {"cache-control": "private, no-store", "content-disposition": 'attachment; filename="network.csv"'}
    return Response(render_csv(found), headers=headers, media_type="text/csv")


async def found(request: Request, visitor: Visitor, form: Form) -> Response:
    """Make the network of this head office."""
    site = site_of(request)
    by = Decider(visitor.account_id, visitor.handle)

    def write(tx: Transaction) -> str:
        now = site.clock.now()
        network = found_network(tx, site, form.line("name"), now)
        record(tx, "network.made", network.name, now, account_id=by.account_id, who=by.who)
        return network.name

    try:
        await site.write(write)
    except InvalidInput as error:
        return await _show(request, form.with_error(error), status=422)
    return go_on(request, PATH, "The network is made. Now invite its sites.")


async def _show(request: Request, form: Form, *, status: int = 200) -> Response:
    site = site_of(request)
    view = await site.read(view_network, site, site.clock.now())
    # A tenth of a second for a key that was not shown before.
    words = await asyncio.to_thread(four_words, view.key) if view is not None and view.key else ""
    shown = choose(view.lines, read_wish(request.query_params)) if view is not None else None
    context = {"view": view, "words": words, "shown": shown, "form": form, "show": Show, "sort": Sort, "query": _query}
    return render(request, "console/network.html", context, status=status)


def _query(wish: Wish, **changes: Any) -> str:
    """The address of the console with a wish that differs so."""
    query = render_wish(replace(wish, **changes))
    return f"{PATH}?{query}" if query else PATH


ROUTES: list[BaseRoute] = [
    page(PATH, get_network, Permission.SEE_NETWORK),
    page(f"{PATH}.csv", get_csv, Permission.SEE_NETWORK),
    deed(f"{PATH}/found", found, Permission.MANAGE_NETWORK),
    *MEMBER_ROUTES,
]
