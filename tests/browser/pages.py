"""Every page there is, and who looks at it; taken from the router, so that a new one cannot be forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.routing import BaseRoute

from fedirse import assembly
from fedirse.inbox.nonces import Nonces
from fedirse.inbox.receive import Door
from fedirse.social.accounts.visitors import Gated
from tests.browser.scene import Scene
from tests.browser.story import INVITATION, SIGN_IN_LINK


@dataclass(frozen=True)
class Look:
    """One page as somebody sees it.

    Attributes:
        name: of its picture.
        address: path and query; `{…}` is the name of a post of the scene, `report` or `site`.
        who: a handle of the scene; nobody when empty.
        status: what it is answered with.
    """

    name: str
    address: str
    who: str = "marc"
    status: int = 200

    def path(self, scene: Scene) -> str:
        """Where it is at the scene's site."""
        return self.address.format(report=scene.told.report, site=scene.told.site, **scene.told.posts)


LOOKS: dict[str, tuple[Look, ...]] = {
    "/": (Look("home", "/"), Look("front", "/", ""), Look("home-reader", "/", "lea"), Look("home-empty", "/", "paul")),
    "/@{handle}": (Look("profile", "/@ines"), Look("profile-visitor", "/@ines", ""), Look("site-profile", "/@{site}", ""),
                   Look("profile-remote", "/@karim@atelier-haddad.example")),
    "/@{handle}/followers": (Look("followers", "/@ines/followers"),),
    "/@{handle}/following": (Look("following", "/@marc/following"),),
    "/@{handle}/media": (Look("profile-media", "/@ines/media"),),
    "/@{handle}/with-replies": (Look("profile-replies", "/@ines/with-replies"),),
    "/bookmarks": (Look("bookmarks", "/bookmarks"), Look("bookmarks-empty", "/bookmarks", "paul")),
    "/compose": (Look("compose", "/compose"), Look("compose-reply", "/compose?reply_to={heard}", "ines")),
    "/confirm": (Look("confirm", "/confirm?next=/settings/security", "sofia"),),
    "/drafts": (Look("drafts", "/drafts"),),
    "/follows/remote": (Look("follow-from-elsewhere", "/follows/remote?to=ines", ""),),
    "/follows/requests": (Look("follow-requests", "/follows/requests", "paul"),),
    "/held": (Look("held-own", "/held", "ines"),),
    "/invitation/{secret}": (Look("invitation", f"/invitation/{INVITATION}", ""), Look("invitation-spent", "/invitation/x", "", 410)),
    "/link/{secret}": (Look("reset", f"/link/{SIGN_IN_LINK}", ""),),
    "/local": (Look("local", "/local"), Look("local-visitor", "/local", "")),
    "/messages": (Look("messages", "/messages"),),
    "/notifications": (Look("notifications", "/notifications", "ines"), Look("notifications-talk", "/notifications?only=talk", "ines")),
    "/posts/{post_id}": (Look("thread", "/posts/{pictures}"), Look("thread-visitor", "/posts/{pictures}", ""), Look("article", "/posts/{article}", ""),
                         Look("poll", "/posts/{poll}"), Look("poll-over", "/posts/{poll_over}"), Look("direct", "/posts/{direct}"),
                         Look("missing", "/posts/nowhere", "", 404)),
    "/posts/{post_id}/delete": (Look("delete", "/posts/{long}/delete"),),
    "/posts/{post_id}/edit": (Look("edit", "/posts/{pictures}/edit", "ines"),),
    "/posts/{post_id}/history": (Look("history", "/posts/{long}/history"),),
    "/report": (Look("report-something", "/report?post={remote}", "lea"),),
    "/search": (Look("search", "/search?q=vitrine"), Look("search-people", "/search?q=ines"), Look("search-nothing", "/search?q=zzyzx"),
                Look("search-visitor", "/search?q=table", "")),
    "/settings/blocks": (Look("own-blocks", "/settings/blocks"),),
    "/settings/data": (Look("data", "/settings/data", "ines"), Look("data-none", "/settings/data")),
    "/settings/data/erase": (Look("erase-oneself", "/settings/data/erase"),),
    "/settings/preferences": (Look("preferences", "/settings/preferences"),),
    "/settings/profile": (Look("edit-profile", "/settings/profile", "ines"),),
    "/settings/security": (Look("security", "/settings/security"),),
    "/settings/security/totp": (Look("second-factor", "/settings/security/totp"),),
    "/sign-in": (Look("sign-in", "/sign-in?next=/notifications", ""),),
    "/sign-in/link": (Look("ask-link", "/sign-in/link", ""),),
    "/site/audit": (Look("audit", "/site/audit?check"),),
    "/site/blocks": (Look("blocks", "/site/blocks", "sofia"),),
    "/site/erasures": (Look("erasures", "/site/erasures"),),
    "/site/health": (Look("health", "/site/health"),),
    "/site/held": (Look("held", "/site/held", "sofia"),),
    "/site/look": (Look("look", "/site/look"),),
    "/site/people": (Look("people", "/site/people"),),
    "/site/people/invite": (Look("invite", "/site/people/invite"),),
    "/site/people/{handle}": (Look("member", "/site/people/ines"),),
    "/site/people/{handle}/erase": (Look("erase", "/site/people/lea/erase"), Look("erased", "/site/people/hugo/erase")),
    "/site/queue": (Look("queue", "/site/queue"), Look("queue-drop", "/site/queue?drop=atelier-haddad.example")),
    "/site/reports": (Look("reports", "/site/reports", "sofia"), Look("reports-empty", "/site/reports?state=resolved", "sofia")),
    "/site/reports/{report_id}": (Look("report", "/site/reports/{report}", "sofia"),),
    "/site/settings": (Look("settings", "/site/settings"),),
    "/tags/{tag}": (Look("tag", "/tags/vitrine"), Look("tag-visitor", "/tags/vitrine", "")),
}  # fmt: skip
"""By route: how each page is looked at."""

NO_PAGES = {
    "/.well-known/host-meta": "XML for programs",
    "/.well-known/host-meta.json": "JSON for programs",
    "/.well-known/nodeinfo": "JSON for programs",
    "/.well-known/webfinger": "JSON for programs",
    "/@{handle}/feed": "an Atom feed",
    "/@{handle}/feed.rss": "an RSS feed",
    "/actor": "a document; a browser is sent to the profile",
    "/actor/followers": "a document",
    "/actor/following": "a document",
    "/authorize_interaction": "sends on to a person or a post",
    "/completion/names": "JSON for the composer",
    "/completion/tags": "JSON for the composer",
    "/feed": "an Atom feed",
    "/feed.rss": "an RSS feed",
    "/newer-posts": "JSON for the page",
    "/media/remote/{variant}/{picture}": "a picture",
    "/media/{media_id}/{key}/{name}": "a file",
    "/nodeinfo/{version}": "JSON for programs",
    "/oembed": "JSON for programs",
    "/people/{handle}": "a document; a browser is sent to the profile",
    "/people/{handle}/followers": "a document",
    "/people/{handle}/following": "a document",
    "/people/{handle}/inbox": "a document",
    "/posts/{post_id}/replies": "a document",
    "/settings/data/archive.zip": "an archive to download",
    "/site/audit.csv": "a table to download",
    "/site/blocks.csv": "a table to download",
    "/site/look/preview.css": "a style sheet",
    "/site/people/{handle}/erase.csv": "a table to download",
    "/site/reports.csv": "a table to download",
    "/tags/{tag}/feed": "an Atom feed",
    "/tags/{tag}/feed.rss": "an RSS feed",
    "/welcome": "there only while nobody runs the site; looked at on a site that is new",
}
"""By route: why it is no page of the scene."""


def page_routes() -> set[str]:
    """The path of every route that a browser may open."""

    async def heard(_site: object, _host: str) -> None:
        """Nobody is told."""

    routes: list[BaseRoute] = assembly.routes(Door(assembly.registry(), Nonces(), heard))
    return {route.path for route in routes if isinstance(route, Gated) and not route.is_deed}


def all_looks() -> Iterator[Look]:
    """Every page, as each looks at it."""
    for looks in LOOKS.values():
        yield from looks
