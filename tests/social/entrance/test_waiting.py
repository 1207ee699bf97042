"""How long who fails to get in has to wait, and who does not."""

import logging

import pytest

from fedirse.base import limits
from fedirse.base.throttle import Allowance
from fedirse.social.entrance.sign_in.actions import is_known_browser, known_browser, note_failure
from fedirse.social.entrance.sign_in.rules import (
    account_name,
    code_allowances,
    passkey_allowances,
    question_allowances,
    request_allowances,
    sign_in_allowances,
)
from tests.visitors import Shop


def waits(allowance: Allowance, free: int, longest: float) -> bool:
    """Whether it lets so many fail for nothing, makes the next wait, and never longer than that."""
    return (allowance.wait_after(free - 1), allowance.wait_after(free), allowance.wait_after(10_000)) == (0.0, 1.0, longest)


@pytest.mark.attack("WEB-029")
def test_a_try_counts_for_the_account_there_for_the_account_and_for_the_network() -> None:
    there, everywhere, network = sign_in_allowances("ines", "192.0.2.1", "")
    assert waits(there, limits.SIGN_IN_FREE_TRIES, limits.SIGN_IN_LONGEST_WAIT_SECONDS)
    assert waits(everywhere, limits.SIGN_IN_FREE_TRIES_EVERYWHERE, limits.SIGN_IN_LONGEST_WAIT_EVERYWHERE_SECONDS)
    assert waits(network, limits.SIGN_IN_FREE_TRIES_PER_NETWORK, limits.SIGN_IN_LONGEST_WAIT_PER_NETWORK_SECONDS)
    assert len({there.key, everywhere.key, network.key}) == 3
    assert (there.own, everywhere.own, network.own) == (True, False, False)


@pytest.mark.attack("WEB-029")
def test_many_networks_delay_an_account_by_seconds_only() -> None:
    assert limits.SIGN_IN_LONGEST_WAIT_EVERYWHERE_SECONDS <= 30


def test_a_known_browser_answers_for_itself_alone() -> None:
    (only,) = sign_in_allowances("ines", "192.0.2.1", "known")
    assert only.key not in {one.key for one in sign_in_allowances("ines", "192.0.2.1", "")}
    assert waits(only, limits.SIGN_IN_FREE_TRIES, limits.SIGN_IN_LONGEST_WAIT_SECONDS)


def test_codes_passkeys_and_questions_have_counts_of_their_own() -> None:
    assert waits(code_allowances("x")[0], limits.SIGN_IN_FREE_TRIES, limits.SIGN_IN_LONGEST_WAIT_SECONDS)
    assert waits(passkey_allowances("n")[0], limits.SIGN_IN_FREE_TRIES_PER_NETWORK, limits.SIGN_IN_LONGEST_WAIT_PER_NETWORK_SECONDS)
    assert waits(question_allowances("n")[0], limits.PASSKEY_QUESTIONS, limits.PASSKEY_QUESTIONS_WAIT_SECONDS)
    assert request_allowances("ines", "n")[0].wait_after(limits.MAILS_PER_ACCOUNT_PER_HOUR - 1) == 0.0


async def test_a_browser_is_known_to_the_account_that_signed_in_with_it(shop: Shop) -> None:
    made = known_browser(shop.site, "one")
    assert is_known_browser(shop.site, "one", made)
    assert not is_known_browser(shop.site, "another", made)
    assert not is_known_browser(shop.site, "one", "")
    assert not is_known_browser(shop.site, "one", "é")


@pytest.mark.attack("WEB-029")
async def test_many_failures_raise_an_alarm(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(limits.SIGN_IN_ALARM - 1):
            note_failure(shop.site)
        assert caplog.messages == []
        note_failure(shop.site)
    assert len(caplog.messages) == 1
    counted = shop.site.counters.read()
    assert (counted["sign-in.failed"], counted["sign-in.alarm"]) == (limits.SIGN_IN_ALARM, 1)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ines", "ines"),
        ("@ines", "ines"),
        (" @Ines@Shop.example ", "ines"),
        ("ines@shop.example", "ines"),
        ("ines@else.example", "ines@else.example"),
        ("", ""),
    ],
)
def test_what_is_typed_is_a_handle_or_an_address(typed: str, name: str) -> None:
    assert account_name(typed, "shop.example") == name
