"""Who asks, and whether they may: everything above needs to know that first. Every route is made here and names what it needs."""

import hmac
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fedirse.base.errors import NotAuthorised, Refused, SignatureError, StorageError
from fedirse.base.roles import ADMINISTERS, Permission, permissions_of
from fedirse.base.types import ANYONE, Reader
from fedirse.base.wording import N_
from fedirse.inbox.readers import identify_reader
from fedirse.inbox.requests import signed_request
from fedirse.site import Site
from fedirse.social.accounts.rules import digest_of
from fedirse.social.accounts.sessions import store as sessions
from fedirse.social.accounts.sessions.actions import form_token
from fedirse.social.accounts.sessions.rules import LASTS, is_alive, is_confirmed, should_note
from fedirse.social.accounts.store import find_token_holder
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, read_form
from fedirse.web.navigation import NavigationItem, count_badges
from fedirse.web.negotiation import wants_activity
from fedirse.web.visitor import Visitor

Endpoint = Callable[[Request], Awaitable[Response]]
VisitorEndpoint = Callable[[Request, Visitor], Awaitable[Response]]
DeedEndpoint = Callable[[Request, Visitor, Form], Awaitable[Response]]
OpenDeedEndpoint = Callable[[Request, Form], Awaitable[Response]]

SIGN_IN: Final = "/sign-in"
STRONGER: Final = "/settings/security?stronger=1"
_UNREAD: Final = object()


class Gated(Route):
    """A route that says who may use it.

    Attributes:
        needs: the permission it asks for; None for what is open to everybody, who then sees what is theirs to see.
        is_deed: whether it changes something, so that only our own pages may send to it.
    """

    def __init__(self, path: str, endpoint: Endpoint, *, needs: Permission | None, is_deed: bool = False) -> None:
        super().__init__(path, endpoint, methods=["POST"] if is_deed else ["GET"])
        self.needs = needs
        self.is_deed = is_deed


def open_page(path: str, endpoint: Endpoint) -> Gated:
    """A page or document for everybody; the endpoint asks `reader_of` and shows what that reader may read."""
    return Gated(path, endpoint, needs=None)


def page(path: str, endpoint: VisitorEndpoint, needs: Permission = Permission.READ) -> Gated:
    """A page for who is signed in and may do `needs`; others are sent to sign in, or refused."""

    async def gated(request: Request) -> Response:
        visitor = await visitor_of(request)
        if visitor is None:
            query = request.scope["query_string"].decode("latin-1")
            return _to_sign_in(request.scope["path"] + (f"?{query}" if query else ""))
        _check_may(visitor, needs)
        if is_too_weak(request, visitor, needs):
            return _to_stronger()
        return await endpoint(request, visitor)

    gated.__name__ = getattr(endpoint, "__name__", "page")
    return Gated(path, gated, needs=needs)


def deed(path: str, endpoint: DeedEndpoint, needs: Permission, *, files: bool = False, keeps: bool = False) -> Gated:
    """What a form of ours does for who is signed in and may do `needs`.

    Args:
        path: where the form is sent.
        endpoint: gets the form, read and proven to come from a page of ours in this session.
        needs: the permission.
        files: whether files may come with it.
        keeps: whether what was typed is carried through a sign-in when the session has ended meanwhile; for what takes time to write.
    """

    async def gated(request: Request) -> Response:
        check_same_origin(request)
        visitor = await visitor_of(request)
        if visitor is None and not keeps:
            return _to_sign_in(_page_of_form(request))
        if visitor is not None:
            # Before what they send is read, which may be much.
            _check_may(visitor, needs)
        form = await read_form(request, files=files, keeps_files=visitor is not None)
        try:
            if visitor is None:
                carry: Callable[[Request, Form], Awaitable[Response]] = request.scope["fedirse.carry"]
                return await carry(request, form)
            if not hmac.compare_digest(form.text("form_token").encode(), visitor.form_token.encode()):
                raise Refused("form token", reason="form-token", public_message=_STALE)
            if is_too_weak(request, visitor, needs):
                return _to_stronger()
            return await endpoint(request, visitor, form)
        finally:
            await _close_files(form)

    gated.__name__ = getattr(endpoint, "__name__", "deed")
    return Gated(path, gated, needs=needs, is_deed=True)


def open_deed(
    path: str, endpoint: OpenDeedEndpoint, *, files: bool = False, before: Callable[[Request], Awaitable[None]] | None = None
) -> Gated:
    """What a form of ours does for somebody who need not be signed in, such as signing in.

    Args:
        path: where the form is sent.
        endpoint: gets the form.
        files: whether files may come with it.
        before: raises for who may not send it at all, before anything of the form is read.
    """

    async def gated(request: Request) -> Response:
        check_same_origin(request)
        if before is not None:
            await before(request)
        form = await read_form(request, files=files)
        try:
            return await endpoint(request, form)
        finally:
            await _close_files(form)

    gated.__name__ = getattr(endpoint, "__name__", "deed")
    return Gated(path, gated, needs=None, is_deed=True)


def check_same_origin(request: Request) -> None:
    """Raises Refused for a form that another site's page sent, or that does not say which page did (WEB-003, RFC 6454)."""
    site = site_of(request)
    fetched_from = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if fetched_from not in {None, "same-origin"} or (origin is None and fetched_from is None) or origin not in {None, site.uris.origin}:
        raise Refused("a form of another site", reason="cross-site-form", public_message=_FOREIGN)


_FOREIGN: Final = N_("This form was not sent from a page of this site. Open the page here and send it again.")
_STALE: Final = N_(
    "This page was opened before you signed in again. Go back, reload it and send it once more; what you typed is still there."
)


async def visitor_of(request: Request) -> Visitor | None:
    """Who is signed in in this browser; None for nobody. Looked up once for a request; a session that has ended is none."""
    known = request.scope.get("fedirse.visitor", _UNREAD)
    if known is _UNREAD:
        known = request.scope["fedirse.visitor"] = await _find_visitor(request, session_secret(request))
    found: Visitor | None = known
    return found


def session_cookie_name(site: Site) -> str:
    """The name of the cookie that holds the session; the prefix makes browsers refuse one that another host set."""
    return "__Host-session" if site.settings.scheme == "https" else "session"


def session_secret(request: Request) -> str | None:
    """What the browser presents; None for nothing, and for two of them."""
    name = session_cookie_name(site_of(request))
    found = [value for header in request.headers.getlist("cookie") for key, value in _cookies(header) if key == name]
    return found[0] if len(found) == 1 else None


def set_session_cookie(response: Response, site: Site, secret: str) -> None:
    """Let the browser present the session from now on."""
    secure = site.settings.scheme == "https"
    response.set_cookie(
        session_cookie_name(site), secret, max_age=int(LASTS.total_seconds()), path="/", secure=secure, httponly=True, samesite="lax"
    )


def clear_session_cookie(response: Response, site: Site) -> None:
    """Let the browser forget the session, and what our pages keep in it beside the cookies: the next person at it finds no unsaved text."""
    response.delete_cookie(session_cookie_name(site), path="/", secure=site.settings.scheme == "https", httponly=True, samesite="lax")
    response.headers["clear-site-data"] = '"storage"'


def safe_path(typed: str, fallback: str = "/") -> str:
    """A path of this site to go on to, from an address that somebody else may have made; anything else gives `fallback` (WEB-006)."""
    plain = typed.startswith("/") and not typed.startswith("//") and "\\" not in typed and typed.isprintable() and typed.isascii()
    parts = urlsplit(typed) if plain else None
    return typed if parts is not None and not parts.scheme and not parts.netloc else fallback


async def reader_of(request: Request, *, document: bool | None = None) -> Reader:
    """Who asks: one of our people by bearer token or session, an actor by signature, else nobody in particular.

    Args:
        request: the request.
        document: whether a document will be answered; None to go by its Accept header.

    Raises:
        SignatureError: a token or signature that does not hold, before anything is looked up. Where the site answers signed
            requests only, also none at all for a document.
        Blocked: the signer's host is blocked.
    """
    site = site_of(request)
    reader = await _bearer(request, site)
    if reader is not None:
        return reader
    visitor = await visitor_of(request)
    if visitor is not None:
        return visitor.reader
    reader = await _signer(request, site)
    if reader is not None:
        return reader
    if site.settings.authorised_fetch and (wants_activity(request) if document is None else document):
        raise SignatureError("documents are for signed requests", reason="unsigned")
    return ANYONE


async def signer_of(request: Request) -> Reader:
    """The actor who signed a request, where nobody else can be known; ANYONE for none. Raises SignatureError, Blocked as `reader_of`."""
    return await _signer(request, site_of(request)) or ANYONE


async def document_reader_of(request: Request) -> Reader:
    """Who asks for something that is always a document, whatever the Accept header says; raises as `reader_of`."""
    return await reader_of(request, document=True)


def site_of(request: Request) -> Site:
    """The site the request is for."""
    site: Site = request.scope["fedirse.site"]
    return site


SCOPES_OF: Final = "fedirse.scopes_of"
"""Where the assembly puts the function that tells which scopes a signer is inside: transaction, site, URI of the actor, its key."""
HEARD: Final = "fedirse.heard"
"""Where it puts the function that is told which host of a member has asked something: what waits for it can be sent."""


async def _bearer(request: Request, site: Site) -> Reader | None:
    """The person whose token it is (RFC 6750, section 2.1). Other schemes are not ours: a proxy may ask for a password."""
    given = request.headers.getlist("authorization")
    tokens = [value[7:].strip() for value in given if value[:7].lower() == "bearer "]
    if not tokens:
        return None
    reader = await site.read(_token_holder, digest_of(tokens[0])) if len(tokens) == 1 else None
    if reader is None:
        raise SignatureError("the token is of nobody", reason="unknown-token")
    return reader


def _token_holder(tx: Transaction, digest: str) -> Reader | None:
    account = find_token_holder(tx, digest)
    if account is None:
        return None
    actor = get_actor(tx, account.actor_id)
    return Reader(actor.id, actor.uri, actor.host, local=True)


async def _signer(request: Request, site: Site) -> Reader | None:
    signer = await identify_reader(site, signed_request(request, site))
    if signer is None:
        return None
    actor, scopes_of = signer.actor, request.scope.get(SCOPES_OF)
    inside = await site.read(scopes_of, site, actor.uri, signer.key) if scopes_of is not None else frozenset()
    heard = request.scope.get(HEARD) if inside else None
    if heard is not None:
        # Reading goes on while nothing can be written.
        with suppress(StorageError):
            await heard(site, actor.host)
    return Reader(actor.id, actor.uri, actor.host, actor.local, inside)


async def recognise(request: Request, secret: str) -> Visitor | None:
    """Take whoever the session of `secret` is of for the visitor from here on: it was opened in this very request."""
    request.scope["fedirse.visitor"] = found = await _find_visitor(request, secret)
    return found


async def _find_visitor(request: Request, secret: str | None) -> Visitor | None:
    if secret is None or len(secret) > _LONGEST_SECRET:
        return None
    site = site_of(request)
    navigation: Sequence[NavigationItem] = request.scope.get("fedirse.navigation", ())
    found = await site.read(_read_visitor, site, secret, navigation)
    if found is None:
        return None
    visitor, should_be_noted = found
    if should_be_noted:
        now = site.clock.now()
        # Reading goes on while nothing can be written; the session just does not grow younger.
        with suppress(StorageError):
            await site.write(sessions.note_use, visitor.session_id, now, now + LASTS)
    return visitor


_LONGEST_SECRET: Final = 128


def _read_visitor(tx: Transaction, site: Site, secret: str, navigation: Sequence[NavigationItem]) -> tuple[Visitor, bool] | None:
    found = sessions.find_session(tx, digest_of(secret))
    now = site.clock.now()
    if found is None or not is_alive(found[0], now):
        return None
    session, account = found
    actor = get_actor(tx, account.actor_id)
    permissions = permissions_of(account.roles)
    reader = Reader(actor.id, actor.uri, actor.host, local=True)
    visitor = Visitor(
        account.id,
        session.id,
        actor,
        account.roles,
        permissions,
        account.language,
        account.timezone,
        account.theme,
        form_token(secret),
        is_confirmed(session, now),
        session.strong,
        count_badges(tx, navigation, reader, permissions),
    )
    return visitor, should_note(session, now)


def _check_may(visitor: Visitor, needs: Permission) -> None:
    if needs not in visitor.permissions:
        raise NotAuthorised(f"{visitor.handle} may not {needs}", reason="not-authorised")


async def _close_files(form: Form) -> None:
    for uploads in form.files.values():
        for upload in uploads:
            await upload.close()


def is_too_weak(request: Request, visitor: Visitor, needs: Permission) -> bool:
    """Whether the site wants a second factor or a passkey for that, and the session was opened without."""
    return site_of(request).settings.second_factor == "administrators" and needs in ADMINISTERS and not visitor.strong


def _to_stronger() -> Response:
    return RedirectResponse(STRONGER, 303, {"cache-control": "private, no-store"})


def _to_sign_in(then: str) -> Response:
    query = urlencode({"next": then}) if then != "/" else ""
    return RedirectResponse(f"{SIGN_IN}?{query}" if query else SIGN_IN, 303, {"cache-control": "private, no-store"})


def _page_of_form(request: Request) -> str:
    """The page that a form was on, as far as the browser tells."""
    site = site_of(request)
    came_from = request.headers.get("referer", "")
    return safe_path(came_from.removeprefix(site.uris.origin)) if came_from.startswith(f"{site.uris.origin}/") else "/"


def _cookies(header: str) -> list[tuple[str, str]]:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return [(name, value) for name, _, value in pairs]
