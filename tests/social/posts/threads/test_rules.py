"""How a thread is laid out around one of its posts."""

from dataclasses import replace
from datetime import UTC, datetime

from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.threads.rules import arrange

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def post(post_id: str, parent: str | None = None, *, deleted: bool = False) -> Post:
    return Post(
        id=post_id,
        uri=f"https://a.example/{post_id}",
        actor_id="a",
        local=False,
        kind=PostKind.NOTE,
        audience=Audience(AudienceKind.PUBLIC),
        published_at=NOW,
        parent_id=parent,
        in_reply_to=f"https://a.example/{parent}" if parent else None,
        thread_id="1",
        deleted_at=NOW if deleted else None,
    )


#  1 ─┬─ 2 ─┬─ 4 ── 6
#     │     └─ 5
#     └─ 3
POSTS = [post("1"), post("2", "1"), post("3", "1"), post("4", "2"), post("5", "2"), post("6", "4")]


def around(focus: str, posts: list[Post] = POSTS) -> tuple[list[str], list[tuple[str, int]]]:
    thread = arrange(next(post for post in posts if post.id == focus), posts)
    return [post.id for post in thread.above], [(answer.post.id, answer.depth) for answer in thread.below]


def test_answers_stand_below_what_they_answer() -> None:
    assert around("1") == ([], [("2", 1), ("4", 2), ("6", 3), ("5", 2), ("3", 1)])


def test_above_stands_what_is_answered_and_nothing_beside_it() -> None:
    assert around("4") == (["1", "2"], [("6", 1)])


def test_the_last_answer_has_nothing_below() -> None:
    assert around("6") == (["1", "2", "4"], [])


def test_a_deleted_post_keeps_its_place_while_it_is_answered() -> None:
    posts = [post("1"), post("2", "1", deleted=True), post("3", "2")]
    assert around("1", posts) == ([], [("2", 1), ("3", 2)])


def test_a_deleted_answer_without_answers_is_left_out() -> None:
    posts = [post("1"), post("2", "1", deleted=True), post("3", "2", deleted=True), post("4", "1")]
    assert around("1", posts) == ([], [("4", 1)])


def test_an_answer_to_what_cannot_be_read_stands_below_the_first_post() -> None:
    posts = [post("1"), post("3", "2"), post("4", "3")]
    assert around("1", posts) == ([], [("3", 1), ("4", 2)])


def test_nothing_stands_above_an_answer_to_what_cannot_be_read() -> None:
    posts = [post("1"), post("3", "2"), post("4", "3")]
    assert around("3", posts) == ([], [("4", 1)])


def test_posts_that_answer_each_other_end_somewhere() -> None:
    posts = [post("1", "2"), post("2", "1")]
    assert around("1", posts) == (["2"], [("2", 1)])


def test_a_long_chain_is_no_trouble() -> None:
    chain = [post("0000"), *(post(f"{n:04}", f"{n - 1:04}") for n in range(1, 3000))]
    assert len(around("0000", chain)[1]) == 2999
    assert len(around("2999", chain)[0]) == 2999


def test_the_post_itself_is_shown_also_when_the_list_was_cut_before_it() -> None:
    focus = replace(POSTS[5], parent_id="4")
    thread = arrange(focus, POSTS[:4])
    assert [post.id for post in thread.above] == ["1", "2", "4"]
