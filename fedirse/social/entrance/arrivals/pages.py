"""What a link opens, and asking for one. Opening shows a page; only its button uses the link up, because mail scanners open links too."""

from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base.errors import Gone, InvalidInput, RateLimited
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import find_account_by_id, find_accounts_by_email, set_password_hash
from fedirse.social.accounts.visitors import open_deed, open_page, site_of, visitor_of
from fedirse.social.entrance.actions import end_everything
from fedirse.social.entrance.links.actions import find_living_link, use_link
from fedirse.social.entrance.links.jobs import SEND_LINK
from fedirse.social.entrance.links.model import Link, LinkKind
from fedirse.social.entrance.passwords.actions import hash_new_password
from fedirse.social.entrance.sign_in.actions import check_allowed, find_by_name
from fedirse.social.entrance.sign_in.pages import sign_in_response, too_often
from fedirse.social.entrance.sign_in.rules import account_name, request_allowances
from fedirse.storage.actors import get_actor
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction
from fedirse.web.client_address import client_network
from fedirse.web.forms import Form, filled
from fedirse.web.rendering import render

_OF_AN_ACCOUNT = (LinkKind.SIGN_IN, LinkKind.RESET)


def spent_page(request: Request) -> Response:
    """What a link shows that does nothing, whichever reason there is."""
    return render(request, "entrance/spent.html", {"mails": site_of(request).mailer.can_send}, status=410)


async def _get_request(request: Request) -> Response:
    await visitor_of(request)
    return render(request, "entrance/ask_link.html", {"form": filled({}), "mails": site_of(request).mailer.can_send})


async def _post_request(request: Request, form: Form) -> Response:
    """Send a link to whoever that is. Says the same whether or not anybody is, and takes as long: the mail leaves afterwards."""
    site = site_of(request)
    name = account_name(form.text("name"), site.settings.domain)
    shown = {"form": form, "mails": site.mailer.can_send}
    if not name:
        error = InvalidInput("Type your handle or your e-mail address.", reason="no-name", field="name")
        return render(request, "entrance/ask_link.html", shown | {"form": form.with_error(error)}, status=422)
    try:
        check_allowed(site, request_allowances(name, client_network(request)))
    except RateLimited as limited:
        response = render(request, "entrance/ask_link.html", shown | {"form": form.with_error(too_often(limited), "name")}, status=429)
        response.headers["retry-after"] = str(ceil(limited.retry_after))
        return response
    if site.mailer.can_send:
        await site.write(_queue_links, site, name)
    return render(request, "entrance/link_sent.html", shown)


def _queue_links(tx: Transaction, site: Site, name: str) -> None:
    found = find_by_name(tx, name)
    accounts = [found] if found is not None else find_accounts_by_email(tx, name) if "@" in name else []
    for account in accounts:
        if account.email and account.disabled_at is None:
            add_job(tx, SEND_LINK, account.id, site.clock.now())
            site.pulse.mark()


async def _get_link(request: Request) -> Response:
    site = site_of(request)
    found = await site.read(_read_link, request.path_params["secret"], site)
    if found is None:
        return spent_page(request)
    return _link_page(request, found, filled({}))


async def _post_link(request: Request, form: Form) -> Response:
    site = site_of(request)
    secret = request.path_params["secret"]
    found = await site.read(_read_link, secret, site)
    if found is None:
        return spent_page(request)
    link, account, _ = found
    try:
        password_hash = await hash_new_password(site, form, account.handle) if link.kind is LinkKind.RESET else None
        await site.write(_use, site, secret, password_hash)
    except InvalidInput as error:
        return _link_page(request, found, form.with_error(error), status=422)
    except RateLimited as limited:
        return _link_page(request, found, form.with_error(too_often(limited)), status=429)
    except Gone:
        return spent_page(request)
    return await sign_in_response(request, account)


def _read_link(tx: Transaction, secret: str, site: Site) -> tuple[Link, Account, str] | None:
    """A living link of an account, with the account and the name it shows."""
    link = find_living_link(tx, secret, site.clock.now())
    if link is None or link.kind not in _OF_AN_ACCOUNT or link.account_id is None:
        return None
    account = find_account_by_id(tx, link.account_id)
    return None if account is None else (link, account, get_actor(tx, account.actor_id).display_name)


def _use(tx: Transaction, site: Site, secret: str, password_hash: str | None) -> None:
    now = site.clock.now()
    link = use_link(tx, secret, _OF_AN_ACCOUNT, now)
    if link.kind is LinkKind.RESET and link.account_id and password_hash:
        set_password_hash(tx, link.account_id, password_hash)
        end_everything(tx, link.account_id, now)


def _link_page(request: Request, found: tuple[Link, Account, str], form: Form, *, status: int = 200) -> Response:
    link, account, name = found
    shown = {"form": form, "action": request.scope["path"], "handle": account.handle, "person": name, "resets": link.kind is LinkKind.RESET}
    return render(request, "entrance/link.html", shown, status=status)


ROUTES = [
    open_page("/sign-in/link", _get_request),
    open_deed("/sign-in/link", _post_request),
    open_page("/link/{secret}", _get_link),
    open_deed("/link/{secret}", _post_link),
]
