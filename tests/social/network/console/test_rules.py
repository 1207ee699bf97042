"""Which sites of the network somebody sees who asks for some of them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.social.network.console.model import MemberLine, Show, Sort, Wish
from fedirse.social.network.console.rules import PAGE, choose, find_own_clock, is_shown, read_wish, render_wish
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Standing
from tests.federation.network import START

HOURS = [timedelta(hours=number) for number in range(5)]


def line(number: int = 1, **changes: object) -> MemberLine:
    values: dict[str, object] = {
        "member": f"https://s{number}.example/actor",
        "host": f"s{number}.example",
        "name": f"Site {number:03}",
        "attributes": Attributes(region="Sud" if number % 2 else "Nord", city="Lyon"),
        "standing": Standing.IN_FORCE,
        "until": START,
        "own": False,
        "head_office": False,
        "heard_at": START,
        "failing_since": None,
        "waiting": 0,
        "oldest_at": None,
    }
    return MemberLine(**values | changes)  # type: ignore[arg-type]


lines = st.lists(
    st.builds(
        line,
        st.integers(0, 400),
        standing=st.sampled_from(Standing),
        failing_since=st.none() | st.sampled_from([START - one for one in HOURS]),
        heard_at=st.none() | st.sampled_from([START - one for one in HOURS]),
        behind=st.booleans(),
        clock=st.none() | st.sampled_from(HOURS[1:]),
        waiting=st.integers(0, 3),
    ),
    max_size=120,
)
wishes = st.builds(
    Wish,
    words=st.sampled_from(["", "site", "LYON", "s1", "nobody", "é"]),
    region=st.sampled_from(["", "Sud", "sud", "Ouest"]),
    show=st.sampled_from(Show),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 9),
)


@given(lines, wishes)
def test_the_pages_together_show_exactly_those_who_are_meant(known: list[MemberLine], wish: Wish) -> None:
    first = choose(known, Wish(wish.words, wish.region, wish.show, wish.sort))
    pages = [choose(known, Wish(wish.words, wish.region, wish.show, wish.sort, number)) for number in range(1, first.pages + 1)]
    found = [one for page in pages for one in page.lines]
    assert len(found) == first.total
    assert all(len(page.lines) <= PAGE for page in pages)
    meant = [
        one
        for one in known
        if is_shown(one, wish.show)
        and (not wish.region or wish.region.casefold() == one.attributes.region.casefold())
        and (not wish.words or any(wish.words.casefold() in text.casefold() for text in (one.name, one.host, one.attributes.city)))
    ]
    assert sorted(found, key=repr) == sorted(meant, key=repr)
    assert 1 <= choose(known, wish).wish.page <= first.pages


@given(wishes)
def test_an_address_says_what_was_wished(wish: Wish) -> None:
    given_back = dict(pair.split("=") for pair in render_wish(wish).split("&")) if render_wish(wish) else {}
    assert read_wish({name: value.replace("+", " ").replace("%C3%A9", "é") for name, value in given_back.items()}) == wish


@pytest.mark.parametrize(
    "given_one",
    [{"page": "x"}, {"page": "-1"}, {"page": "99999999999999"}, {"page": "0"}, {"show": "<b>"}, {"sort": "drop table"}, {"page": "²"}],
)
def test_what_means_nothing_is_as_if_it_was_not_there(given_one: dict[str, str]) -> None:
    assert read_wish(given_one) == Wish()


def test_every_member_that_counts_either_answers_or_is_silent() -> None:
    known = [line(1), line(2, failing_since=START), line(3, standing=Standing.SUSPENDED, failing_since=START), line(4, head_office=True)]
    counts = choose(known, Wish()).counts
    assert (counts[Show.ANSWERS], counts[Show.SILENT], counts[Show.SUSPENDED], counts[Show.ALL]) == (1, 1, 1, 3)


def test_who_has_been_silent_for_longest_comes_first() -> None:
    known = [line(1), line(2, failing_since=START), line(3, failing_since=START - HOURS[2]), line(4, heard_at=None)]
    assert [one.host[1] for one in choose(known, Wish(sort=Sort.SILENCE)).lines] == ["3", "2", "4", "1"]
    assert choose(known, Wish()).silent_since == START - HOURS[2]


def test_one_wrong_clock_is_the_others_and_several_that_agree_are_ours() -> None:
    two, off = timedelta(hours=2), timedelta(minutes=9)
    assert find_own_clock([]) is None
    assert find_own_clock([two]) is None
    assert find_own_clock([two, -two]) is None
    assert find_own_clock([two, two + off]) in {two, two + off}
