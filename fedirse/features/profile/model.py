"""A profile as its owner typed it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TypedProfile:
    """What somebody typed about themselves.

    Attributes:
        name: the name to show.
        bio: a few sentences, in the Markdown of posts.
        fields: (label, value) of the lines below it, as typed.
        locked: whether they approve each follower.
        discoverable: whether other servers may suggest them to people.
        shows_follows: whether everybody may read who follows them and whom they follow.
    """

    name: str
    bio: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    locked: bool = False
    discoverable: bool = True
    shows_follows: bool = False
