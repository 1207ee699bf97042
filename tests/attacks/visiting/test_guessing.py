"""Guessing from many addresses, and pretending to come from them: guesses wait, the alarm is raised, and the owner gets in."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from tests.attacks.scene import Answer
from tests.attacks.visiting.requests import STRANGER, form
from tests.social.entrance.conftest import PASSWORD
from tests.visitors import Browser, Shop

PROXY = "127.0.0.1"
WRONG = "pas le mot de passe"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand real hashes would take a minute; what is looked at is who gets to compare one."""
    monkeypatch.setattr("fedirse.social.entrance.passwords.actions.is_password", lambda _hash, typed: typed == PASSWORD)


def addresses() -> Iterator[str]:
    """Addresses of as many networks as one wants."""
    return (f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}" for number in range(10**6))


def advance(shop: Shop, seconds: float) -> None:
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(seconds=seconds))


async def guess(shop: Shop, client: str = STRANGER, forwarded: str = "", *, name: str = "ines", password: str = WRONG) -> Answer:
    """One try to sign in from an address, through what is said to be a proxy."""
    headers = [("x-forwarded-for", forwarded)] if forwarded else []
    return await form(shop, "/sign-in", {"name": name, "password": password}, client=client, headers=headers)


@pytest.mark.attack("WEB-029")
async def test_a_thousand_guesses_from_as_many_addresses_get_few_answers_and_raise_the_alarm(
    doors: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_ALARM", limits.SIGN_IN_FREE_TRIES_EVERYWHERE + 20)
    owner = Browser(doors)
    assert (await owner.post("/sign-in", {"name": "ines", "password": PASSWORD})).status_code == 303
    with caplog.at_level(logging.WARNING):
        answers = [await guess(doors, address) for address, _ in zip(addresses(), range(1000), strict=False)]
    # Without a pause in between, what follows the free tries is not even looked at: the right password among it neither.
    assert [answer.status for answer in answers].count(422) == limits.SIGN_IN_FREE_TRIES_EVERYWHERE
    assert {answer.status for answer in answers} == {422, 429}
    assert (await guess(doors, "192.0.2.77", password=PASSWORD)).status == 429
    # Whoever waits gets one guess in so many seconds, not more, from wherever they come; enough of them raise the alarm.
    looked_at = 0
    for address, _ in zip(addresses(), range(60), strict=False):
        advance(doors, limits.SIGN_IN_LONGEST_WAIT_EVERYWHERE_SECONDS / 2)
        looked_at += (await guess(doors, address)).status == 422
    assert 20 <= looked_at <= 60 / 2 + 5
    assert doors.site.counters.read()["sign-in.alarm"] == 1
    assert len([message for message in caplog.messages if "tries to sign in failed" in message]) == 1
    # The owner's browser waits for nobody, and the owner elsewhere some seconds at most.
    assert (await owner.post("/sign-out")).status_code == 303
    assert (await owner.post("/sign-in", {"name": "ines", "password": PASSWORD})).status_code == 303
    refused = await guess(doors, "192.0.2.77", password=PASSWORD)
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) <= limits.SIGN_IN_LONGEST_WAIT_EVERYWHERE_SECONDS
    advance(doors, limits.SIGN_IN_LONGEST_WAIT_EVERYWHERE_SECONDS)
    assert (await guess(doors, "192.0.2.77", password=PASSWORD)).status == 303


@pytest.mark.attack("WEB-029")
async def test_one_address_that_tries_many_names_waits_too(doors: Shop) -> None:
    statuses = [(await guess(doors, name=f"personne{number}")).status for number in range(limits.SIGN_IN_FREE_TRIES_PER_NETWORK + 10)]
    assert statuses == [422] * limits.SIGN_IN_FREE_TRIES_PER_NETWORK + [429] * 10
    assert (await guess(doors, "192.0.2.77", name="marc", password=PASSWORD)).status == 303


@pytest.mark.attack("WEB-029")
async def test_links_by_mail_are_not_asked_for_without_end(doors: Shop) -> None:
    answers = [
        await form(doors, "/sign-in/link", {"name": name}, client=address)
        for name in ("ines", "INES", "@ines", "ines@magasin.example")
        for address, _ in zip(addresses(), range(limits.MAILS_PER_ACCOUNT_PER_HOUR), strict=False)
    ]
    assert [answer.status for answer in answers].count(200) == limits.MAILS_PER_ACCOUNT_PER_HOUR


@pytest.mark.attack("WEB-029")
async def test_the_password_is_not_guessed_where_it_is_asked_for_again(doors: Shop) -> None:
    ines = await doors.sign_in("ines")
    advance(doors, 3600)
    for path, field in (("/confirm", "password"), ("/settings/security/password", "old")):
        fields = {field: WRONG, "password_again": "x"} if field == "old" else {field: WRONG}
        statuses = [(await ines.post(path, fields)).status_code for _ in range(limits.SIGN_IN_FREE_TRIES + 5)]
        assert statuses.count(422) <= limits.SIGN_IN_FREE_TRIES, path
        assert statuses[-1] == 429, path


@pytest.mark.attack("WEB-027")
async def test_an_address_that_somebody_only_says_they_have_is_not_believed(doors: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_FREE_TRIES_PER_NETWORK", 3)
    said = addresses()
    answers = [await guess(doors, STRANGER, f"{next(said)}, {next(said)}", name=f"n{number}") for number in range(5)]
    assert [answer.status for answer in answers] == [422, 422, 422, 429, 429]


@pytest.mark.attack("WEB-027")
async def test_behind_our_proxy_only_the_address_counts_that_it_wrote_itself(doors: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_FREE_TRIES_PER_NETWORK", 3)
    said = addresses()
    answers = [await guess(doors, PROXY, f"{next(said)}, {STRANGER}", name=f"n{number}") for number in range(4)]
    assert [answer.status for answer in answers] == [422, 422, 422, 429]
    # Somebody else behind the same proxy does not wait for that.
    assert (await guess(doors, PROXY, f"{STRANGER}, 192.0.2.77", name="n9")).status == 422
    # And what the proxy counted holds without it.
    assert (await guess(doors, STRANGER, name="n10")).status == 429
