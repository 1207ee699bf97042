"""The page behind the bell."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import StorageError
from fedirse.social.accounts.visitors import page, site_of
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.timelines.news.store import note_seen
from fedirse.social.timelines.news.views import read_news
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

TALK = frozenset({NotificationKind.MENTION, NotificationKind.REPLY})


async def get_news(request: Request, visitor: Visitor) -> Response:
    """What concerns the visitor; to have looked at the newest page makes the number beside the bell go away."""
    site = site_of(request)
    talk = request.query_params.get("only") == "talk"
    found = await site.read(read_news, visitor.reader, cursor(request, "before"), TALK if talk else None)
    response = render(request, "news/news.html", {"news": found, "talk": talk})
    if found.is_first and found.newest and not talk:
        try:
            await site.write(note_seen, visitor.actor.id, found.newest)
        except StorageError:
            # It can be read all the same; it will be called new once more.
            site.counters.add("news.unnoted")
    return response


ROUTES: list[BaseRoute] = [page("/notifications", get_news)]
