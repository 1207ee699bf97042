"""Pictures of other servers to look at. People here have them fetched; who is not known here sees what is kept."""

from typing import Final, cast

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound
from fedirse.social.accounts.visitors import open_page, reader_of, site_of
from fedirse.social.media.cache.actions import FORMAT, fetch_picture, kept_picture
from fedirse.social.media.cache.views import read_address
from fedirse.web.negotiation import wants_activity

_VARIANTS: Final = frozenset({"full", "small"})
_HEADERS: Final = {
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    # The browser of whoever looked may keep it; nobody between, who would learn what is read here.
    "cache-control": "private, max-age=86400",
}


async def get_remote_picture(request: Request) -> Response:
    """A picture of another server, under an address that a page of ours made."""
    site, variant = site_of(request), cast("str", request.path_params["variant"])
    url = read_address(site, request.path_params["picture"])
    if url is None or variant not in _VARIANTS or wants_activity(request):
        raise NotFound("no picture of another server")
    now = site.clock.now()
    folder = await kept_picture(site, url, now)
    if folder is None:
        reader = await reader_of(request, document=False)
        if not reader.local:
            raise NotFound("a picture that is not kept here")
        folder = await fetch_picture(site, url, now)
    return FileResponse(folder / f"{variant}.{FORMAT}", media_type=f"image/{FORMAT}", headers=_HEADERS)


ROUTES: list[BaseRoute] = [open_page("/media/remote/{variant}/{picture}", get_remote_picture)]
