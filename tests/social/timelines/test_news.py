"""What concerns somebody, told in few sentences and to nobody else."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.identifiers import new_id
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.notifications.model import Notification, NotificationKind
from fedirse.social.notifications.store import notify
from fedirse.social.posts.store import erase_post
from fedirse.social.timelines.news.rules import bundle
from tests.federation.network import START
from tests.visitors import Shop


def notification(number: int, kind: NotificationKind, actor: str, post: str | None = None) -> Notification:
    return Notification(f"{number:026}", "me", kind, actor, post, START)


def test_likes_of_one_post_are_told_in_one_sentence() -> None:
    likes = [notification(number, NotificationKind.LIKE, f"a{number}", "p") for number in (3, 2, 1)]
    (told,) = bundle(likes, "")
    assert told.actor_ids == ("a3", "a2", "a1")


def test_answers_are_told_one_by_one() -> None:
    answers = [notification(number, NotificationKind.REPLY, "a", "p") for number in (2, 1)]
    assert len(bundle(answers, "")) == 2


def test_what_is_new_does_not_hide_in_what_was_seen() -> None:
    likes = [notification(number, NotificationKind.LIKE, f"a{number}", "p") for number in (3, 2, 1)]
    told = bundle(likes, likes[1].id)
    assert [(one.actor_ids, one.is_new) for one in told] == [(("a3",), True), (("a2", "a1"), False)]


@given(st.lists(st.tuples(st.sampled_from(list(NotificationKind)), st.sampled_from("abc"), st.sampled_from(["p", "q", None])), max_size=12))
def test_nobody_and_nothing_is_lost_in_a_bundle(given_: list[tuple[NotificationKind, str, str | None]]) -> None:
    found = [notification(100 - number, kind, actor, post) for number, (kind, actor, post) in enumerate(given_)]
    told = {(one.kind, actor, one.post_id) for one in bundle(found, "") for actor in one.actor_ids}
    assert told == {(one.kind, one.actor_id, one.post_id) for one in found}


async def test_the_number_beside_the_bell_goes_away_when_it_was_looked_at(shop: Shop) -> None:
    marc, ines = await shop.person("marc"), await shop.person("ines")
    await shop.site.write(notify, ines.id, NotificationKind.FOLLOW, marc.id, START)
    browser = await shop.sign_in("ines")
    before = await browser.get("/nowhere")
    first = await browser.get("/notifications")
    again = await browser.get("/notifications")
    assert 'class="badge"' in before.text
    assert "news-new" in first.text
    assert "Marc Weber" in first.text
    assert "news-new" not in again.text
    assert 'class="badge"' not in again.text


async def test_the_number_beside_the_bell_is_that_of_what_the_list_shows(shop: Shop) -> None:
    karim, ines = await shop.stranger("karim"), await shop.person("ines")
    for number, kind in enumerate((AudienceKind.PUBLIC, AudienceKind.DIRECT, AudienceKind.PUBLIC, AudienceKind.FOLLOWERS)):
        post_id = new_id(START + timedelta(seconds=number))
        post = await shop.receive(karim.actor, "<p>Bonjour</p>", Audience(kind), id=post_id, uri=f"https://ailleurs.example/{number}")
        await shop.site.write(notify, ines.id, NotificationKind.MENTION, karim.actor.id, START, post.id)
    await shop.site.write(notify, ines.id, NotificationKind.FOLLOW, karim.actor.id, START)
    browser = await shop.sign_in("ines")
    found = re.search(r'class="badge">([0-9]+)<', (await browser.get("/nowhere")).text)
    assert found is not None
    assert int(found[1]) == (await browser.get("/notifications")).text.count('class="news-item') == 3


async def test_news_of_others_are_not_shown(shop: Shop) -> None:
    marc, ines = await shop.person("marc"), await shop.person("ines")
    await shop.site.write(notify, ines.id, NotificationKind.FOLLOW, marc.id, START)
    assert "Marc Weber" not in (await (await shop.sign_in("lea")).get("/notifications")).text


@pytest.mark.parametrize("gone", ["deleted", "hidden"])
async def test_what_is_about_a_post_that_may_no_longer_be_read_is_left_out(gone: str, shop: Shop) -> None:
    karim = await shop.stranger("karim")
    ines = await shop.person("ines")
    post = await shop.receive(karim.actor, "<p>Promis</p>", Audience(AudienceKind.PUBLIC if gone == "deleted" else AudienceKind.DIRECT))
    await shop.site.write(notify, ines.id, NotificationKind.MENTION, karim.actor.id, START, post.id)
    if gone == "deleted":
        await shop.site.write(erase_post, post.id, START)
    browser = await shop.sign_in("ines")
    assert 'class="badge"' not in (await browser.get("/nowhere")).text
    page = await browser.get("/notifications")
    assert "Promis" not in page.text
    assert post.id not in page.text


async def test_only_talk_leaves_out_likes_and_is_not_taken_for_having_looked(shop: Shop) -> None:
    marc, ines = await shop.person("marc"), await shop.person("ines")
    await shop.site.write(notify, ines.id, NotificationKind.FOLLOW, marc.id, START)
    browser = await shop.sign_in("ines")
    assert "Marc Weber" not in (await browser.get("/notifications?only=talk")).text
    assert "news-new" in (await browser.get("/notifications")).text


async def test_old_news_are_on_further_pages(shop: Shop) -> None:
    ines, karim = await shop.person("ines"), await shop.stranger("karim")
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    for number in range(limits.NEWS_ITEMS + 1):
        now = START + timedelta(seconds=number)
        post = await shop.receive(karim.actor, f"<p>Annonce {number}.</p>", id=new_id(now), uri=f"https://ailleurs.example/{number}")
        await shop.site.write(notify, ines.id, NotificationKind.MENTION, karim.actor.id, now, post.id)
    browser = await shop.sign_in("ines")
    first = (await browser.get("/notifications")).text
    assert first.count('class="news-item') == limits.NEWS_ITEMS
    assert "Annonce 0." not in first
    older = first.partition("/notifications?before=")[2].partition('"')[0]
    assert "Annonce 0." in (await browser.get(f"/notifications?before={older}")).text
