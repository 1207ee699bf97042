from datetime import UTC, datetime
from typing import Any

import pytest

from fedirse.activitypub.documents import PostObject, Preview, Source, parse_object, render_object
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument

NOTE = "https://sib.example/notes/1"
INES = "https://sib.example/people/ines"


def post(**members: Any) -> PostObject:
    return parse_object({"id": NOTE, "type": "Note", "attributedTo": INES, "content": "<p>Bonjour</p>", **members})


def reason_for(**members: Any) -> str:
    with pytest.raises(MalformedDocument) as caught:
        post(**members)
    return caught.value.reason


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize(("object_id", "reason"), [(None, "no-id"), ("/n/1", "bad-id"), ([NOTE], "bad-id"), ({}, "bad-id"), ("", "bad-id")])
def test_a_post_without_a_usable_id_is_refused(object_id: object, reason: str) -> None:
    assert reason_for(id=object_id) == reason


def test_an_embedded_post_may_be_anonymous() -> None:
    assert parse_object({"type": "Note", "content": "x"}, anonymous=True).id is None


@pytest.mark.attack("ORG-003")
def test_an_embedded_post_with_a_relative_id_is_refused_all_the_same() -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_object({"id": "/n/1", "type": "Note"}, anonymous=True)
    assert caught.value.reason == "bad-id"


@pytest.mark.parametrize("kind", [None, "Person", "Create", "Tombstone", "OrderedCollection", "Relationship", "Place", "", [], 7])
def test_a_document_of_another_type_is_no_post(kind: object) -> None:
    assert reason_for(type=kind) == "not-a-post"


def test_of_several_types_the_known_one_counts() -> None:
    assert post(type=["Review", "Article"]).type == "Article"


def test_more_addressees_than_the_limit_are_refused() -> None:
    people = [f"https://sib.example/{number}" for number in range(limits.ADDRESSEES)]
    assert reason_for(to=people, audience=PUBLIC) == "too-many-addressees"


def test_as_many_addressees_as_the_limit_are_read() -> None:
    people = [f"https://sib.example/{number}" for number in range(limits.ADDRESSEES)]
    assert len(post(to=people).to) == limits.ADDRESSEES


def test_more_authors_than_the_limit_are_refused() -> None:
    authors = [f"https://sib.example/{number}" for number in range(limits.OBJECT_REFERENCES + 1)]
    assert reason_for(attributedTo=authors) == "too-many-authors"


@pytest.mark.parametrize("character", ["a", "é", "€", "😀"])
def test_content_of_more_bytes_than_the_limit_is_refused(character: str) -> None:
    content = character * (limits.CONTENT_BYTES // len(character.encode()))
    assert post(content=content).content == content
    assert reason_for(content=content + "ab€😀"[: 2 if character == "a" else 4]) == "content-too-large"


def test_content_in_another_language_is_held_to_the_same_limit() -> None:
    assert reason_for(contentMap={"fr": "a" * (limits.CONTENT_BYTES + 1)}) == "content-too-large"


def test_hidden_recipients_are_neither_read_nor_written() -> None:
    read = post(bto=[INES], bcc=PUBLIC, to=[])
    assert (read.to, read.cc) == ((), ())
    assert not {"bto", "bcc"} & set(render_object(read))


def test_texts_that_decorate_are_cut() -> None:
    read = post(name="n" * (limits.NAME_LENGTH + 1), summary="s" * (limits.SUMMARY_LENGTH + 1))
    assert (len(read.name or ""), len(read.summary or "")) == (limits.NAME_LENGTH, limits.SUMMARY_LENGTH)


@pytest.mark.parametrize("authors", [INES, [INES], {"type": "Person", "id": INES}, [{"id": INES}]])
def test_an_author_is_read_in_every_shape(authors: object) -> None:
    assert post(attributedTo=authors).author == INES


def test_of_several_authors_all_are_kept_and_the_first_one_shown() -> None:
    read = post(attributedTo=[INES, {"type": "Group", "id": "https://sib.example/groups/7"}])
    assert (read.author, read.attributed_to) == (INES, (INES, "https://sib.example/groups/7"))


def test_a_post_of_nobody_has_no_author() -> None:
    assert post(attributedTo=None).author is None


def test_content_given_in_languages_only_is_read_in_its_first() -> None:
    read = post(content=None, contentMap={"fr": "Bonjour", "en": "Hello"})
    assert (read.content, read.content_map) == ("Bonjour", {"fr": "Bonjour", "en": "Hello"})


@pytest.mark.parametrize("number", [limits.LANGUAGES, limits.LANGUAGES + 1])
def test_languages_end_at_their_limit(number: int) -> None:
    assert len(post(contentMap={f"x-{index}": "a" for index in range(number)}).content_map) == limits.LANGUAGES


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://sib.example/@ines/1", "https://sib.example/@ines/1"),
        (["https://sib.example/1", "https://other.example/1"], "https://sib.example/1"),
        ({"type": "Link", "href": "https://sib.example/1"}, "https://sib.example/1"),
        ({"href": "https://sib.example/1"}, "https://sib.example/1"),
        (
            ["https://sib.example/1", {"type": "Link", "mediaType": "text/html", "href": "https://sib.example/html"}],
            "https://sib.example/html",
        ),
        (
            [
                {"type": "Link", "mediaType": "video/mp4", "href": "https://sib.example/mp4"},
                {"mediaType": "text/html", "href": "https://sib.example/html"},
            ],
            "https://sib.example/html",
        ),
        ([{"type": "Link", "mediaType": "video/mp4", "href": "https://sib.example/mp4"}], "https://sib.example/mp4"),
        (["javascript:alert(1)", "https://sib.example/1"], "https://sib.example/1"),
        ("javascript:alert(1)", None),
        ([], None),
        (7, None),
    ],
)
def test_the_page_for_people(url: object, page: str | None) -> None:
    assert post(url=url).url == page


@pytest.mark.parametrize(
    "value",
    [
        "https://hq.example/notes/7",
        ["https://hq.example/notes/7", "https://hq.example/notes/8"],
        {"type": "Note", "id": "https://hq.example/notes/7", "content": "x"},
        {"type": "Link", "href": "https://hq.example/notes/7"},
    ],
)
def test_what_is_replied_to_is_read_in_every_shape(value: object) -> None:
    assert post(inReplyTo=value).in_reply_to == "https://hq.example/notes/7"


@pytest.mark.parametrize("name", ["quote", "quoteUrl", "quoteUri", "_misskey_quote"])
def test_a_quote_is_read_under_each_of_its_names(name: str) -> None:
    assert post(**{name: "https://hq.example/notes/7"}).quote == "https://hq.example/notes/7"


@pytest.mark.parametrize("relation", ["https://misskey-hub.net/ns#_misskey_quote", ["x", "https://misskey-hub.net/ns/#_misskey_quote"]])
def test_a_quote_is_read_from_an_object_link(relation: object) -> None:
    assert post(tag={"type": "Link", "rel": relation, "href": "https://hq.example/notes/7"}).quote == "https://hq.example/notes/7"


@pytest.mark.parametrize("relation", [None, "tag", 7, ["x"]])
def test_a_link_of_another_relation_quotes_nothing(relation: object) -> None:
    assert post(tag={"type": "Link", "rel": relation, "href": "https://hq.example/notes/7"}).quote is None


def test_the_name_that_asks_for_consent_goes_first() -> None:
    assert post(quoteUrl="https://hq.example/8", quote="https://hq.example/7").quote == "https://hq.example/7"


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ({"content": "*x*", "mediaType": "text/markdown"}, Source("*x*", "text/markdown")),
        ("*x*", Source("*x*")),
        ({"mediaType": "text/plain", "content": ""}, None),
        ([], None),
        (7, None),
    ],
)
def test_the_source_of_a_text(source: object, read: Source | None) -> None:
    assert post(source=source).source == read


def test_how_often_it_was_liked_and_boosted_is_its_servers_word() -> None:
    read = post(likes={"type": "Collection", "totalItems": 3}, shares={"id": f"{NOTE}/shares", "totalItems": 1})
    assert (read.likes_total, read.shares_total) == (3, 1)


@pytest.mark.parametrize(
    "replies", [f"{NOTE}/replies", {"id": f"{NOTE}/replies", "type": "Collection", "first": {"type": "CollectionPage"}}]
)
def test_where_the_replies_are(replies: object) -> None:
    assert post(replies=replies).replies == f"{NOTE}/replies"


def test_a_conversation_may_be_an_opaque_name() -> None:
    assert post(conversation="tag:sib.example,2026:1").conversation == "tag:sib.example,2026:1"


def test_an_overlong_conversation_is_none() -> None:
    assert post(conversation="t" * (limits.URI_LENGTH + 1)).conversation is None


def test_dates_that_no_calendar_has_do_not_cost_the_post() -> None:
    read = post(published="yesterday", updated="2026-11-21T09:30:00+01:00")
    assert (read.published, read.updated) == (None, datetime(2026, 11, 21, 8, 30, tzinfo=UTC))


def test_an_article_brings_a_short_form_of_itself() -> None:
    read = post(type="Article", name="Allergens", preview={"type": "Note", "content": "<p>Short</p>"})
    assert read.preview == Preview("Note", "<p>Short</p>")
    assert render_object(read)["preview"] == {"type": "Note", "content": "<p>Short</p>"}


@pytest.mark.parametrize(
    "preview", [None, "https://sib.example/p", [], 7, {"type": "Note"}, [{"type": "Image", "url": "https://sib.example/1.png"}]]
)
def test_a_preview_without_words_is_none(preview: object) -> None:
    assert post(preview=preview).preview is None


def test_a_note_that_names_an_option_and_says_nothing_is_a_vote() -> None:
    assert post(content=None, name="Tuesday", inReplyTo="https://hq.example/polls/1").is_vote


@pytest.mark.parametrize(
    "members", [{"content": "x", "name": "Tuesday"}, {"content": None}, {"content": None, "name": "Tuesday", "inReplyTo": None}]
)
def test_what_says_more_or_less_is_no_vote(members: dict[str, Any]) -> None:
    assert not post(**{"inReplyTo": "https://hq.example/polls/1", **members}).is_vote


def test_only_a_question_has_a_poll() -> None:
    assert post(oneOf=[{"name": "Tuesday"}]).poll is None


@pytest.mark.parametrize("junk", [7, True, "x", [], {}, [None], [[]], {"@value": 7}])
def test_junk_in_any_member_but_the_required_ones_does_not_cost_the_post(junk: object) -> None:
    members = [
        "attributedTo", "content", "contentMap", "name", "nameMap", "summary", "source", "mediaType", "to", "cc", "audience", "published", "updated",
        "inReplyTo", "url", "tag", "attachment", "sensitive", "context", "conversation", "quote", "replies", "likes", "shares", "preview", "endTime",
        "closed", "votersCount", "oneOf", "anyOf",
    ]  # fmt: skip
    for name in members:
        assert post(type="Question", **{name: junk}).id == NOTE
