"""Who may read what, and how an answer stays within what it answers. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from fedirse.base.errors import InvalidInput, Refused
from fedirse.base.types import Reader
from fedirse.social.audiences.model import ANYWHERE, SCOPED, Audience, AudienceKind, Scope

_THIS_SITE: Final = Scope(AudienceKind.SITE)
_TO_ALL: Final = frozenset({AudienceKind.PUBLIC, AudienceKind.PARTNERS})
"""What somebody chooses who writes to everybody there is in a channel."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What ties a reader to an author: whether an accepted follow or a block stands between them."""

    follows_author: bool = False
    blocked_by_author: bool = False


def may_read(audience: Audience, author_id: str, reader: Reader, relation: Relation, *, withheld: bool = False) -> bool:
    """Whether `reader` may read an item of `author_id` with that audience. `store.readable` is the same in SQL.

    `withheld` is what waits for approval, what a moderator has hidden, and whatever comes from whom this site has nothing to do with.
    """
    if reader.actor_id is not None and reader.actor_id == author_id:
        return True
    if withheld or relation.blocked_by_author:
        return False
    if not all(is_inside(reader, scope) for scope in audience.scopes):
        return False
    named = reader.actor_id is not None and reader.actor_id in audience.named
    match audience.kind:
        case AudienceKind.PUBLIC | AudienceKind.NETWORK | AudienceKind.SEGMENT | AudienceKind.COMMUNITY | AudienceKind.SITE:
            return True
        case AudienceKind.PARTNERS:
            return relation.follows_author or reader.local
        case AudienceKind.FOLLOWERS:
            return named or relation.follows_author
        case AudienceKind.DIRECT:
            return named or (bool(audience.of) and reader.local)


def is_inside(reader: Reader, scope: Scope) -> bool:
    """Whether a reader is among the people of a scope."""
    match scope.kind:
        case AudienceKind.SITE:
            return reader.local
        case AudienceKind.NETWORK | AudienceKind.SEGMENT:
            return reader.local or (scope.kind.value, scope.of) in reader.scopes
        case _:
            return (scope.kind.value, scope.of) in reader.scopes


def check_may_choose(audience: Audience, known: Collection[tuple[str, str]], *, by_channel: bool = False) -> None:
    """Whether somebody here can choose that audience.

    Args:
        audience: what is chosen.
        known: the network and the segments that the site can address, as `Reader.scopes`.
        by_channel: whether the author is a partner channel, which writes to its partners and to nobody else, as nobody else does.

    Raises:
        Refused: nobody can be in it; or InvalidInput, a network or a segment that is not there any more.
    """
    if by_channel != (audience.kind is AudienceKind.PARTNERS):
        raise Refused(
            f"audience {audience.kind}",
            reason="not-a-channel",
            public_message="What is for partners is written in a partner channel, and nothing else is written there.",
        )
    if by_channel:
        return
    if audience.kind in ANYWHERE or (audience.kind.value, audience.of) in known:
        return
    if audience.kind is AudienceKind.SEGMENT and known:
        raise InvalidInput("Choose which sites can read it.", reason="unknown-segment", field="audience")
    raise Refused(
        f"audience {audience.kind}",
        public_message="The audience “%(audience)s” needs a network, and this site is in none.",
        audience=audience.kind.value,
    )


def narrow_reply(
    own: Audience,
    parent: Audience,
    *,
    parent_author_id: str,
    author_id: str,
    locals_named: frozenset[str],
    from_outside: bool = False,
) -> Audience:
    """The audience of a reply: whoever is in `own` and could read the parent too.

    Args:
        own: what the replier asked for.
        parent: audience of the post that is answered.
        parent_author_id: who wrote that post.
        author_id: who replies.
        locals_named: those among `own.named` who are people of this site.
        from_outside: whether somebody of another server replies: whoever names one of our channels means the people of this site.

    Returns:
        An audience with nobody in it who is outside the parent's, and nobody the replier did not choose but whom they answer. Who
        somebody's followers are is not asked here, and may be known only to another server: under a post for followers, and one for
        named people, it becomes the named people alone.
    """
    participants = parent.named | {parent_author_id, author_id}
    # What is for partners is always said by a channel; an answer to it says under which one it stands.
    channel = parent_author_id if parent.kind is AudienceKind.PARTNERS else parent.of
    match parent.kind:
        case AudienceKind.PUBLIC:
            return _told(own, locals_named)
        case kind if kind in SCOPED:
            return _told(_inside(own, parent), locals_named)
        case AudienceKind.PARTNERS | AudienceKind.DIRECT if channel:
            answers = channel in own.named if from_outside else own.kind is AudienceKind.FOLLOWERS
            with_site = own.kind in _TO_ALL or (answers and parent_author_id == channel)
            if author_id == channel == parent_author_id and parent.kind is AudienceKind.PARTNERS and own.kind in _TO_ALL:
                return Audience(AudienceKind.PARTNERS, own.named, within=own.within | parent.within)
            under = channel if with_site else ""
            return _under_channel(own, parent, under, parent_author_id=parent_author_id, author_id=author_id, locals_named=locals_named)
        case AudienceKind.FOLLOWERS if parent_author_id == author_id and own.kind in {AudienceKind.PUBLIC, AudienceKind.FOLLOWERS}:
            return Audience(AudienceKind.FOLLOWERS, own.named & participants, within=own.within | parent.within)
        case _:
            return _named_only(_surely_in(own, locals_named) & participants, parent_author_id, author_id, parent.within)


def _under_channel(
    own: Audience, parent: Audience, under: str, *, parent_author_id: str, author_id: str, locals_named: frozenset[str]
) -> Audience:
    """`own` as far as it is for those who may read something that was said in a partner channel, or to it.

    Everybody of this site may read that, who are asked for (`under` names the channel) by whoever writes to everybody, and by whoever
    answers the channel, which is theirs. Which partners may is known for what the channel itself says, and for nothing else.
    """
    within = own.within | parent.within
    if _THIS_SITE in own.scopes:
        return _told(replace(own, within=within), locals_named)
    participants = (locals_named if parent.kind is AudienceKind.PARTNERS else parent.named) | {parent_author_id, author_id}
    named = (_surely_in(own, locals_named) & participants) | {parent_author_id}
    return Audience(AudienceKind.DIRECT, named - {author_id}, of=under, within=within)


def _inside(own: Audience, parent: Audience) -> Audience:
    """`own` as far as it is inside the scope of `parent`."""
    everybody = own.kind in {AudienceKind.PUBLIC, AudienceKind.NETWORK}
    kind, of = (parent.kind, parent.of) if everybody or (parent.kind is AudienceKind.SITE and own.kind in SCOPED) else (own.kind, own.of)
    return replace(own, kind=kind, of=of, within=(own.scopes | parent.scopes) - {Scope(kind, of)})


def _surely_in(audience: Audience, locals_named: frozenset[str]) -> frozenset[str]:
    """Who of those that are named is in the audience for certain; who is inside which network or segment is not known here."""
    if audience.scopes == {_THIS_SITE} or (audience.kind is AudienceKind.PARTNERS and not audience.scopes):
        return audience.named & locals_named
    return frozenset() if audience.scopes else audience.named


def _told(audience: Audience, locals_named: frozenset[str]) -> Audience:
    """What stays on this site names nobody outside it."""
    return replace(audience, named=audience.named & locals_named) if audience.stays else audience


def _named_only(named: frozenset[str], parent_author_id: str, author_id: str, within: frozenset[Scope]) -> Audience:
    return Audience(AudienceKind.DIRECT, (named | {parent_author_id}) - {author_id}, within=within)


_NARROWER: Final[dict[AudienceKind, frozenset[AudienceKind]]] = {
    AudienceKind.PUBLIC: frozenset(AudienceKind),
    AudienceKind.NETWORK: frozenset({AudienceKind.SEGMENT, AudienceKind.SITE}),
    AudienceKind.SEGMENT: frozenset({AudienceKind.SITE}),
    AudienceKind.FOLLOWERS: frozenset({AudienceKind.DIRECT}),
}
"""To which kinds an edit may go from which."""


def narrow_edit(stored: Audience, asked: Audience) -> Audience:
    """The audience after an edit: never anybody who was not in it before.

    Whoever was named stays named only if still named; the kind changes only to a narrower one, inside the scopes there were.
    """
    # Under which channel something stands, and so who of this site may read it, is decided when it is said.
    asked_of = "" if asked.kind is AudienceKind.DIRECT else asked.of
    kind, of = (asked.kind, asked_of) if asked.kind in _NARROWER.get(stored.kind, frozenset()) else (stored.kind, stored.of)
    named = asked.named if stored.kind is AudienceKind.PUBLIC else stored.named & asked.named
    within = (stored.scopes | asked.within) - {Scope(kind, of)}
    return Audience(kind, named, listed=stored.listed and asked.listed, of=of, within=within)


def check_may_boost(audience: Audience) -> None:
    """A boost shows a post to the booster's followers, who need not be in its audience: only public posts can be boosted.

    Raises:
        Refused: the post is not public.
    """
    if audience.kind is not AudienceKind.PUBLIC:
        raise Refused("boost of a post that is not public", reason="boost-not-public", public_message="Only public posts can be boosted.")
