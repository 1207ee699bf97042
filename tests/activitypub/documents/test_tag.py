from typing import Any

import pytest

from fedirse.activitypub.documents import Emoji, Hashtag, Mention
from fedirse.activitypub.documents.tag import Tags, parse_tags, render_tags
from fedirse.base import limits

INES = "https://sib.example/people/ines"


@pytest.mark.parametrize(
    "item",
    [
        None,
        7,
        "x",
        [],
        {},
        {"type": "Mention"},
        {"type": "Mention", "href": "javascript:alert(1)"},
        {"type": "Mention", "href": "/people/ines"},
        {"href": INES, "name": "@ines"},
        {"type": "Hashtag"},
        {"type": "Hashtag", "name": "#"},
        {"type": "Hashtag", "name": 7},
        {"type": "Emoji", "name": ":cat:"},
        {"type": "Emoji", "name": ":cat:", "icon": {"url": "data:image/png;base64,AA"}},
        {"type": "Emoji", "name": "::", "icon": {"url": "https://media.example/1.png"}},
        {"type": "Edition", "name": "x"},
    ],
)
def test_a_tag_that_cannot_be_used_is_left_out(item: object) -> None:
    assert parse_tags([item]) == Tags()


def test_tags_end_at_their_limit() -> None:
    people = [{"type": "Mention", "href": f"{INES}/{number}"} for number in range(limits.TAGS + 1)]
    assert len(parse_tags(people[:-1]).mentions) == limits.TAGS
    assert len(parse_tags(people).mentions) == limits.TAGS


def test_a_single_tag_needs_no_list() -> None:
    assert parse_tags({"type": "Mention", "href": INES, "name": "@ines@sib.example"}).mentions == (Mention(INES, "@ines@sib.example"),)


def test_nobody_is_mentioned_twice() -> None:
    assert parse_tags([{"type": "Mention", "href": INES}, {"type": "Mention", "href": INES, "name": "@ines"}]).mentions == (Mention(INES),)


@pytest.mark.parametrize(("written", "name"), [("#recette", "recette"), ("recette", "recette"), ("##x", "#x"), ("#Été 2026", "Été 2026")])
def test_a_hashtag_is_read_without_its_sign(written: str, name: str) -> None:
    assert parse_tags([{"type": "Hashtag", "name": written}]).hashtags == (Hashtag(name),)


def test_an_emoji_is_read_without_its_colons() -> None:
    item = {
        "id": "https://sib.example/emoji/1",
        "type": "Emoji",
        "name": ":cat:",
        "icon": {"type": "Image", "url": "https://media.example/1.png"},
    }
    assert parse_tags([item]).emojis == (Emoji("cat", "https://media.example/1.png", None, "https://sib.example/emoji/1"),)


def test_long_names_are_cut() -> None:
    tags = parse_tags([{"type": "Mention", "href": INES, "name": "@" * (limits.NAME_LENGTH + 1)}])
    assert tags.mentions[0].name == "@" * limits.NAME_LENGTH


def test_tags_are_written_with_their_signs() -> None:
    tags = Tags(
        (Mention(INES, "@ines"),), (Hashtag("recette", "https://sib.example/tags/recette"),), (Emoji("cat", "https://media.example/1.png"),)
    )
    expected: list[dict[str, Any]] = [
        {"type": "Mention", "href": INES, "name": "@ines"},
        {"type": "Hashtag", "name": "#recette", "href": "https://sib.example/tags/recette"},
        {"type": "Emoji", "name": ":cat:", "icon": {"type": "Image", "url": "https://media.example/1.png"}},
    ]
    assert render_tags(tags) == expected
