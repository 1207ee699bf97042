"""How a file of another server is shown, decided by what its server says of it."""

from dataclasses import replace

import pytest

from fedirse.activitypub.documents.object import parse_object
from fedirse.social.posts.attachments.rules import format_of, ground_colour, may_be_shown, shown_size
from fedirse.social.posts.model import Attachment
from fedirse.social.posts.wire import Texts, parse_post
from tests.federation.network import START
from tests.visitors import EVERYBODY, remote_actor

PICTURE = Attachment("https://images.example/a.jpg", "image/jpeg", blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj")


@pytest.mark.parametrize(
    ("media_type", "kind", "shown"),
    [
        ("image/jpeg", "Document", True),
        ("IMAGE/PNG; charset=x", "Document", True),
        ("", "Image", True),
        ("image/svg+xml", "Image", False),
        ("image/heic", "Image", False),
        ("", "Document", False),
        ("", "Video", False),
        ("video/mp4", "Image", False),
        ("text/html", "Image", False),
    ],
)
def test_only_pictures_that_are_made_anew_here_are_shown(media_type: str, kind: str, *, shown: bool) -> None:
    assert may_be_shown(Attachment("https://images.example/a", media_type, type=kind)) is shown


def test_the_ground_is_the_average_of_the_picture() -> None:
    # The worked example of blurhash.md: the characters 3 to 6 are the average colour in base 83.
    assert ground_colour(PICTURE) == f"#{((17 * 83 + 31) * 83 + 6) * 83 + 49:06x}"


@pytest.mark.parametrize("blurhash", ["", "LEHV6", "LE\u00e9V6n", 'LE"><s', "LE~~~~"])
def test_a_damaged_blurhash_has_no_colour(blurhash: str) -> None:
    assert ground_colour(replace(PICTURE, blurhash=blurhash)) == ""


def test_no_ground_lies_under_what_may_be_transparent() -> None:
    assert ground_colour(replace(PICTURE, media_type="image/png")) == ""


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1280, 320), (640, 160)),
        ((100, 50), (100, 50)),
        ((10**9, 1), (640, 1)),
        ((None, 5), (None, None)),
        ((0, 5), (None, None)),
    ],
)
def test_the_small_picture_keeps_its_shape(size: tuple[int | None, int | None], shown: tuple[int | None, int | None]) -> None:
    assert shown_size(*size, 640) == shown


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://x.example/a.mp4", "MP4"),
        ("https://x.example/a.tar.gz?b=.c", "GZ"),
        ("https://x.example", ""),
        ("https://x.example/a.b/c", ""),
    ],
)
def test_the_kind_is_the_ending_of_the_address(address: str, told: str) -> None:
    assert format_of(Attachment(address, "")) == told


def test_what_a_server_says_of_a_file_is_kept() -> None:
    document = parse_object(
        {
            "id": "https://films.example/1",
            "type": "Note",
            "attributedTo": "https://films.example/users/karim",
            "attachment": [{"type": "Video", "url": "https://films.example/a.mp4", "size": 12_345_678}],
        }
    )
    author = remote_actor("karim", "films.example")
    texts = Texts(str, str)
    post = parse_post(document, post_id="1", author=author, audience=EVERYBODY, known_kinds={}, texts=texts, now=START)
    (file,) = post.attachments
    assert (file.sort, file.size, file.media_type) == ("video", 12_345_678, "")
