"""The address of a site as somebody types it. Pure."""

from fedirse.activitypub import uris
from fedirse.base.errors import InvalidInput, MalformedDocument


def site_origin(typed: str, *, allow_http: bool = False) -> str:
    """The origin of a site whose name or address somebody typed. Raises InvalidInput for what is neither.

    Args:
        typed: as typed; what follows the name is passed over.
        allow_http: whether the site may be one of the development switch.
    """
    scheme, given, rest = typed.partition("://")
    known = scheme.lower() if given else "http" if allow_http else "https"
    host = (rest if given else typed).partition("/")[0].partition("?")[0].partition("#")[0]
    try:
        found = uris.parse(f"{known}://{host}/", allow_http=allow_http)
    except MalformedDocument as error:
        raise _no_site() from error
    if "." not in found.authority and not allow_http:
        raise _no_site()
    return found.origin


def _no_site() -> InvalidInput:
    return InvalidInput("Write the address of your site, like lyon.example.", reason="no-site", field="site")
