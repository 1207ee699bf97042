"""Words as search compares them: accents and case folded, elisions cut, French and English endings taken off. Pure.

What is indexed and what is asked for go through the same functions, so that both find each other whatever the stemmers do.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final, Literal

Ending = Literal["french", "english"]
"""Whose endings are taken off."""

GAP: Final = "_"
"""Stands between two fields in the index, so that no phrase reaches from one into the other; never a word."""

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
_ELIDED: Final = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ](?=\w)", re.IGNORECASE)  # noqa: RUF001 - apostrophes as typed
_WORD: Final = re.compile(r"[^\W_]+")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’ʼ](?=\w)")  # noqa: RUF001 - apostrophes as typed
_WORD_LENGTH: Final = 40
_STEMMED_AGAIN: Final = 3

# Words that say nothing by themselves; a question of several words does without them.
_SMALL_FRENCH: Final = (
    "a ai au aux avec avez c ce ces cette d dans de des du elle elles en entre est et eu il ils j je l la le les leur leurs lui m ma mais "
    "me mes mon n ne nos notre nous on ont ou par pas plus pour qu que qui s sa sans se ses son sont sur t ta te tes toi ton tu un une vos "
    "votre vous y"
)
_SMALL_ENGLISH: Final = (
    "a an and are as at be been but by for from has have he her his i if in into is it its me my not of on or our s she so t that the "
    "their them they this to us was we were will with you your"
)
_FRENCH: Final = frozenset(_SMALL_FRENCH.split())
_ENGLISH: Final = frozenset(_SMALL_ENGLISH.split())
SAY_NOTHING: Final = _FRENCH | _ENGLISH
_TELLTALE: Final = 40
"""So many words of a text decide which language it is in, when it does not say."""


class Stemming:
    """Takes endings off. One for each piece of work, because a stemmer is not for several threads at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Ending, str], str] = {}

    def stem(self, word: str, ending: Ending) -> str:
        """The stem of a word, folded.

        Taken again until nothing changes: `mangée` loses two letters at once and `mangee`, typed without accents, one after the other.
        """
        known = self._known.get((ending, word))
        if known is None:
            known = self._known[ending, word] = self._stem(word, ending)
        return known

    def forms(self, word: str) -> tuple[str, ...]:
        """What a word that is asked for may be in the index: as it is, and by its French and its English stem."""
        folded = fold(word)
        return tuple(dict.fromkeys([folded, self.stem(word.lower(), "french"), self.stem(word.lower(), "english")]))

    def _stem(self, word: str, ending: Ending) -> str:
        take_off = self._french if ending == "french" else self._english
        stem = fold(take_off(word))
        for _ in range(_STEMMED_AGAIN):
            again = fold(take_off(stem))
            if again == stem:
                break
            stem = again
        if ending == "french" and stem.endswith("y"):
            # The stemmer makes `emploi` of `employée`, and `employ` of `employee` typed without accents.
            stem = f"{stem[:-1]}i"
        return stem or fold(word)

    @cached_property
    def _french(self) -> Callable[[str], str]:
        return _stemmer("french")

    @cached_property
    def _english(self) -> Callable[[str], str]:
        return _stemmer("english")


def _stemmer(ending: Ending) -> Callable[[str], str]:
    # A C library that a site without posts and searches never loads.
    from Stemmer import Stemmer  # type: ignore[import-not-found]

    stem: Callable[[str], str] = Stemmer(ending, 0).stemWord
    return stem


def fold(text: str) -> str:
    """The text without accents, ligatures and capitals."""
    plain = text.translate(_LIGATURES)
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return plain.casefold()


def split(text: str) -> list[str]:
    """The words of a text in their order, in lower case, still with their accents; elided articles and pronouns are cut off."""
    composed = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    cut = _APOSTROPHE.sub(" ", _ELIDED.sub("", composed.lower()))
    return [word[:_WORD_LENGTH] for word in _WORD.findall(cut)]


def guess_ending(language: str, words: Iterable[str]) -> Ending | None:
    """Whose endings the words of a text have: by its language tag, else by the small words in it; None for neither.

    Args:
        language: language tag, or empty.
        words: the beginning of the text.
    """
    primary = language.partition("-")[0].lower()
    if primary:
        return "french" if primary == "fr" else "english" if primary == "en" else None
    begins = [word for word, _ in zip(words, range(_TELLTALE), strict=False)]
    french = sum(word in _FRENCH and word not in _ENGLISH for word in begins)
    english = sum(word in _ENGLISH and word not in _FRENCH for word in begins)
    return "english" if english > french else "french"


def stems(stemming: Stemming, words: Iterable[str], ending: Ending | None) -> list[str]:
    """The words as they stand in the index."""
    if ending is None:
        return [folded for word in words if (folded := fold(word))]
    return [stemmed for word in words if (stemmed := stemming.stem(word, ending))]
