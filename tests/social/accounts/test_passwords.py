"""Passwords that everybody tries first are none."""

import pytest
from argon2 import Type
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base.errors import InvalidInput
from fedirse.social.accounts.passwords.rules import COMMON, is_obvious
from fedirse.social.accounts.rules import PASSWORD_HIGHEST, PASSWORD_LOWEST, check_password
from tests.made_once import real_hasher

ABOUT = ("ines", "Magasin de Colmar", "colmar.example", "colmar")


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Motdepasse1!",
        "MÔT DE PASSE",
        "azertyuiop",
        "poiuytreza",
        "1234567890",
        "0987654321",
        "aaaaaaaaaaaa",
        "ababababab",
        "abc123abc123",
        "magasindecolmar",
        "Colmar2026",
        "ines.colmar1",
        "marc1234marc1234",
        "  qwertyuiop  ",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert is_obvious(password, ABOUT)
    with pytest.raises(InvalidInput, match="first that others try") as refused:
        check_password(password.ljust(PASSWORD_LOWEST), ABOUT)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["trois petits canards", "correct horse battery", "colmar sous la neige", "Xk7-pq2-Lm9", "密码密码很长的一个句子啊啊"]
)
def test_what_nobody_guesses_is_taken_without_rules_for_signs_and_digits(password: str) -> None:
    check_password(password, ABOUT)


def test_the_length_is_what_counts() -> None:
    check_password("xkcdpqlmtr", ABOUT)
    with pytest.raises(InvalidInput):
        check_password("xkcdpqlmt", ABOUT)
    longest = "trois petits canards " * 60
    check_password(longest[:PASSWORD_HIGHEST], ABOUT)
    with pytest.raises(InvalidInput):
        check_password(longest[: PASSWORD_HIGHEST + 1], ABOUT)


def test_a_hundred_common_ones_are_known() -> None:
    assert len(COMMON) >= 100


@settings(max_examples=30)
@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_every_text_is_judged(password: str, about: list[str]) -> None:
    assert is_obvious(password, about) in {True, False}


def test_a_hash_costs_whoever_guesses_no_less_than_the_second_choice_of_rfc_9106() -> None:
    # Section 4: three passes over 64 MiB, in four lanes, with 128 bits of salt.
    hasher = real_hasher()
    assert hasher.type is Type.ID
    assert (hasher.time_cost, hasher.memory_cost, hasher.parallelism, hasher.salt_len) == (3, 64 * 1024, 4, 16)
