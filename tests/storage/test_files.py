"""A new file belongs to its owner alone, and never takes the place of another."""

import os
import stat
from pathlib import Path

import pytest

from fedirse.storage.files import create_private_file


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(FileExistsError):
        create_private_file(tmp_path / "kept", b"theirs")
    assert (tmp_path / "kept").read_text() == "mine"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        create_private_file(tmp_path / "link", b"theirs")
    assert not (tmp_path / "elsewhere").exists()


def test_a_new_file_is_for_its_owner_whatever_the_process_allows(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create_private_file(tmp_path / "new", b"content")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    assert (tmp_path / "new").read_bytes() == b"content"
