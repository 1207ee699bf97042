"""The board of an announcement, for those who speak for the head office."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.board.actions import remind_silent
from fedirse.features.announcements.board.model import Board
from fedirse.features.announcements.board.rules import silent
from fedirse.features.announcements.board.views import render_csv, view_board
from fedirse.features.announcements.model import Announcement
from fedirse.features.announcements.store import find_readable
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.social.posts.model import Post
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.negotiation import PRIVATE
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def get_board(request: Request, visitor: Visitor) -> Response:
    """Where an announcement stands, site by site."""
    site = site_of(request)
    post, announcement, board = await site.read(_read, site, visitor, request.path_params["post_id"])
    waiting = len(silent(board.lines, announcement, site.clock.now()))
    context = {"post": post, "announcement": announcement, "board": board, "silent": waiting}
    return render(request, "announcements/board.html", context)


async def get_table(request: Request, visitor: Visitor) -> Response:
    """The same for programs and spreadsheets."""
    site, post_id = site_of(request), request.path_params["post_id"]
    _, _, board = await site.read(_read, site, visitor, post_id)
    headers = {"content-disposition": f'attachment; filename="announcement-{post_id}.csv"', "cache-control": PRIVATE}
    return Response(render_csv(board.lines), media_type="text/csv; charset=utf-8", headers=headers)


async def post_remind(request: Request, visitor: Visitor, form: Form) -> Response:
    """Ask the silent sites once more."""
    del form
    site, post_id, by = site_of(request), request.path_params["post_id"], Runner(visitor.account_id, visitor.handle)
    await site.read(_read, site, visitor, post_id)
    asked = await site.write(lambda tx: remind_silent(tx, site, visitor.reader, post_id, site.clock.now(), by=by))
    where = f"/announcements/{post_id}/board"
    if not asked:
        return go_on(request, where, N_("No site has to be asked again just now."))
    return go_on(request, where, N_("Sites that have not confirmed are asked once more: %(n)s."), n=str(asked))


def _read(tx: Transaction, site: Site, visitor: Visitor, post_id: str) -> tuple[Post, Announcement, Board]:
    """Raises NotFound: no such announcement of this site."""
    found = find_readable(tx, post_id, visitor.reader)
    if found is None or not found[0].local:
        raise NotFound(f"announcement {post_id}")
    post, announcement = found
    return post, announcement, view_board(tx, site, post, announcement, site.clock.now())


ROUTES: list[BaseRoute] = [
    page("/announcements/{post_id}/board", get_board, Permission.ANNOUNCE),
    page("/announcements/{post_id}/board.csv", get_table, Permission.ANNOUNCE),
    deed("/announcements/{post_id}/remind", post_remind, Permission.ANNOUNCE),
]
