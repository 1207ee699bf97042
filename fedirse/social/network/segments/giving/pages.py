"""What a head office answers a member that asks for the segments it is in. Nobody else can tell that there are any."""

from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.base.errors import NotFound
from fedirse.base.types import JsonObject, Reader
from fedirse.social.accounts.visitors import document_reader_of, open_page, site_of
from fedirse.social.network.segments.giving.wire import SEGMENTS_PATH, render_listing, segments_at
from fedirse.social.network.segments.rules import needed_for
from fedirse.social.network.segments.store import list_segment_documents, list_segments
from fedirse.social.network.store import current_network
from fedirse.storage.transaction import Transaction

_PRIVATE: Final = {"cache-control": "private, no-store", "vary": "accept, signature, signature-input"}
_LONGEST_SERIAL: Final = 18


async def get_segments(request: Request) -> Response:
    """The definitions that are for whoever asks, later than `after`, oldest first."""
    reader = await document_reader_of(request)
    typed = request.query_params.get("after", "0")
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_SERIAL):
        raise NotFound("no such page")
    document = await site_of(request).read(_listing, reader, int(typed))
    return Response(orjson.dumps(document), media_type=ACTIVITY_JSON, headers=_PRIVATE)


def _listing(tx: Transaction, reader: Reader, after: int) -> JsonObject:
    network = current_network(tx)
    if network is None or not network.head_office or ("network", network.members) not in reader.scopes:
        raise NotFound("no segments for this reader")
    known = {segment.id: segment for segment in list_segments(tx, network.uri)}
    names = needed_for([name for kind, name in reader.scopes if kind == "segment"], known)
    documents = list_segment_documents(tx, network.uri)
    given = [document for name, document in documents.items() if name in names and document["serial"] > after]
    return render_listing(segments_at(network.uri), given, network.counter, after)


ROUTES = (open_page(SEGMENTS_PATH, get_segments),)
