"""The pages of erasures: one's own, and for who looks after people those of others, with the report of what servers said."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import Conflict, InvalidInput, NotAuthorised, NotFound
from fedirse.base.roles import Permission
from fedirse.features.care.people.rules import check_may_touch
from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.features.care.privacy.erasure.rules import check_means_it
from fedirse.features.care.privacy.erasure.store import list_erasures
from fedirse.features.care.privacy.erasure.views import find_report, render_csv
from fedirse.social.accounts.store import get_account
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.entrance.confirming.pages import confirm_first
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

OWN: Final = "/settings/data/erase"
OTHERS: Final = "/site/people/{handle}/erase"
NEEDS: Final = Permission.MANAGE_PEOPLE


async def get_own(request: Request, visitor: Visitor) -> Response:
    """What an erasure means, and the way to it."""
    if not visitor.confirmed:
        return await confirm_first(request, visitor)
    return _ask(request, visitor.handle, OWN, filled({}))


async def erase_own(request: Request, visitor: Visitor, form: Form) -> Response:
    """Erase whoever asks."""
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    site = site_of(request)
    try:
        check_means_it(form.line("handle"), visitor.handle)
        asker = Asker(visitor.account_id, visitor.handle)
        await site.write(begin_erasure, site, visitor.handle, asker, site.clock.now())
    except InvalidInput as error:
        return _ask(request, visitor.handle, OWN, form.with_error(error), status=422)
    except Conflict as error:
        return _ask(request, visitor.handle, OWN, form.with_error(_at_handle(error)), status=409)
    return go_on(request, "/", "Your account is closed, and everything of yours is being erased.")


async def get_other(request: Request, visitor: Visitor) -> Response:
    """What became of an erasure; before one, what it means and the way to it."""
    site, handle = site_of(request), _handle(request)
    report = await site.read(find_report, handle)
    if report is not None:
        return render(request, "privacy/report.html", {"report": report})
    if not visitor.confirmed:
        return await confirm_first(request, visitor)
    await site.read(_check_may_erase, handle, visitor)
    return _ask(request, handle, f"/site/people/{handle}/erase", filled({}))


async def erase_other(request: Request, visitor: Visitor, form: Form) -> Response:
    """Erase somebody who asked for it."""
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    site, handle = site_of(request), _handle(request)
    path = f"/site/people/{handle}/erase"
    try:
        check_means_it(form.line("handle"), handle)
        await site.write(_erase_other, request, handle, visitor)
    except InvalidInput as error:
        return _ask(request, handle, path, form.with_error(error), status=422)
    except Conflict as error:
        return _ask(request, handle, path, form.with_error(_at_handle(error)), status=409)
    return go_on(request, path, "The account is closed, and everything of it is being erased.")


async def get_csv(request: Request, _visitor: Visitor) -> Response:
    """The report as a table."""
    report = await site_of(request).read(find_report, _handle(request))
    if report is None:
        raise NotFound("nobody of that handle was erased")
    name = f"erasure-{report.erasure.handle}.csv"
    headers = {"cache-control": "private, no-store", "content-disposition": f'attachment; filename="{name}"'}
    return Response(render_csv(report.hosts), headers=headers, media_type="text/csv")


async def get_erasures(request: Request, _visitor: Visitor) -> Response:
    """Everybody who was erased."""
    return render(request, "privacy/erasures.html", {"erasures": await site_of(request).read(list_erasures)})


def _erase_other(tx: Transaction, request: Request, handle: str, visitor: Visitor) -> None:
    site = site_of(request)
    _check_may_erase(tx, handle, visitor)
    begin_erasure(tx, site, handle, Asker(visitor.account_id, visitor.handle), site.clock.now())


def _check_may_erase(tx: Transaction, handle: str, visitor: Visitor) -> None:
    """Raises NotFound, and NotAuthorised for who has more rights, or is the visitor."""
    account = get_account(tx, handle)
    check_may_touch(visitor.permissions, account.roles)
    if account.id == visitor.account_id:
        raise NotAuthorised(
            "erases themselves as somebody else", reason="own-account", public_message="You erase your own account under “Your data”."
        )


def _ask(request: Request, handle: str, action: str, form: Form, *, status: int = 200) -> Response:
    context = {"handle": handle, "action": action, "is_own": action == OWN, "form": form}
    return render(request, "privacy/erase.html", context, status=status)


def _at_handle(error: Conflict) -> InvalidInput:
    return InvalidInput(error.template, reason=error.reason, field="handle", **error.words)


def _handle(request: Request) -> str:
    handle: str = request.path_params["handle"]
    return handle.lower()


ROUTES: list[BaseRoute] = [
    page(OWN, get_own),
    deed(OWN, erase_own, Permission.READ),
    page(OTHERS, get_other, NEEDS),
    deed(OTHERS, erase_other, NEEDS),
    page(f"{OTHERS}.csv", get_csv, NEEDS),
    page("/site/erasures", get_erasures, NEEDS),
]
