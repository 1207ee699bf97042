"""What a member is told when it asks: every member answers for what it knows, because each statement proves itself."""

from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.base.errors import NotFound
from fedirse.base.types import JsonObject, Reader
from fedirse.social.accounts.visitors import document_reader_of, open_page, site_of
from fedirse.social.network.model import Network
from fedirse.social.network.roster.listing.wire import MEMBERS_PATH, PAGE, ROSTER_PATH, render_statements
from fedirse.social.network.roster.store import find_snapshot_document, list_documents_after
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction

_PRIVATE: Final = {"cache-control": "private, no-store", "vary": "accept, signature, signature-input"}
_LONGEST_SERIAL: Final = 18


async def get_roster(request: Request) -> Response:
    """The last snapshot."""
    reader = await document_reader_of(request)
    return _answer(await site_of(request).read(_snapshot, reader))


async def get_members(request: Request) -> Response:
    """Statements later than `after`, oldest first."""
    reader = await document_reader_of(request)
    site, typed = site_of(request), request.query_params.get("after", "0")
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_SERIAL):
        raise NotFound("no such page")
    return _answer(await site.read(_statements, reader, site.uris.members, int(typed)))


def _snapshot(tx: Transaction, reader: Reader) -> JsonObject:
    document = find_snapshot_document(tx, network_of_member(tx, reader).uri)
    if document is None:
        raise NotFound("no snapshot yet")
    return document


def _statements(tx: Transaction, reader: Reader, collection: str, after: int) -> JsonObject:
    documents = list_documents_after(tx, network_of_member(tx, reader).uri, after, limit=PAGE)
    return render_statements(collection, documents, after)


def network_of_member(tx: Transaction, reader: Reader) -> Network:
    """The network whose members this reader is among. Raises NotFound, as for everything that is missing."""
    network = current_network(tx)
    if network is None or ("network", network.members) not in reader.scopes:
        raise NotFound("no roster for this reader")
    return network


def _answer(document: JsonObject) -> Response:
    return Response(orjson.dumps(document), media_type=ACTIVITY_JSON, headers=_PRIVATE)


ROUTES = (open_page(ROSTER_PATH, get_roster), open_page(MEMBERS_PATH, get_members))
