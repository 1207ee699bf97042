"""What a page says once about what was just done, after the browser was sent on to it. Held by the browser itself until then."""

from typing import Final
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fedirse.base import limits
from fedirse.web.languages import translations
from fedirse.web.visitor import Visitor

_COOKIE: Final = "notice"
SECONDS: Final = 60


def go_on(request: Request, path: str, notice: str = "", **words: object) -> RedirectResponse:
    """Send the browser to another page of this site after a form, so that going back or reloading sends nothing twice.

    Args:
        request: the request with the form.
        path: where to go on.
        notice: a sentence to show there, in English, translated now; nothing for none.
        words: for its place holders.
    """
    response = RedirectResponse(path, 303, {"cache-control": "private, no-store"})
    if notice:
        visitor: Visitor | None = request.scope.get("fedirse.visitor")
        language = visitor.language if visitor is not None else request.scope["fedirse.site"].settings.language
        sentence = translations(language).gettext(notice)
        text = (sentence % words if words else sentence)[: limits.NAME_LENGTH]
        name, secure = cookie_name(request), _is_https(request)
        response.set_cookie(name, quote(text), max_age=SECONDS, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def read_notice(request: Request) -> str:
    """What is to be said, as plain text; empty for nothing."""
    given = request.cookies.get(cookie_name(request), "")
    return unquote(given)[: limits.NAME_LENGTH] if given else ""


def forget_notice(request: Request, response: Response) -> None:
    """It was said."""
    response.delete_cookie(cookie_name(request), path="/", secure=_is_https(request), httponly=True, samesite="lax")


def cookie_name(request: Request) -> str:
    """With the prefix that no other host of the same domain can set (RFC 6265bis, section 4.1.3.2), where there is https."""
    return f"__Host-{_COOKIE}" if _is_https(request) else _COOKIE


def _is_https(request: Request) -> bool:
    return bool(request.scope["fedirse.site"].settings.scheme == "https")
