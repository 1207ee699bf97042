"""Polls on a page: to choose from, then to read."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.base.clock import FixedClock
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft, Poll, PollDraft, PollOption, Post, PostKind
from fedirse.social.posts.polls.jobs import end_poll
from fedirse.social.posts.store import find_post
from tests.visitors import Shop

EVIL = '"><script>alert(1)</script>{{ 7*7 }}'


async def ask(shop: Shop, *, several: bool = False, audience: AudienceKind = AudienceKind.PUBLIC) -> Post:
    """A poll of Marc's."""
    poll = PollDraft(("Mardi", "Jeudi"), several, shop.site.clock.now() + timedelta(hours=1))
    draft = Draft("Quel jour ?", Audience(audience), poll=poll)
    return await shop.site.write(publish_post, shop.site, await shop.person("marc"), draft, shop.site.clock.now())


async def votes(shop: Shop, post: Post) -> list[int]:
    known = await shop.site.read(find_post, post.id)
    assert known is not None
    assert known.poll is not None
    return [option.votes for option in known.poll.options]


async def test_who_has_not_voted_chooses_and_sees_no_result(shop: Shop) -> None:
    post = await ask(shop)
    html = (await (await shop.sign_in("lea")).get(f"/posts/{post.id}")).text
    assert '<input type="radio" name="option" value="Mardi" required>' in html
    assert "<progress" not in html


async def test_several_answers_are_boxes_to_tick(shop: Shop) -> None:
    post = await ask(shop, several=True)
    lea = await shop.sign_in("lea")
    assert '<input type="checkbox" name="option" value="Mardi">' in (await lea.get(f"/posts/{post.id}")).text
    await lea.post(f"/posts/{post.id}/vote", {"option": ["Mardi", "Jeudi"]})
    assert await votes(shop, post) == [1, 1]


async def test_a_vote_is_counted_and_shown_with_its_answer(shop: Shop) -> None:
    post = await ask(shop)
    lea = await shop.sign_in("lea")
    answer = await lea.post(f"/posts/{post.id}/vote", {"option": "Jeudi", "return_to": "/"})
    assert answer.headers["location"] == f"/#post-{post.id}"
    html = (await lea.get(f"/posts/{post.id}")).text
    assert "Votre vote est pris en compte." in html
    assert "Votre réponse" in html
    assert '<progress max="1" value="1" aria-label="Jeudi">' in html
    assert 'name="option"' not in html


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choisissez d’abord une réponse, puis votez."),
        ({"option": "Dimanche"}, "Les réponses de ce sondage ont changé"),
        ({"option": ["Mardi", "Jeudi"]}, "Une seule réponse est possible dans ce sondage."),
    ],
)
async def test_what_cannot_be_voted_is_said_where_the_poll_stands(shop: Shop, fields: dict[str, object], sentence: str) -> None:
    post = await ask(shop)
    lea = await shop.sign_in("lea")
    answer = await lea.post(f"/posts/{post.id}/vote", {**fields, "return_to": "/local"})
    assert answer.status_code == 422
    poll = re.search(r'<form class="poll-form".*?</form>', answer.text, re.DOTALL)
    assert poll is not None
    assert sentence in poll[0]
    # What was chosen is chosen still, and a vote that counts leads back to where the poll was read.
    assert [name in str(fields.get("option")) for name in ("Mardi", "Jeudi")] == [
        f'value="{name}" checked' in poll[0] for name in ("Mardi", "Jeudi")
    ]
    assert '<input type="hidden" name="return_to" value="/local">' in poll[0]
    assert await votes(shop, post) == [0, 0]


async def test_a_second_vote_is_refused_beside_the_result(shop: Shop) -> None:
    post = await ask(shop)
    lea = await shop.sign_in("lea")
    await lea.post(f"/posts/{post.id}/vote", {"option": "Mardi"})
    answer = await lea.post(f"/posts/{post.id}/vote", {"option": "Jeudi"})
    assert answer.status_code == 422
    assert re.search(r'role="alert">.*?Vous avez déjà voté dans ce sondage.*?</p>.*?<progress', answer.text, re.DOTALL)
    assert await votes(shop, post) == [1, 0]


async def test_nobody_votes_after_the_end_and_everybody_reads_the_result(shop: Shop) -> None:
    post = await ask(shop)
    lea = await shop.sign_in("lea")
    assert isinstance(shop.site.clock, FixedClock)
    shop.site.clock.advance(timedelta(hours=1))
    answer = await lea.post(f"/posts/{post.id}/vote", {"option": "Mardi"})
    assert await votes(shop, post) == [0, 0]
    assert (answer.status_code, "Ce sondage est terminé" in answer.text) == (422, True)
    for html in ((await lea.get(f"/posts/{post.id}")).text, (await shop.get(f"/posts/{post.id}")).text):
        assert "<progress" in html
        assert 'name="option"' not in html


async def test_who_asked_sees_how_it_stands_and_may_vote_as_well(shop: Shop) -> None:
    post = await ask(shop)
    html = (await (await shop.sign_in("marc")).get(f"/posts/{post.id}")).text
    assert "<progress" in html
    assert 'name="option"' in html


async def test_a_poll_one_may_not_read_is_not_there(shop: Shop) -> None:
    post = await ask(shop, audience=AudienceKind.FOLLOWERS)
    lea = await shop.sign_in("lea")
    hidden = await lea.post(f"/posts/{post.id}/vote", {"option": "Mardi"})
    missing = await lea.post("/posts/01ARZ3NDEKTSV4RRFFQ69G5FAV/vote", {"option": "Mardi"})
    assert (hidden.status_code, hidden.content) == (404, missing.content)


async def test_answers_of_strangers_stay_text_and_can_be_voted(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    poll = Poll((PollOption(EVIL, 0), PollOption("Non", 0)), several=False, ends_at=None, closed_at=None)
    post = await shop.receive(stranger.actor, "<p>Alors ?</p>", kind=PostKind.QUESTION, poll=poll)
    lea = await shop.sign_in("lea")
    assert "<script>alert" not in (await lea.get(f"/posts/{post.id}")).text
    await lea.post(f"/posts/{post.id}/vote", {"option": EVIL})
    assert await votes(shop, post) == [1, 0]
    assert "<script>alert" not in (await lea.get(f"/posts/{post.id}")).text
    assert replace(poll, voters=None) == poll


async def test_a_question_without_answers_has_nothing_to_vote(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, "<p>Alors ?</p>", kind=PostKind.QUESTION)
    lea = await shop.sign_in("lea")
    assert 'name="option"' not in (await lea.get(f"/posts/{post.id}")).text
    assert (await lea.post(f"/posts/{post.id}/vote", {"option": "x"})).status_code == 404


async def test_who_voted_and_who_asked_are_told_that_it_is_over(shop: Shop) -> None:
    post = await ask(shop)
    lea = await shop.sign_in("lea")
    await lea.post(f"/posts/{post.id}/vote", {"option": "Mardi"})
    assert isinstance(shop.site.clock, FixedClock)
    shop.site.clock.advance(timedelta(hours=1))
    await end_poll(shop.site, post.uri, {})
    assert "a posé une question qui est close" in (await lea.get("/notifications")).text
    assert "annonce que votre question est close" in (await (await shop.sign_in("marc")).get("/notifications")).text
    assert "question" not in (await (await shop.sign_in("ines")).get("/notifications")).text.partition("<main")[2]
