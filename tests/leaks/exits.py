"""Every way out of a site, on one list. A route that stands on none of them fails `test_exits.py`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tests.leaks import announcements, items, lists, mails, programs
from tests.leaks.outward import OUTWARD
from tests.leaks.scene import Scene


@dataclass(frozen=True)
class Exit:
    """One way out.

    Attributes:
        name: what it is called in the tables.
        ask: asks there about a world.
        routes: where it is answered: method and path; none for what leaves without being asked for.
        shows: whether it ever shows what is not for everybody, or counts anything; then it must have, or nothing was tested.
    """

    name: str
    ask: Callable[[Scene], Awaitable[None]]
    routes: tuple[str, ...] = ()
    shows: bool = True


def _feeds(*paths: str) -> tuple[str, ...]:
    return tuple(f"GET {path}/{name}" for path in paths for name in ("feed", "feed.rss"))


_REACTIONS: Final = ("like", "unlike", "boost", "unboost", "bookmark", "unbookmark", "vote", "edit", "delete")
_PARTS: Final = ("", "/board", "/board.csv")
_BOTH: Final = ("/actor", "/people/{handle}")

EXITS: Final = (
    Exit("the rule itself", items.rule),
    Exit("object", items.objects, ("GET /posts/{post_id}",)),
    Exit("page and thread", items.pages, ("GET /posts/{post_id}",)),
    Exit("oEmbed and OpenGraph", items.share_cards, ("GET /oembed",), shows=False),
    Exit("replies", items.replies, ("GET /posts/{post_id}/replies",)),
    Exit("activities", items.activities, ("GET /activities/{activity_id}",)),
    Exit("history", items.history, ("GET /posts/{post_id}/history",)),
    Exit("methods and formats", items.variants),
    Exit("media and thumbnails", items.files, ("GET /media/{media_id}/{key}/{name}",)),
    Exit(
        "pictures of others",
        items.pictures_of_others,
        ("GET /posts/{post_id}/pictures/{variant}/{mark}", "GET /media/remote/{variant}/{picture}"),
    ),
    Exit("documents of members", items.documents_of_members, ("GET /posts/{post_id}/files/{mark}",)),
    Exit("tag page", items.tags, ("GET /tags/{tag}", *_feeds("/tags/{tag}"))),
    Exit("search", items.search, ("GET /search",)),
    Exit("completion", items.completion, ("GET /completion/names", "GET /completion/tags")),
    Exit("lookup", items.lookups, ("GET /search", "GET /authorize_interaction")),
    Exit("WebFinger", items.webfinger, ("GET /.well-known/webfinger",), shows=False),
    Exit("home and local", lists.timelines, ("GET /", "GET /local", "GET /followed", "GET /network")),
    Exit("inbox and new posts", lists.inboxes, ("GET /people/{handle}/inbox", "GET /newer-posts")),
    Exit("profile and its counts", lists.profiles, ("GET /@{handle}", "GET /@{handle}/with-replies", "GET /@{handle}/media")),
    Exit("Atom and RSS", lists.feeds, _feeds("", "/@{handle}"), shows=False),
    Exit("outbox and its counts", lists.outboxes, tuple(f"GET {path}/outbox" for path in _BOTH)),
    Exit(
        "followers and following",
        lists.collections,
        tuple(f"GET {path}/{which}" for path in (*_BOTH, "/@{handle}") for which in ("followers", "following")),
        shows=False,
    ),
    Exit("actor", lists.actors, tuple(f"GET {path}" for path in _BOTH), shows=False),
    Exit("NodeInfo counts", lists.nodeinfo, ("GET /nodeinfo/{version}",)),
    Exit("notifications", lists.notifications, ("GET /notifications",)),
    Exit("messages, bookmarks, drafts", lists.own_lists, ("GET /messages", "GET /bookmarks", "GET /drafts", "GET /compose")),
    Exit("forms about a post", items.forms, ("GET /compose", "GET /report", "GET /posts/{post_id}/edit", "GET /posts/{post_id}/delete")),
    Exit("announcements above home", announcements.above_home, ("GET /",)),
    Exit("announcements", announcements.lists, ("GET /announcements",)),
    Exit("announcements that are planned", announcements.planned, ("GET /announcements/planned/{plan_id}",), shows=False),
    Exit(
        "panel and board",
        announcements.pages,
        (
            "GET /posts/{post_id}",
            *(
                f"GET /announcements/{{post_id}}/{page}"
                for page in ("board", "board.csv", "board/live", "calls", "calls.csv", "change", "mails", "withdraw")
            ),
        ),
    ),
    Exit(
        "API for programs",
        programs.reading,
        tuple(
            f"GET /api/fedirse/v1{path}" for path in ("/announcements", "/segments", *(f"/announcements/{{id}}{part}" for part in _PARTS))
        ),
    ),
    Exit("egress ledger", items.egress, ("GET /posts/{post_id}/egress", "GET /posts/{post_id}/egress.csv")),
    Exit("roster", lists.network_documents, ("GET /network/roster", "GET /network/members", "GET /network/segments")),
    Exit("outbox for members", lists.network_outbox, ("GET /network/outbox", "GET /network/outbox/newest")),
    Exit(
        "reports and held answers",
        lists.moderation,
        ("GET /site/reports", "GET /site/reports.csv", "GET /site/reports/{report_id}", "GET /site/held", "GET /held"),
    ),
    Exit(
        "administration",
        lists.administration,
        tuple(
            f"GET {path}"
            for path in (
                *("/site/queue", "/site/audit", "/site/audit.csv", "/site/health", "/site/blocks", "/site/blocks.csv", "/site/people"),
                *("/site/erasures", "/site/network", "/site/network.csv", "/settings/preferences", "/settings/security"),
                *("/settings/profile", "/settings/data", "/settings/blocks", "/follows/requests", "/site/channels/new", "/site/partners"),
                *(f"/site/partners/{{handle}}{page}" for page in ("", "/end", "/close")),
            )
        ),
        shows=False,
    ),
    Exit(
        "fixed pages",
        lists.fixed,
        tuple(
            f"GET {path}"
            for path in (
                *("/.well-known/nodeinfo", "/.well-known/host-meta", "/.well-known/host-meta.json", "/brand.css", "/icon.svg"),
                *("/sign-in", "/follows/remote"),
            )
        ),
        shows=False,
    ),
    *(Exit(name, ask, shows=name not in {"mails", "logs"}) for name, ask in OUTWARD.items() if name != "logs"),
    # These change the world, so they come at the end; the logs tell of all of it.
    Exit("announcements by mail", mails.of_announcements, ("GET /link/announcement/{secret}", "POST /link/announcement/{secret}")),
    Exit("buttons", items.deeds, ("POST /report", *(f"POST /posts/{{post_id}}/{name}" for name in _REACTIONS)), shows=False),
    Exit(
        "announcements confirmed",
        announcements.deeds,
        (
            "POST /announcements",
            *(f"POST /announcements/planned/{{plan_id}}{deed}" for deed in ("", "/publish", "/cancel")),
            "POST /announcements/preview",
            *(f"POST /announcements/{{post_id}}/{deed}" for deed in ("acknowledge", "confirm", "note", "change", "withdraw", "remind")),
        ),
        shows=False,
    ),
    Exit(
        "API for programs, doing",
        programs.doing,
        tuple(
            f"{what} /api/fedirse/v1/announcements{path}"
            for what, path in (("POST", ""), ("PUT", "/{id}"), ("DELETE", "/{id}"), ("POST", "/{id}/reminders"))
        ),
        shows=False,
    ),
    Exit(
        "reactions of other servers",
        items.reactions,
        ("POST /inbox", "POST /actor/inbox", "POST /people/{handle}/inbox"),
        shows=False,
    ),
    Exit("logs", OUTWARD["logs"], shows=False),
)

OWN_AFFAIRS: Final = "changes or shows only what is of the account that asks, or of the site as a whole; no post is read for it"
NO_EXITS: Final = {
    "/sign-in": OWN_AFFAIRS,
    "/sign-out": OWN_AFFAIRS,
    "/link/": OWN_AFFAIRS,
    "/invitation/": OWN_AFFAIRS,
    "/network/invitations/": "a capability address; an invitation says nothing of posts",
    "/confirm": OWN_AFFAIRS,
    "/settings/": OWN_AFFAIRS,
    "/welcome": OWN_AFFAIRS,
    "/follows/": OWN_AFFAIRS,
    "/site/look": OWN_AFFAIRS,
    "/site/kit": OWN_AFFAIRS,
    "/site/settings": OWN_AFFAIRS,
    "/site/people/": OWN_AFFAIRS,
    "/site/network/members/": OWN_AFFAIRS,
    "/site/network/join": OWN_AFFAIRS,
    "/site/network/leave": "numbers, and an archive of what was written here for everybody here; asked in tests/features/care/test_leaving.py",
    "/site/network/segments": OWN_AFFAIRS,
    "/site/network/invitations": OWN_AFFAIRS,
    "/site/network/requests": OWN_AFFAIRS,
    "/announcements/mail": OWN_AFFAIRS,
    "/announcements/new": "empty fields",
    "/announcements/starters": OWN_AFFAIRS,
    "/announcements/keys": OWN_AFFAIRS,
    "/api/fedirse/v1/openapi.json": "what programs can ask for; the same at every head office",
    "/announcements/preview": "leads to the empty fields; colours",
    "/static/": "our own files",
    "/logo": "the site's logo",
    "/cover": "the site's picture",
}
"""Beginnings of paths that show no post, and why."""

NO_DEEDS: Final = {
    "/@{handle}/": "follows, blocks and mutes somebody; answers with a redirect to a page that is an exit",
    "/site/": "for those who answer for the site; answers with a redirect, or with a page that is an exit",
    "/posts": "publishes what was typed; answers with a redirect to a page that is an exit",
    "/drafts/": "keeps what was typed",
    "/announcements/drafts/": "keeps what was typed",
    "/announcements/starters/": OWN_AFFAIRS,
    "/search": "as the lookup, with a request to another server",
}
"""Beginnings of paths that forms are sent to and that answer with nothing of a post."""
