"""Votes ↔ Notes that name an answer and say nothing (FEP-9967)."""

from datetime import datetime

from fedirse.activitypub.documents.object import PostObject
from fedirse.base.types import JsonObject
from fedirse.social.posts.polls.model import Vote


def may_be_vote(document: JsonObject) -> bool:
    """Whether it is worth reading an object, in normal form, as a vote: most Notes have no name."""
    return document.get("name") is not None and document.get("inReplyTo") is not None


def parse_vote(document: PostObject, sent_at: datetime | None) -> Vote:
    """The vote in a Note that has the shape of one; `sent_at` is the date of the activity that brought it."""
    return Vote(document.name or "", document.published or sent_at)


def render_vote(option: str, *, vote_uri: str, voter: str, author: str, poll_uri: str, now: datetime) -> PostObject:
    """One chosen answer, for the author of the poll alone."""
    return PostObject(id=vote_uri, type="Note", attributed_to=(voter,), name=option, to=(author,), in_reply_to=poll_uri, published=now)
