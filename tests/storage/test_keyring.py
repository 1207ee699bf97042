"""A secret opens with the site's own sealing key, in its own place, and in no other way."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures.keys import KeyAlgorithm, PrivateKey, load_private_der, private_der
from fedirse.base.errors import ConfigurationError, StorageError
from fedirse.storage.keyring import SEAL_FILE, Keyring, generate_ed25519, generate_rsa


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path)


def test_without_its_key_a_site_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"seal\.key is missing; put it back") as caught:
        Keyring(tmp_path)
    assert caught.value.reason == "seal-key-missing"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_is_refused(tmp_path: Path, keyring: Keyring, size: int) -> None:
    (tmp_path / SEAL_FILE).write_bytes(bytes(size))
    with pytest.raises(ConfigurationError, match=f"has {size} bytes") as caught:
        Keyring(tmp_path)
    assert caught.value.reason == "seal-key-damaged"


def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / SEAL_FILE).mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        Keyring(tmp_path)
    assert caught.value.reason == "seal-key-unreadable"


def test_a_key_is_never_replaced(tmp_path: Path, keyring: Keyring) -> None:
    before = (tmp_path / SEAL_FILE).read_bytes()
    with pytest.raises(ConfigurationError, match="exists already"):
        Keyring.create(tmp_path)
    assert (tmp_path / SEAL_FILE).read_bytes() == before


def test_another_key_opens_nothing_and_the_file_is_named(tmp_path: Path, keyring: Keyring) -> None:
    other = Keyring.create(tmp_path / "other")
    with pytest.raises(ConfigurationError, match=r"other/seal\.key is not the key") as caught:
        other.unseal(keyring.seal(b"secret", b"place"), b"place")
    assert caught.value.reason == "seal-key-wrong"


def test_a_secret_does_not_open_in_another_place(keyring: Keyring) -> None:
    with pytest.raises(StorageError) as caught:
        keyring.unseal(keyring.seal(b"secret", b"place"), b"elsewhere")
    assert caught.value.reason == "sealed-value-damaged"


def test_a_changed_byte_is_found_wherever_it_is(keyring: Keyring) -> None:
    sealed = keyring.seal(b"secret", b"place")
    for position in range(len(sealed)):
        changed = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises((StorageError, ConfigurationError)):
            keyring.unseal(changed, b"place")


def test_a_value_cut_short_is_found_wherever_it_ends(keyring: Keyring) -> None:
    sealed = keyring.seal(b"", b"place")
    for length in range(len(sealed)):
        with pytest.raises(StorageError):
            keyring.unseal(sealed[:length], b"place")


def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    Keyring.create(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys" / SEAL_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_sealed_value_does_not_show_the_secret(keyring: Keyring) -> None:
    assert b"secret" not in keyring.seal(b"secret", b"place")


def test_the_same_secret_is_sealed_differently_each_time(keyring: Keyring) -> None:
    assert keyring.seal(b"secret", b"place") != keyring.seal(b"secret", b"place")


@given(plain=st.binary(), context=st.binary())
def test_what_was_sealed_opens(tmp_path_factory: pytest.TempPathFactory, plain: bytes, context: bytes) -> None:
    keyring = Keyring.create(tmp_path_factory.mktemp("site"))
    assert keyring.unseal(keyring.seal(plain, context), context) == plain


def test_the_key_opens_after_a_restart(tmp_path: Path, keyring: Keyring) -> None:
    assert Keyring(tmp_path).unseal(keyring.seal(b"secret", b"place"), b"place") == b"secret"


@pytest.mark.parametrize(
    ("key", "algorithm"), [(generate_rsa(), KeyAlgorithm.RSA), (generate_ed25519(), KeyAlgorithm.ED25519)], ids=["rsa", "ed25519"]
)
def test_a_private_key_signs_the_same_after_it_was_sealed(keyring: Keyring, key: PrivateKey, algorithm: KeyAlgorithm) -> None:
    opened = load_private_der(keyring.unseal(keyring.seal(private_der(key), b"#main-key"), b"#main-key"))
    assert opened.algorithm is algorithm
    assert key.public.verify(opened.sign(b"words"), b"words")


def test_every_key_is_fresh() -> None:
    assert private_der(generate_ed25519()) != private_der(generate_ed25519())
