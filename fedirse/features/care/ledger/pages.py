"""To whom a post was sent: for its author, and for who runs the site as far as they may read it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import NotFound
from fedirse.base.roles import Permission
from fedirse.features.care.ledger import store
from fedirse.features.care.ledger.model import About
from fedirse.features.care.ledger.views import Account, plain_row, read_account, render_csv
from fedirse.social.accounts.visitors import page, site_of
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import find_post, get_readable_post
from fedirse.storage.transaction import Transaction
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

PATH: Final = "/posts/{post_id}/egress"
_LONGEST_NUMBER: Final = len("9223372036854775807") - 1


async def get_egress(request: Request, visitor: Visitor) -> Response:
    """What became of the post at every server, a page at a time."""
    after = _number(request.query_params.get("after", "0"))
    post, account = await site_of(request).read(_read, request.path_params["post_id"], visitor, after)
    return render(request, "ledger/egress.html", {"post": post, "account": account, "is_first": after == 0})


async def get_csv(request: Request, visitor: Visitor) -> Response:
    """All of it as a file."""
    post_id = request.path_params["post_id"]
    rows = await site_of(request).read(_read_rows, post_id, visitor)
    headers = {"cache-control": "private, no-store", "content-disposition": f'attachment; filename="egress-{post_id}.csv"'}
    return Response(render_csv(map(plain_row, rows)), headers=headers, media_type="text/csv")


def _read(tx: Transaction, post_id: str, visitor: Visitor, after: int) -> tuple[Post, Account]:
    post = _get_post(tx, post_id, visitor)
    return post, read_account(tx, About(item_id=post.id), after=after, limit=limits.LEDGER_LINES)


def _read_rows(tx: Transaction, post_id: str, visitor: Visitor) -> list[dict[str, object]]:
    return store.list_rows(tx, About(item_id=_get_post(tx, post_id, visitor).id))


def _get_post(tx: Transaction, post_id: str, visitor: Visitor) -> Post:
    """The post if it is the visitor's, or if they look after the site and may read it: whom others write to in private stays theirs.

    Raises:
        NotFound: missing and not yours alike.
    """
    post = find_post(tx, post_id)
    if post is not None and post.local and post.actor_id == visitor.actor.id:
        return post
    if not visitor.may(Permission.CARE):
        raise NotFound(f"post {post_id} of somebody else")
    return get_readable_post(tx, post_id, visitor.reader)


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER):
        raise NotFound("no number of a delivery")
    return int(typed)


ROUTES: list[BaseRoute] = [page(PATH, get_egress), page(f"{PATH}.csv", get_csv)]
