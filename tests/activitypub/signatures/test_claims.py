"""Freshness, the key that goes with an algorithm, and which scheme a request is read by."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.activitypub.signatures import SignatureScheme, check_freshness, read_claim, verify_claim
from fedirse.base import limits
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.signing import AHEAD, NOW, WINDOW, Sign, accept, by_cavage, by_message, ed25519_key, get, post, rsa_key

INSTANT = timedelta(microseconds=1)


def freshness_reason(sign: Sign, age: timedelta, window: timedelta = WINDOW) -> str:
    with pytest.raises(SignatureError) as refused:
        check_freshness(read_claim(sign(post())), NOW + age, window=window, ahead=AHEAD)
    return refused.value.reason


@pytest.mark.attack("SIG-020")
@pytest.mark.parametrize("sign", [by_cavage, by_message])
@pytest.mark.parametrize("age", [timedelta(hours=13), timedelta(hours=2), WINDOW + INSTANT])
def test_an_old_signature_is_refused(sign: Sign, age: timedelta) -> None:
    assert freshness_reason(sign, age) == "too-old"


@pytest.mark.attack("SIG-051")
@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_a_signature_for_a_fetch_replayed_after_six_minutes_is_refused(sign: Sign) -> None:
    window = timedelta(seconds=limits.FETCH_CLOCK_WINDOW_SECONDS)
    assert freshness_reason(sign, timedelta(minutes=6), window) == "too-old"


@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_a_signature_from_the_future_is_refused(sign: Sign) -> None:
    assert freshness_reason(sign, -AHEAD - INSTANT) == "too-far-ahead"


def test_a_claim_without_time_is_refused() -> None:
    claim = replace(read_claim(by_cavage(post())), created=None)
    with pytest.raises(SignatureError) as refused:
        check_freshness(claim, NOW, window=WINDOW, ahead=AHEAD)
    assert refused.value.reason == "uncovered-time"


def test_the_signers_own_end_is_the_first_instant_that_is_too_late() -> None:
    claim = replace(read_claim(by_cavage(post())), expires=NOW)
    check_freshness(claim, NOW - INSTANT, window=WINDOW, ahead=AHEAD)
    with pytest.raises(SignatureError) as refused:
        check_freshness(claim, NOW, window=WINDOW, ahead=AHEAD)
    assert refused.value.reason == "expired"


@pytest.mark.parametrize("sign", [by_cavage, by_message])
@pytest.mark.parametrize("age", [WINDOW, -AHEAD, timedelta(0)])
def test_a_signature_at_either_end_of_the_window_is_fresh(sign: Sign, age: timedelta) -> None:
    check_freshness(read_claim(sign(post())), NOW + age, window=WINDOW, ahead=AHEAD)


@pytest.mark.parametrize(
    ("algorithm", "reason"), [("rsa-sha256", "wrong-key"), ("rsa-v1_5-sha256", "wrong-key"), ("rot13", "unsupported-algorithm")]
)
def test_an_algorithm_that_is_not_the_keys_is_refused(algorithm: str, reason: str) -> None:
    claim = replace(read_claim(by_cavage(post(), ed25519_key())), algorithm=algorithm)
    with pytest.raises(SignatureError) as refused:
        verify_claim(claim, ed25519_key().public)
    assert refused.value.reason == reason


def test_ed25519_with_an_rsa_key_is_refused() -> None:
    claim = replace(read_claim(by_cavage(post())), algorithm="ed25519")
    with pytest.raises(SignatureError) as refused:
        verify_claim(claim, rsa_key().public)
    assert refused.value.reason == "wrong-key"


@pytest.mark.parametrize("algorithm", [None, "hs2019", "ed25519"])
def test_an_algorithm_that_fits_an_ed25519_key_is_accepted(algorithm: str | None) -> None:
    verify_claim(replace(read_claim(by_message(post(), ed25519_key())), algorithm=algorithm), ed25519_key().public)


@pytest.mark.attack("SIG-002")
@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_another_key_of_the_same_kind_is_refused(sign: Sign) -> None:
    with pytest.raises(SignatureError) as refused:
        accept(sign(post()), ed25519_key().public)
    assert refused.value.reason in {"wrong-key", "bad-signature"}


@pytest.mark.parametrize(("sign", "scheme"), [(by_cavage, SignatureScheme.CAVAGE), (by_message, SignatureScheme.MESSAGE)])
def test_the_scheme_is_told_from_the_headers(sign: Sign, scheme: SignatureScheme) -> None:
    assert read_claim(sign(get())).scheme is scheme


@pytest.mark.attack("SIG-049")
@pytest.mark.parametrize("sign", [by_cavage, by_message])
def test_the_same_request_gives_the_same_claim_and_leaves_replays_to_the_inbox(sign: Sign) -> None:
    request = sign(post())
    assert accept(request) == accept(request)
