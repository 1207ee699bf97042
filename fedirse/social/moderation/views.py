"""What the pages of moderators show, made from rows: posts as they are judged, apart from how they are read."""

from collections.abc import Iterable
from dataclasses import dataclass

from fedirse.base.actors import StoredActor
from fedirse.social.moderation.model import Moderator
from fedirse.social.posts.model import Post
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Judged:
    """A post that somebody decides about, with its author.

    Attributes:
        post: the post.
        author: who wrote it.
        veiled: whether it is not for whoever decides, who may still read it where the audit log says so.
        answered: what it answers, by one of our people or under a post of theirs; None where that does not matter.
        answered_author: who wrote that.
    """

    post: Post
    author: StoredActor
    veiled: bool = False
    answered: Post | None = None
    answered_author: StoredActor | None = None


def moderator(visitor: Visitor) -> Moderator:
    """Somebody who is signed in, as the one who decides."""
    return Moderator(visitor.account_id, visitor.handle, visitor.actor.id)


def judged(tx: Transaction, posts: Iterable[Post], *, veiled: Iterable[str] = ()) -> list[Judged]:
    """Posts with their authors; `veiled` are the ids of those that are not for whoever decides."""
    listed, hidden = list(posts), frozenset(veiled)
    authors = list_actors(tx, {post.actor_id for post in listed})
    return [Judged(post, authors[post.actor_id], post.id in hidden) for post in listed]
