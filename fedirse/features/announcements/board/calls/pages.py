"""The call list of an announcement, on a page, as a table and on paper."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.roles import Permission
from fedirse.features.announcements.board.calls.views import CallList, read_calls, render_csv
from fedirse.features.announcements.board.pages import shown_of
from fedirse.social.accounts.visitors import page, site_of
from fedirse.web.negotiation import PRIVATE
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def get_calls(request: Request, visitor: Visitor) -> Response:
    """The silent sites, with the numbers that they gave to the head office."""
    found = await _read(request, visitor)
    return render(request, "calls/calls.html", {**shown_of(found.view), "calls": found.calls})


async def get_table(request: Request, visitor: Visitor) -> Response:
    """The same for programs and spreadsheets."""
    found = await _read(request, visitor)
    headers = {"content-disposition": f'attachment; filename="calls-{found.view.post.id}.csv"', "cache-control": PRIVATE}
    return Response(render_csv(found.calls), media_type="text/csv; charset=utf-8", headers=headers)


async def _read(request: Request, visitor: Visitor) -> CallList:
    site, asked = site_of(request), request.query_params
    return await site.read(read_calls, site, visitor, request.path_params["post_id"], asked.get("region", ""), asked.get("state", ""))


ROUTES: list[BaseRoute] = [
    page("/announcements/{post_id}/calls", get_calls, Permission.ANNOUNCE),
    page("/announcements/{post_id}/calls.csv", get_table, Permission.ANNOUNCE),
]
