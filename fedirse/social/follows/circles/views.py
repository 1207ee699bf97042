"""What templates show of follows: how a visitor stands to somebody, and lists of people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Gone, NotFound
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.accounts.store import shows_follows
from fedirse.social.follows import store as follows
from fedirse.social.follows.circles import store
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.rules import may_read_follows
from fedirse.storage.actors import find_actor_by_address, find_local_actor
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Relation:
    """How a visitor stands to an actor.

    Attributes:
        is_self: whether the actor is the visitor.
        follows: whether the visitor follows, and it was accepted.
        waits: whether the visitor asked to follow and waits for an answer.
        is_followed: whether the actor follows the visitor.
        asks: whether the actor asks to follow the visitor.
        blocks: whether the visitor blocks the actor.
    """

    is_self: bool = False
    follows: bool = False
    waits: bool = False
    is_followed: bool = False
    asks: bool = False
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One line of a list of people: the actor, and how the visitor stands to them."""

    actor: StoredActor
    relation: Relation


@dataclass(frozen=True, slots=True)
class Circle:
    """One page of those who follow somebody, or whom somebody follows.

    Attributes:
        actor: whose followers or followed they are.
        relation: how the visitor stands to that actor.
        count: how many there are, as far as this site knows.
        is_shown: whether the reader may learn who they are.
        people: some of them; nobody where that is not shown.
        further: the id behind which the next page begins; None at the end.
    """

    actor: StoredActor
    relation: Relation
    count: int
    is_shown: bool
    people: list[Person]
    further: str | None


def actor_at(tx: Transaction, site: Site, address: str) -> StoredActor:
    """The actor that `name` or `name@host` in an address of ours means, as far as known here.

    Raises:
        NotFound: nobody of that name is known.
        Gone: they were deleted.
    """
    handle, _, host = address.partition("@")
    elsewhere = host and host != site.uris.host
    actor = find_actor_by_address(tx, handle, host) if elsewhere else find_local_actor(tx, handle)
    if actor is None:
        raise NotFound("nobody of that address is known here")
    if actor.gone_at is not None:
        raise Gone("the actor is gone")
    return actor


def relation_to(tx: Transaction, visitor_id: str, actor_id: str) -> Relation:
    """How a visitor's actor stands to another."""
    return relations_to(tx, visitor_id, [actor_id])[actor_id]


def relations_to(tx: Transaction, visitor_id: str, actor_ids: Sequence[str]) -> dict[str, Relation]:
    """How a visitor's actor stands to each of the others."""
    following = store.states_of_following(tx, visitor_id, actor_ids)
    followers = store.states_of_followers(tx, visitor_id, actor_ids)
    blocked = store.list_blocked_among(tx, visitor_id, actor_ids)
    return {
        actor_id: Relation(
            is_self=actor_id == visitor_id,
            follows=following.get(actor_id) is FollowState.ACCEPTED,
            waits=following.get(actor_id) is FollowState.REQUESTED,
            is_followed=followers.get(actor_id) is FollowState.ACCEPTED,
            asks=followers.get(actor_id) is FollowState.REQUESTED,
            blocks=actor_id in blocked,
        )
        for actor_id in actor_ids
    }


def read_followers(tx: Transaction, site: Site, address: str, reader: Reader, after: str) -> Circle:
    """Who follows an actor, or only how many where the reader may learn no more. Raises as `actor_at`."""
    return _circle(tx, actor_at(tx, site, address), reader, after, follows.list_followers, follows.count_followers)


def read_following(tx: Transaction, site: Site, address: str, reader: Reader, after: str) -> Circle:
    """Whom an actor follows, or only how many where the reader may learn no more. Raises as `actor_at`."""
    return _circle(tx, actor_at(tx, site, address), reader, after, follows.list_following, follows.count_following)


def read_requests(tx: Transaction, actor_id: str) -> list[Person]:
    """Who asks to follow an actor, those who wait longest first."""
    found = follows.list_requests(tx, actor_id, limit=limits.COLLECTION_ITEMS)
    return _people(tx, found, actor_id)


ListMembers = Callable[..., list[StoredActor]]
CountMembers = Callable[[Transaction, str], int]


def _circle(tx: Transaction, actor: StoredActor, reader: Reader, after: str, list_members: ListMembers, count: CountMembers) -> Circle:
    total = count(tx, actor.id)
    if not may_read_follows(reader, shown=shows_follows(tx, actor.id)):
        return Circle(actor, Relation(), total, is_shown=False, people=[], further=None)
    found = list_members(tx, actor.id, after=after, limit=limits.COLLECTION_ITEMS + 1)
    shown = found[: limits.COLLECTION_ITEMS]
    further = shown[-1].id if len(found) > len(shown) else None
    visitor_id = reader.actor_id if reader.local else None
    relation = relation_to(tx, visitor_id, actor.id) if visitor_id else Relation()
    return Circle(actor, relation, total, is_shown=True, people=_people(tx, shown, visitor_id), further=further)


def _people(tx: Transaction, actors: Sequence[StoredActor], visitor_id: str | None) -> list[Person]:
    relations = relations_to(tx, visitor_id, [actor.id for actor in actors]) if visitor_id else {}
    return [Person(actor, relations.get(actor.id, Relation())) for actor in actors]
