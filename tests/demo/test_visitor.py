"""What the check sends and reads is what browsers send, and what pages and feeds show."""

from email.parser import BytesParser
from email.policy import HTTP

from fedirse.demo.check_inside import _is_member, _shows
from fedirse.demo.hands import Posted, fresh_words
from fedirse.demo.network import find_ports
from fedirse.demo.reader import card_with, read, send
from fedirse.demo.visitor import _multipart
from tests.demo.test_network import FIRST, PAGE, SECOND

POSTED = Posted("Deux", f"http://siege.localhost:8101/posts/{FIRST}")


def test_a_form_with_a_file_carries_both() -> None:
    body, kind = _multipart({"text": "Bonjour à tous"}, {"files": ("table.jpg", b"\xff\xd8 picture\r\n")})
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    text, file = message.iter_parts()
    assert text.get_content_disposition() == file.get_content_disposition() == "form-data"
    assert text.get_payload(decode=True) == "Bonjour à tous".encode()
    assert (file.get_filename(), file.get_payload(decode=True)) == ("table.jpg", b"\xff\xd8 picture\r\n")


def test_a_form_for_a_site_that_does_not_answer_is_answered_by_nobody() -> None:
    free = find_ports(20_301)
    assert send(f"lyon.localhost:{free}", "/sign-in", b"", {}).status == 0
    assert read(f"lyon.localhost:{free}", "/").cookies == {}


def test_a_post_is_known_by_its_words_on_a_card_and_not_beside_one() -> None:
    assert card_with(PAGE, "Deux") == SECOND
    assert _shows(f"<html>{PAGE}</html>", POSTED)
    assert not _shows('<html><input value="Deux"></html>', POSTED)


def test_a_post_is_known_in_a_feed_by_its_words_and_by_its_address() -> None:
    assert _shows("<rss><description>Deux</description></rss>", POSTED)
    assert _shows(f"<rss><guid>{POSTED.uri}</guid></rss>", POSTED)
    assert not _shows("<rss></rss>", POSTED)


def test_a_member_is_known_by_its_row_and_one_that_was_is_none() -> None:
    assert _is_member("<tr><td>membre</td></tr>")
    assert not _is_member("<tr><td>n’est plus membre</td></tr>")


def test_words_of_the_check_are_in_no_other_post() -> None:
    assert len({fresh_words() for _ in range(50)}) == 50


def test_a_post_has_its_path_at_the_site_that_wrote_it() -> None:
    assert (POSTED.id, POSTED.path) == (FIRST, f"/posts/{FIRST}")
