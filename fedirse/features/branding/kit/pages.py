"""`/site/look/kit`: what the head office offers, beside what the site looks like now; to take, to change, to refuse, and to go back."""

import re
from dataclasses import replace
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.branding.actions import save_settings
from fedirse.features.branding.kit.actions import (
    dressed,
    find_offered,
    get_offered,
    look_of,
    note_gone_back,
    refuse_kit,
    take_kit,
    unhang,
)
from fedirse.features.branding.kit.model import PICTURES, KnownKit, Look, Wish
from fedirse.features.branding.kit.rules import FONTS, MOST_VERSIONS
from fedirse.features.branding.kit.views import form_of, reports_on, view_kit
from fedirse.features.branding.rules import check_colour
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.web.forms import Form
from fedirse.web.negotiation import PRIVATE
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.static import MEDIA_FOLDER, render_brand
from fedirse.web.visitor import Visitor

HERE: Final = "/site/look/kit"
_ROOT: Final = re.compile(r"(:root[^{},]*)\{")


async def get_kit(request: Request, _visitor: Visitor) -> Response:
    """The kit and the present look, side by side."""
    site = site_of(request)
    return render(request, "kit/kit.html", {"shown": await site.read(view_kit, site)})


async def get_sheet(request: Request, _visitor: Visitor) -> Response:
    """The colours of the kit as a stylesheet for its preview alone, corrected as those of every site are."""
    site = site_of(request)
    known = await site.read(find_offered)
    settings = site.settings
    if known is not None and not known.kit.withdrawn:
        look = known.kit.look
        settings = msgspec.structs.replace(settings, colour=look.colour, accent=look.accent, font=look.font)
    # What it says of the whole document holds for the example alone.
    sheet = _ROOT.sub(r"\1 .kit-offered{", render_brand(settings))
    return Response(sheet, media_type="text/css", headers={"cache-control": PRIVATE})


async def get_change(request: Request, _visitor: Visitor) -> Response:
    """The kit as fields, to be changed before it is taken. Raises NotFound: nothing is offered."""
    known = await site_of(request).read(find_offered)
    if known is None or known.kit.withdrawn:
        raise NotFound("no kit is offered")
    return _change(request, known, form_of(known.kit.look))


async def post_take(request: Request, visitor: Visitor, form: Form) -> Response:
    """Take the kit as it is offered."""
    site = site_of(request)
    try:
        known = await site.read(get_offered, _version_of(form))
        await site.write(take_kit, site, known.kit.version, _wish(known.kit.look, visitor), site.clock.now())
    except Conflict as error:
        return go_on(request, HERE, error.template)
    return go_on(request, HERE, _TAKING)


async def post_change(request: Request, visitor: Visitor, form: Form) -> Response:
    """Take it with other colours or letters, or without one of its pictures."""
    site = site_of(request)
    try:
        known = await site.read(get_offered, _version_of(form))
    except Conflict as error:
        return go_on(request, HERE, error.template)
    try:
        look = _changed(known.kit.look, form)
        if form.checked("try"):
            return _change(request, known, form, look)
    except InvalidInput as error:
        return _change(request, known, form.with_error(error), status=422)
    await site.write(take_kit, site, known.kit.version, _wish(look, visitor), site.clock.now())
    return go_on(request, HERE, _TAKING)


async def post_refuse(request: Request, visitor: Visitor, form: Form) -> Response:
    """Keep the look of the site."""
    site = site_of(request)
    try:
        await site.write(lambda tx: refuse_kit(tx, _version_of(form), site.clock.now(), by=_by(visitor)))
    except Conflict as error:
        return go_on(request, HERE, error.template)
    return go_on(request, HERE, N_("The look of the site stays as it is."))


async def post_back(request: Request, visitor: Visitor, form: Form) -> Response:
    """Look as before a kit was taken; where there is nothing to go back to, nothing changes."""
    del form
    site, now = site_of(request), site_of(request).clock.now()
    known = await site.read(find_offered)
    if known is None or known.before is None:
        return go_on(request, HERE)
    before = _still_there(site, known.before)
    await site.write(unhang, site, before, look_of(site.settings), now)
    await save_settings(site, dressed(site.settings, before), now, visitor)
    await site.write(lambda tx: note_gone_back(tx, now, by=_by(visitor)))
    return go_on(request, HERE, N_("The site looks as it did before."))


_TAKING: Final = N_("The look is being taken. Its pictures are fetched, which may take a moment.")


def _change(request: Request, known: KnownKit, form: Form, look: Look | None = None, *, status: int = 200) -> Response:
    context = {"known": known, "form": form, "reports": reports_on(look or known.kit.look)}
    return render(request, "kit/change.html", context, status=status)


def _changed(look: Look, form: Form) -> Look:
    """The look that a form asks for. Raises InvalidInput for a colour or letters that there are not."""
    font = form.text("font")
    if font not in FONTS:
        raise InvalidInput("This cannot be chosen: take one of those that are offered.", reason="bad-setting", field="font")
    colours = {name: check_colour(form.text(name), name) for name in ("colour", "accent")}
    return replace(look, **colours, font=font, **{name: "" for name in PICTURES if not form.checked(name)})


def _still_there(site: Site, look: Look) -> Look:
    """A look without the pictures that were removed since."""
    gone = [name for name in PICTURES if getattr(look, name) and not (site.folder / MEDIA_FOLDER / getattr(look, name)).is_file()]
    return replace(look, **dict.fromkeys(gone, ""))


def _version_of(form: Form) -> int:
    """The version that somebody had before them; 0 for none."""
    typed = form.text("version")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_VERSIONS)) else 0


def _wish(look: Look, visitor: Visitor) -> Wish:
    return Wish(look, visitor.account_id, visitor.handle)


def _by(visitor: Visitor) -> Runner:
    return Runner(visitor.account_id, visitor.handle)


ROUTES: list[BaseRoute] = [
    page(HERE, get_kit, Permission.MANAGE_SITE),
    page(f"{HERE}/preview.css", get_sheet, Permission.MANAGE_SITE),
    page(f"{HERE}/change", get_change, Permission.MANAGE_SITE),
    deed(f"{HERE}/change", post_change, Permission.MANAGE_SITE),
    deed(f"{HERE}/take", post_take, Permission.MANAGE_SITE),
    deed(f"{HERE}/refuse", post_refuse, Permission.MANAGE_SITE),
    deed(f"{HERE}/back", post_back, Permission.MANAGE_SITE),
]
