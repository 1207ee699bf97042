"""Names of downloads, and what is refused before anything is read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.media import rules
from fedirse.social.media.kinds.rules import ANYTHING, recognise
from fedirse.social.media.model import FileType, Purpose

PDF = recognise(b"%PDF-1.7")
PNG = recognise(b"\x89PNG\r\n\x1a\n")


@pytest.mark.attack("WEB-033")
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("rapport.pdf", "rapport.pdf"),
        ("Règlement été.PDF", "Règlement été.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\devis.pdf", "devis.pdf"),
        ('a"; filename="b.exe', "a filename= b.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("a%0d%0ab.pdf", "a 0d 0ab.pdf"),
        ("facture\u202efdp.exe", "facture fdp.exe.pdf"),
        ("image.png", "image.png.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("nul\x00.pdf", "nul.pdf"),
        ("x" * 500 + ".pdf", "x" * (limits.FILE_NAME_LENGTH - 4) + ".pdf"),
    ],
)
def test_a_name_keeps_what_no_header_path_or_eye_misreads(typed: str, name: str) -> None:
    assert rules.clean_name(typed, PDF) == name


def test_what_is_of_no_type_keeps_its_ending() -> None:
    assert rules.clean_name("page.html", ANYTHING) == "page.html"
    assert rules.clean_name("sans fin", ANYTHING) == "sans fin"


def test_a_picture_made_anew_has_the_ending_of_what_it_is_now() -> None:
    assert rules.clean_name("photo.php.png", PNG, ending=".webp") == "photo.php.webp"


@settings(max_examples=50)
@given(st.text(max_size=200))
def test_every_name_can_stand_in_a_header(typed: str) -> None:
    name = rules.clean_name(typed, PDF)
    assert 0 < len(name) <= limits.FILE_NAME_LENGTH
    assert name.isprintable()
    assert not set(name) & set('\\/"<>|%;')
    assert name.lower().endswith(".pdf")


@pytest.mark.parametrize(("size", "kind"), [(limits.IMAGE_BYTES, PNG), (limits.FILE_BYTES, PDF), (1, ANYTHING)])
def test_a_file_as_large_as_its_kind_may_be_is_taken(size: int, kind: FileType) -> None:
    rules.check_size(size, kind)


@pytest.mark.parametrize(("size", "kind"), [(limits.IMAGE_BYTES + 1, PNG), (limits.FILE_BYTES + 1, PDF), (0, PDF)])
def test_a_file_that_is_larger_or_empty_is_refused(size: int, kind: FileType) -> None:
    with pytest.raises(InvalidInput):
        rules.check_size(size, kind)


def test_a_post_has_so_many_files_and_no_more() -> None:
    rules.check_count(limits.ATTACHMENTS_PER_POST)
    with pytest.raises(InvalidInput, match="at most 8 files"):
        rules.check_count(limits.ATTACHMENTS_PER_POST + 1)


def test_a_description_is_so_long_and_no_longer() -> None:
    rules.check_alt("x" * limits.ALT_LENGTH)
    with pytest.raises(InvalidInput, match="at most 1500 characters"):
        rules.check_alt("x" * (limits.ALT_LENGTH + 1))


@pytest.mark.parametrize("purpose", [Purpose.AVATAR, Purpose.COVER, Purpose.LOGO])
def test_only_pictures_show_an_actor(purpose: Purpose) -> None:
    rules.check_type("moi", PNG, purpose)
    with pytest.raises(InvalidInput, match="not a picture"):
        rules.check_type("moi.pdf", PDF, purpose)


@pytest.mark.parametrize(("x", "y"), [(1.01, 0.0), (0.0, -1.01), (float("nan"), 0.0)])
def test_the_point_to_keep_in_view_lies_in_the_picture(x: float, y: float) -> None:
    rules.check_focus(-1, 1)
    with pytest.raises(InvalidInput):
        rules.check_focus(x, y)
