"""From a connection to a site: the first thing every request meets. Picks the site by Host and refuses what two readers could
understand in two ways, before any route is looked at.
"""

import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from fedirse.activitypub.signatures import normalise_authority
from fedirse.base.errors import MalformedDocument, Misdirected, SignatureError
from fedirse.site import Site
from fedirse.social.accounts.visitors import visitor_of
from fedirse.web.errors import ErrorPages
from fedirse.web.headers import SecurityHeaders

# Encoded separators, dots and NUL, and empty segments: the router reads the decoded path, signatures cover the raw one, and the two
# must mean the same.
_HIDDEN_PARTS = re.compile(rb"//|%(?:2[EeFf]|5[Cc]|00)")


def application(sites: Mapping[str, Site], router: ASGIApp) -> ASGIApp:
    """The ASGI application of a process: the choice of the site, its routes, and around them the answers to errors."""
    return SecurityHeaders(ErrorPages(Application(sites, router), visitor_of))


class Application:
    """Puts the site of a request into its scope, and refuses requests that are for none or could be for two.

    Args:
        sites: the sites served here, by authority; looked at on every request, so that a site may be added while it runs.
        router: the routes that all of them share.
    """

    def __init__(self, sites: Mapping[str, Site], router: ASGIApp) -> None:
        self._sites = sites
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or scope.get("fedirse.absolute_form") or not is_normal_path(scope["raw_path"]):
            raise MalformedDocument("a request that can be read in two ways", reason="ambiguous-request")
        site = self._find(hosts[0].decode("latin-1"), scope) or self._find_by_media_host(hosts[0].decode("latin-1"), scope)
        if site is None:
            raise Misdirected(f"no site {hosts[0]!r:.100}")
        scope["fedirse.site"] = site
        await self._router(scope, receive, send)

    def _find(self, host: str, scope: Scope) -> Site | None:
        site = self._sites.get(host)
        if site is not None:
            scope["fedirse.authority"] = host
            return site
        for scheme in ("https", "http"):
            try:
                authority = normalise_authority(host, scheme)
            except SignatureError:
                return None
            site = self._sites.get(authority)
            if site is not None and site.settings.scheme == scheme:
                scope["fedirse.authority"] = authority
                return site
        return None

    def _find_by_media_host(self, host: str, scope: Scope) -> Site | None:
        """The site whose files are served at that host, and nothing else of it."""
        asked = host.lower()
        site = next((site for site in self._sites.values() if site.settings.media_domain == asked), None)
        if site is not None:
            scope["fedirse.authority"] = asked
            scope["fedirse.media_host"] = True
        return site


def is_normal_path(raw_path: bytes) -> bool:
    """Whether a path means the same to everybody who reads it: no dot segments, no empty ones, no encoded separators."""
    segments = raw_path.split(b"/")
    return raw_path.startswith(b"/") and not _HIDDEN_PARTS.search(raw_path) and b"." not in segments and b".." not in segments
