"""Files of other servers to look at. People here have them fetched; who is not known here sees what is kept."""

from pathlib import Path
from typing import Final, cast

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.accounts.visitors import open_page, reader_of, site_of
from fedirse.social.media.cache.actions import FORMAT, fetch_file, kept_folder
from fedirse.social.media.cache.model import Source
from fedirse.social.media.cache.views import read_address
from fedirse.web.negotiation import wants_activity

_VARIANTS: Final = frozenset({"full", "small"})
_HEADERS: Final = {
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}
# The browser of whoever looked may keep it; nobody between, who would learn what is read here.
_FOR_A_DAY: Final = "private, max-age=86400"


async def get_remote_picture(request: Request) -> Response:
    """A picture of another server, under an address that a page of ours made."""
    site, variant = site_of(request), asked_variant(request)
    url = read_address(site, request.path_params["picture"])
    if url is None:
        raise NotFound("no picture of another server")
    source = Source(url)
    folder = await kept_folder(site, source, site.clock.now())
    if folder is None:
        # Who asks is found out only where it matters: a picture has many readers.
        folder = await folder_for(site, source, await reader_of(request, document=False))
    return picture_response(folder, variant)


def asked_variant(request: Request) -> str:
    """The variant that the path names. Raises NotFound for another one, and where a document is asked for: a picture is none (ORG-009)."""
    variant = cast("str", request.path_params["variant"])
    if variant not in _VARIANTS or wants_activity(request):
        raise NotFound("no such picture")
    return variant


async def folder_for(site: Site, source: Source, reader: Reader) -> Path:
    """The folder of a file of another server, which is fetched if need be, for our own people only.

    Raises:
        NotFound: it is not here, and cannot be had or is not fetched for this reader.
        RateLimited, StorageError: as `fetch_file`.
    """
    now = site.clock.now()
    folder = await kept_folder(site, source, now)
    if folder is not None:
        return folder
    if not reader.local:
        raise NotFound("a file that is not kept here")
    return await fetch_file(site, source, now)


def picture_response(folder: Path, variant: str, *, cache_control: str = _FOR_A_DAY) -> Response:
    """A variant of a picture in its folder; by default the browser may keep it for a day."""
    headers = _HEADERS | {"cache-control": cache_control}
    return FileResponse(folder / f"{variant}.{FORMAT}", media_type=f"image/{FORMAT}", headers=headers)


ROUTES: list[BaseRoute] = [open_page("/media/remote/{variant}/{picture}", get_remote_picture)]
