"""Passwords that everybody tries first. Pure.

No rule asks for digits or signs (NIST SP 800-63B, 3.1.1.2): length is what counts, and not being what others guess.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

# What people choose where ten characters are asked for: words of keyboards, of doors and of love, in French and English.
_WORDS: Final = """
password passwords passw0rd p@ssword p@ssw0rd motdepasse motsdepasse monmotdepasse mypassword passwort passphrase changeme
changemoi letmein letmeinnow ouvretoi sesame sesameouvretoi opensesame bienvenue welcome welcomeback azerty azertyui
azertyuiop qwerty qwertyui qwertyuiop qwertz qwertzuiop asdfgh asdfghjkl qsdfgh qsdfghjklm zxcvbn zxcvbnm wxcvbn azertyqwerty
qwertyazerty 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 a1z2e3r4t5 1a2z3e4r5t 1qaz2wsx 1qaz2wsx3edc aqwzsxedc qazwsxedc abcdefghij
abcdefghijk abcd1234 a1b2c3d4e5 abc123abc123 123abc123abc 123456abcdef abcdef123456 iloveyou iloveyouu jetaime jetaimetrop
jetaimemonamour monamour moncoeur monbebe loulou doudou chouchou nounours administrator administrateur adminadmin rootroot
useruser guestguest testtest testtesttest demodemo football baseball basketball superman batman starwars pokemon dragon monkey
princess princesse sunshine soleil liverpool marseille olympique psgparis parissg france vivelafrance bonjour bonjourbonjour
salutsalut coucou coucoucoucou secret secretsecret topsecret trustno1 whatever computer ordinateur internet wifiwifi facebook
google linkedin instagram mastodon fediverse fedirse magasin monmagasin entreprise monentreprise societe summer winter
printemps automne vacances toulouse bordeaux strasbourg
"""
COMMON: Final = frozenset(_WORDS.split())

_SEQUENCES: Final = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm")
_SHORTEST_NAME: Final = 4
_LEFT: Final = 4
_FEW: Final = 3
"""With no more different characters than that a password is a pattern."""


def is_obvious(password: str, about: Sequence[str] = ()) -> bool:
    """Whether a password is one of those that are tried first.

    Args:
        password: as typed.
        about: names that anybody can read: the handle, the site's name and domain. One of them with a few characters more is obvious.
    """
    plain = _plain(password)
    core = plain.strip("0123456789!?.,;:*-_+#$&@/ ")
    return (
        plain in COMMON
        or core in COMMON
        or len(set(plain)) <= _FEW
        or _is_repeated(plain)
        or any(plain in line or plain in line[::-1] for line in _SEQUENCES)
        or _is_made_of(plain, [_plain(name) for name in about])
    )


def _plain(text: str) -> str:
    """Without accents, case and spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character) and not character.isspace())


def _is_repeated(plain: str) -> bool:
    """Whether it is one short word again and again."""
    return re.fullmatch(r"(.{1,8}?)\1+", plain) is not None


def _is_made_of(plain: str, names: Sequence[str]) -> bool:
    """Whether little is left of it without the names."""
    left = plain
    for name in sorted(names, key=len, reverse=True):
        left = left.replace(name, "") if len(name) >= _SHORTEST_NAME else left
    return left != plain and len(left) <= _LEFT
