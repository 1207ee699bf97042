"""Where members ask for what they have missed. Everybody else gets what a missing page answers."""

import re
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fedirse.activitypub.signatures import add_proof
from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.base.errors import NotFound
from fedirse.base.types import JsonObject, Reader
from fedirse.site import Site
from fedirse.social.accounts.visitors import document_reader_of, open_page, site_of
from fedirse.social.catching_up.model import Headline
from fedirse.social.catching_up.serving import store
from fedirse.social.catching_up.wire import HEADLINES, NEWEST_PATH, OUTBOX_PATH, render_headlines, render_page
from fedirse.social.network.roster.pages import network_of_member
from fedirse.social.posts.model import Post
from fedirse.storage.actors import list_actors
from fedirse.storage.signing import NamedKey
from fedirse.storage.transaction import Transaction
from fedirse.web.names import plain
from fedirse.web.rendering import excerpt

PAGE: Final = 100
PAGE_BYTES: Final = 600_000
"""A document that is fetched has at most a megabyte."""
MOST: Final = 500
_TITLE: Final = 80
_AFTER: Final = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}|")
_LAST: Final = re.compile("[0-9]{1,4}")
_PRIVATE: Final = {"cache-control": "private, no-store", "vary": "accept, signature, signature-input"}


async def get_outbox(request: Request) -> Response:
    """What was said for members after an activity, or from the last posts on; oldest first, only what the reader may read now."""
    site, reader = site_of(request), await document_reader_of(request)
    after, last = request.query_params.get("after"), request.query_params.get("last", str(MOST))
    if not _AFTER.fullmatch(after or "") or not _LAST.fullmatch(last):
        raise NotFound("no such page")
    return _answer(await site.read(_page, site, reader, after, min(int(last), MOST)))


async def get_newest(request: Request) -> Response:
    """The newest posts by their first words, signed, so that they can be shown before they are here."""
    site, reader = site_of(request), await document_reader_of(request)
    return _answer(await site.read(_newest, site, reader))


def _page(tx: Transaction, site: Site, reader: Reader, after: str | None, last: int) -> JsonObject:
    network_of_member(tx, reader)
    start = store.find_beginning(tx, reader, last) if after is None else after
    found = store.list_said(tx, reader, after=start, limit=PAGE + 1)
    shown: list[store.Said] = []
    size = 0
    for said in found[:PAGE]:
        size += len(said.body)
        if shown and size > PAGE_BYTES:
            break
        shown.append(said)
    key = site.signing.load(tx, site.actor_id).ed25519
    documents = [_as_published(site, key, said.body) for said in shown]
    following = shown[-1].id if len(shown) < len(found) else None
    return render_page(site.uris.site_actor, documents, after=start, following=following)


def _newest(tx: Transaction, site: Site, reader: Reader) -> JsonObject:
    network_of_member(tx, reader)
    found = store.list_newest(tx, reader, HEADLINES)
    authors = list_actors(tx, {post.actor_id for post in found})
    headlines = [Headline(post.uri, _title_of(post), plain(authors[post.actor_id].display_name), post.published_at) for post in found]
    now = site.clock.now()
    key = site.signing.load(tx, site.actor_id).ed25519
    document = render_headlines(site.uris.site_actor, headlines, now)
    return add_proof(document, key=key.key, verification_method=key.uri, created=now)


def _title_of(post: Post) -> str:
    """A post that comes with a warning is announced by the warning."""
    return plain(post.warning) or plain(post.title) or plain(excerpt(post.content, _TITLE))


def _as_published(site: Site, key: NamedKey, body: bytes) -> JsonObject:
    """The activity with the proof it was published with; with one of today's key where the site has another one by now."""
    document: JsonObject = orjson.loads(body)
    proof = document.get("proof")
    if isinstance(proof, dict) and proof.get("verificationMethod") == key.uri:
        return document
    return add_proof(document, key=key.key, verification_method=key.uri, created=site.clock.now())


def _answer(document: JsonObject) -> Response:
    return Response(orjson.dumps(document), media_type=ACTIVITY_JSON, headers=_PRIVATE)


ROUTES = (open_page(OUTBOX_PATH, get_outbox), open_page(NEWEST_PATH, get_newest))
