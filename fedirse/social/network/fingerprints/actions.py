"""The four words of a key as they are shown and said."""

import unicodedata
from functools import lru_cache

from fedirse.social.network.fingerprints.rules import fingerprint


@lru_cache(maxsize=256)
def four_words(key: str) -> str:
    """The words of a key (Multikey), as one text.

    The first time takes a tenth of a second: on an event loop that serves others it belongs in a thread.

    Raises:
        SignatureError: it is no Multikey.
    """
    return " ".join(fingerprint(key, _words()))


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    from mnemonic import Mnemonic

    # The list is kept decomposed; two people who compare, and a search for a word, need the usual form.
    return tuple(unicodedata.normalize("NFC", word) for word in Mnemonic("french").wordlist)
