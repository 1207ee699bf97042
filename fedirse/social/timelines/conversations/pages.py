"""The list of one's conversations; each opens as the thread it is."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.social.accounts.visitors import page, site_of
from fedirse.social.posts.model import Post
from fedirse.social.timelines.conversations.store import list_conversations
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """One conversation on the page: its latest post, by whom, with whom, and how long it is."""

    latest: Post
    author: StoredActor
    others: list[StoredActor]
    count: int


async def get_conversations(request: Request, visitor: Visitor) -> Response:
    """The conversations of the visitor, the latest first."""
    site, before = site_of(request), cursor(request, "before")
    lines, older = await site.read(_read, visitor.reader, before)
    return render(request, "conversations/conversations.html", {"lines": lines, "older": older, "is_first": not before})


def _read(tx: Transaction, reader: Reader, before: str | None) -> tuple[list[ConversationLine], str | None]:
    found = list_conversations(tx, reader, before=before or None, limit=limits.PAGE_ITEMS + 1)
    shown = found[: limits.PAGE_ITEMS]
    actors = list_actors(tx, {one.latest.actor_id for one in shown} | {actor for one in shown for actor in one.participants})
    lines = [
        ConversationLine(
            one.latest,
            actors[one.latest.actor_id],
            sorted((actors[other] for other in one.participants if other in actors), key=lambda actor: actor.display_name.lower()),
            one.count,
        )
        for one in shown
    ]
    return lines, shown[-1].latest.id if len(found) > len(shown) else None


ROUTES: list[BaseRoute] = [page("/messages", get_conversations)]
