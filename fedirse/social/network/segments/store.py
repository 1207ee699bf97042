"""The last definition of each segment that is known here, as it was signed."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import orjson
from sqlalchemy import Boolean, Column, Integer, Select, String, Table, Text, bindparam, false, select, type_coerce, update
from sqlalchemy.engine import Connection

from fedirse.base.types import JsonObject
from fedirse.social.network.segments.model import Place, Segment
from fedirse.social.network.segments.wire import parse_segment
from fedirse.storage.columns import Json, metadata
from fedirse.storage.dialect import upsert

segments = Table(
    "segments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("network", Text, nullable=False, index=True),
    Column("serial", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("document", Json, nullable=False),
    Column("place", String(8), nullable=False, default=Place.INSIDE.value),
    Column("unlisted", Boolean, nullable=False, default=False, server_default=false()),
)

_REMEMBERED: Final = 1024
"""How many definitions a process keeps read: they are asked about for every post, and hardly ever change."""

_USED: Final = (segments.c.place != Place.OUTSIDE, segments.c.unlisted.is_(False))
_OF_NETWORK: Final = segments.c.network == bindparam("network")

# Statements of the busy paths, built once: to build one costs more than to run it.
_ALL_USED: Final = select(type_coerce(segments.c.document, Text)).where(_OF_NETWORK, *_USED)
_OWN: Final = _ALL_USED.where(segments.c.place == Place.INSIDE)
_LISTED: Final = select(type_coerce(segments.c.document, Text)).where(_OF_NETWORK, segments.c.unlisted.is_(False))
_ONE: Final = select(type_coerce(segments.c.document, Text)).where(segments.c.id == bindparam("of_id"))
_USED_IDS: Final = select(segments.c.id).where(_OF_NETWORK, *_USED)


def save_segment(tx: Connection, segment: Segment, document: JsonObject) -> None:
    """Keep a definition that won over what was known of the segment; a later one than the head office left out is told anew."""
    values = {
        "id": segment.id,
        "network": segment.network,
        "serial": segment.serial,
        "digest": segment.digest,
        "document": document,
        "place": Place.INSIDE,
        "unlisted": False,
    }
    tx.execute(upsert(segments, values, key=("id",)))


def prove_segments(tx: Connection, network: str, prove: Callable[[JsonObject], JsonObject]) -> None:
    """Put other proofs on every definition; what they say stays."""
    for row in tx.execute(select(segments.c.id, segments.c.document).where(segments.c.network == network)).all():
        tx.execute(update(segments).where(segments.c.id == row.id).values(document=prove(row.document)))


def list_segments(tx: Connection, network: str) -> list[Segment]:
    """Every segment of a network by which something can be decided here, withdrawn ones included, by name."""
    return _read(tx, _ALL_USED, network=network)


def list_segment_ids(tx: Connection, network: str) -> frozenset[str]:
    """The ids of those that `list_segments` gives, without reading them."""
    return frozenset(tx.execute(_USED_IDS, {"network": network}).scalars())


def list_own_segments(tx: Connection, network: str) -> list[Segment]:
    """The segments that this site can address: those it is in, at a head office all; no withdrawn ones, by name."""
    return [segment for segment in _read(tx, _OWN, network=network) if not segment.withdrawn]


def list_listed_segments(tx: Connection, network: str) -> list[Segment]:
    """Every segment of which the last definition is known here, but for those that the head office left out when it was asked."""
    return _read(tx, _LISTED, network=network)


def find_segment(tx: Connection, segment_id: str) -> Segment | None:
    """The last definition of a segment, whatever it is to this site."""
    found = _read(tx, _ONE, of_id=segment_id)
    return found[0] if found else None


def list_segment_documents(tx: Connection, network: str) -> dict[str, JsonObject]:
    """The signed definitions by the id of their segments, in the order of their serials."""
    query = select(segments.c.id, segments.c.document).where(segments.c.network == network).order_by(segments.c.serial, segments.c.id)
    return {row.id: row.document for row in tx.execute(query)}


def is_unlisted(tx: Connection, segment_id: str) -> bool:
    """Whether the head office left a segment out when it was asked, and nothing was told of it since."""
    return tx.execute(select(segments.c.id).where(segments.c.id == segment_id, segments.c.unlisted.is_(True))).first() is not None


def note_listed(tx: Connection, network: str, listed: Mapping[str, bool]) -> None:
    """Write down which segments the head office named when it was asked, and which it left out, by their ids."""
    for segment_id, is_listed in listed.items():
        tx.execute(update(segments).where(segments.c.network == network, segments.c.id == segment_id).values(unlisted=not is_listed))


def note_places(tx: Connection, network: str, places: Mapping[str, Place]) -> None:
    """Write down what segments are to this site, by their ids."""
    for segment_id, place in places.items():
        tx.execute(update(segments).where(segments.c.network == network, segments.c.id == segment_id).values(place=place))


def highest_segment_serial(tx: Connection, network: str) -> int:
    """The highest number of a definition that is known here; 0 for none."""
    query = select(segments.c.serial).where(segments.c.network == network).order_by(segments.c.serial.desc()).limit(1)
    return tx.execute(query).scalar_one_or_none() or 0


def _read(tx: Connection, which: Select[str], **values: str) -> list[Segment]:
    return sorted(map(_segment, tx.execute(which, values).scalars()), key=lambda segment: (segment.name.casefold(), segment.id))


@lru_cache(_REMEMBERED)
def _segment(text: str) -> Segment:
    """A definition by the very text it was stored as, so that what is remembered can never be another one."""
    return parse_segment(orjson.loads(text))
