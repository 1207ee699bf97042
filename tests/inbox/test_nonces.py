"""A single-use value of a signature is accepted once, and remembered for as long as the signature could be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fedirse.activitypub.signatures import Claim, SignatureScheme
from fedirse.base import limits
from fedirse.base.errors import SignatureError
from fedirse.inbox.nonces import Nonces

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CLAIM = Claim(
    scheme=SignatureScheme.MESSAGE,
    key_id="https://autre.example/people/karim#key",
    algorithm=None,
    covered=(),
    created=NOW,
    expires=None,
    nonce="n1",
    signature=b"",
    signing_base=b"",
)


@pytest.mark.attack("SIG-066")
def test_the_same_nonce_of_the_same_key_is_refused() -> None:
    seen = Nonces()
    seen.check(CLAIM, NOW)
    with pytest.raises(SignatureError) as refused:
        seen.check(CLAIM, NOW + timedelta(minutes=59))
    assert refused.value.reason == "nonce-replayed"


def test_another_key_may_use_the_same_nonce_and_no_nonce_is_never_a_repetition() -> None:
    seen = Nonces()
    seen.check(CLAIM, NOW)
    seen.check(replace(CLAIM, key_id="https://autre.example/people/lea#key"), NOW)
    seen.check(replace(CLAIM, nonce=None), NOW)
    seen.check(replace(CLAIM, nonce=None), NOW)


def test_a_nonce_is_forgotten_once_its_signature_is_too_old_anyway() -> None:
    seen = Nonces()
    seen.check(CLAIM, NOW)
    later = NOW + timedelta(seconds=limits.CLOCK_WINDOW_SECONDS + limits.CLOCK_AHEAD_SECONDS + 1)
    seen.check(CLAIM, later)


def test_no_more_than_the_limit_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.REMEMBERED_NONCES > 0
    monkeypatch.setattr(limits, "REMEMBERED_NONCES", 2)
    seen = Nonces()
    for number in range(3):
        seen.check(replace(CLAIM, nonce=f"n{number}"), NOW)
    seen.check(replace(CLAIM, nonce="n0"), NOW)
    with pytest.raises(SignatureError):
        seen.check(replace(CLAIM, nonce="n0"), NOW)
