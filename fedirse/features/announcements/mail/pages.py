"""The page that a link in a mail opens; and, for who runs the site, what was mailed.

Opening a link shows one announcement to the one person it was mailed to, and changes nothing: mail scanners open links too. Only the button
confirms (docs/adr/0011-a-mailed-link-shows-one-announcement.md).
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Gone, InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.features.announcements.acknowledgement.views import ToRead, lines_of
from fedirse.features.announcements.mail.actions import confirm_by_link
from fedirse.features.announcements.mail.model import MailedLink
from fedirse.features.announcements.mail.rules import opens
from fedirse.features.announcements.mail.store import find_link
from fedirse.features.announcements.mail.views import LINK, view_mails
from fedirse.features.announcements.rules import is_over
from fedirse.features.announcements.store import find_readable
from fedirse.features.announcements.wire import MOST_VERSIONS
from fedirse.site import Site
from fedirse.social.accounts.rules import digest_of
from fedirse.social.accounts.store import find_account_of_actor
from fedirse.social.accounts.visitors import Gated, check_same_origin, open_page, page, site_of, visitor_of
from fedirse.social.entrance.sign_in.actions import check_allowed
from fedirse.social.entrance.sign_in.rules import passkey_allowances
from fedirse.social.posts.actions import reader_for
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.client_address import client_network
from fedirse.web.forms import read_form
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: for whom, and the announcement as it is now, as they see it in a list."""

    link: MailedLink
    person: StoredActor
    line: ToRead
    speaker: StoredActor


async def get_link(request: Request) -> Response:
    """Shows the announcement to who has the link. Nothing is noted, however often it is opened."""
    return _page(request, await _open(request), await visitor_of(request))


async def post_link(request: Request) -> Response:
    """Confirm it in the name of whom it was mailed to; a second time shows when that was."""
    _check_is_ours(request)
    visitor, opened, form = await visitor_of(request), await _open(request), await read_form(request)
    if opened is None or (visitor is not None and visitor.actor.id != opened.person.id):
        return _page(request, opened, visitor)
    site, version = site_of(request), _version(form.text("version"))
    try:
        counts = await site.write(confirm_by_link, site, opened.link, version, site.clock.now())
    except (Gone, NotFound, InvalidInput):
        return _page(request, None, visitor)
    return _page(request, await site.read(_find, site, request.path_params["secret"]), visitor, later=not counts)


async def get_mails(request: Request, visitor: Visitor) -> Response:
    """What was mailed about an announcement, to whom, and what the mail server answered. Raises NotFound as for any announcement."""
    site, before = site_of(request), cursor(request, "before") or ""
    mails = await site.read(view_mails, visitor.reader, request.path_params["post_id"], before)
    if mails is None:
        raise NotFound("no such announcement")
    return render(request, "mail/mails.html", {"mails": mails})


async def _open(request: Request) -> Opened | None:
    """What the link opens.

    A secret of no link counts as a wrong try of whoever sends it. A right one never waits for what others of the same network have tried:
    links are found by their digest, so there is nothing to guess at; and one that is over was no guess.

    Raises:
        RateLimited: too many wrong ones before this wrong one.
    """
    site, secret = site_of(request), request.path_params["secret"]
    opened = await site.read(_find, site, secret)
    if opened is None and await site.read(_find_link, secret) is None:
        check_allowed(site, passkey_allowances(client_network(request)))
    return opened


def _find_link(tx: Transaction, secret: str) -> MailedLink | None:
    """The link of that secret, also one that is over."""
    return find_link(tx, digest_of(secret)) if len(secret) <= limits.LINK_SECRET_CHARACTERS else None


def _find(tx: Transaction, site: Site, secret: str) -> Opened | None:
    """What a link opens now; None for whatever reason it opens nothing, and nobody is told which."""
    now, link = site.clock.now(), _find_link(tx, secret)
    account = find_account_of_actor(tx, link.actor_id) if link is not None else None
    if link is None or account is None or not opens(link, account, now):
        return None
    person = get_actor(tx, account.actor_id)
    found = find_readable(tx, link.post_id, reader_for(person))
    if found is None or is_over(found[1], now):
        return None
    [line] = lines_of(tx, [found], reader_for(person), now)
    return Opened(link, person, line, get_actor(tx, line.post.actor_id))


def _page(request: Request, opened: Opened | None, visitor: Visitor | None, *, later: bool = False) -> Response:
    """The page of a link; the same one for all that open nothing."""
    if opened is not None and visitor is not None and visitor.actor.id != opened.person.id:
        # Its button signs out: a page that told nobody where it was could send that form to nobody either.
        return render(request, "mail/other.html", {"opened": opened})
    if opened is None:
        response = render(request, "mail/over.html", status=410)
    else:
        response = render(request, "mail/link.html", {"opened": opened, "later": later, "action": request.scope["path"]})
    # The address is a secret: no other site is told that somebody came from there.
    response.headers["referrer-policy"] = "no-referrer"
    response.headers["x-robots-tag"] = "noindex"
    return response


def _check_is_ours(request: Request) -> None:
    """Raises Refused for a form of another site. A page that no site is told of names no origin, so the browser's other word counts."""
    if request.headers.get("origin") != "null" or request.headers.get("sec-fetch-site") != "same-origin":
        check_same_origin(request)


def _version(typed: str) -> int:
    """The version that the page showed; 0 for what no page of ours sends."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_VERSIONS)) else 0


ROUTES: list[BaseRoute] = [
    open_page(f"{LINK}{{secret}}", get_link),
    Gated(f"{LINK}{{secret}}", post_link, needs=None, is_deed=True),
    page("/announcements/{post_id}/mails", get_mails, Permission.MANAGE_SITE),
]
