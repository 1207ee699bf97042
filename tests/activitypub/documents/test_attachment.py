from typing import Any

import pytest

from fedirse.activitypub.documents import Attachment
from fedirse.activitypub.documents.attachment import parse_attachments, render_attachment
from fedirse.base import limits

CAT = "https://media.example/cat.png"


@pytest.mark.parametrize(
    "item",
    [
        None,
        7,
        "https://media.example/cat.png",
        {},
        {"type": "Image"},
        {"type": "Image", "url": "data:image/png;base64,AA"},
        {"type": "Image", "url": "javascript:alert(1)"},
        {"type": "Image", "url": "/cat.png"},
        {"type": "Link", "href": "payto://iban/DE75512108001245126199"},
        {"type": "Note", "content": "just words"},
        {"type": "Image", "url": []},
    ],
)
def test_an_attachment_that_cannot_be_fetched_is_left_out(item: object) -> None:
    assert parse_attachments([item]) == ()


def test_attachments_end_at_their_limit() -> None:
    pictures = [{"type": "Image", "url": f"{CAT}?{number}"} for number in range(limits.ATTACHMENTS + 1)]
    assert len(parse_attachments(pictures[:-1])) == limits.ATTACHMENTS
    assert len(parse_attachments(pictures)) == limits.ATTACHMENTS


@pytest.mark.parametrize(
    "value",
    [
        {"type": "Image", "url": CAT},
        [{"type": "Image", "url": CAT}],
        {"type": "Image", "url": {"type": "Link", "href": CAT}},
        {"type": "Image", "url": [CAT, "https://media.example/dog.png"]},
        {"type": "Image", "url": [{"type": "Link", "href": CAT}, {"type": "Link", "href": "https://media.example/dog.png"}]},
        {"type": "Image", "href": CAT},
    ],
)
def test_an_attachment_is_read_in_every_shape(value: object) -> None:
    assert parse_attachments(value) == (Attachment(type="Image", url=CAT),)


def test_an_attachment_of_no_type_is_a_document() -> None:
    assert parse_attachments({"url": CAT}) == (Attachment(type="Document", url=CAT),)


def test_details_may_stand_on_the_link() -> None:
    link = {"type": "Link", "href": CAT, "mediaType": "image/png", "width": 4, "height": 3, "size": 12}
    assert parse_attachments({"type": "Image", "url": [link]}) == (
        Attachment(type="Image", url=CAT, media_type="image/png", width=4, height=3, size=12),
    )


@pytest.mark.parametrize(
    ("members", "alt"),
    [
        ({"name": "A cat"}, "A cat"),
        ({"summary": "A cat", "name": "cat.png"}, "A cat"),
        ({"name": ""}, None),
        ({"name": 7}, None),
        ({}, None),
        pytest.param({"name": "c" * (limits.SUMMARY_LENGTH + 1)}, "c" * limits.SUMMARY_LENGTH, id="overlong"),
    ],
)
def test_what_a_picture_shows(members: dict[str, Any], alt: str | None) -> None:
    assert parse_attachments({"type": "Image", "url": CAT, **members})[0].alt == alt


@pytest.mark.parametrize(
    ("value", "point"),
    [
        ([-0.55, 0.43], (-0.55, 0.43)),
        ([0, 1], (0.0, 1.0)),
        ([2, 0], None),
        ([0, -1.01], None),
        ([0], None),
        ([0, 0, 0], None),
        (["0", "0"], None),
        ([True, False], None),
        (None, None),
        ("x", None),
    ],
)
def test_the_point_to_keep_in_view(value: object, point: tuple[float, float] | None) -> None:
    assert parse_attachments({"type": "Image", "url": CAT, "focalPoint": value})[0].focal_point == point


@pytest.mark.parametrize("width", [-1, "wide", 1.5, None, True, 2**70])
def test_a_senseless_measure_is_none(width: object) -> None:
    assert parse_attachments({"type": "Image", "url": CAT, "width": width})[0].width is None


def test_a_point_in_the_middle_is_written() -> None:
    assert render_attachment(Attachment(type="Image", url=CAT, focal_point=(0.0, 0.0)))["focalPoint"] == [0.0, 0.0]


def test_a_link_says_where_with_href() -> None:
    assert render_attachment(Attachment(type="Link", url=CAT)) == {"type": "Link", "href": CAT}
