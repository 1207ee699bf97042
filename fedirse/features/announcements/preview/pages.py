"""`/announcements/preview`: what is typed, as two sites will see it. Publishes nothing and keeps nothing."""

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound
from fedirse.base.roles import Permission
from fedirse.features.announcements.preview.rules import BRANDS, scoped
from fedirse.features.announcements.preview.views import view_preview
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.negotiation import PRIVATE
from fedirse.web.rendering import render
from fedirse.web.static import render_brand
from fedirse.web.visitor import Visitor

HERE: Final = "/announcements/preview"
SHEET: Final = f"{HERE}/brands.css"


async def get_preview(request: Request, _visitor: Visitor) -> Response:
    """Leads to where it is written: there is nothing to look at before something is. Raises NotFound: this site is no head office."""
    await _check_is_head_office(site_of(request))
    return RedirectResponse("/announcements/new", 303)


async def post_preview(request: Request, visitor: Visitor, form: Form) -> Response:
    """Show what was typed. Raises NotFound: this site is no head office."""
    site = site_of(request)
    await _check_is_head_office(site)
    preview = await site.read(view_preview, site, visitor, form, site.clock.now())
    return render(request, "preview/preview.html", {"preview": preview, "sheet": SHEET})


async def get_brands(request: Request, _visitor: Visitor) -> Response:
    """The colours of the two brands, each corrected so that it can be read, as every site's own are."""
    settings = site_of(request).settings
    sheets = []
    for brand in BRANDS:
        wanted = msgspec.structs.replace(settings, colour=brand.colour, accent=brand.accent, font=brand.font)
        sheets.append(scoped(render_brand(wanted), brand.key))
    return Response("".join(sheets), media_type="text/css", headers={"cache-control": PRIVATE})


async def _check_is_head_office(site: Site) -> None:
    """Raises NotFound where there is nothing to announce to."""
    if not await site.read(_is_head_office):
        raise NotFound("no head office")


def _is_head_office(tx: Transaction) -> bool:
    network = current_network(tx)
    return network is not None and network.head_office


ROUTES: list[BaseRoute] = [
    page(HERE, get_preview, Permission.ANNOUNCE),
    deed(HERE, post_preview, Permission.ANNOUNCE, files=True),
    page(SHEET, get_brands, Permission.ANNOUNCE),
]
