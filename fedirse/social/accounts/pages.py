"""How our actors are found and read: actor documents, WebFinger, host-meta. Pages for people are elsewhere: an actor's is its profile."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from fedirse.activitypub import host_meta, webfinger
from fedirse.activitypub.documents.actor import render_actor
from fedirse.activitypub.documents.tombstone import Tombstone, render_tombstone
from fedirse.base.actors import StoredActor
from fedirse.base.errors import FedirseError, MalformedDocument, NotFound
from fedirse.base.types import ANYONE, JsonObject
from fedirse.site import Site
from fedirse.social.accounts.actions import own_actor_document
from fedirse.social.accounts.visitors import open_page, reader_of, site_of
from fedirse.storage.actors import find_actor_by_uri, find_local_actor, get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.errors import answer_error
from fedirse.web.negotiation import activity_response, json_response, wants_activity

Endpoint = Callable[[Request], Awaitable[Response]]


async def get_site_actor(request: Request) -> Response:
    """The site's own actor. Its document is for everybody always: whoever checks a signature of ours needs it first."""
    site = site_of(request)
    return await _answer_actor(request, await site.read(get_actor, site.actor_id), private=False)


async def get_person(request: Request) -> Response:
    """One of our people: the document, or the way to the page."""
    site = site_of(request)
    reader = await reader_of(request)
    actor = await site.read(find_local_actor, request.path_params["handle"])
    if actor is None or actor.uri != site.uris.person(actor.handle):
        raise NotFound("nobody of that handle here")
    return await _answer_actor(request, actor, private=reader is not ANYONE)


async def _answer_actor(request: Request, actor: StoredActor, *, private: bool) -> Response:
    site = site_of(request)
    if not wants_activity(request):
        return RedirectResponse(site.uris.profile(actor.handle), 303, {"vary": "Accept"})
    if actor.gone_at is not None:
        return activity_response(render_tombstone(Tombstone(actor.uri, actor.gone_at)), private=private, status=410)
    document = await site.read(own_actor_document, site, actor)
    return activity_response(render_actor(document), private=private, request=request)


def open_to_all(endpoint: Endpoint) -> Endpoint:
    """What programs of other pages may read as well; also when it answers no, and then as JSON (RFC 7033, section 5)."""

    @wraps(endpoint)
    async def open_endpoint(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except FedirseError as error:
            response = answer_error(request, error, as_json=True)
        response.headers["access-control-allow-origin"] = "*"
        return response

    return open_endpoint


@open_to_all
async def get_webfinger(request: Request) -> Response:
    """WebFinger (RFC 7033): 400 without one usable resource, 404 for what is not ours."""
    site = site_of(request)
    asked = request.query_params.getlist("resource")
    if len(asked) != 1:
        raise MalformedDocument(f"{len(asked)} resources", reason="bad-resource")
    resource = webfinger.parse_resource(asked[0])
    document = await site.read(_describe, site, resource, frozenset(request.query_params.getlist("rel")))
    return json_response(document, media_type=webfinger.MEDIA_TYPE, private=False, request=request)


def _describe(tx: Transaction, site: Site, resource: webfinger.Account | webfinger.UriResource, relations: frozenset[str]) -> JsonObject:
    if isinstance(resource, webfinger.UriResource):
        if resource.uri.removesuffix("/") == site.uris.origin:
            links = webfinger.server_links(site.uris.site_actor)
            return webfinger.render_jrd(subject=site.uris.origin, links=links, relations=relations)
        actor = _find_by_address(tx, site, resource.uri)
    else:
        actor = _find_by_account(tx, site, resource)
    if actor is None or not actor.local or actor.gone_at is not None:
        raise NotFound("no such resource here")
    profile = site.uris.profile(actor.handle)
    subject = webfinger.Account(actor.handle, site.uris.host).uri
    template = f"{site.uris.origin}/authorize_interaction?uri={{uri}}"
    links = webfinger.actor_links(actor.uri, profile_page=profile, subscribe_template=template)
    return webfinger.render_jrd(subject=subject, links=links, aliases=[profile, actor.uri], relations=relations)


def _find_by_account(tx: Transaction, site: Site, account: webfinger.Account) -> StoredActor | None:
    if account.host != site.uris.host:
        return None
    # `domain@domain` means the site itself, whatever its handle (as Mastodon's own actor is asked for).
    own = webfinger.Account(site.uris.host, site.uris.host)
    return get_actor(tx, site.actor_id) if account.same_as(own) else find_local_actor(tx, account.handle)


def _find_by_address(tx: Transaction, site: Site, address: str) -> StoredActor | None:
    prefix = site.uris.profile("")
    return find_local_actor(tx, address.removeprefix(prefix)) if address.startswith(prefix) else find_actor_by_uri(tx, address)


@open_to_all
async def get_host_meta(request: Request) -> Response:
    """Where WebFinger is answered, in XML (RFC 6415)."""
    text = host_meta.render_xrd(site_of(request).uris.origin)
    return Response(text, headers={"cache-control": "public, max-age=3600"}, media_type=host_meta.XRD_MEDIA_TYPE)


@open_to_all
async def get_host_meta_json(request: Request) -> Response:
    """The same in JSON."""
    document = host_meta.render_json(site_of(request).uris.origin)
    return json_response(document, media_type=host_meta.JSON_MEDIA_TYPE, private=False, request=request)


ROUTES: list[BaseRoute] = [
    open_page("/actor", get_site_actor),
    open_page("/people/{handle}", get_person),
    open_page("/.well-known/webfinger", get_webfinger),
    open_page("/.well-known/host-meta", get_host_meta),
    open_page("/.well-known/host-meta.json", get_host_meta_json),
]
