"""Every page there is, and who looks at it; taken from the router, so that a new one cannot be forgotten."""

from collections.abc import Iterator

from starlette.routing import BaseRoute

from fedirse import assembly
from fedirse.inbox.nonces import Nonces
from fedirse.inbox.receive import Door
from fedirse.social.accounts.visitors import Gated
from tests.browser import rarities
from tests.browser.arriving import come_back
from tests.browser.looks import Look
from tests.browser.story import INVITATION, SIGN_IN_LINK

LOOKS: dict[str, tuple[Look, ...]] = {
    "/": (Look("home", "/"), Look("front", "/", ""), Look("home-reader", "/", "lea"), Look("home-empty", "/", "yann"),
          Look("network-arriving", "/", steps=(come_back,))),
    "/@{handle}": (Look("profile", "/@ines"), Look("profile-visitor", "/@ines", ""), Look("site-profile", "/@{site}", ""),
                   Look("profile-remote", "/@karim@atelier-haddad.example")),
    "/@{handle}/followers": (Look("followers", "/@ines/followers"),),
    "/@{handle}/following": (Look("following", "/@marc/following"),),
    "/@{handle}/media": (Look("profile-media", "/@ines/media"),),
    "/@{handle}/with-replies": (Look("profile-replies", "/@ines/with-replies"),),
    "/announcements": (Look("announcements-site", "/announcements"), Look("announcements-reader", "/announcements", "lea")),
    "/announcements/mail": (Look("mail-wish", "/announcements/mail", "ines"),),
    "/authorize_interaction": (Look("too-often", "/authorize_interaction?uri=@a@ailleurs.example", "paul", 429),),
    "/bookmarks": (Look("bookmarks", "/bookmarks"), Look("bookmarks-empty", "/bookmarks", "paul")),
    "/compose": (Look("compose", "/compose"), Look("compose-reply", "/compose?reply_to={heard}", "ines")),
    "/confirm": (Look("confirm", "/confirm?next=/settings/security", "sofia"),),
    "/drafts": (Look("drafts", "/drafts"), Look("drafts-none", "/drafts", "ines"), Look("broken", "/drafts", "yann", 500)),
    "/follows/remote": (Look("follow-from-elsewhere", "/follows/remote?to=ines", ""),),
    "/follows/requests": (Look("follow-requests", "/follows/requests", "paul"),),
    "/held": (Look("held-own", "/held", "ines"),),
    "/invitation/{secret}": (Look("invitation", f"/invitation/{INVITATION}", ""), Look("invitation-spent", "/invitation/x", "", 410)),
    "/link/{secret}": (Look("reset", f"/link/{SIGN_IN_LINK}", ""), Look("link", f"/link/{rarities.SIGN_IN_LINK}", ""), Look("link-email", f"/link/{rarities.EMAIL_LINK}", ""), Look("link-spent", "/link/x", "", 410)),
    "/followed": (Look("followed", "/followed"),),
    "/local": (Look("local", "/local"), Look("local-visitor", "/local", "")),
    "/messages": (Look("messages", "/messages"),),
    "/network": (Look("network", "/network"),),
    "/notifications": (Look("notifications", "/notifications", "ines"), Look("notifications-talk", "/notifications?only=talk", "ines")),
    "/posts/{post_id}": (Look("thread", "/posts/{pictures}"), Look("thread-visitor", "/posts/{pictures}", ""), Look("article", "/posts/{article}", ""),
                         Look("poll", "/posts/{poll}"), Look("poll-over", "/posts/{poll_over}"), Look("announcement-asked", "/posts/{announcement}"),
                         Look("announcement-reader", "/posts/{announcement}", "lea"), Look("direct", "/posts/{direct}"),
                         Look("missing", "/posts/nowhere", "", 404), Look("gone", "/posts/{gone}", "", 410)),
    "/posts/{post_id}/delete": (Look("delete", "/posts/{long}/delete"),),
    "/posts/{post_id}/edit": (Look("edit", "/posts/{pictures}/edit", "ines"),),
    "/posts/{post_id}/egress": (Look("egress", "/posts/{pictures}/egress", "ines"), Look("egress-none", "/posts/{sheet}/egress")),
    "/posts/{post_id}/history": (Look("history", "/posts/{long}/history"),),
    "/report": (Look("report-something", "/report?post={remote}", "lea"),),
    "/search": (Look("search", "/search?q=vitrine"), Look("search-people", "/search?q=ines&in=people"), Look("search-nothing", "/search?q=zzyzx"),
                Look("search-tags", "/search?q=vit&in=tags"), Look("search-blocked", "/search?q=@a@casino-gratuit.example"), Look("search-visitor", "/search?q=table", "")),
    "/settings/blocks": (Look("own-blocks", "/settings/blocks"),),
    "/settings/data": (Look("data", "/settings/data", "ines"), Look("data-none", "/settings/data", "lea")),
    "/settings/data/erase": (Look("erase-oneself", "/settings/data/erase"),),
    "/settings/preferences": (Look("preferences", "/settings/preferences"),),
    "/settings/profile": (Look("edit-profile", "/settings/profile", "ines"),),
    "/settings/security": (Look("security", "/settings/security"), Look("security-stronger", "/settings/security?stronger=1"), Look("security-codes", "/settings/security", "yann")),
    "/settings/security/totp": (Look("second-factor", "/settings/security/totp"), Look("second-factor-square", "/settings/security/totp", "lea"),
                                Look("second-factor-on", "/settings/security/totp", "yann")),
    "/sign-in": (Look("sign-in", "/sign-in?next=/notifications", ""),),
    "/sign-in/link": (Look("ask-link", "/sign-in/link", ""),),
    "/site/audit": (Look("audit", "/site/audit?check"),),
    "/site/blocks": (Look("blocks", "/site/blocks", "sofia"),),
    "/site/erasures": (Look("erasures", "/site/erasures"),),
    "/site/health": (Look("health", "/site/health"),),
    "/site/held": (Look("held", "/site/held", "sofia"),),
    "/site/look": (Look("look", "/site/look"),),
    "/site/look/kit": (Look("kit-none", "/site/look/kit"),),
    "/site/network": (Look("network-members", "/site/network"),),
    "/site/network/segments": (Look("network-selections", "/site/network/segments"),),
    "/site/network/join": (Look("network-join", "/site/network/join"),),
    "/site/network/leave": (Look("network-leave", "/site/network/leave"),),
    "/site/network/members/{host}": (Look("network-member", "/site/network/members/nantes.aubrelle.example"),),
    "/site/channels/new": (Look("channel-new", "/site/channels/new"),),
    "/site/partners": (Look("partners", "/site/partners"),),
    "/site/partners/{handle}": (Look("channel", "/site/partners/catalogue"), Look("channel-closed", "/site/partners/presse")),
    "/site/partners/{handle}/close": (Look("channel-close", "/site/partners/catalogue/close"),),
    "/site/partners/{handle}/end": (Look("partner-end", "/site/partners/catalogue/end?actor={partner}"),),
    "/site/people": (Look("people", "/site/people"),),
    "/site/people/invite": (Look("invite", "/site/people/invite"),),
    "/site/people/{handle}": (Look("member", "/site/people/ines"),),
    "/site/people/{handle}/erase": (Look("erase", "/site/people/lea/erase"), Look("erased", "/site/people/hugo/erase")),
    "/site/queue": (Look("queue", "/site/queue"), Look("queue-drop", "/site/queue?drop=atelier-haddad.example")),
    "/site/reports": (Look("reports", "/site/reports", "sofia"), Look("reports-empty", "/site/reports?state=resolved", "sofia")),
    "/site/reports/{report_id}": (Look("report", "/site/reports/{report}", "sofia"), Look("report-confided", "/site/reports/{confided_report}", "sofia")),
    "/site/settings": (Look("settings", "/site/settings"), Look("forbidden", "/site/settings", "lea", 403)),
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
    "/announcements/keys": "only a head office has it: looked at in test_keys.py",
    "/announcements/starters": "only a head office has it: looked at in test_writing.py",
    "/announcements/planned/{plan_id}": "only a head office has it: looked at in test_writing.py",
    "/announcements/new": "only a head office has it: looked at in test_announcements.py",
    "/announcements/{post_id}/mails": "only where mails were sent: asked in tests/features/announcements/test_mailed_links.py",
    "/link/announcement/{secret}": "its address stands in a mail alone: asked in tests/features/announcements/test_mailed_links.py",
    "/link/mails/{presented}": "its address stands in a mail alone: asked in tests/features/announcements/test_mailed_links.py",
    "/announcements/preview": "leads to where announcements are written",
    "/announcements/preview/brands.css": "colours",
    "/announcements/{post_id}/board": "only a head office has it: looked at in test_announcements.py",
    "/announcements/{post_id}/board.csv": "a table to download",
    "/announcements/{post_id}/board/live": "a stream: followed in test_announcements.py",
    "/announcements/{post_id}/calls": "only a head office has it: looked at in test_announcements.py",
    "/announcements/{post_id}/calls.csv": "a table to download",
    "/announcements/{post_id}/change": "only a head office has it: looked at in test_announcements.py",
    "/announcements/{post_id}/withdraw": "only a head office has it: looked at in test_announcements.py",
    "/api/fedirse/v1/openapi.json": "JSON for programs",
    "/completion/names": "JSON for the composer",
    "/completion/tags": "JSON for the composer",
    "/feed": "an Atom feed",
    "/feed.rss": "an RSS feed",
    "/newer-posts": "JSON for the page",
    "/media/remote/{variant}/{picture}": "a picture",
    "/media/{media_id}/{key}/{name}": "a file",
    "/nodeinfo/{version}": "JSON for programs",
    "/oembed": "JSON for programs",
    "/network/invitations/{secret}": "only a head office has it: looked at in test_joining.py",
    "/site/network/invitations": "only a head office has it: looked at in test_joining.py",
    "/site/network/invitations/new": "only a head office has it: looked at in test_joining.py",
    "/site/network/segments/new": "only a head office has it: looked at in test_selections.py",
    "/site/network/segments/{key}": "only a head office has it: looked at in test_selections.py",
    "/site/network/segments/{key}/withdraw": "only a head office has it: looked at in test_selections.py",
    "/site/network/requests": "only a head office has it: looked at in test_joining.py",
    "/site/network/requests/one": "only a head office has it: looked at in test_joining.py",
    "/network/members": "documents, for members",
    "/network/outbox": "documents, for members",
    "/network/outbox/newest": "a document, for members",
    "/network/roster": "a document, for members",
    "/network/segments": "documents, for members",
    "/people/{handle}": "a document; a browser is sent to the profile",
    "/people/{handle}/followers": "a document",
    "/people/{handle}/following": "a document",
    "/people/{handle}/inbox": "a document",
    "/posts/{post_id}/egress.csv": "a table to download",
    "/posts/{post_id}/files/{mark}": "a file to download",
    "/posts/{post_id}/pictures/{variant}/{mark}": "a picture",
    "/posts/{post_id}/replies": "a document",
    "/settings/data/archive.zip": "an archive to download",
    "/site/network/leave/archive.zip": "an archive to download",
    "/site/audit.csv": "a table to download",
    "/site/network.csv": "a table to download",
    "/site/network/members/{host}/{measure}": "only a head office has it: tests/social/network/console/member",
    "/site/blocks.csv": "a table to download",
    "/site/kit": "only a head office has it: looked at in test_kit.py",
    "/site/look/kit/change": "only where a look is offered: looked at in test_kit.py",
    "/site/look/kit/preview.css": "a style sheet",
    "/site/look/preview.css": "a style sheet",
    "/site/people/{handle}/erase.csv": "a table to download",
    "/site/reports.csv": "a table to download",
    "/tags/{tag}/feed": "an Atom feed",
    "/tags/{tag}/feed.rss": "an RSS feed",
    "/welcome": "there only while nobody runs the site; looked at on a site that is new",
}
"""By route: why it is no page of the scene."""


ELSEWHERE = (
    Look("nowhere", "http://127.0.0.1:{port}/", "", 421),
    Look("mail", "{papers}/mail.html", ""),
    Look("archive", "{papers}/index.html", ""),
    Look("archive-posts", "{papers}/posts-1.html", ""),
    Look("archive-messages", "{papers}/messages-1.html", ""),
)
"""Pages that no route of the site answers with: of a name that nobody has, and files on people's own machines."""


def routes() -> Iterator[Gated]:
    """Every route that says who may use it."""

    async def heard(_site: object, _host: str) -> None:
        """Nobody is told."""

    found: list[BaseRoute] = assembly.routes(Door(assembly.registry(), Nonces(), heard))
    return (route for route in found if isinstance(route, Gated))


def page_routes() -> set[str]:
    """The path of every route that a browser may open."""
    return {route.path for route in routes() if not route.is_deed}


def deed_routes() -> set[str]:
    """The path of every route that a form is sent to."""
    return {route.path for route in routes() if route.is_deed}
