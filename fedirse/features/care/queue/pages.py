"""What waits to be sent, by server, for who runs the site."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound
from fedirse.base.roles import Permission
from fedirse.features.care.queue import actions
from fedirse.features.care.queue.store import list_queue
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def get_queue(request: Request, _visitor: Visitor) -> Response:
    """The servers that something waits for; `?drop=host` asks first whether to give up what waits for one."""
    peers = await site_of(request).read(list_queue)
    asked = request.query_params.get("drop", "")
    return render(request, "queue/queue.html", {"peers": peers, "asked": next((peer for peer in peers if peer.host == asked), None)})


async def retry(request: Request, visitor: Visitor, form: Form) -> Response:
    """Try what waits at once, for one server or for all."""
    site = site_of(request)
    host = form.line("host") or None
    count = await site.write(actions.retry, site, host, site.clock.now(), account_id=visitor.account_id, who=visitor.handle)
    return go_on(request, "/site/queue", "Tried again now: %(count)s.", count=count)


async def drop(request: Request, visitor: Visitor, form: Form) -> Response:
    """Give up what waits for one server. The ledger keeps it."""
    site, host = site_of(request), form.line("host")
    if not host:
        raise NotFound("no host named")
    count = await site.write(actions.drop, host, site.clock.now(), account_id=visitor.account_id, who=visitor.handle)
    return go_on(request, "/site/queue", "Given up: %(count)s.", count=count)


ROUTES: list[BaseRoute] = [
    page("/site/queue", get_queue, Permission.CARE),
    deed("/site/queue/retry", retry, Permission.CARE),
    deed("/site/queue/drop", drop, Permission.CARE),
]
