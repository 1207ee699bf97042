from datetime import UTC, datetime
from typing import Any

import pytest

from fedirse.activitypub.documents import Poll, PollOption, parse_object, render_object
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument

FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
OPTIONS = [{"type": "Note", "name": "Tuesday", "replies": {"totalItems": 3}}, {"type": "Note", "name": "Friday"}]


def question(**members: Any) -> dict[str, Any]:
    return {"id": "https://hq.example/polls/1", "type": "Question", "content": "When?", **members}


def poll(**members: Any) -> Poll:
    found = parse_object(question(**members)).poll
    assert found is not None
    return found


@pytest.mark.attack("DOS-012")
@pytest.mark.parametrize("listed_in", ["oneOf", "anyOf"])
@pytest.mark.parametrize("number", [limits.POLL_OPTIONS + 1, 5000])
def test_more_options_than_the_limit_are_refused(listed_in: str, number: int) -> None:
    with pytest.raises(MalformedDocument) as caught:
        poll(**{listed_in: [{"type": "Note", "name": f"{index}"} for index in range(number)]})
    assert caught.value.reason == "too-many-options"


def test_as_many_options_as_the_limit_are_read() -> None:
    assert len(poll(oneOf=[{"name": f"{number}"} for number in range(limits.POLL_OPTIONS)]).options) == limits.POLL_OPTIONS


@pytest.mark.attack("DOS-012")
def test_an_option_longer_than_the_limit_is_refused() -> None:
    with pytest.raises(MalformedDocument) as caught:
        poll(oneOf=[{"name": "t" * (limits.POLL_OPTION_LENGTH + 1)}])
    assert caught.value.reason == "option-too-long"


def test_an_option_of_the_limit_is_kept_whole() -> None:
    name = "t" * limits.POLL_OPTION_LENGTH
    assert poll(oneOf=[{"name": name}]).options == (PollOption(name),)


@pytest.mark.parametrize("options", [None, [], {}, 7, "x", [None, 7, "x", {}, {"name": ""}]])
def test_a_question_without_options_has_no_poll(options: object) -> None:
    assert parse_object(question(oneOf=options)).poll is None


def test_one_of_and_any_of_tell_how_many_may_be_chosen() -> None:
    assert not poll(oneOf=OPTIONS).multiple
    assert poll(anyOf=OPTIONS).multiple
    assert not poll(oneOf=OPTIONS, anyOf=OPTIONS).multiple


def test_options_keep_their_order_and_their_votes() -> None:
    assert poll(oneOf=OPTIONS).options == (PollOption("Tuesday", 3), PollOption("Friday"))


def test_no_option_stands_twice() -> None:
    assert poll(oneOf=[*OPTIONS, {"name": "Tuesday"}]).options == (PollOption("Tuesday", 3), PollOption("Friday"))


@pytest.mark.parametrize(
    ("value", "closed"),
    [
        ("2026-11-27T18:00:00Z", FRIDAY),
        (True, True),
        (False, False),
        ("true", True),
        ("false", False),
        (None, False),
        ("https://hq.example/closed", True),
        ({"type": "Note", "id": "https://hq.example/answer"}, True),
        ("some time", False),
        (7, False),
    ],
)
def test_how_a_poll_says_that_it_is_closed(value: object, closed: datetime | bool) -> None:
    assert poll(oneOf=OPTIONS, closed=value).closed == closed


@pytest.mark.parametrize("name", ["endTime", "closed"])
def test_voting_ends_when_either_property_says(name: str) -> None:
    assert poll(oneOf=OPTIONS, **{name: "2026-11-27T18:00:00Z"}).ends_at == FRIDAY


def test_a_poll_without_an_end_ends_never() -> None:
    assert poll(oneOf=OPTIONS, closed=True).ends_at is None


def test_votes_are_written_as_the_replies_to_each_option() -> None:
    document = render_object(parse_object(question(anyOf=OPTIONS, votersCount=2, endTime="2026-11-27T18:00:00Z")))
    assert document["anyOf"] == [
        {"type": "Note", "name": "Tuesday", "replies": {"type": "Collection", "totalItems": 3}},
        {"type": "Note", "name": "Friday"},
    ]
    assert (document["votersCount"], document["endTime"]) == (2, "2026-11-27T18:00:00Z")
