"""The page behind the link that `fedirse init` prints. It works once, and only while nobody runs the site."""

from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from fedirse.base.errors import Conflict, Gone, InvalidInput
from fedirse.base.roles import Role
from fedirse.features.branding.actions import changed, read_look, save_settings, take_pictures
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.rules import check_handle, check_name
from fedirse.social.accounts.store import has_administrator, set_preferences
from fedirse.social.accounts.visitors import open_deed, open_page, site_of
from fedirse.social.entrance.links.actions import is_setup_code, use_setup_code
from fedirse.social.entrance.passwords.actions import hash_new_password
from fedirse.social.entrance.sign_in.pages import sign_in_response
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.rendering import render
from fedirse.web.time_zones import time_zones

ROLES: Final = (Role.ADMINISTRATOR, Role.RESPONSIBLE)
"""What the first person is to the site; at a head office also the owner of the network, because nobody gives what they do not have."""


async def get_welcome(request: Request) -> Response:
    """The form, for who has the code; for others a sentence that says where it is."""
    site = site_of(request)
    if await site.read(has_administrator):
        return RedirectResponse("/", 303)
    code = request.query_params.get("code", "")
    if not await _is_good(site, code):
        return render(request, "first_run/no_code.html", {"tried": bool(code)}, status=403)
    known = site.settings
    form = filled(
        {
            "name": "" if known.name == known.domain else known.name,
            "description": known.description,
            "language": known.language,
            "timezone": known.timezone,
            "colour": known.colour,
            "accent": known.accent,
            "font": known.font,
        }
    )
    return _welcome(request, form, code)


async def set_up(request: Request, form: Form) -> Response:
    """Take the look and make the first account, all or nothing; then its owner is signed in."""
    site, now = site_of(request), site_of(request).clock.now()
    code = request.query_params.get("code", "")
    try:
        wanted = changed(read_look(form, site.settings), language=form.text("language"), timezone=form.text("timezone"))
        # What costs nothing is checked before what costs time.
        handle = check_handle(form.line("handle"), site.settings.handle)
        check_name(form.line("person"), handle)
        password_hash = await hash_new_password(site, form, handle)
        wanted = await take_pictures(site, form, wanted, now)
        account = await site.write(_create, site, code, handle, form.line("person"), password_hash, wanted.language, now)
    except InvalidInput as error:
        return _welcome(request, form.with_error(error), code, status=422)
    await save_settings(site, wanted, now, None)
    return await sign_in_response(request, account, then="/")


async def _check_code(request: Request) -> None:
    """Raises before the body is read: strangers send nothing here."""
    site = site_of(request)
    if await site.read(has_administrator):
        raise Conflict("set up already", reason="set-up", public_message="This site is set up already: sign in.")
    if not await _is_good(site, request.query_params.get("code", "")):
        raise Gone("no such set-up code", reason="setup-code")


async def _is_good(site: Site, code: str) -> bool:
    return bool(code) and await site.read(is_setup_code, code, site.clock.now())


def _create(  # noqa: PLR0917 - one account is so many facts
    tx: Transaction, site: Site, code: str, handle: str, name: str, password_hash: str, language: str, now: datetime
) -> Account:
    use_setup_code(tx, code, now)
    if has_administrator(tx):
        raise Conflict("set up already", reason="set-up", public_message="This site is set up already: sign in.")
    roles = (*ROLES, Role.NETWORK_OWNER) if site.settings.head_office else ROLES
    account = create_account(tx, site, handle, name, password_hash, now, roles=roles)
    set_preferences(tx, account.id, language=language)
    return account


def _welcome(request: Request, form: Form, code: str, *, status: int = 200) -> Response:
    context = {"form": form, "code": code, "zones": time_zones(), "here": "home"}
    return render(request, "first_run/welcome.html", context, status=status)


ROUTES: list[BaseRoute] = [open_page("/welcome", get_welcome), open_deed("/welcome", set_up, files=True, before=_check_code)]
