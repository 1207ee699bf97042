"""From a key to four words. Pure; part of what is promised: the words of a key are the same on every site, in every language, for ever."""

from collections.abc import Sequence
from hashlib import scrypt
from typing import Final

from fedirse.activitypub.signatures import load_multikey, public_der

WORDS: Final = 4
_BITS: Final = 11
_LIST_LENGTH: Final = 2**_BITS
_BYTES: Final = 6
_SALT: Final = b"fedirse fingerprint 1"
# Four words are 44 bits, too few for a plain digest: whoever makes keys until one has the same words has to pay this for each of them.
_COST: Final = 2**15
_BLOCK: Final = 8
_MEMORY: Final = 64 * 1024 * 1024


def fingerprint(key: str, words: Sequence[str]) -> tuple[str, ...]:
    """The words of a key; takes about a tenth of a second, on purpose.

    Args:
        key: a Multikey.
        words: the list, of 2048 words.

    Raises:
        SignatureError: it is no Multikey.
        ValueError: another list.
    """
    if len(words) != _LIST_LENGTH:
        raise ValueError(f"a list of {len(words)} words")
    der = public_der(load_multikey(key))
    digest = scrypt(der, salt=_SALT, n=_COST, r=_BLOCK, p=1, maxmem=_MEMORY, dklen=_BYTES)
    bits = int.from_bytes(digest) >> (_BYTES * 8 - WORDS * _BITS)
    return tuple(words[bits >> _BITS * place & (_LIST_LENGTH - 1)] for place in reversed(range(WORDS)))
