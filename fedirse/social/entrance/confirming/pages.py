"""`/confirm`: asks somebody who is signed in who they are once more. What they were about to do waits meanwhile."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fedirse.base.errors import InvalidInput, RateLimited
from fedirse.base.roles import Permission
from fedirse.site import Site
from fedirse.social.accounts.sessions.store import note_confirmation, note_strength
from fedirse.social.accounts.store import find_account_by_id
from fedirse.social.accounts.visitors import deed, page, safe_path, site_of
from fedirse.social.entrance.carried.rules import carry_form, read_carried
from fedirse.social.entrance.passkeys.store import count_passkeys
from fedirse.social.entrance.passwords.actions import is_right
from fedirse.social.entrance.second_factor.actions import check_code, has_second_factor
from fedirse.social.entrance.sign_in.actions import WRONG, check_allowed, is_known_browser, note_failure, take_back
from fedirse.social.entrance.sign_in.pages import known_to, send_again_page, too_often
from fedirse.social.entrance.sign_in.rules import code_allowances, sign_in_allowances
from fedirse.storage.room import lets_in
from fedirse.storage.transaction import Transaction
from fedirse.web.client_address import client_network
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def confirm_first(request: Request, visitor: Visitor, form: Form | None = None) -> Response:
    """What is answered in the place of a page, or of a deed, that is for somebody whose `visitor.confirmed` is true.

    Args:
        request: the request.
        visitor: who is signed in.
        form: what they sent; it waits, and can be sent afterwards.
    """
    if form is None:
        query = urlencode({"next": request.scope["path"]})
        return RedirectResponse(f"/confirm?{query}", 303, {"cache-control": "private, no-store"})
    carried = carry_form(request.scope["path"], form.values, lost_files=bool(form.files))
    return await confirm_page(request, visitor, filled({"carried": carried}))


async def go_on_confirmed(request: Request, visitor: Visitor, form: Form, *, strong: bool) -> Response:
    """Note that somebody proved who they are, and go on to what waited.

    Args:
        request: the request.
        visitor: who.
        form: of the page that asked them.
        strong: whether they showed a second factor or a passkey.
    """
    site = site_of(request)
    await site.write(_note, site, visitor, strong=strong)
    waiting = read_carried(form.text("carried"))
    if waiting is not None:
        return send_again_page(request, waiting)
    return go_on(request, safe_path(form.text("next"), "/settings/security"), "Thank you. You can go on for half an hour.")


async def _get_confirm(request: Request, visitor: Visitor) -> Response:
    then = safe_path(request.query_params.get("next", ""), "/settings/security")
    return go_on(request, then) if visitor.confirmed else await confirm_page(request, visitor, filled({"next": then}))


async def _post_confirm(request: Request, visitor: Visitor, form: Form) -> Response:
    site = site_of(request)
    try:
        strong = bool(form.line("code"))
        await (_prove_code(site, visitor, form.line("code")) if strong else _prove_password(request, site, visitor, form))
    except InvalidInput as wrong:
        return await confirm_page(request, visitor, form.with_error(wrong), status=422)
    except RateLimited as limited:
        return await confirm_page(request, visitor, form.with_error(too_often(limited)), status=429)
    return await go_on_confirmed(request, visitor, form, strong=strong)


async def _prove_code(site: Site, visitor: Visitor, code: str) -> None:
    allowances = code_allowances(visitor.account_id)
    check_allowed(site, allowances)
    if not await site.write(check_code, site, visitor.account_id, code):
        note_failure(site)
        raise InvalidInput("This code is not right, or it was used before.", reason="wrong-code", field="code")
    take_back(site, allowances)


async def _prove_password(request: Request, site: Site, visitor: Visitor, form: Form) -> None:
    known = known_to(request)
    browser = known if is_known_browser(site, visitor.account_id, known) else ""
    allowances = sign_in_allowances(visitor.handle, client_network(request), browser)
    check_allowed(site, allowances)
    account = await site.read(find_account_by_id, visitor.account_id)
    if not await is_right(site, account.password_hash if account else None, form.text("password")):
        note_failure(site)
        raise InvalidInput(WRONG, reason="wrong-password", field="password")
    take_back(site, allowances)


@lets_in
def _note(tx: Transaction, site: Site, visitor: Visitor, *, strong: bool) -> None:
    note_confirmation(tx, visitor.session_id, site.clock.now())
    if strong:
        note_strength(tx, visitor.session_id)


def _ways(tx: Transaction, account_id: str) -> dict[str, bool]:
    """How an account can prove who it is."""
    account = find_account_by_id(tx, account_id)
    return {
        "has_password": account is not None and account.password_hash is not None,
        "has_codes": has_second_factor(tx, account_id),
        "has_passkeys": count_passkeys(tx, account_id) > 0,
    }


async def confirm_page(request: Request, visitor: Visitor, form: Form, *, status: int = 200) -> Response:
    """The page that asks, with what waits."""
    ways = await site_of(request).read(_ways, visitor.account_id)
    return render(request, "entrance/confirm.html", {"form": form, **ways}, status=status)


ROUTES = [
    page("/confirm", _get_confirm),
    deed("/confirm", _post_confirm, Permission.READ),
]
