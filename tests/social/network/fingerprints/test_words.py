"""The four words of a key: always the same ones, and others for every other key."""

import unicodedata

import pytest

from fedirse.activitypub.signatures import multikey
from fedirse.base.errors import SignatureError
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.fingerprints.rules import fingerprint
from tests.social.network.roster.test_wire import fresh_key

KEY = "z6MkpQH3WxF2ewqdoaGLYFUMTRR1bYLjTnWKQkn9iTEMYp2C"


def test_the_words_of_a_key_never_change() -> None:
    # Two people compare them, perhaps of two versions of fedirse: another outcome here breaks what was noted down.
    assert four_words(KEY) == "boiser rythme suffixe révulsif"


def test_another_key_has_other_words() -> None:
    assert four_words(multikey(fresh_key().public)) != four_words(KEY)


def test_the_words_are_written_as_everybody_writes_them() -> None:
    keys = [multikey(fresh_key().public) for _ in range(3)]
    for words in map(four_words, keys):
        assert len(words.split(" ")) == 4
        assert words == unicodedata.normalize("NFC", words)


@pytest.mark.parametrize("key", ["", "z6Mk", KEY[:-1], "https://siege.example/actor"])
def test_what_is_no_key_has_no_words(key: str) -> None:
    with pytest.raises(SignatureError):
        four_words(key)


def test_another_list_is_refused() -> None:
    with pytest.raises(ValueError, match="2047"):
        fingerprint(KEY, [""] * 2047)
