"""Starting an announcement from a text, keeping what is written as one, and looking after those that are kept."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.starters.actions import delete, rename
from fedirse.features.announcements.starters.store import list_starters
from fedirse.features.announcements.starters.views import list_offered, started_from
from fedirse.features.announcements.writing.model import HERE, NEW
from fedirse.features.announcements.writing.pages import check_is_head_office, show_typed
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.web.forms import Form, filled
from fedirse.web.languages import translations
from fedirse.web.notices import go_on
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor

_STAYS: Final = N_("What you wrote stays as it is: only what was empty, how much it matters and who is asked are filled in.")


async def start_from(request: Request, visitor: Visitor, form: Form) -> Response:
    """The page of a new announcement, filled from the text that was chosen. Raises NotFound: there is none of that name any more."""
    site = site_of(request)
    translate = translations(page_language(request)).gettext
    offered = await site.read(list_offered, translate)
    chosen = next((one for one in offered if one.key == form.text("start")), None)
    if chosen is None:
        raise NotFound("no such text to start from")
    started, stays = started_from(site, form, chosen, offered)
    return await show_typed(request, visitor, started, task=NEW, notice=_STAYS if stays else "")


async def get_starters(request: Request, visitor: Visitor) -> Response:
    """Those that the head office keeps. Raises NotFound: this site is no head office."""
    del visitor
    return await _show(request)


async def post_rename(request: Request, visitor: Visitor, form: Form) -> Response:
    """Call one something else."""
    del visitor
    site, key = site_of(request), request.path_params["key"]
    await check_is_head_office(site)
    try:
        await site.write(rename, key, form.text(f"name-{key}"))
    except InvalidInput as error:
        return await _show(request, form.with_error(error), status=422)
    return go_on(request, f"{HERE}/starters", N_("It is renamed."))


async def post_delete(request: Request, visitor: Visitor, form: Form) -> Response:
    """Keep one no more."""
    del visitor, form
    site = site_of(request)
    await check_is_head_office(site)
    await site.write(delete, request.path_params["key"])
    return go_on(request, f"{HERE}/starters", N_("It is deleted. What was written from it stays."))


async def _show(request: Request, typed: Form | None = None, *, status: int = 200) -> Response:
    site = site_of(request)
    await check_is_head_office(site)
    starters = await site.read(list_starters)
    names = filled({f"name-{one.key}": one.name for one in starters})
    form = names if typed is None else Form({**names.values, **typed.values}, {}, typed.errors)
    return render(request, "starters/starters.html", {"starters": starters, "form": form}, status=status)


ROUTES: list[BaseRoute] = [
    page(f"{HERE}/starters", get_starters, Permission.ANNOUNCE),
    deed(f"{HERE}/starters/{{key}}/rename", post_rename, Permission.ANNOUNCE),
    deed(f"{HERE}/starters/{{key}}/delete", post_delete, Permission.ANNOUNCE),
]
