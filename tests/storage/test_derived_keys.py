"""Keys for other purposes, derived from the one that seals."""

from pathlib import Path

from fedirse.storage.keyring import SEAL_FILE, Keyring


def test_a_derived_key_is_the_same_after_a_restart_and_another_for_each_purpose_and_site(tmp_path: Path) -> None:
    first, other = Keyring.create(tmp_path / "first"), Keyring.create(tmp_path / "other")
    key = first.derive(b"addresses")
    assert len(key) == 32
    assert Keyring(tmp_path / "first").derive(b"addresses") == key
    assert len({key, first.derive(b"pictures"), other.derive(b"addresses"), (tmp_path / "first" / SEAL_FILE).read_bytes()}) == 4
