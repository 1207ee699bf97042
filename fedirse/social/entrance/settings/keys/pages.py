"""Signing in with a passkey, adding one and removing one. The script fetches what to ask, the form brings the answer."""

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base.errors import InvalidInput, RateLimited
from fedirse.base.roles import Permission
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.sessions.store import note_strength
from fedirse.social.accounts.visitors import deed, open_deed, safe_path, site_of
from fedirse.social.entrance.challenges import actions as challenges
from fedirse.social.entrance.challenges.model import ChallengeKind
from fedirse.social.entrance.confirming.pages import confirm_first, confirm_page, go_on_confirmed
from fedirse.social.entrance.passkeys import actions
from fedirse.social.entrance.passkeys.store import list_passkeys, remove_passkey
from fedirse.social.entrance.sign_in.actions import check_allowed, note_failure, take_back
from fedirse.social.entrance.sign_in.pages import sign_in_page, sign_in_response, too_often
from fedirse.social.entrance.sign_in.rules import passkey_allowances, question_allowances
from fedirse.storage.room import StorageState, lets_in
from fedirse.storage.transaction import Transaction
from fedirse.web.client_address import client_network
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.visitor import Visitor

PATH = "/settings/security/passkeys"


async def _sign_in_options(request: Request, _form: Form) -> Response:
    site, secret, question = site_of(request), new_secret(), actions.new_question()
    full = site.database.state is StorageState.FULL
    check_allowed(site, question_allowances(client_network(request), disk_is_full=full))

    @lets_in
    def ask(tx: Transaction) -> None:
        challenges.ask(tx, secret, ChallengeKind.PASSKEY_SIGN_IN, site.clock.now(), question=question)

    await site.write(ask)
    return challenges.answer_options(site, actions.sign_in_options(site, question), secret)


async def _sign_in(request: Request, form: Form) -> Response:
    try:
        account = await _prove(request, form)
    except InvalidInput as wrong:
        return sign_in_page(request, form.with_error(wrong), status=422)
    except RateLimited as limited:
        return sign_in_page(request, form.with_error(too_often(limited)), status=429)
    response = await sign_in_response(request, account, then=safe_path(form.text("next")), carried=form.text("carried"), strong=True)
    challenges.clear_cookie(response, site_of(request))
    return response


async def _confirm(request: Request, visitor: Visitor, form: Form) -> Response:
    try:
        account = await _prove(request, form)
        if account.id != visitor.account_id:
            raise actions.unusable()
    except InvalidInput as wrong:
        return await confirm_page(request, visitor, form.with_error(wrong), status=422)
    except RateLimited as limited:
        return await confirm_page(request, visitor, form.with_error(too_often(limited)), status=429)
    return await go_on_confirmed(request, visitor, form, strong=True)


async def _prove(request: Request, form: Form) -> Account:
    """The account whose passkey answered. Raises InvalidInput, RateLimited."""
    site = site_of(request)
    allowances = passkey_allowances(client_network(request))
    check_allowed(site, allowances)
    try:
        account = await site.write(actions.sign_in, site, challenges.presented(request, site), form.text("answer"))
    except InvalidInput:
        note_failure(site)
        raise
    take_back(site, allowances)
    return account


async def _new_options(request: Request, visitor: Visitor, _form: Form) -> Response:
    if not visitor.confirmed:
        # The script follows to where the redirect leads.
        return go_on(request, "/confirm?next=/settings/security")
    site, secret, question, fresh = site_of(request), new_secret(), actions.new_question(), actions.new_person()

    def ask(tx: Transaction) -> str:
        known = list_passkeys(tx, visitor.account_id)
        person = known[0].person if known else fresh
        now = site.clock.now()
        challenges.ask(tx, secret, ChallengeKind.PASSKEY_NEW, now, account_id=visitor.account_id, question=question, person=person)
        return actions.new_options(site, visitor.handle, visitor.actor.display_name, person, question, known)

    return challenges.answer_options(site, await site.write(ask), secret)


async def _add(request: Request, visitor: Visitor, form: Form) -> Response:
    if not visitor.confirmed:
        return go_on(request, "/confirm?next=/settings/security")
    site = site_of(request)
    try:
        await site.write(_keep, site, visitor, challenges.presented(request, site), form)
    except InvalidInput as wrong:
        return go_on(request, "/settings/security", wrong.template, **wrong.words)
    response = go_on(request, "/settings/security", "Your passkey is added.")
    challenges.clear_cookie(response, site)
    return response


def _keep(tx: Transaction, site: Site, visitor: Visitor, secret: str, form: Form) -> None:
    challenge = actions.take_new_question(tx, site, secret, visitor.account_id)
    actions.add(tx, site, visitor.account_id, form.line("passkey_name") or site.settings.name, challenge, form.text("answer"))
    note_strength(tx, visitor.session_id)


async def _remove(request: Request, visitor: Visitor, form: Form) -> Response:
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    await site_of(request).write(remove_passkey, form.line("passkey"), visitor.account_id)
    return go_on(request, "/settings/security", "The passkey is removed.")


ROUTES = [
    open_deed("/sign-in/passkey/options", _sign_in_options),
    open_deed("/sign-in/passkey", _sign_in),
    deed("/confirm/passkey", _confirm, Permission.READ),
    deed(f"{PATH}/options", _new_options, Permission.READ),
    deed(PATH, _add, Permission.READ),
    deed(f"{PATH}/remove", _remove, Permission.READ),
]
