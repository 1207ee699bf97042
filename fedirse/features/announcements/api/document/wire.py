"""The API as an OpenAPI 3.1 document, made from the same operations and bodies that it works with. Pure."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import msgspec
import orjson
from msgspec import Struct

from fedirse.base import limits
from fedirse.base.types import JsonObject
from fedirse.features.announcements.api import model as said
from fedirse.features.announcements.api.document.model import OPERATIONS, ROOT, Operation
from fedirse.features.announcements.board.model import Arrival
from fedirse.features.announcements.model import Asked, Priority

_REF: Final = "#/components/schemas/{name}"
_POST, _SITE = "01JD9ZK3V5Q8T2M7X4N6R1B0CD", "https://siege.aubrelle.example"
_AT: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_NEW: Final = said.NewAnnouncement(
    title="Rappel : lot 4821",
    text="Retirez le lot **4821** des rayons.",
    audience=said.Audience(said.For.NETWORK),
    priority=Priority.URGENT,
    asked_of=Asked.EVERYONE,
    confirm_before=_AT + timedelta(days=7),
    language="fr",
)
_IN_FORCE: Final = said.Announcement(
    id=_POST,
    version=1,
    url=f"{_SITE}/posts/{_POST}",
    title=_NEW.title,
    text=_NEW.text,
    language="fr",
    audience=_NEW.audience,
    priority=_NEW.priority,
    asked_of=_NEW.asked_of,
    confirm_before=_NEW.confirm_before,
    counts_until=None,
    embargo_until=None,
    text_by_mail=False,
    confirm_from=1,
    published_at=_AT,
    changed_at=None,
)
_PEOPLE: Final = said.People(asked=14, seen=12, confirmed=9)
_LINE: Final = said.Line(
    site="https://lyon.aubrelle.example/actor",
    host="lyon.aubrelle.example",
    name="Aubrelle Lyon",
    region="Sud-Est",
    city="Lyon",
    arrival=Arrival.RECEIVED,
    since=_AT,
    why="",
    late=False,
    version=1,
    confirmed=True,
    confirmed_version=1,
    confirmed_at=_AT + timedelta(hours=2),
    people=_PEOPLE,
    reminded_at=None,
)
_SEGMENT: Final = said.Segment(id=f"{_SITE}/network/segments/{_POST}", name="Sud-Est", sites=38)

EXAMPLES: Final[dict[type[Struct], Struct]] = {
    said.NewAnnouncement: _NEW,
    said.LaterVersion: said.LaterVersion(
        title=_NEW.title, text="Retirez les lots **4821 et 4822** des rayons.", audience=_NEW.audience, of_version=1, ask_again=True
    ),
    said.Announcement: _IN_FORCE,
    said.Announcements: said.Announcements(items=(_IN_FORCE,), next=None),
    said.Published: said.Published(id=_POST, version=1, url=_IN_FORCE.url),
    said.Reminded: said.Reminded(asked=3),
    said.Segments: said.Segments(items=(_SEGMENT,)),
    said.Board: said.Board(
        announcement=_POST,
        version=1,
        sums=said.Sums(sites=1, received=1, waiting=0, failed=0, confirmed=1, people=_PEOPLE),
        lines=(_LINE,),
    ),
}
"""What each body may look like."""

_WHEN: Final = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON object, or the request can be read in two ways.",
    HTTPStatus.UNAUTHORIZED: "No key, or one that opens nothing: revoked, over, or of an account that may not announce any more.",
    HTTPStatus.FORBIDDEN: "The key may only read, or this cannot be said from here.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or this site is no head office.",
    HTTPStatus.CONFLICT: "Somebody has published a later version meanwhile.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"The body has more than {limits.API_BODY_BYTES} bytes.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not JSON, or compressed.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something that was sent cannot be used; “field” says what.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many wrong keys: wait for as many seconds as Retry-After says.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on this site.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Nothing can be saved at the moment; try again later.",
}
_ABOUT: Final = (
    "Announcements of a head office for other programs, such as an intranet. A key is made on the page /announcements/keys and acts in the "
    "name of whoever made it. Fields may be added to what is answered: leave aside what you do not know."
)


def render_document(origin: str, version: str) -> JsonObject:
    """The document of a site.

    Args:
        origin: where the site is.
        version: of the program.
    """
    _, schemas = msgspec.json.schema_components([*EXAMPLES, said.Problem], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "fedirse: announcements", "version": version, "description": _ABOUT},
        "servers": [{"url": f"{origin}{ROOT}"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key from the page /announcements/keys."}},
            "schemas": schemas,
            "responses": {_name(status): _refusal(status) for status in _WHEN},
        },
    }
    # What stands in it as a tuple is a list from here on.
    whole: JsonObject = orjson.loads(orjson.dumps(document))
    return whole


def _operation(operation: Operation) -> JsonObject:
    told: JsonObject = {"operationId": operation.name, "summary": operation.summary, "description": operation.does}
    if parameters := list(_parameters(operation)):
        told["parameters"] = parameters
    if operation.takes is not None:
        told["requestBody"] = {"required": True, "content": _json(operation.takes)}
    refusals = {str(status.value): {"$ref": f"#/components/responses/{_name(status)}"} for status in operation.statuses}
    told["responses"] = {str(operation.status.value): _answer(operation), **refusals}
    return told


def _parameters(operation: Operation) -> list[JsonObject]:
    found: list[JsonObject] = []
    if "{id}" in operation.path:
        about = "The id of an announcement."
        found.append({"name": "id", "in": "path", "required": True, "description": about, "schema": {"type": "string"}})
    found += [{"name": one.name, "in": "query", "description": one.does, "schema": dict(one.schema)} for one in operation.parameters]
    if operation.repeats:
        about = "A string in quotes, such as a UUID. For a day the same request is done once under it, and answered the same every time."
        found.append({"name": "Idempotency-Key", "in": "header", "description": about, "schema": {"type": "string"}})
    return found


def _answer(operation: Operation) -> JsonObject:
    told: JsonObject = {"description": operation.summary}
    if operation.gives is not None:
        told["content"] = _json(operation.gives)
    if operation.table:
        told["content"] = {"text/csv": {"schema": {"type": "string"}}}
    if operation.status is HTTPStatus.CREATED:
        told["headers"] = {"Location": {"description": "Where it can be read.", "schema": {"type": "string"}}}
    return told


def _json(kind: type[Struct]) -> JsonObject:
    schema = {"$ref": _REF.format(name=kind.__name__)}
    return {"application/json": {"schema": schema, "example": msgspec.to_builtins(EXAMPLES[kind])}}


def _refusal(status: HTTPStatus) -> JsonObject:
    told: JsonObject = {
        "description": _WHEN[status],
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}},
    }
    if status is HTTPStatus.UNAUTHORIZED:
        told["headers"] = {"WWW-Authenticate": {"description": "Always “Bearer”.", "schema": {"type": "string"}}}
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        told["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return told


def _name(status: HTTPStatus) -> str:
    return status.phrase.title().replace(" ", "").replace("-", "")
