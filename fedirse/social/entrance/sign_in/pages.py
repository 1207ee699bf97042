"""`/sign-in` and `/sign-out`: the password, then the code of who has a second factor, then on to where they wanted to go."""

from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base.errors import InvalidInput, NotAuthorised, RateLimited
from fedirse.base.roles import Permission
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.sessions.store import end_session
from fedirse.social.accounts.store import find_account_by_id
from fedirse.social.accounts.visitors import (
    clear_session_cookie,
    deed,
    open_deed,
    open_page,
    recognise,
    safe_path,
    session_secret,
    set_session_cookie,
    site_of,
    visitor_of,
)
from fedirse.social.entrance.carried.model import Carried
from fedirse.social.entrance.carried.rules import carry_form, read_carried
from fedirse.social.entrance.challenges import actions as challenges
from fedirse.social.entrance.challenges.model import ChallengeKind
from fedirse.social.entrance.challenges.store import remove_challenge, take_try
from fedirse.social.entrance.second_factor.actions import check_code, has_second_factor
from fedirse.social.entrance.sign_in.actions import (
    check_allowed,
    known_browser,
    note_failure,
    open_new_session,
    prove_password,
    take_back,
)
from fedirse.social.entrance.sign_in.rules import account_name, code_allowances
from fedirse.storage.room import lets_in
from fedirse.storage.transaction import Transaction
from fedirse.web.client_address import client_network
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

KNOWN_COOKIE = "known"
_KNOWN_SECONDS = 400 * 24 * 3600  # as long as browsers keep anything


async def carry(request: Request, form: Form) -> Response:
    """The sign-in page for somebody who sent a form after their session had ended: what they typed is carried through."""
    carried = carry_form(request.scope["path"], form.values, lost_files=bool(form.files))
    return sign_in_page(request, filled({"carried": carried}), status=401)


async def sign_in_response(request: Request, account: Account, *, then: str = "/", carried: str = "", strong: bool = False) -> Response:
    """Sign an account in, after it was proven who they are, and go on.

    Args:
        request: the request.
        account: who.
        then: path to go on to.
        carried: a form that waits, as in the hidden field.
        strong: whether they showed a passkey; else who has a second factor is asked for it first.

    Raises:
        NotAuthorised: the account is disabled.
    """
    site = site_of(request)
    if not strong and await site.read(has_second_factor, account.id):
        return await _ask_code(request, account, then, carried)
    return await _open(request, account, then, carried, strong=strong)


def send_again_page(request: Request, carried: Carried) -> Response:
    """The page with the form that waited, now with the token of this session: one button sends it."""
    return render(request, "entrance/send_again.html", {"carried": carried, "action": safe_path(carried.path)})


def too_often(error: RateLimited) -> InvalidInput:
    """What a form says to somebody who tries too often."""
    return InvalidInput("Too many tries. The next one counts in %(seconds)s s.", reason="tries", seconds=ceil(error.retry_after))


def known_to(request: Request) -> str:
    """What the browser remembers of an earlier sign-in."""
    return request.cookies.get(_known_name(request), "")


async def _get_sign_in(request: Request) -> Response:
    then = safe_path(request.query_params.get("next", ""))
    if await visitor_of(request) is not None:
        return go_on(request, then)
    return sign_in_page(request, filled({"next": then}))


async def _post_sign_in(request: Request, form: Form) -> Response:
    site = site_of(request)
    name = account_name(form.text("name"), site.settings.domain)
    try:
        account = await prove_password(site, name, form.text("password"), client_network(request), known_to(request))
        return await sign_in_response(request, account, then=safe_path(form.text("next")), carried=form.text("carried"))
    except InvalidInput as error:
        return sign_in_page(request, form.with_error(error), status=422)
    except RateLimited as error:
        response = sign_in_page(request, form.with_error(too_often(error)), status=429)
        response.headers["retry-after"] = str(ceil(error.retry_after))
        return response


async def _post_code(request: Request, form: Form) -> Response:
    site = site_of(request)
    secret = challenges.presented(request, site)
    challenge = await site.read(challenges.find, secret, ChallengeKind.SECOND_FACTOR, site.clock.now())
    if challenge is None or challenge.account_id is None:
        over = InvalidInput("That took too long, or too many tries: begin again with your name and password.", reason="sign-in-over")
        return sign_in_page(request, form.with_error(over), status=422)
    allowances = code_allowances(challenge.account_id)
    try:
        check_allowed(site, allowances)
    except RateLimited as error:
        return _code_page(request, form.with_error(too_often(error), "code"), status=429)
    account = await site.write(_answer, site, challenge.id, challenge.account_id, form.text("code"))
    if account is None:
        note_failure(site)
        wrong = InvalidInput("This code is not right, or it was used before.", reason="wrong-code", field="code")
        return _code_page(request, form.with_error(wrong), status=422)
    take_back(site, allowances)
    response = await _open(request, account, safe_path(form.text("next")), form.text("carried"), strong=True)
    challenges.clear_cookie(response, site)
    return response


async def _post_sign_out(request: Request, visitor: Visitor, _form: Form) -> Response:
    site = site_of(request)
    await site.write(end_session, visitor.session_id, visitor.account_id)
    response = go_on(request, "/", "You are signed out.")
    clear_session_cookie(response, site)
    return response


@lets_in
def _answer(tx: Transaction, site: Site, challenge_id: str, account_id: str, code: str) -> Account | None:
    """The account, when the code is right; with that the challenge is answered."""
    if not take_try(tx, challenge_id) or not check_code(tx, site, account_id, code):
        return None
    return find_account_by_id(tx, account_id) if remove_challenge(tx, challenge_id) else None


async def _ask_code(request: Request, account: Account, then: str, carried: str) -> Response:
    site, secret = site_of(request), new_secret()

    @lets_in
    def ask(tx: Transaction) -> None:
        challenges.ask(tx, secret, ChallengeKind.SECOND_FACTOR, site.clock.now(), account_id=account.id)

    await site.write(ask)
    response = _code_page(request, filled({"next": then, "carried": carried}))
    challenges.set_cookie(response, site, secret)
    return response


async def _open(request: Request, account: Account, then: str, carried: str, *, strong: bool) -> Response:
    site, secret = site_of(request), new_secret()
    browser = request.headers.get("user-agent", "")
    await site.write(open_new_session, site, account.id, secret, browser, session_secret(request), strong=strong)
    waiting = read_carried(carried)
    if await recognise(request, secret) is None:
        raise NotAuthorised("the session ended at once")
    response = send_again_page(request, waiting) if waiting else go_on(request, then)
    set_session_cookie(response, site, secret)
    secure = site.settings.scheme == "https"
    known = known_browser(site, account.id)
    response.set_cookie(_known_name(request), known, max_age=_KNOWN_SECONDS, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def sign_in_page(request: Request, form: Form, *, status: int = 200) -> Response:
    """The page that asks for name and password, with what was typed and what waits."""
    shown = {"form": form, "carried": read_carried(form.text("carried")), "mails": site_of(request).mailer.can_send}
    return render(request, "entrance/sign_in.html", shown, status=status)


def _code_page(request: Request, form: Form, *, status: int = 200) -> Response:
    return render(request, "entrance/code.html", {"form": form}, status=status)


def _known_name(request: Request) -> str:
    return f"__Host-{KNOWN_COOKIE}" if site_of(request).settings.scheme == "https" else KNOWN_COOKIE


ROUTES = [
    open_page("/sign-in", _get_sign_in),
    open_deed("/sign-in", _post_sign_in),
    open_deed("/sign-in/code", _post_code),
    deed("/sign-out", _post_sign_out, Permission.READ),
]
