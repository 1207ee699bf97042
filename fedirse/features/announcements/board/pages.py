"""The board of an announcement, for those who speak for the head office."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.board.actions import remind_silent
from fedirse.features.announcements.board.model import Chosen, Stand
from fedirse.features.announcements.board.views import BoardView, read_board, render_csv
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.web.forms import Form
from fedirse.web.negotiation import PRIVATE
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def get_board(request: Request, visitor: Visitor) -> Response:
    """Where an announcement stands, site by site; all of them, or those that were chosen."""
    return render(request, "board/board.html", shown_of(await read_of(request, visitor)))


async def get_table(request: Request, visitor: Visitor) -> Response:
    """The same for programs and spreadsheets."""
    view = await read_of(request, visitor)
    headers = {"content-disposition": f'attachment; filename="announcement-{view.post.id}.csv"', "cache-control": PRIVATE}
    return Response(render_csv(view.board.lines), media_type="text/csv; charset=utf-8", headers=headers)


async def post_remind(request: Request, visitor: Visitor, form: Form) -> Response:
    """Ask the silent sites once more: those that the page showed."""
    site, post_id, by = site_of(request), request.path_params["post_id"], Runner(visitor.account_id, visitor.handle)
    view = await site.read(read_board, site, visitor, post_id, form.text("region"), form.text("state"))
    asked = await site.write(lambda tx: remind_silent(tx, site, visitor.reader, post_id, site.clock.now(), by=by, chosen=view.chosen))
    where = f"/announcements/{post_id}/board{query_of(view.chosen)}"
    if not asked:
        return go_on(request, where, N_("No site has to be asked again just now."))
    return go_on(request, where, N_("Sites that have not confirmed are asked once more: %(n)s."), n=str(asked))


async def read_of(request: Request, visitor: Visitor) -> BoardView:
    """The board that an address asks for. Raises NotFound as `read_board`."""
    site, asked = site_of(request), request.query_params
    return await site.read(read_board, site, visitor, request.path_params["post_id"], asked.get("region", ""), asked.get("state", ""))


def shown_of(view: BoardView) -> dict[str, object]:
    """What the templates of the board know."""
    return {"view": view, "query_of": query_of, "Stand": Stand}


def query_of(chosen: Chosen, region: str | None = None, stand: Stand | None = None) -> str:
    """The end of an address that shows what was chosen, or the same with another region or state; empty for all of it."""
    wanted = {"region": chosen.region if region is None else region, "state": (chosen.stand if stand is None else stand).value}
    said = {name: value for name, value in wanted.items() if value not in {"", Stand.ALL.value}}
    return f"?{urlencode(said)}" if said else ""


ROUTES: list[BaseRoute] = [
    page("/announcements/{post_id}/board", get_board, Permission.ANNOUNCE),
    page("/announcements/{post_id}/board.csv", get_table, Permission.ANNOUNCE),
    deed("/announcements/{post_id}/remind", post_remind, Permission.ANNOUNCE),
]
