"""The outbox for members ↔ documents (docs/feps/membership.md). Pure. Read as JSON, because what it carries was signed as JSON."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fedirse.activitypub import uris, values
from fedirse.activitypub.contexts.outgoing import MEMBERSHIP_CONTEXT
from fedirse.activitypub.vocabulary import AS2
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.social.catching_up.model import Headline

OUTBOX_PATH: Final = "/network/outbox"
NEWEST_PATH: Final = "/network/outbox/newest"
HEADLINES: Final = 20
CLOCKS_DIFFER: Final = timedelta(minutes=10)
_CURSOR: Final = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")


@dataclass(frozen=True, slots=True)
class Page:
    """Some activities, oldest first, as they were published; and where the later ones are."""

    activities: tuple[JsonObject, ...]
    next: str | None


def outbox_after(actor: str, after: str) -> str:
    """Where a member gives what it said after one of its activities, by the URI of its site's actor."""
    return f"{uris.origin_of(actor)}{OUTBOX_PATH}?after={after}"


def outbox_last(actor: str, count: int) -> str:
    """Where it gives the posts that it said last, and what followed."""
    return f"{uris.origin_of(actor)}{OUTBOX_PATH}?last={count}"


def newest_at(actor: str) -> str:
    """Where it gives the first words of its newest posts."""
    return f"{uris.origin_of(actor)}{NEWEST_PATH}"


def render_page(actor: str, activities: Sequence[JsonObject], *, after: str, following: str | None) -> JsonObject:
    """A page of activities, each with its own context, over which its proof is made; the next one begins after the id `following`."""
    page: JsonObject = {
        "@context": [AS2],
        "id": outbox_after(actor, after),
        "type": "OrderedCollectionPage",
        "partOf": f"{uris.origin_of(actor)}{OUTBOX_PATH}",
        "orderedItems": list(activities),
    }
    return page | ({"next": outbox_after(actor, following)} if following is not None else {})


def parse_page(document: JsonObject, asked: str) -> Page:
    """The inverse.

    Args:
        document: what was answered.
        asked: the address that was asked; a next page elsewhere, or one that does not go on from there, is none.

    Raises:
        MalformedDocument: "bad-outbox".
    """
    items, following = document.get("orderedItems"), document.get("next")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise MalformedDocument("not a page of an outbox", reason="bad-outbox")
    onwards = isinstance(following, str) and _goes_on(following, asked)
    return Page(tuple(items), following if onwards and items else None)


def _goes_on(following: str, asked: str) -> bool:
    """Whether an address is of a later page of the same outbox: a member must not be able to lead whoever asks it in a circle."""
    pages = outbox_after(asked, "")
    after, before = following.removeprefix(pages), asked.removeprefix(pages) if asked.startswith(pages) else ""
    return following.startswith(pages) and _CURSOR.fullmatch(after) is not None and after > before


def render_headlines(actor: str, headlines: Sequence[Headline], now: datetime) -> JsonObject:
    """The newest posts by their first words, newest first; still without the proof."""
    return {
        "@context": MEMBERSHIP_CONTEXT,
        "id": newest_at(actor),
        "type": "OrderedCollection",
        "attributedTo": actor,
        "published": values.render_datetime(now),
        "orderedItems": [
            {
                "id": headline.uri,
                "type": "Note",
                "name": headline.title,
                "attributedTo": {"type": "Person", "name": headline.author},
                "published": values.render_datetime(headline.published),
            }
            for headline in headlines
        ],
    }


def parse_headlines(document: JsonObject, actor: str, now: datetime) -> tuple[Headline, ...]:
    """What a member says are its newest posts; its proof is checked apart.

    Args:
        document: what was answered.
        actor: the member; it can announce only what lies on its own origin.
        now: the time; what was signed at another one is an old answer that somebody shows again.

    Raises:
        MalformedDocument: "bad-outbox".
    """
    signed, items = values.parse_datetime(document.get("published")), document.get("orderedItems")
    if document.get("id") != newest_at(actor) or document.get("attributedTo") != actor or not isinstance(items, list):
        raise MalformedDocument("not the newest of that member", reason="bad-outbox")
    if signed is None or abs(signed - now) > CLOCKS_DIFFER:
        raise MalformedDocument("the newest of another time", reason="bad-outbox")
    found = (_headline(item, actor, now) for item in items[:HEADLINES])
    return tuple(headline for headline in found if headline is not None)


def _headline(item: object, actor: str, now: datetime) -> Headline | None:
    if not isinstance(item, dict):
        return None
    uri, author = item.get("id"), item.get("attributedTo")
    published = values.parse_datetime(item.get("published"))
    if not isinstance(uri, str) or not values.is_uri(uri) or not uris.same_origin(uri, actor) or published is None:
        return None
    return Headline(
        uri=uri,
        title=values.text(item.get("name"), limits.NAME_LENGTH) or "",
        author=(values.text(author.get("name"), limits.NAME_LENGTH) or "") if isinstance(author, dict) else "",
        published=min(published, now),
    )
