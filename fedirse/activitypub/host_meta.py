"""Web Host Metadata (RFC 6415): tells old programs and some apps where WebFinger is answered."""

from typing import Final

from fedirse.base.types import JsonObject

XRD_MEDIA_TYPE: Final = "application/xrd+xml"
JSON_MEDIA_TYPE: Final = "application/jrd+json"

_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


def render_xrd(origin: str) -> str:
    """What `/.well-known/host-meta` answers.

    Args:
        origin: scheme and authority of the site, without a slash at the end.
    """
    template = _template(origin).translate(_ESCAPES)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="{JSON_MEDIA_TYPE}" template="{template}"/>\n'
        "</XRD>\n"
    )


def render_json(origin: str) -> JsonObject:
    """What `/.well-known/host-meta.json` answers: the same as JSON (RFC 6415, appendix A)."""
    return {"links": [{"rel": "lrdd", "type": JSON_MEDIA_TYPE, "template": _template(origin)}]}


def _template(origin: str) -> str:
    return f"{origin}/.well-known/webfinger?resource={{uri}}"
