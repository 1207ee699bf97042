"""How a request is told from another (draft-ietf-httpapi-idempotency-key-header). Pure."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

import orjson

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.types import JsonObject
from fedirse.features.announcements.api.repeats.model import Repeat

HEADER: Final = "Idempotency-Key"

# A String of RFC 8941 (section 3.3.3), as the draft asks for; or the same without quotes, as most programs send it.
_STRING: Final = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_BARE: Final = re.compile(r"[!#-+\--:<-\[\]-~]+")
_ESCAPED: Final = re.compile(r"\\(.)")


def repeat_of(given: Sequence[str], method: str, path: str, document: JsonObject) -> Repeat | None:
    """What tells a request when it is sent again; None where it came without a name.

    Args:
        given: the values of the header.
        method: how it is asked.
        path: where.
        document: what was sent.

    Raises:
        InvalidInput: two names, or one that is empty, too long or no String.
    """
    if not given:
        return None
    value = given[0].strip()
    quoted = _STRING.fullmatch(value)
    name = _ESCAPED.sub(r"\1", quoted[1]) if quoted else value if _BARE.fullmatch(value) else ""
    if len(given) > 1 or not 0 < len(name) <= limits.API_REPEAT_CHARACTERS:
        raise InvalidInput(
            "Send one Idempotency-Key: a string in quotes of 1 to %(most)s characters, such as a UUID.",
            reason="bad-idempotency-key",
            field=HEADER,
            most=limits.API_REPEAT_CHARACTERS,
        )
    asked = orjson.dumps([method, path, document], option=orjson.OPT_SORT_KEYS)
    return Repeat(name, hashlib.sha256(asked).hexdigest())
