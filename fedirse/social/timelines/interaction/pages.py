"""`/follows/remote`: who reads here without an account follows from their own server. `/authorize_interaction`: the way round."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.site import Site
from fedirse.social.accounts.visitors import open_deed, open_page, page, site_of, visitor_of
from fedirse.social.follows.circles.views import actor_at
from fedirse.social.search.lookup.actions import look_up, page_of
from fedirse.social.timelines.interaction.actions import find_departure
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.negotiation import PRIVATE
from fedirse.web.rendering import profile_path, render
from fedirse.web.visitor import Visitor


async def get_remote_follow(request: Request) -> Response:
    """Asks who is not from here for their address; who is signed in follows on the profile."""
    site = site_of(request)
    actor = await site.read(_own_actor, site, request.query_params.get("to", ""))
    if await visitor_of(request) is not None:
        return RedirectResponse(profile_path(actor), 303, {"cache-control": PRIVATE})
    return render(request, "interaction/remote.html", {"actor": actor, "form": Form()})


async def post_remote_follow(request: Request, form: Form) -> Response:
    """Shows where their own server lets them follow, by name, and the link there; never a redirect (WEB-006)."""
    site = site_of(request)
    actor = await site.read(_own_actor, site, form.line("to"))
    try:
        departure = await find_departure(site, form.line("address"), actor)
    except InvalidInput as error:
        context = {"actor": actor, "form": form.with_error(error, "address")}
        return render(request, "interaction/remote.html", context, status=422)
    return render(request, "interaction/leave.html", {"actor": actor, "departure": departure})


async def get_interaction(request: Request, visitor: Visitor) -> Response:
    """What another server sends one of our people here with: leads to the person or the post, where they follow or answer."""
    site = site_of(request)
    typed = request.query_params.get("uri", "").strip()
    if not typed:
        raise NotFound("nothing to interact with")
    found = await look_up(site, visitor.reader, typed)
    return RedirectResponse(page_of(found), 303, {"cache-control": PRIVATE})


def _own_actor(tx: Transaction, site: Site, typed: str) -> StoredActor:
    """One of ours, by `@name` or `name`. Raises NotFound and Gone."""
    actor = actor_at(tx, site, typed.strip().removeprefix("@"))
    if not actor.local:
        raise NotFound("of another server")
    return actor


ROUTES: list[BaseRoute] = [
    open_page("/follows/remote", get_remote_follow),
    open_deed("/follows/remote", post_remote_follow),
    page("/authorize_interaction", get_interaction, Permission.REACT),
]
