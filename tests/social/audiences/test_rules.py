"""Who may read what: the pure rule, and what an answer or an edit makes of an audience. Nobody is ever added."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base.errors import Refused
from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.model import IMPLEMENTED, Audience, AudienceKind
from fedirse.social.audiences.rules import Relation, check_may_boost, check_may_choose, may_read, narrow_edit, narrow_reply

PEOPLE = ("anna", "bilal", "chloe", "dario")
LOCAL = frozenset({"anna", "bilal"})

people = st.sampled_from(PEOPLE)
audiences = st.builds(Audience, kind=st.sampled_from(sorted(IMPLEMENTED)), named=st.frozensets(people, max_size=3), listed=st.booleans())
follows = st.frozensets(st.tuples(people, people), max_size=6)


def reader(name: str | None) -> Reader:
    return ANYONE if name is None else Reader(name, f"https://x.example/{name}", "x.example", local=name in LOCAL)


def readers_of(audience: Audience, author: str, following: frozenset[tuple[str, str]]) -> set[str | None]:
    return {
        name
        for name in (*PEOPLE, None)
        if may_read(audience, author, reader(name), Relation(follows_author=(name or "", author) in following))
    }


@settings(max_examples=1000)
@given(audiences, audiences, people, people, follows)
def test_nobody_reads_a_reply_who_could_not_read_what_it_answers(
    own: Audience, parent: Audience, author: str, replier: str, following: frozenset[tuple[str, str]]
) -> None:
    narrowed = narrow_reply(own, parent, parent_author_id=author, author_id=replier, locals_named=own.named & LOCAL)
    outsiders = readers_of(narrowed, replier, following) - readers_of(parent, author, following) - {replier}
    assert outsiders == set()


@settings(max_examples=1000)
@given(audiences, audiences, people, people, follows)
def test_a_reply_adds_nobody_its_author_did_not_choose_but_whom_it_answers(
    own: Audience, parent: Audience, author: str, replier: str, following: frozenset[tuple[str, str]]
) -> None:
    narrowed = narrow_reply(own, parent, parent_author_id=author, author_id=replier, locals_named=own.named & LOCAL)
    added = readers_of(narrowed, replier, following) - readers_of(own, replier, following)
    assert added <= {author}


@given(audiences, audiences, people, follows)
def test_an_edit_never_widens(stored: Audience, asked: Audience, author: str, following: frozenset[tuple[str, str]]) -> None:
    edited = narrow_edit(stored, asked)
    assert readers_of(edited, author, following) <= readers_of(stored, author, following)
    assert not edited.listed or stored.listed


@given(audiences, people, people)
def test_a_blocked_reader_reads_nothing_but_their_own(audience: Audience, author: str, name: str) -> None:
    blocked = may_read(audience, author, reader(name), Relation(follows_author=True, blocked_by_author=True))
    assert blocked is (name == author)


@given(audiences, people, people)
def test_what_is_withheld_is_read_by_its_author_alone(audience: Audience, author: str, name: str) -> None:
    assert may_read(audience, author, reader(name), Relation(follows_author=True), withheld=True) is (name == author)


@pytest.mark.parametrize("kind", sorted(set(AudienceKind) - IMPLEMENTED))
def test_an_audience_that_needs_a_network_cannot_be_chosen_and_is_read_by_nobody(kind: AudienceKind) -> None:
    with pytest.raises(Refused):
        check_may_choose(Audience(kind))
    assert readers_of(Audience(kind, frozenset({"anna"})), "dario", frozenset({("anna", "dario")})) == {"dario"}


@pytest.mark.parametrize("kind", sorted(set(AudienceKind) - {AudienceKind.PUBLIC}))
def test_only_a_public_post_can_be_boosted(kind: AudienceKind) -> None:
    with pytest.raises(Refused):
        check_may_boost(Audience(kind))
