"""A thread as a page shows it: what a post answers above it, what answers it below. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fedirse.social.posts.model import Post


@dataclass(frozen=True, slots=True)
class Answer:
    """One post below the one that is shown; `depth` 1 answers it directly."""

    post: Post
    depth: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A post in its thread.

    Attributes:
        above: what it answers, from the first post of the thread down.
        below: what answers it, each answer followed by its own answers.
    """

    above: tuple[Post, ...]
    below: tuple[Answer, ...]


def arrange(focus: Post, posts: Iterable[Post]) -> Thread:
    """The thread around `focus`, out of what the reader may read of it.

    Deleted posts keep their place while something stands below them. Below the first post also stands what answers a post that is
    not there: deleted at its origin, never seen here, or not for the reader.
    """
    known = {post.id: post for post in sorted(posts, key=lambda post: post.id)} | {focus.id: focus}
    children: defaultdict[str, list[Post]] = defaultdict(list)
    for post in known.values():
        if post.id == focus.id:
            continue
        if post.parent_id in known:
            children[post.parent_id].append(post)
        elif focus.parent_id is None and focus.in_reply_to is None:
            children[focus.id].append(post)
    return Thread(_above(focus, known), _below(focus, children))


def _above(focus: Post, known: dict[str, Post]) -> tuple[Post, ...]:
    chain: list[Post] = []
    seen = {focus.id}
    parent = known.get(focus.parent_id or "")
    # A loop cannot come about here, but what others claim to answer is their affair.
    while parent is not None and parent.id not in seen:
        seen.add(parent.id)
        chain.append(parent)
        parent = known.get(parent.parent_id or "")
    return tuple(reversed(chain))


def _below(focus: Post, children: dict[str, list[Post]]) -> tuple[Answer, ...]:
    found: list[Answer] = []
    waiting = [Answer(post, 1) for post in reversed(children.get(focus.id, []))]
    seen = {focus.id}
    while waiting:
        answer = waiting.pop()
        if answer.post.id in seen:
            continue
        seen.add(answer.post.id)
        found.append(answer)
        waiting += [Answer(post, answer.depth + 1) for post in reversed(children.get(answer.post.id, []))]
    return tuple(_without_dead_ends(found))


def _without_dead_ends(answers: list[Answer]) -> list[Answer]:
    """Leaves out deleted answers with nothing below them."""
    kept: list[Answer] = []
    for answer in reversed(answers):
        has_answers = bool(kept) and kept[-1].depth > answer.depth
        if answer.post.deleted_at is None or has_answers:
            kept.append(answer)
    return kept[::-1]
