"""What a link opens, and asking for one. Opening shows a page; only its button uses the link up, because mail scanners open links too."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base.errors import Gone, InvalidInput, RateLimited
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import find_account_by_id, set_password_hash
from fedirse.social.accounts.visitors import open_deed, open_page, site_of, visitor_of
from fedirse.social.entrance.actions import end_everything
from fedirse.social.entrance.addresses.actions import prove_address
from fedirse.social.entrance.links.actions import find_living_link, use_link
from fedirse.social.entrance.links.jobs import SEND_LINK
from fedirse.social.entrance.links.model import Link, LinkKind
from fedirse.social.entrance.passkeys.model import Passkey
from fedirse.social.entrance.passkeys.store import list_passkeys, remove_passkeys
from fedirse.social.entrance.passwords.actions import hash_new_password
from fedirse.social.entrance.sign_in.actions import check_allowed, find_by_name
from fedirse.social.entrance.sign_in.pages import sign_in_response, too_often
from fedirse.social.entrance.sign_in.rules import account_name, request_allowances
from fedirse.storage.actors import get_actor
from fedirse.storage.jobs import add_job
from fedirse.storage.room import lets_in
from fedirse.storage.transaction import Transaction
from fedirse.web.client_address import client_network
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render

_OF_AN_ACCOUNT = (LinkKind.SIGN_IN, LinkKind.RESET, LinkKind.EMAIL)


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
    account = find_by_name(tx, site, name)
    if account is not None and account.email_proven_at is not None and account.disabled_at is None:
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
    try:
        password_hash = await hash_new_password(site, form, found.account.handle) if found.link.kind is LinkKind.RESET else None
        await site.write(_use, site, secret, password_hash, form.several("keep"))
    except InvalidInput as error:
        return _link_page(request, found, form.with_error(error), status=422)
    except RateLimited as limited:
        return _link_page(request, found, form.with_error(too_often(limited)), status=429)
    except Gone:
        return spent_page(request)
    if found.link.kind is LinkKind.EMAIL:
        await visitor_of(request)
        return go_on(request, "/settings/preferences", "Your e-mail address is confirmed.")
    return await sign_in_response(request, found.account)


@dataclass(frozen=True, slots=True)
class _Found:
    """A living link of an account, with the account, the name it shows, and the passkeys a new password may leave it."""

    link: Link
    account: Account
    name: str
    passkeys: Sequence[Passkey]


def _read_link(tx: Transaction, secret: str, site: Site) -> _Found | None:
    link = find_living_link(tx, secret, site.clock.now())
    if link is None or link.kind not in _OF_AN_ACCOUNT or link.account_id is None:
        return None
    account = find_account_by_id(tx, link.account_id)
    if account is None:
        return None
    passkeys = list_passkeys(tx, account.id) if link.kind is LinkKind.RESET else ()
    return _Found(link, account, get_actor(tx, account.actor_id).display_name, passkeys)


@lets_in
def _use(tx: Transaction, site: Site, secret: str, password_hash: str | None, kept: Collection[str]) -> None:
    """Use the link. A new password ends every way in but the passkeys that are `kept`: whoever asks for it may have lost a device."""
    now = site.clock.now()
    link = use_link(tx, secret, _OF_AN_ACCOUNT, now)
    if link.kind is LinkKind.EMAIL and link.account_id:
        prove_address(tx, site, link.account_id)
    if link.kind is LinkKind.RESET and link.account_id and password_hash:
        set_password_hash(tx, link.account_id, password_hash)
        end_everything(tx, link.account_id, now)
        remove_passkeys(tx, link.account_id, but=kept)


def _link_page(request: Request, found: _Found, form: Form, *, status: int = 200) -> Response:
    shown = {
        "form": form,
        "action": request.scope["path"],
        "handle": found.account.handle,
        "person": found.name,
        "resets": found.link.kind is LinkKind.RESET,
        "email": found.account.email,
        "passkeys": found.passkeys,
    }
    template = "address.html" if found.link.kind is LinkKind.EMAIL else "link.html"
    return render(request, f"entrance/{template}", shown, status=status)


ROUTES = [
    open_page("/sign-in/link", _get_request),
    open_deed("/sign-in/link", _post_request),
    open_page("/link/{secret}", _get_link),
    open_deed("/link/{secret}", _post_link),
]
