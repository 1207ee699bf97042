"""What a roster comes to, whatever the order in which its parts arrive."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base.errors import Refused
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Credential, News, Removal, Roster, Snapshot, Standing, Statement
from fedirse.social.network.roster.rules import (
    AHEAD,
    GRACE,
    counter_of,
    digest_of,
    is_fresh,
    learn,
    learn_snapshot,
    members_in_force,
    missing,
    standing_of,
)

NETWORK = "https://siege.example/actor"
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
LYON, NANTES = "https://lyon.example/actor", "https://nantes.example/actor"
LIFE = timedelta(hours=72)


def credential(
    member: str, serial: int, *, issued: datetime = START, suspended: bool = False, key: str = "z6Mk", digest: str = ""
) -> Credential:
    return Credential(
        id=f"{member}#{serial}",
        network=NETWORK,
        member=member,
        serial=serial,
        digest=digest or f"{serial:064x}",
        name=member,
        attributes=Attributes(),
        key=key,
        suspended=suspended,
        issued=issued,
        ends=issued + LIFE,
    )


def removal(member: str, serial: int, *, at: datetime = START) -> Removal:
    return Removal(id=f"{member}#{serial}", network=NETWORK, member=member, serial=serial, digest=f"{serial:064x}", removed=at)


def snapshot(serial: int, listing: dict[str, int], *, issued: datetime = START) -> Snapshot:
    return Snapshot(
        id=f"{NETWORK}#{serial}",
        network=NETWORK,
        serial=serial,
        digest=f"{serial:064x}",
        issued=issued,
        ends=issued + LIFE,
        listing=listing,
    )


def told(*parts: Statement | Snapshot, roster: Roster | None = None, now: datetime = START) -> Roster:
    return reduce(lambda so_far, part: _take(so_far, part, now), parts, roster or Roster(NETWORK))


def _take(roster: Roster, part: Statement | Snapshot, now: datetime) -> Roster:
    return (learn_snapshot(roster, part, now) if isinstance(part, Snapshot) else learn(roster, part, now))[0]


class TestStanding:
    def test_nobody_is_a_member_by_saying_so(self) -> None:
        assert standing_of(Roster(NETWORK), LYON, START) is Standing.STRANGER

    def test_a_credential_counts_until_its_end_then_for_the_period_of_grace(self) -> None:
        roster = told(credential(LYON, 1))
        assert standing_of(roster, LYON, START) is Standing.IN_FORCE
        assert standing_of(roster, LYON, START + LIFE) is Standing.GRACE
        assert standing_of(roster, LYON, START + LIFE + GRACE - timedelta(seconds=1)) is Standing.GRACE
        assert standing_of(roster, LYON, START + LIFE + GRACE) is Standing.LAPSED

    def test_whoever_was_not_known_in_time_is_not_admitted_during_the_period_of_grace(self) -> None:
        late = START + LIFE + timedelta(hours=1)
        roster = told(credential(LYON, 1), now=late)
        assert standing_of(roster, LYON, late) is Standing.LAPSED

    def test_a_snapshot_renews_everybody_it_names(self) -> None:
        later = START + timedelta(days=20)
        roster = told(credential(LYON, 1), snapshot(2, {LYON: 1}, issued=later), now=later)
        assert standing_of(roster, LYON, later) is Standing.IN_FORCE
        assert is_fresh(roster, later)
        assert not is_fresh(roster, later + LIFE)

    def test_whoever_a_snapshot_leaves_out_is_no_member(self) -> None:
        roster = told(credential(LYON, 1), credential(NANTES, 2), snapshot(3, {LYON: 1}))
        assert standing_of(roster, NANTES, START) is Standing.REMOVED

    def test_a_credential_later_than_the_snapshot_needs_no_snapshot(self) -> None:
        roster = told(snapshot(1, {}), credential(LYON, 2))
        assert standing_of(roster, LYON, START) is Standing.IN_FORCE

    def test_what_a_snapshot_names_and_nobody_has_shown_counts_as_nothing_yet(self) -> None:
        roster = told(credential(LYON, 1), snapshot(5, {LYON: 4, NANTES: 3}))
        assert standing_of(roster, LYON, START) is Standing.OUTDATED
        assert standing_of(roster, NANTES, START) is Standing.OUTDATED
        assert missing(roster) == {LYON, NANTES}

    def test_a_removal_counts_at_once_and_the_old_credential_never_again(self) -> None:
        roster = told(credential(LYON, 1), removal(LYON, 2), credential(LYON, 1))
        assert standing_of(roster, LYON, START) is Standing.REMOVED

    def test_whoever_was_removed_can_be_admitted_anew(self) -> None:
        roster = told(credential(LYON, 1), removal(LYON, 2), credential(LYON, 3))
        assert standing_of(roster, LYON, START) is Standing.IN_FORCE

    def test_whoever_is_suspended_stays_so_whatever_the_date(self) -> None:
        roster = told(credential(LYON, 1), credential(LYON, 2, suspended=True), snapshot(3, {LYON: 2}))
        assert standing_of(roster, LYON, START) is Standing.SUSPENDED
        assert members_in_force(roster, START) == {}

    @pytest.mark.parametrize("standing", Standing)
    def test_nobody_is_both_trusted_and_expelled(self, standing: Standing) -> None:
        assert not (standing.trusted and standing.expelled)


class TestRefusals:
    def test_a_statement_of_another_network_changes_nothing(self) -> None:
        foreign = replace(credential(LYON, 1), network="https://other.example/actor")
        with pytest.raises(Refused) as refused:
            learn(Roster(NETWORK), foreign, START)
        assert refused.value.reason == "other-network"

    @pytest.mark.parametrize("part", [credential(LYON, 1), removal(LYON, 1), snapshot(1, {})], ids=["credential", "removal", "snapshot"])
    def test_a_statement_from_a_clock_a_day_ahead_is_refused(self, part: Statement | Snapshot) -> None:
        with pytest.raises(Refused) as refused:
            _take(Roster(NETWORK), part, START - AHEAD - timedelta(seconds=1))
        assert refused.value.reason == "from-the-future"
        _take(Roster(NETWORK), part, START - AHEAD)

    def test_a_serial_that_was_overtaken_is_older(self) -> None:
        assert learn(told(credential(LYON, 5)), credential(LYON, 4), START)[1] is News.OLDER

    def test_a_snapshot_that_was_overtaken_is_older(self) -> None:
        roster = told(snapshot(5, {LYON: 1}))
        after, news = learn_snapshot(roster, snapshot(4, {}), START)
        assert (after, news) == (roster, News.OLDER)

    def test_two_words_under_one_serial_are_told_apart_and_everybody_takes_the_same(self) -> None:
        one, other = credential(LYON, 1, digest="a" * 64), credential(LYON, 1, digest="b" * 64)
        there, news = learn(told(one), other, START)
        back = told(other, one)
        assert news is News.CONTRADICTS
        assert there.held[LYON].statement == back.held[LYON].statement == other
        assert standing_of(told(other, removal(LYON, 1)), LYON, START) is Standing.REMOVED


@dataclass(frozen=True)
class Deed:
    kind: str
    member: str


MEMBERS = [f"https://site-{number}.example/actor" for number in range(5)]
DEEDS = st.lists(
    st.builds(Deed, st.sampled_from(["add", "update", "suspend", "remove", "snapshot"]), st.sampled_from(MEMBERS)), max_size=25
)


def history(deeds: list[Deed]) -> tuple[list[Statement | Snapshot], dict[str, Standing], datetime]:
    """What a head office that does these deeds, an hour apart, says; and what each member is in the end by a plain account of them."""
    said: list[Statement | Snapshot] = []
    live: dict[str, tuple[int, bool]] = {}
    for serial, deed in enumerate(deeds, start=1):
        at = START + timedelta(hours=serial)
        if deed.kind == "snapshot":
            said.append(snapshot(serial, {member: number for member, (number, _) in live.items()}, issued=at))
        elif deed.kind == "remove":
            live.pop(deed.member, None)
            said.append(removal(deed.member, serial, at=at))
        else:
            live[deed.member] = (serial, deed.kind == "suspend")
            said.append(credential(deed.member, serial, issued=at, suspended=deed.kind == "suspend"))
    standings = {member: Standing.SUSPENDED if suspended else Standing.IN_FORCE for member, (_, suspended) in live.items()}
    return said, standings, START + timedelta(hours=len(deeds))


@settings(max_examples=200)
@given(DEEDS, st.data())
def test_any_order_with_repetitions_comes_to_the_same_roster(deeds: list[Deed], data: st.DataObject) -> None:
    said, standings, end = history(deeds)
    shuffled = data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said), max_size=10)) if said else said))
    roster = told(*shuffled, now=end)
    assert digest_of(roster) == digest_of(told(*said, now=end))
    assert counter_of(roster) == len(deeds)
    for member in MEMBERS:
        if member in standings:
            assert standing_of(roster, member, end) is standings[member]
        else:
            assert standing_of(roster, member, end) in {Standing.STRANGER, Standing.REMOVED}


@settings(max_examples=100)
@given(DEEDS, st.data())
def test_sites_that_missed_things_agree_as_soon_as_they_have_told_each_other(deeds: list[Deed], data: st.DataObject) -> None:
    said, _, end = history(deeds)
    parts = [data.draw(st.lists(st.sampled_from(said), max_size=25)) if said else [] for _ in range(3)]
    together = [told(*one, *other, now=end) for one, other in ((parts[0] + parts[1], parts[2]), (parts[2], parts[1] + parts[0]))]
    assert digest_of(together[0]) == digest_of(together[1])


@settings(max_examples=100)
@given(DEEDS, st.data())
def test_knowing_less_never_admits_whom_the_end_of_the_story_has_removed_once_the_last_snapshot_is_known(
    deeds: list[Deed], data: st.DataObject
) -> None:
    said, standings, end = history([*deeds, Deed("snapshot", MEMBERS[0])])
    some = data.draw(st.lists(st.sampled_from(said), max_size=25))
    roster = told(*some, said[-1], now=end)
    trusted = {member for member in MEMBERS if standing_of(roster, member, end).trusted}
    assert trusted <= {member for member, standing in standings.items() if standing is Standing.IN_FORCE}
    assert set(members_in_force(roster, end)) == trusted
