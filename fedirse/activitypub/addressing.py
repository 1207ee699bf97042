"""Who a document says it is for, in the terms of the wire: `to` and `cc`.

Says nothing about who may read it: that is decided by audiences, which read unknown addressing as the named recipients only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fedirse.activitypub import values
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

_HIDDEN = ("bto", "bcc")


@dataclass(frozen=True, slots=True)
class Addressing:
    """The recipients a document names: ids of actors and collections, and Public.

    Attributes:
        to: the primary ones, each once.
        cc: the secondary ones, each once.
        within: collections that whoever reads it is in besides, all of them; only members of a network are sent any
            (docs/feps/membership.md). They take readers away and name nobody.
    """

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


def parse_addressing(document: JsonObject) -> Addressing:
    """Read `to` and `cc` of a document in normal form; `bto` and `bcc` are never looked at.

    Raises:
        MalformedDocument: "too-many-addressees". Leaving some out would change who it is for.
    """
    to, cc, within = (values.link_ids(document.get(name)) for name in ("to", "cc", "within"))
    check_number(to, cc, within)
    return Addressing(to, cc, within)


def render_addressing(addressing: Addressing) -> JsonObject:
    """`to`, `cc` and `within` as lists, which is how every program sends them; an empty one is left out."""
    return values.present({"to": list(addressing.to), "cc": list(addressing.cc), "within": list(addressing.within)})


def check_number(*recipients: Sequence[str]) -> None:
    """Refuse more addressees than the limit, over all the properties together.

    Raises:
        MalformedDocument: "too-many-addressees".
    """
    if sum(map(len, recipients)) > limits.ADDRESSEES:
        raise MalformedDocument("more addressees than the limit", reason="too-many-addressees")


def is_public(addressing: Addressing) -> bool:
    """Whether it is for everybody, loudly (`to`) or quietly (`cc`)."""
    return PUBLIC in addressing.to or PUBLIC in addressing.cc


def is_quiet_public(addressing: Addressing) -> bool:
    """Whether everybody may read it but it should not be shown around: Public in `cc` only, what Mastodon calls unlisted."""
    return PUBLIC in addressing.cc and PUBLIC not in addressing.to


def named_recipients(addressing: Addressing) -> tuple[str, ...]:
    """Everything addressed but Public, in order and once each: actors, and collections such as somebody's followers."""
    return tuple(dict.fromkeys(recipient for recipient in (*addressing.to, *addressing.cc) if recipient != PUBLIC))


def merge(first: Addressing, second: Addressing) -> Addressing:
    """The recipients of both, once each; who is in `to` of either is not repeated in `cc`.

    AP 6.2 asks for it between a Create and its object when a client posts. On the way in it would widen, so it is not used there.
    """
    to = tuple(dict.fromkeys((*first.to, *second.to)))
    cc = tuple(recipient for recipient in dict.fromkeys((*first.cc, *second.cc)) if recipient not in to)
    return Addressing(to, cc)


def strip_hidden(document: JsonObject) -> JsonObject:
    """The document without `bto` and `bcc`, at any depth (AP 6 and 7.1); the same object when there is none, as nearly always."""
    return _stripped(document) if _hides(document) else document


def _hides(container: Any) -> bool:
    """Whether `bto` or `bcc` occurs anywhere; runs for every activity, so it copies nothing."""
    if container.__class__ is dict:
        if "bto" in container or "bcc" in container:
            return True
        container = container.values()
    # Parsed JSON has no subclasses; comparing classes costs a third of asking isinstance.
    for member in container:  # noqa: SIM110 - any() would cost half as much again
        if (member.__class__ is dict or member.__class__ is list) and _hides(member):
            return True
    return False


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _stripped(member) for name, member in value.items() if name not in _HIDDEN}
    if isinstance(value, list):
        return [_stripped(member) for member in value]
    return value
