"""Who may read what, and how an answer stays within what it answers. Pure."""

from dataclasses import dataclass, replace

from fedirse.base.errors import Refused
from fedirse.base.types import Reader
from fedirse.social.audiences.model import IMPLEMENTED, Audience, AudienceKind


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
    named = reader.actor_id is not None and reader.actor_id in audience.named
    match audience.kind:
        case AudienceKind.PUBLIC:
            return True
        case AudienceKind.SITE:
            return reader.local
        case AudienceKind.FOLLOWERS:
            return named or relation.follows_author
        case AudienceKind.DIRECT:
            return named
        case AudienceKind.PARTNERS | AudienceKind.NETWORK | AudienceKind.SEGMENT | AudienceKind.COMMUNITY:
            return False


def check_may_choose(audience: Audience) -> None:
    """Raises Refused for an audience that nobody can be in yet."""
    if audience.kind not in IMPLEMENTED:
        raise Refused(
            f"audience {audience.kind}",
            public_message="The audience “%(audience)s” needs a network, and this site is in none.",
            audience=audience.kind.value,
        )


def narrow_reply(own: Audience, parent: Audience, *, parent_author_id: str, author_id: str, locals_named: frozenset[str]) -> Audience:
    """The audience of a reply: whoever is in `own` and could read the parent too.

    Args:
        own: what the replier asked for.
        parent: audience of the post that is answered.
        parent_author_id: who wrote that post.
        author_id: who replies.
        locals_named: those among `own.named` who are people of this site.

    Returns:
        An audience with nobody in it who is outside the parent's, and nobody the replier did not choose but whom they answer. What no
        kind of audience expresses, such as "my followers, as far as they are of this site", becomes the named people alone: who
        somebody's followers are is not asked here, and may be known only to another server.
    """
    participants = parent.named | {parent_author_id, author_id}
    if own.kind is AudienceKind.SITE:
        own = replace(own, named=own.named & locals_named)
    match parent.kind:
        case AudienceKind.PUBLIC:
            return own
        case AudienceKind.SITE if own.kind in {AudienceKind.PUBLIC, AudienceKind.SITE}:
            return Audience(AudienceKind.SITE, locals_named)
        case AudienceKind.SITE:
            return _named_only(own.named & locals_named, parent_author_id, author_id)
        case AudienceKind.FOLLOWERS if parent_author_id == author_id and own.kind in {AudienceKind.PUBLIC, AudienceKind.FOLLOWERS}:
            return Audience(AudienceKind.FOLLOWERS, own.named & participants)
        case _:
            return _named_only(own.named & participants, parent_author_id, author_id)


def _named_only(named: frozenset[str], parent_author_id: str, author_id: str) -> Audience:
    return Audience(AudienceKind.DIRECT, (named | {parent_author_id}) - {author_id})


def narrow_edit(stored: Audience, asked: Audience) -> Audience:
    """The audience after an edit: never anybody who was not in it before.

    Whoever was named stays named only if still named; the kind changes only to one whose members were all inside.
    """
    inside: dict[AudienceKind, frozenset[AudienceKind]] = {
        AudienceKind.PUBLIC: frozenset(AudienceKind),
        AudienceKind.FOLLOWERS: frozenset({AudienceKind.FOLLOWERS, AudienceKind.DIRECT}),
        AudienceKind.SITE: frozenset({AudienceKind.SITE}),
    }
    kind = asked.kind if asked.kind in inside.get(stored.kind, frozenset()) else stored.kind
    named = asked.named if stored.kind is AudienceKind.PUBLIC else stored.named & asked.named
    return Audience(kind, named, listed=stored.listed and asked.listed, of=stored.of)


def check_may_boost(audience: Audience) -> None:
    """A boost shows a post to the booster's followers, who need not be in its audience: only public posts can be boosted.

    Raises:
        Refused: the post is not public.
    """
    if audience.kind is not AudienceKind.PUBLIC:
        raise Refused("boost of a post that is not public", reason="boost-not-public", public_message="Only public posts can be boosted.")
