"""What waits to be sent, by server, for who runs the site."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound
from fedirse.base.roles import Permission
from fedirse.features.care.queue import actions
from fedirse.features.care.queue.model import QueuedPeer
from fedirse.features.care.queue.rules import Answer, explain
from fedirse.features.care.queue.store import list_queue
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.storage.clocks import list_clocks
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def get_queue(request: Request, _visitor: Visitor) -> Response:
    """The servers that something waits for; `?drop=host` asks first whether to give up what waits for one."""
    site = site_of(request)
    peers = await site.read(list_queue)
    asked = request.query_params.get("drop", "")
    context = {
        "peers": [(peer, _last_answer(peer)) for peer in peers],
        "clocks": await site.read(list_clocks, [peer.host for peer in peers]),
        "asked": next((peer for peer in peers if peer.host == asked), None),
    }
    return render(request, "queue/queue.html", context)


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


def _last_answer(peer: QueuedPeer) -> Answer | None:
    return None if peer.last_error is None else explain(peer.last_error, peer.last_status)


ROUTES: list[BaseRoute] = [
    page("/site/queue", get_queue, Permission.CARE),
    deed("/site/queue/retry", retry, Permission.CARE),
    deed("/site/queue/drop", drop, Permission.CARE),
]
