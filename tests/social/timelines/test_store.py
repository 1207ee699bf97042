"""Timelines show what belongs to them, newest first, whether it lies among the newest rows or far behind them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from fedirse.base import limits
from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.store import save_block, save_follow
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import add_post
from fedirse.social.timelines.store import Entry, home_timeline, local_timeline, profile_timeline, tag_timeline, without_repetitions
from fedirse.storage.actors import save_actor
from fedirse.storage.columns import metadata
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
    while entries := home_timeline(tx, INES, before=before):
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
    assert keys(home_timeline(tx, INES, before=f"{3:026d}")) == [2, 1]
