"""The look of the site and its other settings, for who runs it."""

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.settings import SiteSettings
from fedirse.features.branding.actions import LOOK_FIELDS, changed, read_look, save_settings, take_pictures
from fedirse.features.branding.rules import check_colour, report_on
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.static import render_brand
from fedirse.web.time_zones import time_zones
from fedirse.web.visitor import Visitor

SETTINGS: Final = (
    "language",
    "timezone",
    "replies",
    "federation",
    "second_factor",
    "authorised_fetch",
    "mail_texts",
    "urgent_announcements",
)
"""Settings that can be changed in the browser besides the look, as far as there are such."""

_KNOWN: Final = tuple(name for name in SETTINGS if name in SiteSettings.__struct_fields__)


async def get_look(request: Request, _visitor: Visitor) -> Response:
    """The form of the look, filled with the present one."""
    settings = site_of(request).settings
    return _look(request, filled({name: getattr(settings, name) for name in LOOK_FIELDS}), settings)


async def save_look(request: Request, visitor: Visitor, form: Form) -> Response:
    """Take the look that was chosen, or show it first (`try`): what the colours will be, with nothing changed yet."""
    site, now = site_of(request), site_of(request).clock.now()
    try:
        wanted = read_look(form, site.settings)
        if form.checked("try"):
            return _look(request, form, wanted)
        await save_settings(site, await take_pictures(site, form, wanted, now), now, visitor)
    except InvalidInput as error:
        return _look(request, form.with_error(error), site.settings, status=422)
    return go_on(request, "/site/look", "The new look is in place.")


async def get_preview(request: Request, _visitor: Visitor) -> Response:
    """The colours that a form asks for, as a stylesheet for its preview alone."""
    settings = site_of(request).settings
    try:
        wanted = msgspec.structs.replace(
            settings,
            colour=check_colour(request.query_params.get("colour", ""), "colour"),
            accent=check_colour(request.query_params.get("accent", ""), "accent"),
        )
    except InvalidInput:
        wanted = settings
    sheet = render_brand(wanted).replace(":root", ".look-preview")
    return Response(sheet, media_type="text/css", headers={"cache-control": "private, no-store"})


async def get_settings(request: Request, _visitor: Visitor) -> Response:
    """The form of the other settings."""
    settings = site_of(request).settings
    return _settings(request, filled({name: getattr(settings, name) for name in _KNOWN}))


async def save_site_settings(request: Request, visitor: Visitor, form: Form) -> Response:
    """Take the settings that were chosen."""
    site = site_of(request)
    values = {
        name: form.checked(name) if isinstance(getattr(site.settings, name), bool) else form.line(name) or getattr(site.settings, name)
        for name in _KNOWN
    }
    try:
        await save_settings(site, changed(site.settings, **values), site.clock.now(), visitor)
    except InvalidInput as error:
        return _settings(request, form.with_error(error), status=422)
    return go_on(request, "/site/settings", "The settings are saved.")


def _look(request: Request, form: Form, shown: SiteSettings, *, status: int = 200) -> Response:
    reports = {"colour": report_on(shown.colour.lower()), "accent": report_on(shown.accent.lower())}
    return render(request, "branding/look.html", {"form": form, "shown": shown, "reports": reports}, status=status)


def _settings(request: Request, form: Form, *, status: int = 200) -> Response:
    return render(request, "branding/settings.html", {"form": form, "known": _KNOWN, "zones": time_zones()}, status=status)


ROUTES: list[BaseRoute] = [
    page("/site/look", get_look, Permission.MANAGE_SITE),
    page("/site/look/preview.css", get_preview, Permission.MANAGE_SITE),
    deed("/site/look", save_look, Permission.MANAGE_SITE, files=True),
    page("/site/settings", get_settings, Permission.MANAGE_SITE),
    deed("/site/settings", save_site_settings, Permission.MANAGE_SITE),
]
