"""Answers that wait, with what they answer."""

from collections.abc import Iterable
from dataclasses import replace

from fedirse.social.audiences.model import AudienceKind
from fedirse.social.moderation.views import Judged, judged
from fedirse.social.posts.holding.store import list_held
from fedirse.social.posts.store import find_post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction


def held_answers(tx: Transaction, *, to: str | None, after: str, limit: int, opened: Iterable[str] = ()) -> list[Judged]:
    """Answers that wait, oldest first, after the post id `after`: all of them, or those to one of our people.

    What is not public is veiled for whoever moderates, but for those that were just opened, which the audit log knows of.
    """
    found: list[Judged] = []
    waiting = list_held(tx, to=to, after=after, limit=limit)
    closed = {post.id for post in waiting if to is None and post.audience.kind is not AudienceKind.PUBLIC} - set(opened)
    for one in judged(tx, waiting, veiled=closed):
        answered = find_post(tx, one.post.parent_id) if one.post.parent_id else None
        author = get_actor(tx, answered.actor_id) if answered is not None else None
        found.append(replace(one, answered=answered, answered_author=author))
    return found
