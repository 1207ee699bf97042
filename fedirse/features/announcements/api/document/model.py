"""What programs can ask for, request by request."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from msgspec import Struct

from fedirse.base import limits
from fedirse.features.announcements.api import model as said
from fedirse.features.announcements.api.keys.model import May

ROOT: Final = "/api/fedirse/v1"
"""The version counts what programs have to be changed for; a field that is added is none of that."""

_ALL: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR)
_SENT: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
_DONE: Final = (HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the address after the question mark.

    Attributes:
        name, does: what it is called, and what for.
        schema: of its value.
    """

    name: str
    does: str
    schema: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked for.

    Attributes:
        name: what programs made from the document call it.
        method, path: how it is asked for; the path after ROOT.
        summary, does: what it does, in a line and in full.
        needs: what a key has to be good for.
        parameters: of its address.
        takes: the body that is sent; None for none.
        gives: the body that is answered; None for none, or for a table.
        table: whether a CSV table is answered.
        status: of the answer.
        repeats: whether it may be sent again under an Idempotency-Key.
        refusals: the other statuses it can be answered with, besides those of every operation.
    """

    name: str
    method: str
    path: str
    summary: str
    does: str
    needs: May = May.READ
    parameters: tuple[Parameter, ...] = ()
    takes: type[Struct] | None = None
    gives: type[Struct] | None = None
    table: bool = False
    status: HTTPStatus = HTTPStatus.OK
    repeats: bool = False
    refusals: tuple[HTTPStatus, ...] = ()

    @property
    def statuses(self) -> tuple[HTTPStatus, ...]:
        """Every status that a refusal can have, in order."""
        sent = _SENT if self.method in {"POST", "PUT"} else ()
        done = _DONE if self.needs is May.ANNOUNCE else ()
        return tuple(sorted({*_ALL, *sent, *done, *self.refusals}))


LIST: Final = Operation(
    name="listAnnouncements",
    method="GET",
    path="/announcements",
    summary="All announcements, the latest first",
    does="Go on with the path under “next” until it is null. What was withdrawn is not among them.",
    parameters=(
        Parameter("before", "The id of an announcement: only those published before it.", (("type", "string"),)),
        Parameter(
            "limit",
            "How many at most.",
            (("type", "integer"), ("minimum", 1), ("maximum", limits.API_ITEMS), ("default", limits.PAGE_ITEMS)),
        ),
    ),
    gives=said.Announcements,
    refusals=(HTTPStatus.UNPROCESSABLE_ENTITY,),
)
ANNOUNCE: Final = Operation(
    name="announce",
    method="POST",
    path="/announcements",
    summary="Publish an announcement",
    does="It is published in the name of the head office, and sent to the sites it is for. In the audit log stand the account that made "
    "the key, and the name of the key.",
    needs=May.ANNOUNCE,
    takes=said.NewAnnouncement,
    gives=said.Published,
    status=HTTPStatus.CREATED,
    repeats=True,
    refusals=(HTTPStatus.UNPROCESSABLE_ENTITY,),
)
READ: Final = Operation(
    name="readAnnouncement",
    method="GET",
    path="/announcements/{id}",
    summary="One announcement as it is in force",
    does="What was withdrawn is missing.",
    gives=said.Announcement,
)
CHANGE: Final = Operation(
    name="changeAnnouncement",
    method="PUT",
    path="/announcements/{id}",
    summary="Publish a later version",
    does="Send all that it says from now on, and the version that you began from. Sent twice, it is one version; where somebody else has "
    "published one meanwhile, it is refused with 409: read it again first.",
    needs=May.ANNOUNCE,
    takes=said.LaterVersion,
    gives=said.Published,
    refusals=(HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY),
)
WITHDRAW: Final = Operation(
    name="withdrawAnnouncement",
    method="DELETE",
    path="/announcements/{id}",
    summary="Take an announcement back",
    does="Every site that has it is asked to delete it. This cannot be undone.",
    needs=May.ANNOUNCE,
    status=HTTPStatus.NO_CONTENT,
)
BOARD: Final = Operation(
    name="readBoard",
    method="GET",
    path="/announcements/{id}/board",
    summary="Where an announcement stands, site by site",
    does="Sites of fewer than five people tell no numbers, so their people are in no sum. No person is named.",
    gives=said.Board,
)
TABLE: Final = Operation(
    name="exportBoard",
    method="GET",
    path="/announcements/{id}/board.csv",
    summary="The same as a table",
    does="CSV in UTF-8, one line for each site; codes and dates, not words. The same as on the page.",
    table=True,
)
REMIND: Final = Operation(
    name="remind",
    method="POST",
    path="/announcements/{id}/reminders",
    summary="Ask the silent sites once more",
    does="Every site that is asked to confirm it and has not, but for those asked within ten minutes. Send no body.",
    needs=May.ANNOUNCE,
    gives=said.Reminded,
    repeats=True,
    refusals=(HTTPStatus.UNPROCESSABLE_ENTITY,),
)
SEGMENTS: Final = Operation(
    name="listSegments",
    method="GET",
    path="/segments",
    summary="The selections of sites that an announcement can be for",
    does="By name. Selections are made on the pages of the network.",
    gives=said.Segments,
)

OPERATIONS: Final = (LIST, ANNOUNCE, READ, CHANGE, WITHDRAW, BOARD, TABLE, REMIND, SEGMENTS)
"""All there are."""
