"""Keys from outside pass the limits or are refused with a reason; those that pass survive every form they are written in."""

from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures import (
    KeyAlgorithm,
    PrivateKey,
    load_multikey,
    load_private_der,
    load_public_der,
    load_public_pem,
    multikey,
    private_der,
    public_der,
    public_pem,
)
from fedirse.activitypub.signatures.encodings import encode_multibase
from fedirse.activitypub.signatures.keys import _SMALL_ORDER
from fedirse.base import limits
from fedirse.base.errors import ConfigurationError, SignatureError
from tests.activitypub.signatures.signing import DATE, NOW, ed25519_key, rsa_key, vector


def spki(key: Any) -> str:
    return str(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def rsa_public(bits: int, exponent: int = 65537) -> str:
    """An RSA public key of any size; nobody knows its factors, and nobody has to."""
    return spki(RSAPublicNumbers(exponent, (1 << (bits - 1)) | 0xF1).public_key())


def certificate() -> str:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer.example")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW.replace(year=2027))
    return builder.sign(key, None).public_bytes(Encoding.PEM).decode()


def private_pem() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


JUNK = {
    "nothing": None,
    "an object": {"publicKeyPem": "x"},
    "a list": ["-----BEGIN PUBLIC KEY-----"],
    "a number": 7,
    "bytes": b"-----BEGIN PUBLIC KEY-----",
    "an empty text": "",
    "words": "no key at all",
    "a certificate": certificate(),
    "a private key": private_pem(),
    "two keys": public_pem(ed25519_key().public) * 2,
    "another end": public_pem(ed25519_key().public).replace("END PUBLIC", "END RSA PUBLIC"),
    "no base64": "-----BEGIN PUBLIC KEY-----\nAAA\n-----END PUBLIC KEY-----",
    "no key inside": "-----BEGIN PUBLIC KEY-----\nMAAA\n-----END PUBLIC KEY-----",
    "an elliptic key": spki(ec.generate_private_key(ec.SECP256R1()).public_key()),
    "a key for agreement": spki(x25519.X25519PrivateKey.generate().public_key()),
    "a line before": "x\n" + public_pem(ed25519_key().public),
}


@pytest.mark.attack("SIG-048")
@pytest.mark.parametrize("text", JUNK.values(), ids=JUNK)
def test_what_is_no_public_key_is_refused(text: object) -> None:
    with pytest.raises(SignatureError) as refused:
        load_public_pem(text)
    assert refused.value.reason == "bad-key"


@pytest.mark.attack("SIG-048")
def test_a_megabyte_of_text_is_refused_by_its_length() -> None:
    with pytest.raises(SignatureError) as refused:
        load_public_pem("A" * 1024 * 1024)
    assert refused.value.reason == "oversized-key"


def test_text_up_to_the_limit_is_read_and_one_character_more_is_not() -> None:
    pem = public_pem(rsa_key().public)
    padding = " " * (limits.KEY_DOCUMENT_CHARACTERS - len(pem))
    assert load_public_pem(pem + padding) == rsa_key().public
    with pytest.raises(SignatureError):
        load_public_pem(pem + padding + " ")


@pytest.mark.attack("SIG-046")
@pytest.mark.parametrize("bits", [1024, limits.RSA_LOWEST_BITS - 1])
def test_a_short_rsa_key_is_refused(bits: int) -> None:
    with pytest.raises(SignatureError) as refused:
        load_public_pem(rsa_public(bits))
    assert refused.value.reason == "weak-key"


@pytest.mark.attack("SIG-046")
@pytest.mark.parametrize("exponent", [3, 17, limits.RSA_LOWEST_EXPONENT - 2])
def test_a_small_exponent_is_refused(exponent: int) -> None:
    with pytest.raises(SignatureError) as refused:
        load_public_pem(rsa_public(2048, exponent))
    assert refused.value.reason == "weak-key"


def test_an_exponent_that_makes_verifying_dear_is_refused() -> None:
    assert load_public_pem(rsa_public(2048, limits.RSA_HIGHEST_EXPONENT - 1)).algorithm is KeyAlgorithm.RSA
    with pytest.raises(SignatureError) as refused:
        load_public_pem(rsa_public(2048, limits.RSA_HIGHEST_EXPONENT + 1))
    assert refused.value.reason == "oversized-key"


@pytest.mark.attack("SIG-047")
@pytest.mark.parametrize("bits", [limits.RSA_HIGHEST_BITS + 1, 16384])
def test_a_huge_rsa_key_is_refused(bits: int) -> None:
    with pytest.raises(SignatureError) as refused:
        load_public_pem(rsa_public(bits))
    assert refused.value.reason == "oversized-key"


@pytest.mark.attack("SIG-047")
def test_a_huge_key_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(SignatureError) as refused:
        load_public_der(b"no key at all" * 100)
    assert refused.value.reason == "oversized-key"


@pytest.mark.parametrize("bits", [limits.RSA_LOWEST_BITS, limits.RSA_HIGHEST_BITS])
def test_rsa_keys_at_both_limits_are_read(bits: int) -> None:
    assert load_public_pem(rsa_public(bits)).algorithm is KeyAlgorithm.RSA


@pytest.mark.attack("SIG-046")
def test_padding_that_only_begins_well_is_refused() -> None:
    """Bleichenbacher's forgery of 2006 needs a verifier that stops reading after the hash."""
    key = rsa.generate_private_key(65537, 2048)
    genuine = load_public_pem(spki(key.public_key()))
    numbers = key.private_numbers()
    data = b"(request-target): post /inbox"
    digest_info = bytes.fromhex("3031300d060960864801650304020105000420") + sha256(data).digest()
    block = (b"\x00\x01" + b"\xff" * 8 + b"\x00" + digest_info).ljust(256, b"\x00")
    forged = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
    assert not genuine.verify(forged, data)


@pytest.mark.parametrize("point", sorted(_SMALL_ORDER), ids=bytes.hex)
@pytest.mark.parametrize("sign", [0x00, 0x80])
def test_an_ed25519_point_of_small_order_is_refused(point: bytes, sign: int) -> None:
    raw = point[:31] + bytes([point[31] | sign])
    with pytest.raises(SignatureError) as refused:
        load_multikey(encode_multibase(b"\xed\x01" + raw))
    assert refused.value.reason == "weak-key"


def test_the_listed_points_are_those_whose_eightfold_is_the_neutral_element() -> None:
    prime = 2**255 - 19
    d = -121665 * pow(121666, -1, prime) % prime

    def doubled(x: int, y: int) -> tuple[int, int]:
        t = d * x * x * y * y % prime
        return 2 * x * y * pow(1 + t, -1, prime) % prime, (y * y + x * x) * pow(1 - t, -1, prime) % prime

    for point in _SMALL_ORDER:
        y = int.from_bytes(point, "little") % prime
        square = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
        x = pow(square, (prime + 3) // 8, prime)
        if x * x % prime != square:
            x = x * pow(2, (prime - 1) // 4, prime) % prime
        assert x * x % prime == square
        for _ in range(3):
            x, y = doubled(x, y)
        assert (x, y) == (0, 1)


@pytest.mark.parametrize(
    "text",
    [None, {}, [], 5, "", "z", "zz", "m7QE", "z0", "zé", "6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", encode_multibase(b"\xed\x01" + b"1" * 31),
     encode_multibase(b"\xec\x01" + b"1" * 32), encode_multibase(b"\x85\x24" + b"1" * 40)],
)  # fmt: skip
def test_what_is_no_multikey_is_refused(text: object) -> None:
    with pytest.raises(SignatureError) as refused:
        load_multikey(text)
    assert refused.value.reason == "bad-key"


def test_multibase_is_read_up_to_its_limit() -> None:
    zeros = "1" * (limits.MULTIBASE_CHARACTERS - 1)
    with pytest.raises(SignatureError, match="Multikey"):
        load_multikey("z" + zeros)
    with pytest.raises(SignatureError, match="not base58btc multibase"):
        load_multikey("z1" + zeros)


@pytest.mark.parametrize("case", vector("fep_521a")["keys"], ids=["ed25519", "rsa"])
def test_the_keys_of_fep_521a_are_read_and_written(case: dict[str, str]) -> None:
    key = load_multikey(case["multibase"])
    assert multikey(key) == case["multibase"]
    assert bytes.fromhex(case["hex"]) in public_der(key)


def test_the_rsa_key_of_rfc_9421_is_read_from_pkcs_1() -> None:
    key = load_public_pem(vector("rfc9421")["rsa_public_pem"])
    assert key.algorithm is KeyAlgorithm.RSA
    assert load_public_pem(public_pem(key)) == key


@pytest.mark.parametrize("line_end", ["\r\n", "", "\n\n"])
def test_other_line_ends_do_not_change_a_key(line_end: str) -> None:
    assert load_public_pem(public_pem(rsa_key().public).replace("\n", line_end)) == rsa_key().public


@pytest.mark.parametrize("key", [rsa_key(), ed25519_key()], ids=["rsa", "ed25519"])
def test_a_key_survives_every_form(key: PrivateKey) -> None:
    public = key.public
    assert load_public_pem(public_pem(public)) == public
    assert load_multikey(multikey(public)) == public
    assert load_public_der(public_der(public)) == public
    assert load_private_der(private_der(key)).public == public


@pytest.mark.parametrize("key", [rsa_key(), ed25519_key()], ids=["rsa", "ed25519"])
@given(data=st.binary(max_size=200), bit=st.integers(min_value=0, max_value=511))
def test_one_changed_bit_breaks_a_signature(key: PrivateKey, data: bytes, bit: int) -> None:
    signature = key.sign(data)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert key.public.verify(signature, data)
    assert not key.public.verify(bytes(changed), data)


@pytest.mark.parametrize("signature", [b"", b"\x00", b"1" * 63, b"1" * 4096])
@pytest.mark.parametrize("key", [rsa_key(), ed25519_key()], ids=["rsa", "ed25519"])
def test_a_signature_of_another_length_is_false_and_no_error(key: PrivateKey, signature: bytes) -> None:
    assert not key.public.verify(signature, DATE.encode())


@pytest.mark.parametrize("key", [rsa_key(), ed25519_key()], ids=["rsa", "ed25519"])
def test_a_private_key_does_not_show_itself(key: PrivateKey) -> None:
    assert repr(key) == f"PrivateKey(algorithm={key.algorithm!r})"


@pytest.mark.parametrize("der", [b"", b"x", public_der(ed25519_key().public)])
def test_stored_bytes_that_are_no_private_key_are_the_operators_matter(der: bytes) -> None:
    with pytest.raises(ConfigurationError):
        load_private_der(der)


def test_a_stored_private_key_of_another_kind_is_the_operators_matter() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(ConfigurationError):
        load_private_der(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


@given(der=st.binary(max_size=400))
def test_bytes_that_are_no_key_only_ever_end_in_a_signature_error(der: bytes) -> None:
    with pytest.raises(SignatureError):
        load_public_der(der)


@given(raw=st.binary(min_size=32, max_size=32))
def test_thirty_two_bytes_are_a_multikey_or_refused(raw: bytes) -> None:
    try:
        key = load_multikey(encode_multibase(b"\xed\x01" + raw))
    except SignatureError:
        return
    assert public_der(key).endswith(raw)
    assert key.algorithm is KeyAlgorithm.ED25519
    assert isinstance(key.material, Ed25519PublicKey)
