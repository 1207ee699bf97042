"""Security headers: what a browser must not do with anything this site serves. On every response, whatever it is."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedirse.site import Site

# Nothing is loaded from anywhere else: no script but our files, no picture of another server (it would learn who reads what, and when).
# `blob:` shows a picture that was chosen and is not sent yet.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ALWAYS: Final = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    # For browsers that do not know frame-ancestors.
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_OVER_TLS: Final = (
    # Only this name: what runs beside it on other names of the domain is not ours to decide.
    ("strict-transport-security", "max-age=31536000"),
    # Browsers ignore it elsewhere, and complain.
    ("cross-origin-opener-policy", "same-origin"),
)


def security_headers(*, https: bool) -> tuple[tuple[str, str], ...]:
    """The headers of every response.

    Args:
        https: whether the site is reached over TLS; one under the development switch is not.
    """
    return (*_ALWAYS, *_OVER_TLS) if https else _ALWAYS


def policy_with(media_origin: str) -> str:
    """The policy of a site whose files are served by a host of their own: pictures and recordings may come from there as well."""
    policy = POLICY
    for kind in ("img-src", "media-src"):
        policy = policy.replace(f"{kind} 'self'", f"{kind} 'self' {media_origin}")
    return policy


class SecurityHeaders:
    """ASGI application that adds the headers to every response of another one; what a response says itself stays.

    Args:
        app: the application around which it stands, which puts the site into the scope.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                site: Site | None = scope.get("fedirse.site")
                headers = MutableHeaders(scope=message)
                if site is not None and site.settings.media_domain is not None:
                    headers.setdefault("content-security-policy", policy_with(f"{site.settings.scheme}://{site.settings.media_domain}"))
                for name, value in security_headers(https=site is None or site.settings.scheme == "https"):
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
