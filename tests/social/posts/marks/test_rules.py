"""Nothing that an author says of itself makes a mark: only an address with the key that was written down for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.base.actors import StoredActor
from fedirse.social.posts.marks.model import NOTHING_VOUCHED, Ground, Mark, Member, Vouched, Written
from fedirse.social.posts.marks.rules import vouch
from tests.visitors import remote_actor

NETWORK, LYON = "https://siege.example/actor", "https://lyon.example/actor"
GROUND = Ground(
    "site",
    is_head_office=False,
    network=NETWORK,
    network_keys=frozenset({"zHeadOffice"}),
    members={"lyon.example": (Member(LYON, "Aubrelle Lyon", "zLyon"),), "siege.example": (Member(NETWORK, "Siège", "zHeadOffice"),)},
    listed={NETWORK: frozenset({"zHeadOffice"}), LYON: frozenset({"zLyon"})},
)
HEAD_OFFICE = replace(remote_actor("siege", "siege.example"), uri=NETWORK, kind="Organization", name="Aubrelle")
OF_LYON = replace(remote_actor("lyon", "lyon.example"), uri=LYON, kind="Application")
A_PERSON = remote_actor("ines", "lyon.example")


def test_the_head_office_is_known_by_its_key_and_a_site_by_its_own() -> None:
    assert vouch(Written(HEAD_OFFICE), GROUND) == Vouched(Mark.HEAD_OFFICE)
    assert vouch(Written(OF_LYON), GROUND) == Vouched(Mark.MEMBER, "Aubrelle Lyon")


def test_a_person_of_a_site_is_known_by_what_only_its_key_brings() -> None:
    assert vouch(Written(A_PERSON, under_key=True), GROUND) == Vouched(Mark.MEMBER, "Aubrelle Lyon")
    assert vouch(Written(A_PERSON), GROUND) == NOTHING_VOUCHED


@pytest.mark.attack("ORG-050")
def test_whoever_has_the_address_without_the_key_is_nobody() -> None:
    taken = replace(GROUND, listed={NETWORK: frozenset({"zThief"}), LYON: frozenset({"zThief"})})
    assert vouch(Written(HEAD_OFFICE), taken) == vouch(Written(OF_LYON), taken) == NOTHING_VOUCHED


def test_a_host_is_meant_exactly() -> None:
    for host in ("x.lyon.example", "lyon.example.evil.example", "lyon.example:8443"):
        assert vouch(Written(replace(A_PERSON, host=host), under_key=True), GROUND) == NOTHING_VOUCHED


def test_whoever_is_no_member_any_more_has_no_mark() -> None:
    ended = replace(GROUND, members={})
    assert vouch(Written(OF_LYON), ended) == vouch(Written(A_PERSON, under_key=True), ended) == NOTHING_VOUCHED


@pytest.mark.parametrize(("is_head_office", "mark"), [(False, Mark.SITE), (True, Mark.HEAD_OFFICE)])
def test_this_site_knows_itself(is_head_office: bool, mark: Mark) -> None:
    assert vouch(Written(replace(OF_LYON, id="site", local=True)), Ground("site", is_head_office)) == Vouched(mark)


@pytest.mark.attack("ORG-050")
@given(
    st.builds(
        replace,
        st.sampled_from([HEAD_OFFICE, OF_LYON, A_PERSON]),
        uri=st.sampled_from(["https://evil.example/actor", "https://evil.example/siege.example/actor"]),
        host=st.just("evil.example"),
        handle=st.sampled_from(["siege", "siege.example", "ines"]),
        name=st.sampled_from(["Aubrelle", "Tête de réseau ✓", "Siège"]),
        url=st.sampled_from(["https://siege.example/", None]),
        icon=st.sampled_from(["https://siege.example/logo", None]),
        also_known_as=st.sampled_from([(), (NETWORK,)]),
        kind=st.sampled_from(["Organization", "Application", "Person", "Service"]),
    ),
    st.booleans(),
)
def test_nothing_that_is_shown_makes_a_mark(impostor: StoredActor, under_key: bool) -> None:
    assert vouch(Written(impostor, under_key=under_key), GROUND) == NOTHING_VOUCHED
