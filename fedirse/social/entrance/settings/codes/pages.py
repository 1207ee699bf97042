"""`/settings/security/totp`: setting an authenticator program up, its recovery codes, and removing it."""

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base.errors import InvalidInput, RateLimited
from fedirse.base.roles import Permission
from fedirse.site import Site
from fedirse.social.accounts.sessions.store import end_sessions, note_strength
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.entrance.confirming.pages import confirm_first
from fedirse.social.entrance.second_factor import actions
from fedirse.social.entrance.second_factor.store import count_recovery_codes, remove_second_factor
from fedirse.social.entrance.sign_in.actions import check_allowed, take_back
from fedirse.social.entrance.sign_in.pages import too_often
from fedirse.social.entrance.sign_in.rules import code_allowances
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.qr import qr_inline
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

PATH = "/settings/security/totp"
_GROUP = 4


async def _get(request: Request, visitor: Visitor) -> Response:
    return await _page(request, visitor, filled({}))


async def _begin(request: Request, visitor: Visitor, form: Form) -> Response:
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    site = site_of(request)
    await site.write(actions.begin, site, visitor.account_id, actions.new_shared_secret())
    return go_on(request, PATH)


async def _finish(request: Request, visitor: Visitor, form: Form) -> Response:
    site, codes = site_of(request), actions.new_recovery_codes()
    allowances = code_allowances(visitor.account_id)
    try:
        check_allowed(site, allowances)
        await site.write(_finish_and_note, site, visitor, form.text("code"), codes)
    except InvalidInput as wrong:
        return await _page(request, visitor, form.with_error(wrong), status=422)
    except RateLimited as limited:
        return await _page(request, visitor, form.with_error(too_often(limited), "code"), status=429)
    take_back(site, allowances)
    return render(request, "entrance/recovery_codes.html", {"codes": codes})


async def _renew(request: Request, visitor: Visitor, form: Form) -> Response:
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    site, codes = site_of(request), actions.new_recovery_codes()

    def renew(tx: Transaction) -> bool:
        if not actions.has_second_factor(tx, visitor.account_id):
            return False
        actions.renew_recovery_codes(tx, site, visitor.account_id, codes)
        return True

    if not await site.write(renew):
        return go_on(request, PATH)
    return render(request, "entrance/recovery_codes.html", {"codes": codes})


async def _remove(request: Request, visitor: Visitor, form: Form) -> Response:
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    await site_of(request).write(remove_second_factor, visitor.account_id)
    return go_on(request, "/settings/security", "No code is asked for any more when you sign in.")


def _finish_and_note(tx: Transaction, site: Site, visitor: Visitor, code: str, recovery: list[str]) -> None:
    if actions.has_second_factor(tx, visitor.account_id):
        raise InvalidInput("Your second factor is set up already.", reason="second-factor-exists", field="code")
    actions.finish(tx, site, visitor.account_id, code, recovery)
    note_strength(tx, visitor.session_id)
    # They were opened without it, and could remove it again with the password alone.
    end_sessions(tx, visitor.account_id, but=visitor.session_id)


def _read(tx: Transaction, site: Site, account_id: str) -> tuple[bool, str | None, int]:
    in_use = actions.has_second_factor(tx, account_id)
    return in_use, actions.shared_secret(tx, site, account_id), count_recovery_codes(tx, account_id)


async def _page(request: Request, visitor: Visitor, form: Form, *, status: int = 200) -> Response:
    site = site_of(request)
    in_use, shared, codes_left = await site.read(_read, site, visitor.account_id)
    shown: dict[str, object] = {"form": form, "in_use": in_use, "codes_left": codes_left, "shared": None, "square": None}
    if shared is not None:
        shown["shared"] = " ".join(shared[start : start + _GROUP] for start in range(0, len(shared), _GROUP))
        shown["square"] = qr_inline(actions.provisioning_uri(site, visitor.handle, shared))
    return render(request, "entrance/second_factor.html", shown, status=status)


ROUTES = [
    page(PATH, _get),
    deed(f"{PATH}/begin", _begin, Permission.READ),
    deed(f"{PATH}/confirm", _finish, Permission.READ),
    deed(f"{PATH}/codes", _renew, Permission.READ),
    deed(f"{PATH}/remove", _remove, Permission.READ),
]
