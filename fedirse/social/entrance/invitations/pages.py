"""`/invitation/{secret}`: who opens it chooses a name, and a password or a passkey; has an account with that, and is signed in."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base.errors import Conflict, Gone, InvalidInput, RateLimited
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.rules import check_handle, check_name
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.visitors import open_deed, open_page, site_of
from fedirse.social.entrance.arrivals.pages import spent_page
from fedirse.social.entrance.challenges import actions as challenges
from fedirse.social.entrance.challenges.model import ChallengeKind
from fedirse.social.entrance.invitations.rules import suggest_handle
from fedirse.social.entrance.links.actions import find_living_link, use_link
from fedirse.social.entrance.links.model import Link, LinkKind
from fedirse.social.entrance.passkeys.actions import add, new_options, new_person, new_question, take_new_question
from fedirse.social.entrance.passwords.actions import hash_new_password
from fedirse.social.entrance.sign_in.actions import check_allowed
from fedirse.social.entrance.sign_in.pages import sign_in_response, too_often
from fedirse.social.entrance.sign_in.rules import question_allowances
from fedirse.storage.actors import find_local_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.client_address import client_network
from fedirse.web.forms import Form, filled
from fedirse.web.rendering import render


async def _get_invitation(request: Request) -> Response:
    site = site_of(request)
    if await site.read(_find, request.path_params["secret"], site) is None:
        return spent_page(request)
    return _page(request, filled({}))


async def _post_invitation(request: Request, form: Form) -> Response:
    site = site_of(request)
    secret = request.path_params["secret"]
    # Before anything takes long: hashing is for who is invited.
    if await site.read(_find, secret, site) is None:
        return spent_page(request)
    try:
        handle, name = await _check_names(site, form)
        # With a passkey no password is needed; one that was typed beside it is left out.
        password_hash = None if form.text("answer") else await hash_new_password(site, form, handle)
        newcomer = _Newcomer(handle, name, password_hash, form.text("answer"), challenges.presented(request, site))
        account = await site.write(_join, site, secret, newcomer)
    except InvalidInput as wrong:
        return _page(request, form.with_error(wrong), status=422)
    except RateLimited as limited:
        return _page(request, form.with_error(too_often(limited)), status=429)
    except Conflict as taken:
        # Somebody else took the handle while the password was hashed.
        error = InvalidInput(taken.template, reason="handle-taken", field="handle", **taken.words)
        return _page(request, form.with_error(error), status=422)
    except Gone:
        return spent_page(request)
    response = await sign_in_response(request, account, strong=bool(newcomer.answer))
    challenges.clear_cookie(response, site)
    return response


async def _post_options(request: Request, form: Form) -> Response:
    """What the browser is asked for the passkey of who is invited."""
    site = site_of(request)
    if await site.read(_find, request.path_params["secret"], site) is None:
        return spent_page(request)
    check_allowed(site, question_allowances(client_network(request)))
    handle, name = await _check_names(site, form)
    secret, question, person = new_secret(), new_question(), new_person()

    def ask(tx: Transaction) -> None:
        challenges.ask(tx, secret, ChallengeKind.PASSKEY_NEW, site.clock.now(), question=question, person=person)

    await site.write(ask)
    return challenges.answer_options(site, new_options(site, handle, name, person, question, ()), secret)


async def _check_names(site: Site, form: Form) -> tuple[str, str]:
    """The handle and the name to show, checked before a password is hashed. Raises InvalidInput."""
    typed = form.line("handle") or suggest_handle(form.line("name"))
    if not typed:
        raise InvalidInput("Type your name, or the handle you would like to have.", reason="no-name", field="name")
    handle = check_handle(typed, site.settings.handle)
    if await site.read(find_local_actor, handle) is not None:
        raise _taken(handle)
    return handle, check_name(form.line("name"), handle)


def _taken(handle: str) -> InvalidInput:
    return InvalidInput(
        "The handle “%(handle)s” is taken on this site: choose another one.", reason="handle-taken", field="handle", handle=handle
    )


def _find(tx: Transaction, secret: str, site: Site) -> Link | None:
    link = find_living_link(tx, secret, site.clock.now())
    return link if link is not None and link.kind is LinkKind.INVITATION else None


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """What somebody chose: a password, or a passkey by its answer and what their browser presents of the question."""

    handle: str
    name: str
    password_hash: str | None
    answer: str
    challenge: str


def _join(tx: Transaction, site: Site, secret: str, newcomer: _Newcomer) -> Account:
    now = site.clock.now()
    link = use_link(tx, secret, (LinkKind.INVITATION,), now)
    account = create_account(tx, site, newcomer.handle, newcomer.name, newcomer.password_hash, now, roles=link.roles)
    if newcomer.answer:
        challenge = take_new_question(tx, site, newcomer.challenge, None)
        add(tx, site, account.id, site.settings.name, challenge, newcomer.answer)
    return account


def _page(request: Request, form: Form, *, status: int = 200) -> Response:
    return render(request, "entrance/invitation.html", {"form": form, "action": request.scope["path"]}, status=status)


ROUTES = [
    open_page("/invitation/{secret}", _get_invitation),
    open_deed("/invitation/{secret}", _post_invitation),
    open_deed("/invitation/{secret}/options", _post_options),
]
