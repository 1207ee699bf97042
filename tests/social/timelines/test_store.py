"""Timelines show what belongs to them, newest first, whether it lies among the newest rows or far behind them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.store import save_block, save_follow
from fedirse.social.notifications.mutes.store import save_mute
from fedirse.social.posts.model import Attachment, Post, PostKind
from fedirse.social.posts.store import add_post
from fedirse.social.timelines.store import (
    Entry,
    Kept,
    Window,
    followed_timeline,
    home_timeline,
    local_timeline,
    network_timeline,
    profile_timeline,
    tag_timeline,
    without_repetitions,
)
from fedirse.storage.actors import save_actor
from fedirse.storage.columns import metadata
from fedirse.storage.refusals import block_domain, note_unseen_actors, unblock_domain
from tests.social.audiences.people import NOW, person

INES = Reader("ines", "https://ici.example/people/ines", "ici.example", local=True)


@pytest.fixture
def tx() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        for name in ("site", "ines", "marc"):
            save_actor(connection, person(name, "ici.example", local=True))
        for name in ("siege", "karim", "bruyant"):
            save_actor(connection, person(name, f"{name}.example", local=False))
        yield connection
    engine.dispose()


def follow(tx: Connection, follower: str, followee: str) -> None:
    save_follow(tx, Follow(follower, followee, f"https://x.example/{follower}/{followee}", FollowState.ACCEPTED, NOW))


def write(
    tx: Connection,
    number: int,
    author: str,
    kind: AudienceKind = AudienceKind.PUBLIC,
    *,
    named: frozenset[str] = frozenset(),
    listed: bool = True,
    tags: tuple[str, ...] = (),
    answers: bool = False,
    boost_of: str | None = None,
    files: tuple[Attachment, ...] = (),
) -> str:
    post_id = f"{number:026d}"
    add_post(
        tx,
        Post(
            post_id,
            f"https://x.example/{number}",
            author,
            author in {"site", "ines", "marc"},
            PostKind.BOOST if boost_of else PostKind.NOTE,
            Audience(kind, named, listed=listed),
            NOW + timedelta(seconds=number),
            tags=tags,
            in_reply_to="https://x.example/parent" if answers else None,
            boost_of=boost_of,
            attachments=files,
        ),
    )
    return post_id


def keys(entries: list[Entry]) -> list[int]:
    return [int(entry.key) for entry in entries]


def test_home_shows_whom_one_follows_oneself_and_what_names_one(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    write(tx, 1, "karim")
    write(tx, 2, "bruyant")
    write(tx, 3, "ines")
    write(tx, 4, "bruyant", AudienceKind.DIRECT, named=frozenset({"ines"}))
    write(tx, 5, "marc")
    assert keys(home_timeline(tx, INES)) == [4, 3, 1]
    assert home_timeline(tx, ANYONE) == []


def test_home_shows_what_is_begun_for_the_network_and_leaves_its_answers_to_the_threads(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    write(tx, 1, "bruyant", AudienceKind.NETWORK)
    write(tx, 2, "bruyant", AudienceKind.SEGMENT)
    write(tx, 3, "bruyant", AudienceKind.NETWORK, answers=True)
    write(tx, 4, "karim", AudienceKind.NETWORK, answers=True)
    write(tx, 5, "bruyant", AudienceKind.FOLLOWERS)
    write(tx, 6, "bruyant", AudienceKind.COMMUNITY)
    write(tx, 7, "karim")
    assert keys(home_timeline(tx, INES)) == [7, 4, 2, 1]
    assert keys(followed_timeline(tx, INES)) == [7, 4]
    assert keys(network_timeline(tx, INES)) == [2, 1]


def test_nobody_outside_is_shown_what_is_for_the_network(tx: Connection) -> None:
    write(tx, 1, "bruyant", AudienceKind.NETWORK)
    outside = Reader("karim", "https://karim.example/actor", "karim.example", local=False)
    for reader in (ANYONE, outside):
        assert home_timeline(tx, reader) == network_timeline(tx, reader) == []


def test_whom_one_blocks_or_has_muted_is_not_shown_though_they_write_to_the_network(tx: Connection) -> None:
    write(tx, 1, "karim", AudienceKind.NETWORK)
    write(tx, 2, "bruyant", AudienceKind.NETWORK)
    save_mute(tx, "ines", "karim", NOW)
    save_block(tx, Block("ines", "bruyant", "https://x.example/b", NOW))
    assert home_timeline(tx, INES) == network_timeline(tx, INES) == []


@pytest.mark.parametrize("timeline", [home_timeline, network_timeline])
def test_what_is_for_the_network_is_found_however_far_it_lies(
    tx: Connection, monkeypatch: pytest.MonkeyPatch, timeline: Callable[..., list[Entry]]
) -> None:
    monkeypatch.setattr(limits, "TIMELINE_SCAN_ROWS", 10)
    internal = [1, 2, 40, 41, 80]
    for number in range(1, 82):
        write(tx, number, "bruyant", AudienceKind.NETWORK if number in internal else AudienceKind.PUBLIC)
    assert keys(timeline(tx, INES)) == internal[::-1]
    assert keys(timeline(tx, INES, Window(before=f"{41:026d}"))) == [40, 2, 1]
    assert keys(timeline(tx, INES, Window(2, after=f"{1:026d}"))) == [40, 2]


@pytest.mark.parametrize(
    ("timeline", "index"),
    [
        (network_timeline, "ix_posts_opening"),
        (home_timeline, "sqlite_autoindex_posts_1 (id>?)"),
        (partial(local_timeline, site_actor_id="site"), "sqlite_autoindex_posts_1 (id>?)"),
    ],
)
def test_a_timeline_reads_no_more_than_its_stretch(tx: Connection, timeline: Callable[..., list[Entry]], index: str) -> None:
    write(tx, 1, "bruyant", AudienceKind.NETWORK)
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(tx, "before_cursor_execute", lambda _tx, _cursor, statement, values, *_: asked.append((statement, values)))
    assert timeline(tx, INES) != []
    statement, values = next(one for one in asked if "ORDER BY posts.id" in one[0] and "posts.content" in one[0])
    plan = [str(row) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert [line for line in plan if " posts USING " in line and index in line] != []
    assert [line for line in plan if "ORDER BY" in line] == []


def test_local_shows_this_sites_people_and_whom_the_site_follows_but_no_answers(tx: Connection) -> None:
    follow(tx, "site", "siege")
    write(tx, 1, "siege")
    write(tx, 2, "marc")
    write(tx, 3, "marc", AudienceKind.SITE)
    write(tx, 4, "marc", listed=False)
    write(tx, 5, "marc", answers=True)
    write(tx, 6, "karim")
    write(tx, 7, "marc", AudienceKind.FOLLOWERS)
    assert keys(local_timeline(tx, ANYONE, "site")) == [2, 1]
    assert keys(local_timeline(tx, INES, "site")) == [3, 2, 1]


@pytest.mark.attack("PRV-015")
def test_a_tag_shows_nothing_that_is_not_for_the_reader(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    write(tx, 1, "karim", tags=("promo",))
    write(tx, 2, "karim", AudienceKind.FOLLOWERS, tags=("promo",))
    write(tx, 3, "marc", AudienceKind.SITE, tags=("promo",))
    write(tx, 4, "karim", AudienceKind.DIRECT, tags=("promo",), named=frozenset({"ines"}))
    write(tx, 5, "karim", tags=("autre",))
    assert keys(tag_timeline(tx, ANYONE, "promo")) == [1]
    assert keys(tag_timeline(tx, INES, "promo")) == [3, 1]


def test_a_profile_shows_what_the_reader_may_read_and_never_direct_posts(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    write(tx, 1, "karim")
    write(tx, 2, "karim", AudienceKind.FOLLOWERS)
    write(tx, 3, "karim", AudienceKind.DIRECT, named=frozenset({"ines"}))
    assert keys(profile_timeline(tx, ANYONE, "karim")) == [1]
    assert keys(profile_timeline(tx, INES, "karim")) == [2, 1]


def test_a_boost_shows_the_post_once_under_the_booster_and_only_to_whom_may_read_it(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    boosted = write(tx, 1, "bruyant")
    hidden = write(tx, 2, "bruyant", AudienceKind.FOLLOWERS)
    write(tx, 3, "karim", boost_of=boosted)
    write(tx, 4, "karim", boost_of=hidden)
    (entry,) = home_timeline(tx, INES)
    assert (entry.key, entry.post.id, entry.author.handle) == (f"{3:026d}", boosted, "bruyant")
    assert entry.boosted_by is not None
    assert entry.boosted_by.handle == "karim"


def test_a_post_and_its_boosts_stand_once_on_a_page(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    follow(tx, "ines", "bruyant")
    boosted = write(tx, 1, "bruyant")
    write(tx, 2, "karim", boost_of=boosted)
    write(tx, 3, "ines", boost_of=boosted)
    write(tx, 4, "ines")
    write(tx, 5, "bruyant", boost_of=boosted)
    assert keys(home_timeline(tx, INES)) == [5, 4, 3, 2, 1]
    assert keys(without_repetitions(home_timeline(tx, INES))) == [5, 4]


def test_whom_one_blocks_is_not_shown(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    write(tx, 1, "karim")
    save_block(tx, Block("ines", "karim", "https://x.example/b", NOW))
    assert home_timeline(tx, INES) == []


def test_pages_join_without_gap_or_repetition(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    for number in range(2 * limits.PAGE_ITEMS + 3):
        write(tx, number, "karim")
    pages, before = [], None
    while entries := home_timeline(tx, INES, Window(before=before)):
        assert len(entries) <= limits.PAGE_ITEMS
        pages += keys(entries)
        before = entries[-1].key
    assert pages == list(range(2 * limits.PAGE_ITEMS + 2, -1, -1))


def test_what_lies_behind_the_scanned_rows_is_found_too(tx: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.TIMELINE_SCAN_ROWS > limits.PAGE_ITEMS
    monkeypatch.setattr(limits, "TIMELINE_SCAN_ROWS", 10)
    follow(tx, "ines", "karim")
    follow(tx, "ines", "siege")
    write(tx, 1, "karim")
    write(tx, 2, "siege")
    write(tx, 3, "bruyant", AudienceKind.DIRECT, named=frozenset({"ines"}))
    for number in range(4, 40):
        write(tx, number, "bruyant")
    write(tx, 40, "karim")
    assert keys(home_timeline(tx, INES)) == [40, 3, 2, 1]
    assert keys(home_timeline(tx, INES, Window(before=f"{3:026d}"))) == [2, 1]


def test_pages_join_on_the_way_up_as_well(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    for number in range(2 * limits.PAGE_ITEMS + 3):
        write(tx, number, "karim")
    pages: list[int] = []
    after = f"{0:026d}"
    while entries := home_timeline(tx, INES, Window(after=after)):
        assert keys(entries) == sorted(keys(entries), reverse=True)
        pages = keys(entries) + pages
        after = entries[0].key
    assert pages == list(range(2 * limits.PAGE_ITEMS + 2, 0, -1))


def test_what_lies_above_the_scanned_rows_is_found_too(tx: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TIMELINE_SCAN_ROWS", 10)
    follow(tx, "ines", "karim")
    write(tx, 0, "karim")
    for number in range(1, 30):
        write(tx, number, "bruyant")
    write(tx, 30, "bruyant", AudienceKind.DIRECT, named=frozenset({"ines"}))
    write(tx, 31, "karim")
    write(tx, 32, "karim")
    assert keys(home_timeline(tx, INES, Window(after=f"{0:026d}"))) == [32, 31, 30]
    assert keys(home_timeline(tx, INES, Window(2, after=f"{0:026d}"))) == [31, 30]


def test_a_profile_keeps_what_was_asked_for(tx: Connection) -> None:
    other = write(tx, 1, "bruyant")
    write(tx, 2, "karim", files=(Attachment("https://karim.example/a.png", "image/png"),))
    write(tx, 3, "karim", answers=True)
    write(tx, 4, "karim", listed=False)
    write(tx, 5, "karim", boost_of=other)
    assert keys(profile_timeline(tx, ANYONE, "karim")) == [5, 4, 3, 2]
    assert keys(profile_timeline(tx, ANYONE, "karim", kept=Kept.POSTS)) == [5, 4, 2]
    assert keys(profile_timeline(tx, ANYONE, "karim", kept=Kept.MEDIA)) == [2]
    assert keys(profile_timeline(tx, ANYONE, "karim", kept=Kept.FEED)) == [2]


@pytest.mark.parametrize(
    ("host", "subdomains", "hidden"),
    [
        ("karim.example", False, True),
        ("karim.example", True, True),
        ("example", True, True),
        ("example", False, False),
        ("arim.example", True, False),
        ("sub.karim.example", True, False),
    ],
)
def test_posts_of_a_server_that_was_blocked_since_are_shown_nowhere(tx: Connection, host: str, subdomains: bool, hidden: bool) -> None:
    follow(tx, "ines", "karim")
    follow(tx, "ines", "marc")
    post = write(tx, 1, "karim", tags=("promo",))
    write(tx, 2, "marc", boost_of=post)
    block_domain(tx, host, reason="spam", subdomains=subdomains, now=NOW)
    note_unseen_actors(tx)
    expected: list[int] = [] if hidden else [1]
    assert keys(profile_timeline(tx, ANYONE, "karim")) == expected
    assert keys(tag_timeline(tx, ANYONE, "promo")) == expected
    assert keys(home_timeline(tx, INES)) == ([] if hidden else [2, 1])
    unblock_domain(tx, host)
    note_unseen_actors(tx)
    assert keys(home_timeline(tx, INES)) == [2, 1]


def test_a_block_of_a_host_is_no_block_of_our_own_people(tx: Connection) -> None:
    write(tx, 1, "marc")
    block_domain(tx, "ici.example", reason="by mistake", subdomains=True, now=NOW)
    note_unseen_actors(tx)
    assert keys(local_timeline(tx, ANYONE, "site")) == [1]


def test_whom_one_has_muted_is_shown_only_where_one_looks_for_them(tx: Connection) -> None:
    follow(tx, "ines", "karim")
    follow(tx, "ines", "marc")
    post = write(tx, 1, "karim", tags=("promo",))
    write(tx, 2, "karim", AudienceKind.DIRECT, named=frozenset({"ines"}))
    write(tx, 3, "marc", boost_of=post)
    save_mute(tx, "ines", "karim", NOW)
    assert keys(home_timeline(tx, INES)) == []
    assert keys(tag_timeline(tx, INES, "promo")) == []
    assert keys(tag_timeline(tx, ANYONE, "promo")) == [1]
    assert keys(profile_timeline(tx, INES, "karim")) == [1]
