"""Which content types count as what; strict, because a user's upload served by an honest server must not pass for a document.

Pure. See W3C ActivityPub, section 3.2, and the ActivityStreams 2.0 media type.
"""

import re

AS2_PROFILE = "https://www.w3.org/ns/activitystreams"
AS2_TYPES = ("application/activity+json", f'application/ld+json; profile="{AS2_PROFILE}"')

# RFC 9110, sections 5.6.2, 5.6.4 and 8.3.1, without obsolete text.
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = rf'{_WORD}=(?:{_WORD}|"(?:[\t !#-\[\]-~]|\\[\t -~])*")'
_MEDIA_TYPE = re.compile(rf"(?P<essence>{_WORD}/{_WORD})(?P<parameters>(?:[ \t]*;[ \t]*{_PARAMETER})*)[ \t]*;?[ \t]*")
_PARAMETERS = re.compile(rf"(?P<name>{_WORD})=(?P<value>{_PARAMETER.partition('=')[2]})")
_LONGEST = 1024


def is_as2(content_type: str) -> bool:
    """Whether a Content-Type names an ActivityStreams document: activity+json, or ld+json with exactly that profile."""
    parsed = _parse(content_type)
    if parsed is None:
        return False
    essence, parameters = parsed
    if essence == "application/activity+json":
        return True
    # The profile is a list separated by spaces (RFC 6906, section 3.1).
    return essence == "application/ld+json" and AS2_PROFILE in parameters.get("profile", "").split(" ")


def is_jrd(content_type: str) -> bool:
    """Whether a Content-Type may carry a JSON Resource Descriptor (RFC 7033, section 10.2); plain JSON is common."""
    return is_json(content_type) or _essence(content_type) == "application/jrd+json"


def is_json(content_type: str) -> bool:
    """Whether a Content-Type is plain JSON, with whatever profile."""
    return _essence(content_type) == "application/json"


def _essence(content_type: str) -> str:
    parsed = _parse(content_type)
    return parsed[0] if parsed else ""


def _parse(content_type: str) -> tuple[str, dict[str, str]] | None:
    """Lower-case type and its parameters, or None for what does not parse, repeats a parameter or is not in UTF-8."""
    match = _MEDIA_TYPE.fullmatch(content_type.strip(" \t")) if len(content_type) <= _LONGEST else None
    if match is None:
        return None
    parameters: dict[str, str] = {}
    for found in _PARAMETERS.finditer(match["parameters"]):
        name = found["name"].lower()
        if name in parameters:
            return None
        value = found["value"]
        parameters[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    # RFC 8259, section 8.1: JSON between systems is UTF-8, whatever a parameter says.
    if parameters.get("charset", "utf-8").lower() != "utf-8":
        return None
    return match["essence"].lower(), parameters
