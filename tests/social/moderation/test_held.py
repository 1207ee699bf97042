"""Answers from outside that wait: who sees them, what is told of them, and what becomes of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from fedirse.base.actors import StoredActor
from fedirse.base.types import ANYONE
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.actions import follow
from fedirse.social.moderation.held.actions import decide
from fedirse.social.moderation.held.model import Verdict
from fedirse.social.moderation.model import OPERATOR
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import edit_post, reader_for
from fedirse.social.posts.holding.store import count_held, list_held
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.store import find_post
from fedirse.social.posts.threads.store import count_readable_replies, list_thread
from fedirse.storage.audit import list_entries
from tests.federation.network import Network, find, running_network, say, site_actor
from tests.visitors import Shop


@dataclass
class Scene:
    """Colmar holds answers; Lyon answers; Metz follows Colmar."""

    network: Network
    colmar: Site
    lyon: Site
    metz: Site
    ines: StoredActor
    karim: StoredActor
    said: Post

    async def answer(self, text: str = "réponse", to: Post | None = None) -> Post | None:
        """Karim of Lyon answers; as Colmar keeps it."""
        parent = await find(self.lyon, (to or self.said).uri)
        assert parent is not None
        made = await say(self.lyon, self.karim, text, reply_to=parent)
        await self.network.settle()
        return await find(self.colmar, made.uri)

    async def decide(self, post: Post, verdict: Verdict, reason: str = "Vu.") -> None:
        now = self.colmar.clock.now()
        await self.colmar.write(decide, self.colmar, post.id, verdict, reason=reason, by=OPERATOR, now=now)
        await self.network.settle()

    async def told(self) -> list[str | None]:
        """The posts that Inès was told of."""
        return [one.post_id for one in await self.colmar.read(list_notifications, self.ines.id)]

    async def thread(self, reader: StoredActor | None = None) -> set[str]:
        """The posts of the thread as somebody of Colmar, or anybody, reads it."""
        who = ANYONE if reader is None else reader_for(reader)
        return {post.uri for post in await self.colmar.read(list_thread, self.said.id, who, 100)}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with running_network(tmp_path) as network:
        colmar, lyon, metz = [await network.add(domain) for domain in ("colmar.example", "lyon.example", "metz.example")]
        colmar.adopt(msgspec.structs.replace(colmar.settings, replies="held"))
        ines, karim = await network.person(colmar, "ines"), await network.person(lyon, "karim")
        there = await lyon.actors.resolve(ines.uri)
        await lyon.write(follow, lyon, karim, there, lyon.clock.now())
        metz_follows = await metz.actors.resolve(ines.uri)
        await metz.write(follow, metz, await site_actor(metz), metz_follows, metz.clock.now())
        await network.settle()
        said = await say(colmar, ines, "bonjour")
        await network.settle()
        yield Scene(network, colmar, lyon, metz, ines, karim, said)


async def test_an_answer_by_a_stranger_waits_and_nobody_sees_counts_hears_of_or_gets_it(scene: Scene) -> None:
    before = await scene.told()
    answer = await scene.answer()
    assert answer is not None
    assert answer.held_at is not None
    assert await scene.thread() == await scene.thread(scene.ines) == {scene.said.uri}
    assert await scene.told() == before
    counted = await scene.colmar.read(count_readable_replies, [scene.said.id], ANYONE)
    said = await scene.colmar.read(find_post, scene.said.id)
    assert said is not None
    assert (counted, said.replies) == ({}, 0)
    assert await find(scene.metz, answer.uri) is None
    assert await scene.colmar.read(count_held) == 1


async def test_an_approved_answer_appears_is_counted_told_and_passed_on(scene: Scene) -> None:
    answer = await scene.answer()
    assert answer is not None
    await scene.decide(answer, Verdict.APPROVE)
    assert await scene.thread() == {scene.said.uri, answer.uri}
    assert answer.id in await scene.told()
    said = await scene.colmar.read(find_post, scene.said.id)
    assert said is not None
    assert said.replies == 1
    assert await find(scene.metz, answer.uri) is not None
    assert [(entry.deed, entry.subject) for entry in await scene.colmar.read(list_entries)] == [("answer.approved", answer.uri)]


async def test_a_refused_answer_is_deleted_and_never_comes_back(scene: Scene) -> None:
    answer = await scene.answer()
    assert answer is not None
    await scene.decide(answer, Verdict.REFUSE, "Hors sujet.")
    erased = await scene.colmar.read(find_post, answer.id)
    said = await scene.colmar.read(find_post, scene.said.id)
    assert erased is not None
    assert said is not None
    assert (erased.content, erased.deleted_at is None, said.replies) == ("", False, 0)
    assert await scene.colmar.read(count_held) == 0
    (entry,) = await scene.colmar.read(list_entries)
    assert (entry.deed, entry.details) == ("answer.refused", {"reason": "Hors sujet."})


async def test_whoever_is_trusted_never_waits_again(scene: Scene) -> None:
    first, second = await scene.answer("un"), await scene.answer("deux")
    assert first is not None
    assert second is not None
    await scene.decide(first, Verdict.TRUST)
    third = await scene.answer("trois")
    assert third is not None
    assert await scene.thread() == {scene.said.uri, first.uri, second.uri, third.uri}


async def test_a_blocked_author_is_refused_with_all_they_said(scene: Scene) -> None:
    first = await scene.answer("un")
    await scene.answer("deux")
    assert first is not None
    await scene.decide(first, Verdict.BLOCK, "Insultes.")
    assert await scene.colmar.read(count_held) == 0
    await scene.answer("trois")
    assert await scene.colmar.read(count_held) == 0
    assert await scene.thread() == {scene.said.uri}


async def test_whom_somebody_here_follows_does_not_wait(scene: Scene) -> None:
    known = await scene.colmar.actors.resolve(scene.karim.uri)
    await scene.colmar.write(follow, scene.colmar, scene.ines, known, scene.colmar.clock.now())
    await scene.network.settle()
    answer = await scene.answer()
    assert answer is not None
    assert answer.held_at is None
    assert await scene.thread() == {scene.said.uri, answer.uri}


async def test_an_answer_to_an_answer_that_waits_waits_too(scene: Scene) -> None:
    first = await scene.answer("un")
    assert first is not None
    second = await scene.answer("deux @ines@colmar.example", to=first)
    assert second is not None
    assert second.held_at is not None


async def test_an_edit_of_what_waits_waits_and_its_first_words_go_nowhere(scene: Scene) -> None:
    answer = await scene.answer("avant")
    assert answer is not None
    own = await find(scene.lyon, answer.uri)
    assert own is not None
    scene.network.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
    edited = Draft("après", Audience(AudienceKind.PUBLIC))
    await scene.lyon.write(edit_post, scene.lyon, scene.karim, own.id, edited, scene.lyon.clock.now())
    await scene.network.settle()
    (held,) = await scene.colmar.read(list_held, limit=10)
    assert "après" in held.content
    await scene.decide(held, Verdict.APPROVE)
    assert await find(scene.metz, answer.uri) is None


async def test_a_site_that_does_not_wish_so_holds_nothing(scene: Scene) -> None:
    scene.colmar.adopt(msgspec.structs.replace(scene.colmar.settings, replies="open"))
    answer = await scene.answer()
    assert answer is not None
    assert answer.held_at is None


async def held_here(shop: Shop, kind: AudienceKind = AudienceKind.PUBLIC) -> tuple[Post, Post]:
    """A post of Inès and an answer to it that waits."""
    ines, now = await shop.person("ines"), shop.site.clock.now()
    said = await say(shop.site, ines, "bonjour")
    stranger = await shop.stranger("karim")
    named = frozenset({ines.id}) if kind is AudienceKind.DIRECT else frozenset()
    answer = await shop.receive(
        stranger.actor, "<p>Mots de Karim</p>", Audience(kind, named), parent_id=said.id, thread_id=said.id, held_at=now
    )
    return said, answer


async def test_moderators_and_whoever_was_answered_see_what_waits_and_nobody_else(shop: Shop) -> None:
    _, answer = await held_here(shop)
    marc, ines, lea = await shop.sign_in("marc"), await shop.sign_in("ines"), await shop.sign_in("lea")
    assert "Mots de Karim" in (await marc.get("/site/held")).text
    assert "Mots de Karim" in (await ines.get("/held")).text
    assert "Mots de Karim" not in (await lea.get("/held")).text
    assert (await ines.get("/site/held")).status_code == 403
    for browser in (marc, ines, lea):
        assert (await browser.get(f"/posts/{answer.id}")).status_code == 404


async def test_a_direct_answer_that_waits_is_read_by_a_moderator_only_on_record(shop: Shop) -> None:
    _, answer = await held_here(shop, AudienceKind.DIRECT)
    marc = await shop.sign_in("marc")
    assert "Mots de Karim" not in (await marc.get("/site/held")).text
    assert "Mots de Karim" in (await marc.post(f"/site/held/{answer.id}/read")).text
    assert [entry.deed for entry in await shop.site.read(list_entries)] == ["answer.read"]


@pytest.mark.parametrize("kind", [AudienceKind.DIRECT, AudienceKind.FOLLOWERS])
async def test_whoever_was_answered_sees_nothing_that_is_for_somebody_else(kind: AudienceKind, shop: Shop) -> None:
    said, _ = await held_here(shop)
    lea, karim = await shop.person("lea"), await shop.stranger("brahim")
    now = shop.site.clock.now()
    audience = Audience(kind, frozenset({lea.id}))
    await shop.receive(karim.actor, "<p>Pour Léa seule</p>", audience, parent_id=said.id, thread_id=said.id, held_at=now)
    page = (await (await shop.sign_in("ines")).get("/held")).text
    assert "Mots de Karim" in page
    assert "Pour Léa seule" not in page


async def test_whoever_was_answered_in_private_sees_it_wait(shop: Shop) -> None:
    await held_here(shop, AudienceKind.DIRECT)
    assert "Mots de Karim" in (await (await shop.sign_in("ines")).get("/held")).text


async def test_refusing_needs_a_reason_and_says_so_beside_the_answer(shop: Shop) -> None:
    _, answer = await held_here(shop)
    marc = await shop.sign_in("marc")
    page = await marc.post(f"/site/held/{answer.id}", {"verdict": "refuse", "reason": " "})
    assert page.status_code == 422
    assert f'id="reason-{answer.id}-error"' in page.text
    assert await shop.site.read(count_held) == 1


async def test_an_answer_is_decided_once(shop: Shop) -> None:
    said, answer = await held_here(shop)
    marc = await shop.sign_in("marc")
    for _ in range(2):
        assert (await marc.post(f"/site/held/{answer.id}", {"verdict": "approve"})).status_code == 303
    post = await shop.site.read(find_post, said.id)
    assert post is not None
    assert post.replies == 1


@pytest.mark.parametrize("verdict", ["", "maybe"])
async def test_an_unknown_verdict_is_none(shop: Shop, verdict: str) -> None:
    _, answer = await held_here(shop)
    assert (await (await shop.sign_in("marc")).post(f"/site/held/{answer.id}", {"verdict": verdict})).status_code == 404


async def test_trust_is_taken_back(shop: Shop) -> None:
    _, answer = await held_here(shop)
    marc = await shop.sign_in("marc")
    await marc.post(f"/site/held/{answer.id}", {"verdict": "trust"})
    assert "karim@ailleurs.example" in (await marc.get("/site/held")).text
    await marc.post("/site/held/distrust", {"actor": answer.actor_id})
    assert "karim@ailleurs.example" not in (await marc.get("/site/held")).text
