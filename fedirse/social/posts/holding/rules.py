"""Which answers wait. Pure."""

from fedirse.base.actors import StoredActor


def must_wait(author: StoredActor, *, in_our_thread: bool, known_here: bool) -> bool:
    """Whether an answer waits until somebody here approves it, on a site that wishes so.

    Args:
        author: who answers.
        in_our_thread: whether it answers a post of ours, or something that stands under one.
        known_here: whether anybody here follows the author, or a moderator let all their answers appear.
    """
    return in_our_thread and not author.local and not known_here
