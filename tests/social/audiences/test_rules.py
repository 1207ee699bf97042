"""Who may read what: the pure rule, and what an answer or an edit makes of an audience. Nobody is ever added."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base.errors import InvalidInput, Refused
from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.model import ANYWHERE, SCOPED, Audience, AudienceKind, Scope
from fedirse.social.audiences.rules import Relation, check_may_boost, check_may_choose, may_read, narrow_edit, narrow_reply

PEOPLE = ("anna", "bilal", "chloe", "dario")
LOCAL = frozenset({"anna", "bilal"})

NETWORK = "https://siege.example/network/members"
SUD, EST = "https://siege.example/network/segments/sud", "https://siege.example/network/segments/est"
CAISSE = "https://siege.example/communities/caisse"
SCOPES = (
    Scope(AudienceKind.NETWORK, NETWORK),
    Scope(AudienceKind.SEGMENT, SUD),
    Scope(AudienceKind.SEGMENT, EST),
    Scope(AudienceKind.COMMUNITY, CAISSE),
    Scope(AudienceKind.SITE),
)
# Chloe's site is a member and in one segment, Dario's is a stranger; of the people here only Anna is in the community.
INSIDE = {
    "anna": frozenset({("community", CAISSE)}),
    "bilal": frozenset[tuple[str, str]](),
    "chloe": frozenset({("network", NETWORK), ("segment", SUD)}),
    "dario": frozenset[tuple[str, str]](),
}

people = st.sampled_from(PEOPLE)
named = st.frozensets(people, max_size=3)
around = st.frozensets(st.sampled_from(SCOPES), max_size=2)
scoped = st.builds(
    lambda scope, named, within: Audience(scope.kind, named, of=scope.of, within=within - {scope}), st.sampled_from(SCOPES), named, around
)
personal = st.one_of(
    st.builds(Audience, kind=st.sampled_from([AudienceKind.PARTNERS, AudienceKind.FOLLOWERS]), named=named, within=around),
    # Said under the channel that is Anna here, or under none.
    st.builds(Audience, kind=st.just(AudienceKind.DIRECT), named=named, of=st.sampled_from(["", "anna"]), within=around),
)
public = st.builds(Audience, kind=st.just(AudienceKind.PUBLIC), named=named, listed=st.booleans())
audiences = st.one_of(scoped, personal, public)
follows = st.frozensets(st.tuples(people, people), max_size=6)


def reader(name: str | None) -> Reader:
    return ANYONE if name is None else Reader(name, f"https://x.example/{name}", "x.example", local=name in LOCAL, scopes=INSIDE[name])


def readers_of(audience: Audience, author: str, following: frozenset[tuple[str, str]]) -> set[str | None]:
    return {
        name
        for name in (*PEOPLE, None)
        if may_read(audience, author, reader(name), Relation(follows_author=(name or "", author) in following))
    }


@settings(max_examples=400)
@given(audiences, audiences, people, people, follows, st.booleans())
def test_nobody_reads_a_reply_who_could_not_read_what_it_answers(
    own: Audience, parent: Audience, author: str, replier: str, following: frozenset[tuple[str, str]], from_outside: bool
) -> None:
    ours = own.named & LOCAL
    narrowed = narrow_reply(own, parent, parent_author_id=author, author_id=replier, locals_named=ours, from_outside=from_outside)
    outsiders = readers_of(narrowed, replier, following) - readers_of(parent, author, following) - {replier}
    assert outsiders == set()


@settings(max_examples=400)
@given(audiences, audiences, people, people, follows, st.booleans())
def test_a_reply_adds_nobody_its_author_did_not_choose_but_whom_it_answers(
    own: Audience, parent: Audience, author: str, replier: str, following: frozenset[tuple[str, str]], from_outside: bool
) -> None:
    ours = own.named & LOCAL
    narrowed = narrow_reply(own, parent, parent_author_id=author, author_id=replier, locals_named=ours, from_outside=from_outside)
    added = readers_of(narrowed, replier, following) - readers_of(own, replier, following)
    # A channel is not one person: what is said to it is said to the people of its site.
    to_channel = parent.kind is AudienceKind.PARTNERS or (parent.kind is AudienceKind.DIRECT and parent.of == author)
    assert added <= {author} | (LOCAL if to_channel else set())


UNDER = frozenset({("chloe", "anna"), ("dario", "anna")})
"""Anna is the channel; Chloé and Dario are its partners."""


def under_channel(own: Audience, parent: Audience, *, by: str, to: str) -> Audience:
    return narrow_reply(own, parent, parent_author_id=to, author_id=by, locals_named=own.named & LOCAL, from_outside=by not in LOCAL)


@pytest.mark.parametrize("kind", [AudienceKind.PUBLIC, AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
def test_an_answer_of_a_partner_to_a_channel_is_for_the_people_of_the_site_and_for_no_other_partner(kind: AudienceKind) -> None:
    said = under_channel(Audience(kind, frozenset({"anna", "dario"})), Audience(AudienceKind.PARTNERS), by="chloe", to="anna")
    assert readers_of(said, "chloe", UNDER | {("dario", "chloe")}) == {"anna", "bilal", "chloe"}


def test_what_one_of_our_people_says_under_a_channel_to_somebody_alone_stays_between_them() -> None:
    said = under_channel(Audience(AudienceKind.DIRECT, frozenset({"anna"})), Audience(AudienceKind.PARTNERS), by="bilal", to="anna")
    assert said.of == ""
    own = frozenset({"anna"})
    asked = under_channel(Audience(AudienceKind.DIRECT, own), Audience(AudienceKind.DIRECT, own, of="anna"), by="bilal", to="chloe")
    assert readers_of(asked, "bilal", UNDER) == {"bilal", "chloe", "anna"}


def test_a_channel_answers_a_partner_where_the_people_of_the_site_can_read_it_too() -> None:
    asked = Audience(AudienceKind.DIRECT, frozenset({"anna"}), of="anna")
    said = under_channel(Audience(AudienceKind.PARTNERS, frozenset({"chloe", "dario"})), asked, by="anna", to="chloe")
    assert readers_of(said, "anna", UNDER) == {"anna", "bilal", "chloe"}


def test_a_channel_goes_on_under_its_own_post_for_all_its_partners() -> None:
    parent = Audience(AudienceKind.PARTNERS)
    said = under_channel(Audience(AudienceKind.PARTNERS), parent, by="anna", to="anna")
    assert readers_of(said, "anna", UNDER) == readers_of(parent, "anna", UNDER) == {"anna", "bilal", "chloe", "dario"}


def test_what_stays_on_the_site_stays_there_under_a_channel_too() -> None:
    said = under_channel(Audience(AudienceKind.SITE, frozenset({"chloe"})), Audience(AudienceKind.PARTNERS), by="bilal", to="anna")
    assert said.stays
    assert readers_of(said, "bilal", UNDER) == {"anna", "bilal"}


def test_an_edit_does_not_let_the_people_of_the_site_into_what_was_private() -> None:
    stored, asked = Audience(AudienceKind.DIRECT, frozenset({"anna"})), Audience(AudienceKind.DIRECT, frozenset({"anna"}), of="anna")
    assert readers_of(narrow_edit(stored, asked), "chloe", UNDER) == {"anna", "chloe"}
    followers = Audience(AudienceKind.FOLLOWERS, frozenset({"anna"}))
    assert readers_of(narrow_edit(followers, asked), "chloe", UNDER) == {"anna", "chloe"}


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


def test_what_is_for_partners_is_written_by_a_channel_and_a_channel_writes_nothing_else() -> None:
    check_may_choose(Audience(AudienceKind.PARTNERS), frozenset(), by_channel=True)
    for kind, by_channel in ((AudienceKind.PARTNERS, False), (AudienceKind.PUBLIC, True), (AudienceKind.SITE, True)):
        with pytest.raises(Refused):
            check_may_choose(Audience(kind), frozenset(), by_channel=by_channel)


@pytest.mark.parametrize("kind", sorted(set(AudienceKind) - ANYWHERE))
def test_an_audience_that_needs_a_network_cannot_be_chosen_without(kind: AudienceKind) -> None:
    with pytest.raises(Refused):
        check_may_choose(Audience(kind, of=NETWORK), frozenset())


def test_what_the_site_can_address_can_be_chosen_and_nothing_else() -> None:
    known = frozenset({("network", NETWORK), ("segment", SUD)})
    check_may_choose(Audience(AudienceKind.NETWORK, of=NETWORK), known)
    check_may_choose(Audience(AudienceKind.SEGMENT, of=SUD), known)
    with pytest.raises(InvalidInput):
        check_may_choose(Audience(AudienceKind.SEGMENT, of=EST), known)
    with pytest.raises(Refused):
        check_may_choose(Audience(AudienceKind.NETWORK, of="https://other.example/network/members"), known)


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        (SCOPES[0], {"anna", "bilal", "chloe"}),
        (SCOPES[1], {"anna", "bilal", "chloe"}),
        (SCOPES[2], {"anna", "bilal"}),
        (SCOPES[3], {"anna"}),
        (SCOPES[4], {"anna", "bilal"}),
    ],
    ids=["network", "segment", "other-segment", "community", "site"],
)
def test_being_named_or_following_lets_nobody_into_a_scope(scope: Scope, inside: set[str]) -> None:
    following = frozenset((name, "anna") for name in PEOPLE)
    audience = Audience(scope.kind, frozenset(PEOPLE), of=scope.of)
    assert readers_of(audience, "anna", following) == inside | {"anna"}
    for kind in (AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.PARTNERS):
        assert readers_of(Audience(kind, frozenset(PEOPLE), within=frozenset({scope})), "anna", following) <= inside | {"anna"}


@settings(max_examples=300)
@given(audiences)
def test_what_stays_is_read_by_nobody_elsewhere_and_what_is_internal_by_no_stranger(audience: Audience) -> None:
    readers = readers_of(audience, "anna", frozenset((name, "anna") for name in PEOPLE))
    assert not audience.stays or readers <= LOCAL
    assert not audience.internal or readers.isdisjoint({"dario", None})


@pytest.mark.parametrize("kind", sorted(SCOPED))
def test_an_answer_for_everybody_takes_the_audience_of_what_it_answers(kind: AudienceKind) -> None:
    parent = Audience(kind, of="x")
    assert (
        narrow_reply(Audience(AudienceKind.PUBLIC), parent, parent_author_id="anna", author_id="bilal", locals_named=frozenset()) == parent
    )


@pytest.mark.parametrize("kind", sorted(set(AudienceKind) - {AudienceKind.PUBLIC}))
def test_only_a_public_post_can_be_boosted(kind: AudienceKind) -> None:
    with pytest.raises(Refused):
        check_may_boost(Audience(kind))
