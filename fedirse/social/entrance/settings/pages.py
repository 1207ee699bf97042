"""`/settings/security` and `/settings/preferences`: what people decide about their own account."""

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base.errors import InvalidInput, RateLimited
from fedirse.base.roles import Permission
from fedirse.remote.mail import check_email
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.sessions.store import end_session, end_sessions
from fedirse.social.accounts.store import find_account_by_id, revoke_token, set_password_hash, set_preferences
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.entrance.addresses.actions import ask_proof, note_address
from fedirse.social.entrance.confirming.pages import confirm_first
from fedirse.social.entrance.links.store import remove_links_of
from fedirse.social.entrance.passwords.actions import hash_new_password, is_right
from fedirse.social.entrance.settings.views import security_of
from fedirse.social.entrance.sign_in.actions import check_allowed, note_failure, take_back
from fedirse.social.entrance.sign_in.pages import too_often
from fedirse.social.entrance.sign_in.rules import code_allowances, proof_allowances
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.languages import LANGUAGES
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.time_zones import time_zones
from fedirse.web.visitor import Visitor

SECURITY = "/settings/security"
PREFERENCES = "/settings/preferences"
THEMES = ("auto", "light", "dark")


async def _get_security(request: Request, visitor: Visitor) -> Response:
    return await _security_page(request, visitor, filled({}))


async def _change_password(request: Request, visitor: Visitor, form: Form) -> Response:
    site = site_of(request)
    account = await site.read(find_account_by_id, visitor.account_id)
    if (account is None or account.password_hash is None) and not visitor.confirmed:
        # A password is not carried through another page, where it would stand in clear: it is typed again.
        return go_on(request, f"/confirm?next={SECURITY}")
    try:
        if account is not None and account.password_hash is not None:
            await _check_old(site, account, form.text("old"))
        password_hash = await hash_new_password(site, form, visitor.handle)
    except InvalidInput as wrong:
        return await _security_page(request, visitor, form.with_error(wrong), status=422)
    except RateLimited as limited:
        return await _security_page(request, visitor, form.with_error(too_often(limited), "old"), status=429)
    await site.write(_keep_password, visitor, password_hash)
    return go_on(request, SECURITY, "Your password is changed. Every other browser is signed out.")


async def _check_old(site: Site, account: Account, typed: str) -> None:
    allowances = code_allowances(account.id)
    check_allowed(site, allowances)
    if not await is_right(site, account.password_hash, typed):
        note_failure(site)
        raise InvalidInput("This is not your present password.", reason="wrong-password", field="old")
    take_back(site, allowances)


def _keep_password(tx: Transaction, visitor: Visitor, password_hash: str) -> None:
    set_password_hash(tx, visitor.account_id, password_hash)
    end_sessions(tx, visitor.account_id, but=visitor.session_id)
    remove_links_of(tx, visitor.account_id)


async def _end_session(request: Request, visitor: Visitor, form: Form) -> Response:
    await site_of(request).write(end_session, form.line("session"), visitor.account_id)
    return go_on(request, SECURITY, "That browser is signed out.")


async def _end_others(request: Request, visitor: Visitor, _form: Form) -> Response:
    await site_of(request).write(end_sessions, visitor.account_id, but=visitor.session_id)
    return go_on(request, SECURITY, "Every other browser is signed out.")


async def _revoke_token(request: Request, visitor: Visitor, form: Form) -> Response:
    site = site_of(request)
    await site.write(revoke_token, form.line("token"), visitor.account_id, site.clock.now())
    return go_on(request, SECURITY, "That program can no longer use your account.")


async def _get_preferences(request: Request, visitor: Visitor) -> Response:
    account = await site_of(request).read(find_account_by_id, visitor.account_id)
    known = {"language": visitor.language, "timezone": visitor.timezone, "theme": visitor.theme}
    return await _preferences_page(request, visitor, filled(known | {"email": account.email if account else None}))


async def _post_preferences(request: Request, visitor: Visitor, form: Form) -> Response:
    site = site_of(request)
    account = await site.read(find_account_by_id, visitor.account_id)
    try:
        email = check_email(form.line("email"))
        _check_choices(form)
        is_new = account is not None and email != account.email
        # Links to sign in are sent there: whoever changes it has the account.
        if is_new and not visitor.confirmed:
            return await confirm_first(request, visitor, form)
        if is_new and email and site.mailer.can_send:
            check_allowed(site, proof_allowances(visitor.account_id))
    except InvalidInput as wrong:
        return await _preferences_page(request, visitor, form.with_error(wrong), status=422)
    except RateLimited as limited:
        return await _preferences_page(request, visitor, form.with_error(too_often(limited), "email"), status=429)
    await site.write(_keep_preferences, site, visitor.account_id, form, email, is_new=is_new)
    if is_new and email and site.mailer.can_send:
        return go_on(request, PREFERENCES, "Your preferences are kept. Open the link that was sent to your address, to confirm it.")
    return go_on(request, PREFERENCES, "Your preferences are kept.")


async def _prove_again(request: Request, visitor: Visitor, _form: Form) -> Response:
    site = site_of(request)
    check_allowed(site, proof_allowances(visitor.account_id))
    if await site.write(ask_proof, site, visitor.account_id):
        return go_on(request, PREFERENCES, "A new link is on its way to your address.")
    return go_on(request, PREFERENCES)


def _check_choices(form: Form) -> None:
    if form.text("language") not in LANGUAGES:
        raise InvalidInput("Choose one of the languages.", reason="bad-language", field="language")
    if form.text("theme") not in THEMES:
        raise InvalidInput("Choose light, dark, or what the device prefers.", reason="bad-theme", field="theme")
    if form.text("timezone") not in {"", *(name for name, _ in time_zones())}:
        raise InvalidInput("Choose one of the time zones.", reason="bad-timezone", field="timezone")


def _keep_preferences(tx: Transaction, site: Site, account_id: str, form: Form, email: str | None, *, is_new: bool) -> None:
    set_preferences(tx, account_id, language=form.text("language"), timezone=form.text("timezone"), theme=form.text("theme"))
    if is_new:
        note_address(tx, site, account_id, email)


async def _security_page(request: Request, visitor: Visitor, form: Form, *, status: int = 200) -> Response:
    shown = {"form": form, "stronger": request.query_params.get("stronger") == "1" and not visitor.strong}
    security = await site_of(request).read(security_of, visitor)
    return render(request, "entrance/security.html", {**shown, "security": security}, status=status)


async def _preferences_page(request: Request, visitor: Visitor, form: Form, *, status: int = 200) -> Response:
    site = site_of(request)
    account = await site.read(find_account_by_id, visitor.account_id)
    shown = {"form": form, "zones": time_zones(), "mails": site.mailer.can_send, "account": account}
    return render(request, "entrance/preferences.html", shown, status=status)


ROUTES = [
    page(SECURITY, _get_security),
    deed(f"{SECURITY}/password", _change_password, Permission.READ),
    deed(f"{SECURITY}/sessions/end", _end_session, Permission.READ),
    deed(f"{SECURITY}/sessions/end-others", _end_others, Permission.READ),
    deed(f"{SECURITY}/tokens/revoke", _revoke_token, Permission.READ),
    page(PREFERENCES, _get_preferences),
    deed(PREFERENCES, _post_preferences, Permission.READ),
    deed(f"{PREFERENCES}/email", _prove_again, Permission.READ),
]
