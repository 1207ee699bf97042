"""The followers and following collections of our actors, as documents."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.activitypub.collections import render_collection, render_page
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound, OutsideAudience
from fedirse.base.types import ANYONE, JsonObject, Reader
from fedirse.social.accounts.store import shows_follows
from fedirse.social.accounts.visitors import Endpoint, document_reader_of, open_page, site_of
from fedirse.social.follows import store
from fedirse.social.follows.rules import may_read_follows
from fedirse.storage.actors import find_local_actor, get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.negotiation import activity_response
from fedirse.web.paging import cursor

ListMembers = Callable[..., list[StoredActor]]
CountMembers = Callable[[Transaction, str], int]


def _collection(relation: str, list_members: ListMembers, count_members: CountMembers) -> Endpoint:
    """The endpoint of one relation, for the site's actor and for people."""

    async def get_collection(request: Request) -> Response:
        site = site_of(request)
        reader = await document_reader_of(request)
        handle = request.path_params.get("handle")
        actor = await site.read(get_actor, site.actor_id) if handle is None else await site.read(find_local_actor, handle)
        if actor is None or actor.gone_at is not None or (handle is not None and actor.id == site.actor_id):
            raise NotFound("nobody of that handle here")
        after = cursor(request, "after")
        document = await site.read(read_part, f"{actor.uri}/{relation}", actor.id, reader, after)
        return activity_response(document, private=reader is not ANYONE, request=request)

    def read_part(tx: Transaction, uri: str, actor_id: str, reader: Reader, after: str | None) -> JsonObject:
        """The collection itself for no `after`, else the page behind that member; its first page is behind the empty one.

        Who may not read who the members are gets a collection that only tells how many, and no page of it.
        """
        total = count_members(tx, actor_id)
        if not may_read_follows(reader, shown=shows_follows(tx, actor_id)):
            if after is not None:
                raise OutsideAudience(f"{uri} is for the people of the site")
            return render_collection(uri, total=total)
        if after is None:
            return render_collection(uri, total=total, first=f"{uri}?after=")
        members = list_members(tx, actor_id, after=after, limit=limits.COLLECTION_ITEMS + 1)
        shown = members[: limits.COLLECTION_ITEMS]
        following = f"{uri}?after={shown[-1].id}" if len(members) > len(shown) else None
        return render_page(f"{uri}?after={after}", part_of=uri, items=[member.uri for member in shown], total=total, next_page=following)

    return get_collection


_get_followers = _collection("followers", store.list_followers, store.count_followers)
_get_following = _collection("following", store.list_following, store.count_following)

ROUTES: list[BaseRoute] = [
    open_page("/actor/followers", _get_followers),
    open_page("/actor/following", _get_following),
    open_page("/people/{handle}/followers", _get_followers),
    open_page("/people/{handle}/following", _get_following),
]
