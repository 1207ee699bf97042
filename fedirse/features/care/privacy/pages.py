"""`/settings/data`: what people take along of theirs, and where they have it erased."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.errors import Conflict, NotFound
from fedirse.base.roles import Permission
from fedirse.features.care.privacy.exports.actions import LASTS, request_export
from fedirse.features.care.privacy.exports.archive.actions import archive_of, new_key
from fedirse.features.care.privacy.exports.model import Export, ExportState
from fedirse.features.care.privacy.exports.rules import percent_done
from fedirse.features.care.privacy.exports.store import find_latest
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

DATA: Final = "/settings/data"
FILE: Final = f"{DATA}/archive.zip"


async def get_data(request: Request, visitor: Visitor) -> Response:
    """What can be had and done, and how far an export has come."""
    site = site_of(request)
    export = await site.read(find_latest, visitor.actor.id)
    context = {
        "export": export,
        "is_there": export is not None and await _is_there(site, export),
        "until": export.ended_at + LASTS if export is not None and export.ended_at is not None else None,
        "share": percent_done(export.done, export.total) if export is not None else 0.0,
    }
    return render(request, "privacy/data.html", context)


async def ask_for_export(request: Request, visitor: Visitor, _form: Form) -> Response:
    """Have everything put together; asking twice changes nothing."""
    site, key = site_of(request), new_key()
    try:
        await site.write(request_export, site, visitor.actor, visitor.language, key, site.clock.now())
    except Conflict as error:
        return go_on(request, DATA, error.template)
    return go_on(request, DATA, "Your data is being put together. You can go on meanwhile.")


async def get_archive(request: Request, visitor: Visitor) -> Response:
    """The archive, for whose data it is and for nobody else, as long as it is kept (PRV-046)."""
    site = site_of(request)
    export = await site.read(find_latest, visitor.actor.id)
    if export is None or not await _is_there(site, export):
        raise NotFound("no archive of theirs")
    headers = {"cache-control": "private, no-store"}
    name = f"{visitor.handle}-{site.settings.domain}-{export.requested_at:%Y-%m-%d}.zip"
    return FileResponse(archive_of(site, export.key), media_type="application/zip", filename=name, headers=headers)


async def _is_there(site: Site, export: Export) -> bool:
    """Whether the archive can be had. After a restored backup a row may speak of a file that is gone."""
    if export.state is not ExportState.READY or export.ended_at is None or export.ended_at + LASTS <= site.clock.now():
        return False
    return await asyncio.to_thread(archive_of(site, export.key).is_file)


ROUTES: list[BaseRoute] = [
    page(DATA, get_data),
    deed(f"{DATA}/export", ask_for_export, Permission.READ),
    page(FILE, get_archive),
]
