"""Names of others: nothing invisible, nothing that turns text around, and no damage to honest ones."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.web.names import initials, plain


@pytest.mark.attack("CNT-019")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("HQ \u202etsop.exe", "HQ tsop.exe"),
        ("\u2066Marc\u2069", "Marc"),
        ("Ma\u200brc", "Marc"),
        ("Ma\u200drc", "Marc"),
        ("Marc\u200e\u200f", "Marc"),
        ("Marc\U000e0041\U000e0042\U000e007f", "Marc"),
        ("Ma\u00adrc\ufeff", "Marc"),
        ("Ma\u2060r\u2063c", "Marc"),
        ("\u3164\u115f\uffa0", ""),
        ("Marc\x00\x1b[31m", "Marc[31m"),
        ("Marc\n\n\tWeber", "Marc Weber"),
        ("Marc\u2028Weber", "Marc Weber"),
        ("a\ud800b", "ab"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
    ],
)
def test_what_deceives_is_taken_out(name: str, shown: str) -> None:
    assert plain(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "Inès Ben Amar",
        "مرحبا",
        "می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d👩\u200d👧",
        "👩🏽\u200d🔧",
        "❤️\u200d🔥",
        "Tiếng Việt",
        "Quoi de neuf\u202f?",
        "1\ufe0f\u20e3",
    ],
)
def test_honest_names_stay_as_they_are(name: str) -> None:
    assert plain(name) == name


@given(st.text())
def test_nothing_that_directs_text_ever_gets_through(name: str) -> None:
    shown = plain(name)
    assert not {unicodedata.bidirectional(character) for character in shown} & {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }
    assert "\n" not in shown


@given(st.text())
def test_a_plain_name_is_already_plain(name: str) -> None:
    assert plain(plain(name)) == plain(name)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Marc Weber", "MW"),
        ("Inès", "I"),
        ("Jean-Pierre de la Fontaine", "JF"),
        ("🔧 Outils réunis 🔧", "OR"),
        ("…", "?"),
        ("", "?"),
        ("<b>", "?"),
    ],
)
def test_initials_stand_for_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters
