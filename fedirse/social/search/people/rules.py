"""What somebody typed who looks for a person. Pure."""

from dataclasses import dataclass

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.social.search.words.rules import fold, split

_WORDS = 5


@dataclass(frozen=True, slots=True)
class Name:
    """The beginning of a name or of an address.

    Attributes:
        beginnings: how some words of the name begin, folded.
        host: how the host begins; empty for any.
    """

    beginnings: tuple[str, ...]
    host: str = ""

    def distance(self, actor: StoredActor) -> tuple[bool, bool, str]:
        """Sorts whose handle was typed first, then whose handle begins so, then the others, by name."""
        handle = fold(actor.handle)
        first = self.beginnings[0]
        return handle != first, not handle.startswith(first), fold(actor.display_name)


def parse_name(typed: str) -> Name | None:
    """What was typed, as a name: `lea klein`, `@lea`, `lea@magasin.example`; None when there is nothing to go by."""
    text = typed.strip()[: limits.SEARCH_QUERY_CHARACTERS]
    handle, at, host = text.removeprefix("acct:").removeprefix("@").partition("@")
    if (at or text.startswith(("@", "acct:"))) and handle and not handle.split()[1:]:
        return Name((fold(handle),), host.strip().lower())
    words = tuple(dict.fromkeys(fold(word) for word in split(text)))[:_WORDS]
    return Name(words) if words else None
