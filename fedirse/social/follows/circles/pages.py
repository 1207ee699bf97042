"""Following in the browser: lists of people, the buttons that follow and unfollow, and the requests to answer."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.actors import StoredActor
from fedirse.base.errors import Blocked
from fedirse.base.roles import Permission
from fedirse.base.types import ANYONE, Reader
from fedirse.site import Site
from fedirse.social.accounts.visitors import Endpoint, deed, open_page, page, reader_of, safe_path, site_of
from fedirse.social.follows import actions
from fedirse.social.follows.circles import store
from fedirse.social.follows.circles.views import Circle, actor_at, read_followers, read_following, read_requests
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import find_follow
from fedirse.storage.actors import get_actor
from fedirse.storage.refusals import is_refused_host, why_unheard
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.names import plain
from fedirse.web.navigation import NavigationItem
from fedirse.web.notices import go_on
from fedirse.web.paging import cursor
from fedirse.web.rendering import profile_path, render
from fedirse.web.visitor import Visitor

ReadCircle = Callable[[Transaction, Site, str, Reader, str], Circle]


def _circle(which: str, read: ReadCircle) -> Endpoint:
    """The page of one relation; who they are is for the people of the site, unless the person shows it to everybody."""

    async def get_circle(request: Request) -> Response:
        site, reader = site_of(request), await reader_of(request)
        after = cursor(request, "after") or ""
        circle = await site.read(read, site, request.path_params["handle"], reader, after)
        context = {"circle": circle, "which": which, "is_first": not after}
        return render(request, "circles/people.html", context, private=reader is not ANYONE)

    return get_circle


async def get_requests(request: Request, visitor: Visitor) -> Response:
    """Who asks to follow the visitor."""
    people = await site_of(request).read(read_requests, visitor.actor.id)
    return render(request, "circles/requests.html", {"people": people})


async def follow(request: Request, visitor: Visitor, form: Form) -> Response:
    """Follow somebody, or ask to."""
    site = site_of(request)
    followee, state = await site.write(_follow, site, visitor.actor, request.path_params["handle"], site.clock.now())
    name, back = plain(followee.display_name), safe_path(form.text("return_to"), profile_path(followee))
    if state is FollowState.ACCEPTED:
        return go_on(request, back, "You follow %(name)s.", name=name)
    return go_on(request, back, "You have asked to follow %(name)s. It counts once they accept.", name=name)


async def unfollow(request: Request, visitor: Visitor, form: Form) -> Response:
    """Follow somebody no longer, or take the request back."""
    site = site_of(request)
    followee = await site.write(_unfollow, site, visitor.actor, request.path_params["handle"], site.clock.now())
    back = safe_path(form.text("return_to"), profile_path(followee))
    return go_on(request, back, "You no longer follow %(name)s.", name=plain(followee.display_name))


async def remove(request: Request, visitor: Visitor, form: Form) -> Response:
    """Let somebody who follows the visitor do so no longer."""
    site = site_of(request)
    follower = await site.write(_remove, site, visitor.actor, request.path_params["handle"], site.clock.now())
    back = safe_path(form.text("return_to"), f"{profile_path(visitor.actor)}/followers")
    return go_on(request, back, "%(name)s no longer follows you.", name=plain(follower.display_name))


async def answer_request(request: Request, visitor: Visitor, form: Form) -> Response:
    """Approve or refuse one request to follow. One that was taken back or answered meanwhile changes nothing."""
    site = site_of(request)
    approve = form.text("answer") == "approve"
    name = await site.write(_answer, site, visitor.actor, form.line("follower"), approve=approve, now=site.clock.now())
    if name is None:
        return go_on(request, "/follows/requests", "That request is no longer there.")
    if approve:
        return go_on(request, "/follows/requests", "%(name)s follows you from now on.", name=name)
    return go_on(request, "/follows/requests", "You have refused the request of %(name)s.", name=name)


def count_requests(tx: Transaction, reader: Reader) -> int:
    """How many wait for the reader's approval."""
    return store.count_requests(tx, reader.actor_id or "")


def _follow(tx: Transaction, site: Site, follower: StoredActor, address: str, now: datetime) -> tuple[StoredActor, FollowState]:
    followee = actor_at(tx, site, address)
    if is_refused_host(tx, followee.host):
        raise Blocked(f"{followee.host} is blocked", public_message="%(host)s is blocked on this site.", host=followee.host)
    if why_unheard(tx, followee.id) is not None:
        raise Blocked(f"{followee.uri} is blocked", public_message="%(host)s is blocked on this site.", host=followee.address)
    return followee, actions.follow(tx, site, follower, followee, now).state


def _unfollow(tx: Transaction, site: Site, follower: StoredActor, address: str, now: datetime) -> StoredActor:
    followee = actor_at(tx, site, address)
    actions.unfollow(tx, site, follower, followee, now)
    return followee


def _remove(tx: Transaction, site: Site, followee: StoredActor, address: str, now: datetime) -> StoredActor:
    follower = actor_at(tx, site, address)
    if find_follow(tx, follower.id, followee.id) is not None:
        actions.remove_follower(tx, site, followee, follower.id, now)
    return follower


def _answer(tx: Transaction, site: Site, followee: StoredActor, follower_id: str, *, approve: bool, now: datetime) -> str | None:
    """Answers the request; the name of whoever asked, None when there is none to answer."""
    asked = find_follow(tx, follower_id, followee.id)
    if asked is None or asked.state is not FollowState.REQUESTED:
        return None
    decide = actions.approve_follower if approve else actions.remove_follower
    decide(tx, site, followee, follower_id, now)
    return plain(get_actor(tx, follower_id).display_name)


NAVIGATION = (NavigationItem("Follow requests", "/follows/requests", "people", place="personal", order=30, badge=count_requests),)

ROUTES: list[BaseRoute] = [
    open_page("/@{handle}/followers", _circle("followers", read_followers)),
    open_page("/@{handle}/following", _circle("following", read_following)),
    page("/follows/requests", get_requests),
    deed("/follows/requests", answer_request, Permission.REACT),
    deed("/@{handle}/follow", follow, Permission.REACT),
    deed("/@{handle}/unfollow", unfollow, Permission.REACT),
    deed("/@{handle}/remove", remove, Permission.REACT),
]
