"""Profiles: `/@name` of ours, `/@name@host` of whom this site knows, in three cuts: posts, answers as well, pictures and files only."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound
from fedirse.base.types import ANYONE
from fedirse.social.accounts.visitors import Endpoint, open_page, reader_of, site_of, visitor_of
from fedirse.social.follows.circles.views import actor_at
from fedirse.social.posts.sharing.views import card_of_actor
from fedirse.social.timelines.profiles.views import read_profile
from fedirse.social.timelines.store import Kept
from fedirse.social.timelines.views import place_of
from fedirse.web.negotiation import wants_activity
from fedirse.web.rendering import render


async def get_profile(request: Request) -> Response:
    """The page of an actor; a program is led to the document of one of ours."""
    site = site_of(request)
    address: str = request.path_params["handle"]
    handle, _, host = address.partition("@")
    if host == site.uris.host:
        return RedirectResponse(site.uris.profile(handle), 301)
    if not wants_activity(request):
        return await _get_posts(request)
    # Whoever asks for documents is known before anything is looked up.
    await reader_of(request)
    if host:
        raise NotFound("the document of another server's actor is there")
    actor = await site.read(actor_at, site, handle)
    return RedirectResponse(actor.uri, 303, {"vary": "Accept"})


def _cut(kept: Kept) -> Endpoint:
    async def get_cut(request: Request) -> Response:
        site, reader, visitor = site_of(request), await reader_of(request), await visitor_of(request)
        address, place = request.path_params["handle"], place_of(request)
        visitor_id = visitor.actor.id if visitor else None
        profile = await site.read(read_profile, site, reader, address, kept, place, visitor_id=visitor_id)
        private = reader is not ANYONE
        share = None if private else card_of_actor(site, profile.actor)
        return render(request, "profiles/profile.html", {"profile": profile, "share": share}, private=private)

    return get_cut


_get_posts = _cut(Kept.POSTS)

ROUTES: list[BaseRoute] = [
    open_page("/@{handle}", get_profile),
    open_page("/@{handle}/with-replies", _cut(Kept.ALL)),
    open_page("/@{handle}/media", _cut(Kept.MEDIA)),
]
