"""Base64 and multibase (base58btc), read strictly. No meaning is attached to the bytes here."""

import binascii

from fedirse.base import limits
from fedirse.base.errors import SignatureError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {character: digit for digit, character in enumerate(_ALPHABET)}


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding, on one line."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def decode_base64(text: str, *, reason: str) -> bytes:
    """Bytes of standard base64 with padding (RFC 4648, section 4), in its one canonical spelling.

    Raises:
        SignatureError: with the `reason` given.
    """
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise SignatureError("not base64", reason=reason) from error
    # The strict mode lets padding that is not needed and bits that mean nothing pass.
    if encode_base64(data) != text:
        raise SignatureError("not canonical base64", reason=reason)
    return data


def encode_multibase(data: bytes) -> str:
    """Multibase text in base58btc: "z" and the digits."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data, "big")
    digits: list[str] = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    return "z" + _ALPHABET[0] * zeros + "".join(reversed(digits))


def decode_multibase(text: object, *, reason: str) -> bytes:
    """Bytes of multibase text in base58btc, the one base FEP-521a and FEP-8b32 allow.

    Raises:
        SignatureError: with the `reason` given; the length is checked first, because the work grows with its square.
    """
    if not isinstance(text, str) or len(text) > limits.MULTIBASE_CHARACTERS or not text.startswith("z"):
        raise SignatureError("not base58btc multibase", reason=reason)
    digits = text[1:]
    zeros = len(digits) - len(digits.lstrip(_ALPHABET[0]))
    number = 0
    for character in digits:
        digit = _DIGITS.get(character)
        if digit is None:
            raise SignatureError("not a base58btc digit", reason=reason)
        number = number * 58 + digit
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
