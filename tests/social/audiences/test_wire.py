"""Audiences on the wire: what comes out at another site is never for more people than what went in here."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents.activity import parse_activity, render_activity
from fedirse.activitypub.documents.object import PostObject, parse_object, render_object
from fedirse.activitypub.jsonld import read_by_processor, read_directly
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.errors import Refused
from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.audiences.rules import Relation, may_read
from fedirse.social.audiences.wire import is_for_network, parse_audience, render_addressing
from fedirse.social.network.model import NetworkAddresses

MEMBERS = "https://siege.example/network/members"
SUD, EST = "https://siege.example/network/segments/sud", "https://siege.example/network/segments/est"
OURS = NetworkAddresses(MEMBERS, "https://siege.example/network/segments/", frozenset({"https://siege.example/groups/ouest"}))
OTHERS = NetworkAddresses("https://autre.example/network/members", "https://autre.example/network/segments/")
AUTHOR = "https://lyon.example/people/ines"
FOLLOWERS = f"{AUTHOR}/followers"

HERE = ("paul", "marie")
ELSEWHERE = ("karim",)
PEOPLE = (*HERE, *ELSEWHERE)
URIS = {name: f"https://{'nantes' if name in HERE else 'partenaire'}.example/people/{name}" for name in PEOPLE}
IDS = {uri: name for name, uri in URIS.items()}

scopes = st.sampled_from([Scope(AudienceKind.NETWORK, MEMBERS), Scope(AudienceKind.SEGMENT, SUD), Scope(AudienceKind.SEGMENT, EST)])
named = st.frozensets(st.sampled_from(PEOPLE), max_size=2)
within = st.frozensets(scopes, max_size=2)
audiences = st.one_of(
    st.builds(Audience, st.just(AudienceKind.PUBLIC), named, st.booleans()),
    st.builds(Audience, st.sampled_from([AudienceKind.FOLLOWERS, AudienceKind.DIRECT]), named, within=within),
    st.builds(lambda scope, names, around: Audience(scope.kind, names, of=scope.of, within=around - {scope}), scopes, named, within),
)
following = st.frozensets(st.sampled_from(PEOPLE), max_size=3)


def readers(audience: Audience, followers: frozenset[str], *, at_nantes: bool, inside: frozenset[Scope]) -> set[str | None]:
    """Who reads: as the author's site sees it, or Nantes, whose people are the ones here and which is inside some scopes."""
    allowed: set[str | None] = set()
    for name in (*PEOPLE, None):
        is_here = name in HERE
        proven = frozenset((scope.kind.value, scope.of) for scope in inside) if is_here and not at_nantes else frozenset()
        reader = ANYONE if name is None else Reader(name, URIS[name], "x", local=is_here and at_nantes, scopes=proven)
        if may_read(audience, "ines", reader, Relation(follows_author=name in followers)):
            allowed.add(name)
    return allowed


def carried(addressing: Addressing) -> Addressing:
    """The addressing after a journey in a real document, read by both ways of reading."""
    post = PostObject(id="https://lyon.example/posts/1", type="Note", attributed_to=(AUTHOR,), to=addressing.to, cc=addressing.cc)
    rendered = render_activity(
        activity_type="Create",
        activity_id="https://lyon.example/activities/1",
        actor=AUTHOR,
        object=render_object(PostObject(**{**{name: getattr(post, name) for name in post.__slots__}, "within": addressing.within})),
        addressing=addressing,
    )
    direct = read_directly(rendered)
    assert direct is not None
    read = parse_activity(direct.document)
    slow = parse_activity(read_by_processor(rendered).document)
    assert read.addressing == slow.addressing == addressing
    assert read.object is not None
    return parse_object(read.raw["object"]).addressing


@settings(max_examples=300)
@given(audiences, following)
def test_what_another_member_reads_is_for_nobody_more(audience: Audience, followers: frozenset[str]) -> None:
    addressing = render_addressing(audience, FOLLOWERS, sorted(URIS[name] for name in audience.named))
    # It is sent to Nantes only when Nantes is inside all of its scopes.
    before = readers(audience, followers, at_nantes=False, inside=audience.scopes)
    assert parse_audience(addressing, FOLLOWERS, IDS, OURS) == audience
    assert readers(audience, followers, at_nantes=True, inside=audience.scopes) <= before
    for network in (OTHERS, None):
        read = parse_audience(addressing, FOLLOWERS, IDS, network)
        assert readers(read, followers, at_nantes=True, inside=audience.scopes) <= before | audience.named
        assert not audience.internal or read.kind in {AudienceKind.DIRECT, AudienceKind.FOLLOWERS}


@settings(max_examples=60, deadline=None)
@given(audiences)
def test_the_word_for_several_scopes_survives_the_journey_and_stands_in_no_other_document(audience: Audience) -> None:
    addressing = render_addressing(audience, FOLLOWERS, sorted(URIS[name] for name in audience.named))
    assert carried(addressing) == addressing
    document = render_object(PostObject(id="https://lyon.example/posts/1", type="Note", within=addressing.within))
    assert ("fedirse" in str(document["@context"])) is bool(audience.within)


addresses = st.sampled_from(
    [PUBLIC, FOLLOWERS, MEMBERS, SUD, EST, "https://siege.example/groups/ouest", "https://x.example/unknown", *URIS.values()]
)
lists = st.lists(addresses, max_size=4, unique=True).map(tuple)


@settings(max_examples=300)
@given(lists, lists, lists, following)
def test_whatever_is_addressed_nobody_but_a_member_makes_anything_internal(
    to: tuple[str, ...], cc: tuple[str, ...], around: tuple[str, ...], followers: frozenset[str]
) -> None:
    addressing = Addressing(to, cc, around)
    unproven = parse_audience(addressing, FOLLOWERS, IDS)
    assert unproven.kind in {AudienceKind.PUBLIC, AudienceKind.FOLLOWERS, AudienceKind.DIRECT}
    assert not unproven.internal
    if around:
        assert unproven.kind is AudienceKind.DIRECT
    believed = parse_audience(addressing, FOLLOWERS, IDS, OURS)
    if believed.kind is AudienceKind.PUBLIC:
        assert PUBLIC in (*to, *cc)
        assert not around
    if believed.internal:
        assert is_for_network(addressing, OURS)


@pytest.mark.parametrize(
    "audience",
    [
        Audience(AudienceKind.SITE),
        Audience(AudienceKind.NETWORK, of=MEMBERS, within=frozenset({Scope(AudienceKind.SITE)})),
        Audience(AudienceKind.PARTNERS, within=frozenset({Scope(AudienceKind.SITE)})),
        Audience(AudienceKind.COMMUNITY, of="https://siege.example/communities/1"),
        Audience(AudienceKind.FOLLOWERS, within=frozenset({Scope(AudienceKind.COMMUNITY, "https://siege.example/communities/1")})),
        Audience(AudienceKind.PUBLIC, within=frozenset({Scope(AudienceKind.NETWORK, MEMBERS)})),
    ],
    ids=["site", "network-here", "partners-here", "community", "within-community", "public-within"],
)
def test_what_has_no_words_on_the_wire_is_not_sent(audience: Audience) -> None:
    with pytest.raises(Refused):
        render_addressing(audience, FOLLOWERS, [])


@settings(max_examples=100)
@given(named)
def test_what_is_for_partners_goes_to_the_followers_of_the_channel_and_is_read_as_that(names: frozenset[str]) -> None:
    audience = Audience(AudienceKind.PARTNERS, names)
    addressing = render_addressing(audience, FOLLOWERS, sorted(URIS[name] for name in names))
    assert addressing.to == (FOLLOWERS,)
    assert PUBLIC not in (*addressing.to, *addressing.cc)
    read = parse_audience(addressing, FOLLOWERS, IDS)
    assert read == Audience(AudienceKind.FOLLOWERS, names)
