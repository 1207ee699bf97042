"""Strangers can make us fetch only so much."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import RateLimited
from fedirse.remote import budget
from fedirse.remote.budget import FetchBudget

START = datetime(2026, 3, 2, tzinfo=UTC)


def spent(fetches: FetchBudget, host: str, times: int) -> int:
    return sum(fetches.spend(host) for _ in range(times))


@pytest.mark.attack("SIG-053")
def test_one_host_gets_its_share_of_a_minute_and_no_more() -> None:
    fetches = FetchBudget(FixedClock(START))
    assert spent(fetches, "autre.example", limits.KEY_FETCHES_PER_HOST_PER_MINUTE + 1) == limits.KEY_FETCHES_PER_HOST_PER_MINUTE
    assert fetches.spend("encore.example")


@pytest.mark.attack("SIG-053")
def test_every_port_of_a_machine_is_the_same_machine() -> None:
    fetches = FetchBudget(FixedClock(START))
    ports = ["autre.example", *(f"autre.example:{port}" for port in range(1024, 1100)), "[2001:db8::1]", "[2001:db8::1]:8443"]
    assert sum(fetches.spend(host) for host in ports) == limits.KEY_FETCHES_PER_HOST_PER_MINUTE + 2


@pytest.mark.attack("DOS-027")
def test_ten_thousand_hosts_together_get_no_more_than_all_may_have() -> None:
    fetches = FetchBudget(FixedClock(START))
    assert sum(fetches.spend(f"{number}.example") for number in range(10_000)) == limits.KEY_FETCHES_PER_MINUTE


def test_after_a_minute_there_is_room_again() -> None:
    clock = FixedClock(START)
    fetches = FetchBudget(clock, per_host=1)
    assert spent(fetches, "autre.example", 2) == 1
    clock.advance(timedelta(seconds=budget.WINDOW_SECONDS))
    assert fetches.spend("autre.example")


def test_what_is_refused_costs_nothing() -> None:
    clock = FixedClock(START)
    fetches = FetchBudget(clock, per_host=1, overall=2)
    assert spent(fetches, "autre.example", 100) == 1
    assert fetches.spend("encore.example")


def test_no_more_hosts_than_the_limit_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.REMEMBERED_HOSTS > 0
    monkeypatch.setattr(limits, "REMEMBERED_HOSTS", 2)
    fetches = FetchBudget(FixedClock(START), per_host=1)
    for host in ("un.example", "deux.example", "trois.example"):
        assert fetches.spend(host)
    assert fetches.spend("un.example")
    assert not fetches.spend("trois.example")


def test_only_so_many_are_under_way_at_once() -> None:
    fetches = FetchBudget(FixedClock(START))
    with ExitStack() as under_way:
        for number in range(limits.KEY_FETCHES_AT_ONCE):
            under_way.enter_context(fetches.fetching(f"{number}.example"))
        with pytest.raises(RateLimited) as refused, fetches.fetching("autre.example"):
            pytest.fail("one more was let through")
        assert refused.value.reason == "fetch-budget"
    with fetches.fetching("autre.example"):
        pass
