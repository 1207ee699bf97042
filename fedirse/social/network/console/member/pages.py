"""The page of one site of the network. Everybody who may see the network reads it; its head office decides there."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import Conflict, FedirseError, InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.entrance.confirming.pages import confirm_first
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.console.member import actions
from fedirse.social.network.console.member.actions import Seen
from fedirse.social.network.console.member.model import Measure
from fedirse.social.network.console.member.views import MemberView, view_member
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Credential
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

PATH: Final = "/site/network/members/{host}"
NEEDS: Final = Permission.MANAGE_NETWORK

TOLD: Final = {
    Measure.SUSPEND: N_("The site is suspended. Everybody in the network is told."),
    Measure.RESTORE: N_("The site is a member with all rights again. Everybody in the network is told."),
    Measure.REMOVE: N_("The site is no member any more. Everybody in the network is told, the site itself too."),
}
_LONGEST_SERIAL: Final = 18


async def get_member(request: Request, _visitor: Visitor) -> Response:
    """Everything that is known of a site."""
    view = await _view(request)
    return await _show(request, view, _form_of(view))


async def change(request: Request, visitor: Visitor, form: Form) -> Response:
    """Say what a member is called and known by."""
    site, view = site_of(request), await _view(request)
    try:
        name, attributes = _read_name(form), read_attributes(form)
        changed = await site.write(
            actions.change_member, site, _seen(view, form), name, attributes, now=site.clock.now(), by=_decider(visitor)
        )
    except (InvalidInput, Conflict) as error:
        return await _show(request, await _view(request), _with_error(form, error), status=422 if isinstance(error, InvalidInput) else 409)
    told = N_("Everybody in the network is told.") if changed else N_("Nothing was changed.")
    return go_on(request, _address(view), told)


async def get_measure(request: Request, visitor: Visitor) -> Response:
    """What it means to suspend, restore or remove it, before anybody does."""
    view, measure = await _view(request), _measure(request)
    if measure not in view.measures:
        return RedirectResponse(_address(view), 303, {"cache-control": "private, no-store"})
    if not visitor.confirmed:
        return await confirm_first(request, visitor)
    return render(
        request, "console/measure.html", {"view": view, "line": view.line, "measure": measure.value, "serial": view.statement.serial}
    )


async def take_measure(request: Request, visitor: Visitor, form: Form) -> Response:
    """Suspend, restore or remove it."""
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    site, view, measure = site_of(request), await _view(request), _measure(request)
    try:
        await site.write(actions.decide, site, _seen(view, form), measure, now=site.clock.now(), by=_decider(visitor))
    except Conflict as error:
        return await _show(request, await _view(request), _with_error(_form_of(await _view(request)), error), status=409)
    return go_on(request, _address(view), TOLD[measure])


def read_attributes(form: Form) -> Attributes:
    """What a site is known by, as typed: trades stand in one line, with commas between them."""
    trades = frozenset(filter(None, (" ".join(trade.split()) for trade in form.line("trade").split(","))))
    return Attributes(form.line("region"), form.line("city"), form.line("brand"), form.line("format"), trades)


async def _show(request: Request, view: MemberView, form: Form, *, status: int = 200) -> Response:
    statement = view.statement
    words = await asyncio.to_thread(four_words, statement.key) if isinstance(statement, Credential) else ""
    context = {"view": view, "line": view.line, "form": form, "words": words, "serial": statement.serial}
    return render(request, "console/member.html", context, status=status)


async def _view(request: Request) -> MemberView:
    site, host = site_of(request), str(request.path_params["host"]).lower()
    return await site.read(view_member, site, host, site.clock.now())


def _form_of(view: MemberView) -> Form:
    statement = view.statement
    if not isinstance(statement, Credential):
        return Form()
    known = statement.attributes
    return filled(
        {
            "name": statement.name,
            "region": known.region,
            "city": known.city,
            "brand": known.brand,
            "format": known.format,
            "trade": ", ".join(sorted(known.trades)),
        }
    )


def _read_name(form: Form) -> str:
    name = form.line("name")
    if not 0 < len(name) <= limits.NAME_LENGTH:
        raise InvalidInput(
            "Give the site a name of at most %(most)s characters.", reason="member-name", field="name", most=limits.NAME_LENGTH
        )
    return name


def _decider(visitor: Visitor) -> Decider:
    return Decider(visitor.account_id, visitor.handle)


def _seen(view: MemberView, form: Form) -> Seen:
    typed = form.text("serial")
    known = typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_SERIAL
    return Seen(view.line.member, int(typed) if known else 0)


def _with_error(form: Form, error: FedirseError) -> Form:
    if isinstance(error, InvalidInput):
        return form.with_error(error)
    return form.with_error(InvalidInput(error.template, reason=error.reason))


def _measure(request: Request) -> Measure:
    typed = str(request.path_params["measure"])
    if typed not in {measure.value for measure in Measure}:
        raise NotFound("no such measure")
    return Measure(typed)


def _address(view: MemberView) -> str:
    return PATH.format(host=view.line.host)


ROUTES: list[BaseRoute] = [
    page(PATH, get_member, Permission.SEE_NETWORK),
    deed(PATH, change, NEEDS),
    page(f"{PATH}/{{measure}}", get_measure, NEEDS),
    deed(f"{PATH}/{{measure}}", take_measure, NEEDS),
]
