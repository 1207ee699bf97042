"""Looking after the texts that a head office keeps to start from; they are chosen and kept where an announcement is written."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.actions import check_is_head_office
from fedirse.features.announcements.starters.actions import delete, rename
from fedirse.features.announcements.starters.store import list_starters
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE: Final = "/announcements/starters"


async def get_starters(request: Request, visitor: Visitor) -> Response:
    """Those that the head office keeps. Raises NotFound: this site is no head office."""
    del visitor
    return await _show(request)


async def post_rename(request: Request, visitor: Visitor, form: Form) -> Response:
    """Call one something else."""
    del visitor
    site, key = site_of(request), request.path_params["key"]
    await site.read(check_is_head_office)
    try:
        await site.write(rename, key, form.text(f"name-{key}"))
    except InvalidInput as error:
        return await _show(request, form.with_error(error), status=422)
    return go_on(request, HERE, N_("It is renamed."))


async def post_delete(request: Request, visitor: Visitor, form: Form) -> Response:
    """Keep one no more."""
    del visitor, form
    site = site_of(request)
    await site.read(check_is_head_office)
    await site.write(delete, request.path_params["key"])
    return go_on(request, HERE, N_("It is deleted. What was written from it stays."))


async def _show(request: Request, typed: Form | None = None, *, status: int = 200) -> Response:
    site = site_of(request)
    await site.read(check_is_head_office)
    starters = await site.read(list_starters)
    names = filled({f"name-{one.key}": one.name for one in starters})
    form = names if typed is None else Form({**names.values, **typed.values}, {}, typed.errors)
    return render(request, "starters/starters.html", {"starters": starters, "form": form}, status=status)


ROUTES: list[BaseRoute] = [
    page(HERE, get_starters, Permission.ANNOUNCE),
    deed(f"{HERE}/{{key}}/rename", post_rename, Permission.ANNOUNCE),
    deed(f"{HERE}/{{key}}/delete", post_delete, Permission.ANNOUNCE),
]
