"""The bodies of requests and of refusals. Pure."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, TypeVar

import msgspec

from fedirse.activitypub import strict_json
from fedirse.base.errors import FedirseError, InvalidInput
from fedirse.base.types import JsonObject
from fedirse.features.announcements.api.model import Problem

PROBLEM_JSON: Final = "application/problem+json"

_MEMBER: Final = re.compile(r"Object (?P<wrong>contains unknown|missing required) field `(?P<name>[^`]*)`")
_PLACE: Final = re.compile(r" - at `\$\.?(?P<path>.*)`$", re.DOTALL)

B = TypeVar("B")


def parse_document(body: bytes) -> JsonObject:
    """The JSON object that was sent; an empty body is an empty object. Raises MalformedDocument as `strict_json.parse`."""
    return strict_json.parse(body) if body.strip() else {}


def parse_body(document: JsonObject, kind: type[B]) -> B:
    """What was sent, as a value. Raises InvalidInput for a field that is not known, that is missing, or that holds something else."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error


def problem_of(status: HTTPStatus, error: FedirseError, translate: Callable[[str], str]) -> Problem:
    """What is answered to a request that was refused.

    Args:
        status: of the answer.
        error: why; its sentence is for whoever asked.
        translate: into the language of whoever asked.
    """
    field = (error.field or None) if isinstance(error, InvalidInput) else None
    return Problem(title=status.phrase, status=status.value, detail=error.sentence(translate), code=error.reason, field=field)


def _refusal(told: str) -> InvalidInput:
    place, member = _PLACE.search(told), _MEMBER.match(told)
    path = place["path"] if place is not None else ""
    if member is not None:
        field = f"{path}.{member['name']}" if path else member["name"]
        if member["wrong"] == "missing required":
            return InvalidInput("The field “%(name)s” is missing: send it.", reason="missing-field", field=field, name=field)
        return InvalidInput(
            "There is no field “%(name)s”: leave it out, or mend its name.", reason="unknown-field", field=field, name=field
        )
    why = told[: place.start()] if place is not None else told
    return InvalidInput("The field “%(name)s” cannot be used: %(why)s.", reason="bad-field", field=path, name=path, why=why)
