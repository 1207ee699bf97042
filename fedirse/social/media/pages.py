"""Uploaded files to fetch: each under an address nobody guesses, as far as what it belongs to may be read."""

import asyncio
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from fedirse.base.errors import FedirseError, NotFound
from fedirse.base.types import ANYONE, Reader
from fedirse.site import Site
from fedirse.social.accounts.visitors import open_page, reader_of, signer_of, site_of
from fedirse.social.media import store
from fedirse.social.media.model import Exposure, ItemAccess, Media, Purpose
from fedirse.social.media.rules import exposure_of, file_names
from fedirse.social.media.spool.actions import folder_of
from fedirse.social.media.views import is_signed
from fedirse.storage.transaction import Transaction
from fedirse.web.errors import STATUS_OF
from fedirse.web.negotiation import PRIVATE, wants_activity
from fedirse.web.static import IMMUTABLE

AccessOf = Callable[[Transaction, str, Reader], ItemAccess]
"""What an item allows a reader; the slices above know the items."""

ON_MEDIA_HOST: Final = "fedirse.media_host"
"""Stands in the scope of a request to the host that serves a site's files and nothing else."""

# Whatever a browser makes of a file, it runs nothing, loads nothing and is of no site (ASVS 3.2.1, 5.4.1).
_POLICY: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"


class OneRange(FileResponse):
    """A part of a file may be asked for; whoever asks for several at once gets the whole."""

    max_ranges = 1


def media_routes(access_of: AccessOf) -> list[BaseRoute]:
    """The route `/media/<id>/<key>/<name>`.

    Args:
        access_of: asked what a file's item allows.
    """

    async def get_media(request: Request) -> Response:
        if wants_activity(request):
            # What somebody uploaded is never a document, whatever it says (ORG-006).
            raise NotFound("a file is no document")
        site, asked = site_of(request), request.path_params
        signed_for, exposure = await _look_up(request, site, access_of)
        path = folder_of(site, signed_for.key) / asked["name"]
        if not await asyncio.to_thread(path.is_file):
            raise NotFound(f"the file of media {signed_for.id} is not on the disk")
        headers = _headers(signed_for, exposure, on_media_host=ON_MEDIA_HOST in request.scope)
        return OneRange(path, headers=headers, media_type=signed_for.media_type)

    return [open_page("/media/{media_id}/{key}/{name}", get_media)]


def media_application(access_of: AccessOf) -> ASGIApp:
    """What a host for files alone answers: the files, and a sentence for everything else. It has no sessions and sets nothing; servers
    that sign are known.

    Args:
        access_of: as for `media_routes`.
    """
    router = Router(media_routes(access_of), redirect_slashes=False)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await router(scope, receive, send)
        except (FedirseError, HTTPException) as error:
            status = error.status_code if isinstance(error, HTTPException) else STATUS_OF[type(error)]
            told = NotFound.default_public_message if status == STATUS_OF[NotFound] else FedirseError.default_public_message
            await PlainTextResponse(f"{told}\n", status, {"cache-control": PRIVATE})(scope, receive, send)

    return application


async def _look_up(request: Request, site: Site, access_of: AccessOf) -> tuple[Media, Exposure]:
    """The file, and how it may be answered to whoever asks. Raises NotFound for missing, for wrongly named and for not yours alike."""
    found = await site.read(_decide, request, site, access_of, ANYONE)
    # Who asks is found out only where it matters: programs of other servers need not be known, and a picture has many readers.
    if found is None:
        reader = await (signer_of(request) if ON_MEDIA_HOST in request.scope else reader_of(request, document=False))
        found = await site.read(_decide, request, site, access_of, reader) if reader is not ANYONE else None
    if found is None:
        raise NotFound("no such file, or not for this reader")
    return found


def _decide(tx: Transaction, request: Request, site: Site, access_of: AccessOf, reader: Reader) -> tuple[Media, Exposure] | None:
    asked = request.path_params
    media = store.find_media(tx, asked["media_id"])
    if media is None or media.key != asked["key"] or asked["name"] not in file_names(media):
        return None
    concerns_item = media.item_id is not None and media.purpose is Purpose.POST
    access = access_of(tx, media.item_id or "", reader) if concerns_item else ItemAccess()
    signed = is_signed(site, media, asked["name"], dict(request.query_params), site.clock.now())
    exposure = exposure_of(media, access, reader, signed=signed)
    return (media, exposure) if exposure is not None else None


def _headers(media: Media, exposure: Exposure, *, on_media_host: bool) -> dict[str, str]:
    # A page of ours shows what lies on the other host, which knows nobody: there is nothing a foreign page could gain by showing it.
    from_anywhere = exposure is Exposure.PUBLIC or on_media_host
    return {
        **safe_headers(media.name, inline=media.is_image),
        "cross-origin-resource-policy": "cross-origin" if from_anywhere else "same-origin",
        "cache-control": IMMUTABLE if exposure is Exposure.PUBLIC else PRIVATE,
    }


def safe_headers(name: str, *, inline: bool) -> dict[str, str]:
    """What keeps a browser from making anything of a file but a picture to look at, or a download of that name."""
    return {
        "content-disposition": f"{'inline' if inline else 'attachment'}; {_name_parameters(name)}",
        "content-security-policy": _POLICY,
        "x-content-type-options": "nosniff",
    }


def _name_parameters(name: str) -> str:
    """The name of a download for every browser (RFC 6266, section 4.3 and appendix D)."""
    plain = "".join(character if character.isascii() and (character.isalnum() or character in " .-_()") else "_" for character in name)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
