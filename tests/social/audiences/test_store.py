"""The SQL clause reads exactly what the pure rule allows, for every reader in random worlds."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.engine import Connection

from fedirse.base.actors import StoredActor
from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.model import SCOPED, Audience, AudienceKind, Scope
from fedirse.social.audiences.rules import Relation, may_read
from fedirse.social.audiences.store import readable
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.store import save_block, save_follow
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import add_post, posts
from fedirse.storage.actors import save_actor
from fedirse.storage.columns import metadata
from fedirse.storage.refusals import block_actor, note_unseen_actors
from tests.social.audiences.people import NOW, person

PEOPLE = ("anna", "bilal", "chloe", "dario")
LOCAL = frozenset({"anna", "bilal"})

WITHHELD: tuple[dict[str, datetime], ...] = ({}, {}, {"held_at": NOW}, {"hidden_at": NOW})

NETWORK, SUD, CAISSE = "https://siege.example/members", "https://siege.example/segments/sud", "https://siege.example/communities/caisse"
OF = {AudienceKind.NETWORK: NETWORK, AudienceKind.SEGMENT: SUD, AudienceKind.COMMUNITY: CAISSE}
INSIDE = {
    "anna": frozenset({("community", CAISSE)}),
    "bilal": frozenset[tuple[str, str]](),
    "chloe": frozenset({("network", NETWORK), ("segment", SUD)}),
    "dario": frozenset({("network", NETWORK)}),
}

people = st.sampled_from(PEOPLE)
scopes = st.sampled_from([Scope(kind, OF.get(kind, "")) for kind in sorted(SCOPED)])
pairs = st.tuples(people, people)
worlds = st.fixed_dictionaries(
    {
        "posts": st.lists(
            st.tuples(
                people,
                st.sampled_from(sorted(AudienceKind)),
                st.frozensets(people, max_size=2),
                st.frozensets(scopes, max_size=2),
                st.sampled_from(WITHHELD),
                # Of a direct one: whether it stands under a partner channel.
                st.booleans(),
            ),
            max_size=8,
        ),
        "follows": st.dictionaries(pairs, st.sampled_from(FollowState), max_size=6),
        "blocks": st.frozensets(pairs, max_size=3),
        "unseen": st.frozensets(people, max_size=1),
    }
)


def actor(name: str) -> StoredActor:
    return person(name, "here.example" if name in LOCAL else "there.example", local=name in LOCAL)


def fill(tx: Connection, world: dict[str, object]) -> dict[str, tuple[str, Audience, bool]]:
    for name in PEOPLE:
        save_actor(tx, actor(name))
    known: dict[str, tuple[str, Audience, bool]] = {}
    for number, (author, kind, named, within, withheld, under) in enumerate(world["posts"]):  # type: ignore[arg-type, var-annotated]
        of = "anna" if under and kind is AudienceKind.DIRECT else OF.get(kind, "")
        audience = Audience(kind, named, of=of, within=within)
        post_id = f"{number:026d}"
        known[post_id] = (author, audience, bool(withheld) or author in world["unseen"])  # type: ignore[operator]
        add_post(tx, Post(post_id, f"https://x.example/{number}", author, author in LOCAL, PostKind.NOTE, audience, NOW, **withheld))
    for name in world["unseen"]:  # type: ignore[attr-defined]
        block_actor(tx, name, reason="", now=NOW)
    note_unseen_actors(tx)
    for (follower, followee), state in world["follows"].items():  # type: ignore[attr-defined]
        save_follow(tx, Follow(follower, followee, f"https://x.example/{follower}/{followee}", state, NOW))
    for blocker, blocked in world["blocks"]:  # type: ignore[attr-defined]
        save_block(tx, Block(blocker, blocked, f"https://x.example/b/{blocker}/{blocked}", NOW))
    return known


def allowed(known: dict[str, tuple[str, Audience, bool]], world: dict[str, object], reader: Reader) -> set[str]:
    def relation(author: str) -> Relation:
        accepted = world["follows"].get((reader.actor_id, author)) is FollowState.ACCEPTED  # type: ignore[attr-defined]
        return Relation(follows_author=accepted, blocked_by_author=(author, reader.actor_id) in world["blocks"])  # type: ignore[operator]

    return {
        post_id
        for post_id, (author, audience, withheld) in known.items()
        if may_read(audience, author, reader, relation(author), withheld=withheld)
    }


@settings(max_examples=80)
@given(worlds)
def test_the_clause_and_the_rule_say_the_same_for_everybody(world: dict[str, object]) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as tx:
        metadata.create_all(tx)
        known = fill(tx, world)
        for name in (None, *PEOPLE):
            reader = ANYONE if name is None else Reader(name, actor(name).uri, actor(name).host, name in LOCAL, INSIDE[name])
            found = set(tx.execute(select(posts.c.id).where(readable(posts, reader))).scalars())
            assert found == allowed(known, world, reader)
    engine.dispose()
