"""Captured documents of other programs, read into the typed model: each has an outcome with a name, and none makes a reader crash."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fedirse.activitypub import jsonld, strict_json
from fedirse.activitypub.collections import Collection, parse_collection
from fedirse.activitypub.documents import (
    Activity,
    Actor,
    Embedded,
    Kind,
    PostObject,
    Reference,
    Tombstone,
    kind_of,
    parse_activity,
    parse_actor,
    parse_object,
    parse_tombstone,
)
from fedirse.base.errors import ProtocolError
from fedirse.base.types import JsonObject
from tests.fixtures_folder import fixtures

AKKOMA, LEMMY = "BDX-town__Akkoma/test/fixtures", "LemmyNet__lemmy/crates/apub/apub/assets"
W3C = ("w3c__activitystreams", "w3c-social__activitystreams-test-documents")

Document = Activity | Actor | Collection | PostObject | Tombstone
READERS: dict[Kind, Callable[[JsonObject], Document]] = {
    Kind.ACTIVITY: parse_activity,
    Kind.ACTOR: parse_actor,
    Kind.COLLECTION: parse_collection,
    Kind.POST: parse_object,
    Kind.TOMBSTONE: parse_tombstone,
}

# Everything else in the folders of the two programs is read. Placeholders of a test suite are no addresses, nor are underscores in a
# host's name and a second "#"; and one captured document repeats a member.
REFUSED = {
    f"{AKKOMA}/activitypub-client-post-activity.json": "no-id",
    f"{AKKOMA}/mastodon/application_actor.json": "bad-id",
    f"{AKKOMA}/mastodon/collections/featured.json": "bad-id",
    f"{AKKOMA}/relay/accept-follow.json": "bad-id",
    f"{AKKOMA}/statuses/masto-note.json": "bad-id",
    f"{AKKOMA}/statuses/note.json": "bad-id",
    f"{AKKOMA}/tesla_mock/poll_attachment.json": "duplicate-key",
    f"{AKKOMA}/users_mock/masto_featured.json": "bad-id",
    f"{AKKOMA}/users_mock/user.json": "bad-id",
    f"{AKKOMA}/webfinger/masto-user.json": "bad-id",
    f"{AKKOMA}/webfinger/pleroma-user.json": "bad-id",
    f"{LEMMY}/gnusocial/activities/like_note.json": "bad-id",
    f"{LEMMY}/wordpress/activities/announce.json": "bad-id",
}

# What the examples of the specification lack to be addressable or deliverable.
W3C_REASONS = {
    "bad-actor",
    "bad-context",
    "bad-id",
    "duplicate-key",
    "no-id",
    "no-inbox",
    "not-an-object",
    "not-json",
    "not-json-ld",
    "not-utf8",
}


def captured(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted(fixtures(folder).rglob("*.json"))]


def name_of(path: Path) -> str:
    return path.relative_to(fixtures()).as_posix()


def normal_form(document: JsonObject) -> JsonObject:
    return jsonld.read(document).document


def read(path: Path) -> Document | None:
    """The typed document, with what is embedded in an activity read as well; None for what is no ActivityPub."""
    document = normal_form(strict_json.parse(path.read_bytes()))
    reader = READERS.get(kind_of(document))
    typed = reader(document) if reader is not None else None
    if isinstance(typed, Activity) and isinstance(typed.object, Embedded) and kind_of(typed.object.document) is Kind.POST:
        parse_object(typed.object.document, anonymous=True)
    return typed


def outcome_of(path: Path) -> str:
    """ "read", or the reason why not."""
    try:
        read(path)
    except ProtocolError as error:
        return error.reason
    return "read"


def post_of(path: Path) -> PostObject:
    typed = read(path)
    if isinstance(typed, Activity):
        assert isinstance(typed.object, Embedded)
        return parse_object(typed.object.document)
    assert isinstance(typed, PostObject)
    return typed


@pytest.mark.parametrize("path", captured(AKKOMA, LEMMY), ids=name_of)
def test_a_captured_document_has_a_named_outcome(path: Path) -> None:
    assert outcome_of(path) == REFUSED.get(name_of(path), "read")


@pytest.mark.parametrize("path", captured(*W3C), ids=name_of)
def test_an_example_of_the_specification_is_read_or_lacks_something_that_has_a_name(path: Path) -> None:
    assert outcome_of(path) in {"read", *W3C_REASONS}


@pytest.mark.parametrize("path", captured("fediverse-pasture-inputs"), ids=lambda path: path.stem)
def test_a_post_is_read_however_a_program_writes_it(path: Path) -> None:
    for example in json.loads(path.read_text("utf-8"))["examples"]:
        assert parse_object(normal_form(written_out(example))).id == "https://pasture.example/objects/1"


def written_out(example: JsonObject) -> JsonObject:
    """The example with the members that its families leave to the program under test; a type of ours where it has none."""
    document = {"@context": "https://www.w3.org/ns/activitystreams", **example, "id": "https://pasture.example/objects/1"}
    known = kind_of(document) is Kind.POST
    return document if known else {**document, "type": "Note"}


@pytest.mark.parametrize(
    ("name", "members"),
    [
        (f"{AKKOMA}/mastodon-vote.json", {"is_vote": True, "name": "suya.."}),
        (f"{AKKOMA}/quote_post/misskey_quote_post.json", {"quote": "https://misskey.io/notes/8vs6wxufd0"}),
        (f"{AKKOMA}/quote_post/fedibird_quote_uri.json", {"quote": "https://fedibird.com/users/yamako/statuses/107699333438289729"}),
        (f"{AKKOMA}/prismo-url-map.json", {"type": "Article", "author": "https://prismo.news/@mxb", "url": "https://prismo.news/posts/83"}),
        (
            f"{AKKOMA}/tesla_mock/framatube.org-video.json",
            {"type": "Video", "url": "https://framatube.org/videos/watch/6050732a-8a7a-43d4-a6cd-809525a1d206"},
        ),
        (f"{AKKOMA}/tesla_mock/mobilizon.org-event.json", {"type": "Event", "name": "Mobilizon Launching Party"}),
        (f"{LEMMY}/nodebb/objects/page.json", {"type": "Article", "context": "https://bb.devnull.land/topic/1"}),
    ],
)
def test_what_other_programs_mean_by_a_post(name: str, members: dict[str, Any]) -> None:
    post = post_of(fixtures(name))
    assert {member: getattr(post, member) for member in members} == members


def test_a_poll_of_mastodon() -> None:
    poll = post_of(fixtures(AKKOMA, "mastodon-question-activity.json")).poll
    assert poll is not None
    assert [(option.name, option.total) for option in poll.options][:2] == [("Dunno", 0), ("Everyone knows that!", 1)]
    assert poll.ends_at is not None


def test_a_hashtag_and_an_emoji_that_stand_without_a_list() -> None:
    assert [tag.name for tag in post_of(fixtures(AKKOMA, "kroeg-array-less-hashtag.json")).hashtags] == ["test"]
    assert [tag.name for tag in post_of(fixtures(AKKOMA, "kroeg-array-less-emoji.json")).emojis] == ["icon_e_smile"]


def test_an_article_of_nodebb_brings_its_short_form() -> None:
    preview = post_of(fixtures(LEMMY, "nodebb", "objects", "page.json")).preview
    assert preview is not None
    assert preview.type == "Note"


def test_a_community_of_lemmy() -> None:
    group = read(fixtures(LEMMY, "lemmy", "objects", "group.json"))
    assert isinstance(group, Actor)
    assert (group.type, group.handle, len(group.public_keys)) == ("Group", "tenforward", 1)


@pytest.mark.attack("SIG-048")
def test_a_key_that_a_captured_actor_lists_for_somebody_else_is_not_its_own() -> None:
    group = read(fixtures(LEMMY, "gnusocial", "objects", "group.json"))
    assert isinstance(group, Actor)
    assert group.public_keys == ()


def test_a_report_of_mastodon_names_the_actor_and_the_posts() -> None:
    report = read(fixtures(LEMMY, "mastodon", "activities", "flag.json"))
    assert isinstance(report, Activity)
    assert report.objects == (
        Reference("https://example.com/users/1"),
        Reference("https://example.com/posts/380590"),
        Reference("https://example.com/posts/380591"),
    )


@pytest.mark.parametrize(
    ("name", "items", "following"),
    [
        ("ordered_array", 2, None),
        ("unordered_array", 2, None),
        ("unordered_page_embedded", 1, "http://example.org/foo?page=2"),
        ("unordered_page_first", 1, "https://example.com/collection/unordered_page_reference?page=2"),
        ("unordered_page_second", 1, None),
        ("unordered_page_reference", 0, None),
    ],
)
def test_a_collection_in_each_of_its_captured_shapes(name: str, items: int, following: str | None) -> None:
    collection = read(fixtures(AKKOMA, "collections", f"{name}.json"))
    assert isinstance(collection, Collection)
    assert (len(collection.items), collection.next) == (items, following)


def test_a_collection_that_links_to_its_first_page() -> None:
    collection = read(fixtures(AKKOMA, "collections", "unordered_page_reference.json"))
    assert isinstance(collection, Collection)
    assert collection.first == "https://example.com/collection/unordered_page_reference?page=1"
