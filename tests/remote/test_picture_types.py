"""Which content types a picture of another server may have."""

import pytest

from fedirse.remote.media_types import is_picture


@pytest.mark.parametrize("content_type", ["image/png", "image/jpeg", "image/jpg", "IMAGE/WEBP", "image/avif; charset=binary", "image/gif"])
def test_pictures_that_can_be_made_anew_are_taken(content_type: str) -> None:
    assert is_picture(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "image/svg+xml",
        "text/html",
        "application/octet-stream",
        "image/png, text/html",
        "image/pngx",
        "",
        "image/*",
        "application/activity+json",
    ],
)
def test_nothing_else_is(content_type: str) -> None:
    assert not is_picture(content_type)
