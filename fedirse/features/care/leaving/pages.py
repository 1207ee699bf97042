"""`/site/network/leave`: what leaving means, an archive first, the deed, and what became of it."""

import asyncio
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.care.leaving.views import Leaving, read_leaving
from fedirse.features.care.privacy.exports.actions import request_site_export
from fedirse.features.care.privacy.exports.archive.actions import archive_of, new_key
from fedirse.features.care.privacy.exports.model import ExportState
from fedirse.features.care.privacy.exports.rules import percent_done
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining.actions import leave
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

LEAVE: Final = "/site/network/leave"
FILE: Final = f"{LEAVE}/archive.zip"
NEEDS: Final = Permission.MANAGE_SITE


async def get_leave(request: Request, _visitor: Visitor) -> Response:
    """What leaving means and the way to it; afterwards what was erased, and whether the head office has confirmed it."""
    return await _show(request, filled({}))


async def post_leave(request: Request, visitor: Visitor, form: Form) -> Response:
    """Leave, or ask no more to be let in. Whoever leaves a network has ticked that they know what is erased."""
    site = site_of(request)
    leaving = await site.read(read_leaving, site)
    if leaving.is_member and not form.checked("known"):
        error = InvalidInput("Tick that you know what is erased, then leave.", reason="not-sure", field="known")
        return await _show(request, form.with_error(error), status=422)
    try:
        network = await site.write(leave, site, site.clock.now(), Decider(visitor.account_id, visitor.handle))
    except (Conflict, NotFound) as error:
        return go_on(request, LEAVE, error.template)
    said = N_("This site has left the network “%(name)s”.") if leaving.is_member else N_("This site asks “%(name)s” no more.")
    return go_on(request, LEAVE, said, name=network.name)


async def ask_for_archive(request: Request, visitor: Visitor, _form: Form) -> Response:
    """Have the archive of the site put together; asking twice changes nothing."""
    site, key = site_of(request), new_key()
    try:
        await site.write(_ask_for_archive, site, visitor, key, site.clock.now())
    except Conflict as error:
        return go_on(request, LEAVE, error.template)
    return go_on(request, LEAVE, N_("The archive is being put together. You can go on meanwhile; leave when you have it."))


async def get_archive(request: Request, _visitor: Visitor) -> Response:
    """The archive of the site, for whoever runs it, as long as it is kept."""
    site = site_of(request)
    leaving = await site.read(read_leaving, site)
    if leaving.export is None or not await _is_there(site, leaving):
        raise NotFound("no archive of the site")
    name = f"{site.settings.domain}-{leaving.export.requested_at:%Y-%m-%d}.zip"
    headers = {"cache-control": "private, no-store"}
    return FileResponse(archive_of(site, leaving.export.key), media_type="application/zip", filename=name, headers=headers)


def _ask_for_archive(tx: Transaction, site: Site, visitor: Visitor, key: str, now: datetime) -> None:
    request_site_export(tx, site, visitor.language, key, now)
    record(tx, "site.exported", site.settings.domain, now, account_id=visitor.account_id, who=visitor.handle)


async def _show(request: Request, form: Form, *, status: int = 200) -> Response:
    site = site_of(request)
    leaving = await site.read(read_leaving, site)
    export = leaving.export
    context = {
        "leaving": leaving,
        "form": form,
        "export": export,
        "is_there": await _is_there(site, leaving),
        "share": percent_done(export.done, export.total) if export is not None else 0.0,
    }
    return render(request, "leaving/leave.html", context, status=status)


async def _is_there(site: Site, leaving: Leaving) -> bool:
    """Whether the archive can be had. After a restored backup a row may speak of a file that is gone."""
    export, until = leaving.export, leaving.archive_until
    if export is None or export.state is not ExportState.READY or until is None or until <= site.clock.now():
        return False
    return await asyncio.to_thread(archive_of(site, export.key).is_file)


ROUTES: list[BaseRoute] = [
    page(LEAVE, get_leave, NEEDS),
    deed(LEAVE, post_leave, NEEDS),
    deed(f"{LEAVE}/archive", ask_for_archive, NEEDS),
    page(FILE, get_archive, NEEDS),
]
