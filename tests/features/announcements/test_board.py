"""What is shown of a board, and what its sums say: never anything of fewer than five people."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fedirse.base.clock import FixedClock
from fedirse.features.announcements.acknowledgement.model import Acknowledgement, Totals
from fedirse.features.announcements.acknowledgement.rules import FEWEST, count_up
from fedirse.features.announcements.board.model import Arrival, Board, Chosen, Line, Said, Stand
from fedirse.features.announcements.board.rules import (
    board_of,
    chosen_of,
    narrow,
    regions_to_choose,
    stands_to_choose,
    time_taken,
)
from fedirse.features.announcements.board.store import save_said
from fedirse.features.announcements.model import Announcement, Asked, Priority, Terms
from fedirse.social.network.model import Attributes
from tests.features.announcements.desks import EVERYONE, Office
from tests.federation.network import START
from tests.social.network.console.office import LYON, admit_site
from tests.visitors import Browser

ASKED = Announcement("1", Terms(asked=Asked.EVERYONE), START, START)
REGIONS = ("", "Nord", "Sud", "Grand Est")
arrivals = st.sampled_from([arrival for arrival in Arrival if arrival is not Arrival.HERE])


def line_of(number: int, region: str, arrival: Arrival, people: int, read: int, *, settled: bool = False, late: bool = False) -> Line:
    """A site of so many people, of which so many have read; what it says is what its own rule lets it say."""
    staff = [Acknowledgement(str(one), seen=int(one < read)) for one in range(people)]
    said = Said(f"https://{number}.example/actor", 1, int(settled), START if settled else None, count_up(staff, ASKED.terms))
    return Line(said.member, f"{number}.example", f"Site {number}", region, "", arrival, START, "", late, 1, said, settled)


@st.composite
def boards(draw: st.DrawFn) -> tuple[list[Line], dict[str, int]]:
    """Some sites and how many people each has."""
    sizes = draw(st.lists(st.integers(0, 9), max_size=8))
    lines, people = [], {}
    for number, size in enumerate(sizes):
        line = line_of(
            number,
            draw(st.sampled_from(REGIONS)),
            draw(arrivals),
            size,
            draw(st.integers(0, size)),
            settled=draw(st.booleans()),
            late=draw(st.booleans()),
        )
        lines.append(line)
        people[line.member] = size
    return lines, people


chosens = st.builds(Chosen, st.sampled_from(REGIONS), st.sampled_from(list(Stand)))


def difference(one: Totals | None, other: Totals | None) -> tuple[int, int]:
    one, other = one or Totals(0, 0, 0), other or Totals(0, 0, 0)
    return abs(one.asked - other.asked), abs(one.seen - other.seen)


@given(boards(), chosens, chosens)
def test_no_sum_and_no_difference_of_sums_says_anything_of_fewer_than_five(
    drawn: tuple[list[Line], dict[str, int]], first: Chosen, second: Chosen
) -> None:
    lines, people = drawn
    small = {member for member, size in people.items() if size < FEWEST}
    without_small = [line for line in lines if line.member not in small]
    sums = [board_of(narrow(lines, chosen)).readers for chosen in (first, second)]
    # Every sum is the same whether the small sites are there or not, whatever their people did: so is every difference of sums.
    assert sums == [board_of(narrow(without_small, chosen)).readers for chosen in (first, second)]
    assert all(told is None or told.asked >= FEWEST for told in sums)
    asked, _ = difference(*sums)
    told = [{line.member for line in narrow(without_small, chosen)} for chosen in (first, second)]
    if told[0] <= told[1] or told[1] <= told[0]:
        assert asked == sum(people[member] for member in told[0] ^ told[1])
        assert asked == 0 or asked >= FEWEST


@given(boards(), st.integers(0, 4), st.integers(0, 4), chosens)
def test_what_the_people_of_a_small_site_do_changes_nothing_that_is_shown(
    drawn: tuple[list[Line], dict[str, int]], people: int, read: int, chosen: Chosen
) -> None:
    lines, _ = drawn
    one, other = [
        board_of(narrow([*lines, line_of(99, "Nord", Arrival.RECEIVED, people, min(count, people))], chosen)) for count in (0, read)
    ]
    assert one == other


@given(boards(), chosens)
def test_the_counts_beside_the_filters_are_what_they_show(drawn: tuple[list[Line], dict[str, int]], chosen: Chosen) -> None:
    lines, _ = drawn
    for stand, count in stands_to_choose(lines, chosen, ASKED):
        assert len(narrow(lines, replace(chosen, stand=stand))) == count
    for region, count in regions_to_choose(lines, chosen):
        assert len(narrow(lines, replace(chosen, region=region))) == count


@given(boards())
def test_every_site_is_missing_it_or_has_yet_to_confirm_it_or_has(drawn: tuple[list[Line], dict[str, int]]) -> None:
    lines, _ = drawn
    for line in lines:
        stands = {stand for stand in Stand if narrow([line], Chosen(stand=stand))}
        assert stands & {Stand.MISSING, Stand.OPEN, Stand.CONFIRMED}
        assert Stand.ALL in stands
        assert not {Stand.OPEN, Stand.CONFIRMED} <= stands


def test_what_is_not_known_shows_everything() -> None:
    lines = [line_of(1, "Grand Est", Arrival.RECEIVED, 6, 1)]
    assert chosen_of("Mars", "lost", lines) == Chosen()
    assert chosen_of("", "", lines) == Chosen()
    assert chosen_of(" grand  EST ", "open", lines) == Chosen("Grand Est", Stand.OPEN)


def test_what_asks_nobody_offers_no_confirmed_sites() -> None:
    lines = [line_of(1, "Nord", Arrival.RECEIVED, 6, 1)]
    offered = [stand for stand, _ in stands_to_choose(lines, Chosen(), replace(ASKED, terms=Terms()))]
    assert offered == [Stand.ALL, Stand.MISSING, Stand.OFFLINE, Stand.OPEN]


def test_the_clock_runs_until_the_last_site_has_confirmed() -> None:
    now = START + timedelta(hours=3)

    def taken(*lines: Line) -> timedelta:
        board: Board = board_of(lines)
        return time_taken(board, START, now)

    done, still = line_of(1, "", Arrival.RECEIVED, 6, 1, settled=True), line_of(2, "", Arrival.OFFLINE, 6, 1)
    at = replace(done, said=replace(done.said, confirmed_at=START + timedelta(minutes=9)))
    assert taken(at, still) == timedelta(hours=3)
    assert taken(at) == timedelta(minutes=9)
    # A site whose clock is behind ours.
    assert taken(replace(done, said=replace(done.said, confirmed_at=START - timedelta(minutes=1)))) == timedelta(0)


# On the page.


async def spread(office: Office) -> str:
    """An urgent announcement to three sites of two regions, of which one has confirmed it; its id."""
    await admit_site(office.shop, "metz", Attributes(region="Grand Est", city="Metz"))
    await admit_site(office.shop, "nice", Attributes(region="Sud", city="Nice"))
    post = await office.announce(replace(EVERYONE, priority=Priority.URGENT))
    said = Said("https://metz.example/actor", 1, 1, START, Totals(12, 9, 7), START)
    await office.site.write(save_said, post.id, said, START)
    return post.id


def sites_of(page: str) -> list[str]:
    return re.findall(r'data-site="https://(\w+)\.example/actor"', page)


async def board_at(marc: Browser, post_id: str, query: str = "") -> str:
    answer = await marc.get(f"/announcements/{post_id}/board{query}")
    assert answer.status_code == 200
    return answer.text


async def test_the_board_shows_the_chosen_region_and_state_and_their_sums(office: Office) -> None:
    post_id, marc = await spread(office), await office.shop.sign_in("marc")
    assert sorted(sites_of(await board_at(marc, post_id))) == ["lyon", "magasin", "metz", "nice"]
    assert sites_of(await board_at(marc, post_id, "?region=Sud")) == ["nice"]
    assert sites_of(await board_at(marc, post_id, "?state=confirmed")) == ["metz"]
    assert sites_of(await board_at(marc, post_id, "?region=Sud&state=confirmed")) == []
    page = await board_at(marc, post_id, "?region=Grand+Est")
    assert "9 / 12" in page
    assert f'href="/announcements/{post_id}/board.csv?region=Grand+Est"' in page
    assert "9 / 12" not in await board_at(marc, post_id, "?region=Sud")


async def test_what_is_not_known_shows_all_sites(office: Office) -> None:
    post_id, marc = await spread(office), await office.shop.sign_in("marc")
    for query in ("?region=Mars", "?state=lost", "?region=&state=", "?region=%00%3Cb%3E"):
        assert len(sites_of(await board_at(marc, post_id, query))) == 4


async def test_the_table_holds_what_was_chosen(office: Office) -> None:
    post_id, marc = await spread(office), await office.shop.sign_in("marc")
    answer = await marc.get(f"/announcements/{post_id}/board.csv?region=sud&state=missing")
    assert [row["host"] for row in csv.DictReader(io.StringIO(answer.text))] == ["nice.example"]


async def test_only_the_sites_shown_are_reminded(office: Office) -> None:
    post_id, marc = await spread(office), await office.shop.sign_in("marc")
    page = await board_at(marc, post_id, "?region=Sud")
    assert "Relancer le site qui n’a pas confirmé (1)" in page
    await marc.post(f"/announcements/{post_id}/remind", {"region": "Sud", "state": "all"})
    assert "relancé" in await board_at(marc, post_id, "?region=Sud")
    assert "Relancer le site qui n’a pas confirmé (1)" in await board_at(marc, post_id)


async def test_an_urgent_one_says_how_far_it_is_and_since_when(office: Office) -> None:
    post_id, marc = await spread(office), await office.shop.sign_in("marc")
    clock = office.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(minutes=9))
    said = "Confirmée par 1 sur 4 en 9 min"
    assert said in await board_at(marc, post_id)
    assert said in await board_at(marc, post_id, "?region=Sud")
    calm = await office.announce()
    assert "en 0 min" not in await board_at(marc, calm.id)


async def test_without_scripts_the_page_says_how_it_is_brought_up_to_date(office: Office) -> None:
    post_id, marc = await spread(office), await office.shop.sign_in("marc")
    assert "Rechargez la page pour voir ce qui a changé depuis." in await board_at(marc, post_id)
    assert LYON in await board_at(marc, post_id)
