"""A board that is being looked at: it says what has changed, to who may see it, as long as they may."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import func, select
from starlette.types import Message

from fedirse.base import limits
from fedirse.base.places import Places
from fedirse.base.roles import Role
from fedirse.features.announcements.acknowledgement.model import Totals
from fedirse.features.announcements.actions import withdraw_announcement
from fedirse.features.announcements.board.live import pages, views
from fedirse.features.announcements.board.model import Said
from fedirse.features.announcements.board.store import mark_of, note_reminded, save_said
from fedirse.features.announcements.board.views import BoardView, read_board
from fedirse.features.announcements.model import Priority
from fedirse.social.accounts.actions import create_account, disable
from fedirse.social.accounts.sessions.store import end_all_sessions
from fedirse.social.accounts.store import accounts
from fedirse.social.follows.channels.model import Runner
from fedirse.social.posts.actions import reader_for
from fedirse.web.streams import EventStream
from tests.features.announcements.desks import EVERYONE, Office, give, path_of
from tests.federation.network import START
from tests.listening import listening
from tests.social.network.console.office import LYON, admit_site
from tests.streaming import CEILING, Following, following
from tests.visitors import DOMAIN, Browser

NOWHERE = "01J00000000000000000000000"


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(views, "LEAST_SECONDS", 0.01)


def headers_of(browser: Browser) -> dict[str, str]:
    return {"host": DOMAIN, "accept-language": "fr", "cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}


@asynccontextmanager
async def looking(browser: Browser, post_id: str, query: str = "", **headers: str) -> AsyncIterator[Following]:
    path = f"/announcements/{post_id}/board/live{query}"
    async with following(browser.shop.app, path, headers_of(browser) | headers) as stream:
        yield stream


async def confirm(office: Office, post_id: str, *, seen: int = 9) -> None:
    """A site says that it has confirmed it."""
    await office.site.write(save_said, post_id, Said(LYON, 1, 1, START, Totals(12, seen, 7), START), START)


async def hire(office: Office, count: int) -> None:
    """More people of the head office."""
    for number in range(count):
        await office.site.write(create_account, office.site, f"paul{number}", "Paul", None, START, roles=(Role.READER,))


async def people(office: Office) -> int:
    """How many the head office has."""
    return await office.site.read(
        lambda tx: tx.execute(select(func.count()).select_from(accounts).where(accounts.c.disabled_at.is_(None))).scalar_one()
    )


async def whole_board(office: Office, post_id: str) -> BoardView:
    """All of a board, as marc sees it."""
    reader = reader_for(await office.shop.person("marc"))
    return await office.site.read(read_board, office.site, SimpleNamespace(reader=reader), post_id, "", "")  # type: ignore[arg-type]


# Who may not.


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE, Role.ADMINISTRATOR])
async def test_who_does_not_speak_for_the_head_office_follows_no_board(office: Office, role: Role) -> None:
    post = await office.announce()
    await give(office.shop, "ines", [role])
    ines = await office.shop.sign_in("ines")
    assert [(await ines.get(f"/announcements/{one}/board/live")).status_code for one in (post.id, NOWHERE)] == [403, 403]
    assert path_of(await Browser(office.shop).get(f"/announcements/{post.id}/board/live")) == "/sign-in"


async def test_what_is_not_there_and_what_is_no_announcement_look_the_same(office: Office) -> None:
    ordinary = await office.shop.receive(await office.shop.person("ines"), "<p>Bonjour</p>")
    marc = await office.shop.sign_in("marc")
    answers = [await marc.get(f"/announcements/{one}/board/live") for one in (NOWHERE, ordinary.id)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text.replace(ordinary.id, NOWHERE)


async def test_a_stream_ends_with_the_session_and_shows_nothing_after(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    async with looking(marc, post.id) as stream:
        assert (await stream.next_event())["event"] == "stand"

        def end_and_confirm(tx: object) -> None:
            end_all_sessions(tx)  # type: ignore[arg-type]
            save_said(tx, post.id, Said(LYON, 1, 1, START, None, None), START)  # type: ignore[arg-type]

        await office.site.write(end_and_confirm)
        assert await stream.next_event() == {"event": "ended", "data": ""}
        assert await stream.next_event() == {}


async def test_a_stream_ends_when_the_account_loses_the_right_or_is_closed(office: Office) -> None:
    post = await office.announce()
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    for end in ("role", "account"):
        await give(office.shop, "ines", [Role.COMMUNICATOR])
        async with looking(await office.shop.sign_in("ines"), post.id) as stream:
            assert (await stream.next_event())["event"] == "stand"
            if end == "role":
                await give(office.shop, "ines", [Role.READER])
            else:
                await office.site.write(disable, "ines", START)
            assert (await stream.next_event())["event"] == "ended"
            await asyncio.wait_for(asyncio.shield(stream.task), CEILING)


async def test_a_stream_ends_when_the_announcement_is_taken_back(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    async with looking(marc, post.id) as stream:
        assert (await stream.next_event())["event"] == "stand"
        await office.site.write(lambda tx: withdraw_announcement(tx, office.site, post.id, START, by=Runner()))
        assert (await stream.next_event())["event"] == "ended"


async def test_of_streams_at_once_there_are_so_many_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    monkeypatch.setattr(pages, "LOOK_SECONDS", 20.0)
    async with AsyncExitStack() as open_streams:
        for _ in range(limits.STREAMS_AT_ONCE):
            stream = await open_streams.enter_async_context(looking(marc, post.id))
            assert stream.status == 200
        refused = await marc.get(f"/announcements/{post.id}/board/live")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert (await marc.get(f"/announcements/{post.id}/board")).status_code == 200
    # Each gave back its place.
    async with looking(marc, post.id) as stream:
        assert stream.status == 200


async def test_a_stream_ends_by_itself_after_a_while(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STREAM_LOOKS", 3)
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    async with looking(marc, post.id) as stream:
        assert (await stream.next_event())["event"] == "stand"
        # Not "ended": the browser comes again.
        assert await stream.next_event() == {}


# What it says.


async def test_nothing_keeps_gathers_or_changes_a_stream(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    async with looking(marc, post.id) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert "no-store" in stream.headers["cache-control"]
        assert stream.headers["x-accel-buffering"] == "no"
        assert "default-src 'none'" in stream.headers["content-security-policy"]


async def test_a_change_is_told_with_the_parts_as_the_page_would_show_them(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    page = (await marc.get(f"/announcements/{post.id}/board")).text
    mark = await office.site.read(mark_of, post.id)
    assert f'data-mark="{mark}"' in page
    async with looking(marc, post.id, f"?mark={mark}") as stream:
        await confirm(office, post.id)
        told = await stream.next_event()
        assert told["event"] == "stand"
        assert told["id"] == await office.site.read(mark_of, post.id) != mark
        assert "9 / 12" in told["data"]
        assert "Confirmée par 1 sur 2" in told["data"]
        after = (await marc.get(f"/announcements/{post.id}/board")).text
        assert told["data"].strip() in after


async def test_a_filter_holds_in_the_stream_too(office: Office) -> None:
    await admit_site(office.shop, "metz")
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    async with looking(marc, post.id, "?state=confirmed") as stream:
        assert "data-site" not in (await stream.next_event())["data"]
        await confirm(office, post.id)
        told = (await stream.next_event())["data"]
        assert told.count("data-site") == 1
        assert f'data-site="{LYON}"' in told


async def test_who_connects_again_is_told_what_was_missed_and_nothing_else(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    mark = await office.site.read(mark_of, post.id)
    await confirm(office, post.id)
    async with looking(marc, post.id, **{"last-event-id": mark}) as stream:
        missed = await stream.next_event()
        assert "9 / 12" in missed["data"]
    async with looking(marc, post.id, **{"last-event-id": missed["id"]}) as stream:
        await confirm(office, post.id, seen=10)
        assert "10 / 12" in (await stream.next_event())["data"]


async def test_what_is_urgent_is_sent_as_time_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_CLOCK_EVERY", 2)
    post, marc = await office.announce(replace(EVERYONE, priority=Priority.URGENT)), await office.shop.sign_in("marc")
    async with looking(marc, post.id) as stream:
        first, second = await stream.next_event(), await stream.next_event()
        assert first["id"] == second["id"]
        assert "en 0 min" in second["data"]


async def test_every_kind_of_change_is_noticed_by_the_one_look(office: Office) -> None:
    post, site = await office.announce(), office.site
    marks = [await site.read(mark_of, post.id)]

    async def changed(words: str) -> None:
        marks.append(await site.read(mark_of, post.id))
        assert marks[-1] != marks[-2], words

    await confirm(office, post.id)
    await changed("a confirmation")
    await confirm(office, post.id, seen=10)
    await changed("numbers")
    await site.write(note_reminded, post.id, LYON, START)
    await changed("a reminder")
    await admit_site(office.shop, "metz")
    await changed("a member more")
    await hire(office, 5)
    await changed("people more here")
    marc = await office.shop.sign_in("marc")
    await marc.get(f"/posts/{post.id}")
    await changed("somebody here who has seen it")
    assert await site.read(mark_of, post.id) == marks[-1]


async def test_of_fewer_than_five_people_here_not_even_a_change_is_told(office: Office) -> None:
    post, site = await office.announce(), office.site
    for handle in ("lea", "ines"):
        await site.write(disable, handle, START)
    await hire(office, 4 - await people(office))
    mark = await site.read(mark_of, post.id)
    marc = await office.shop.sign_in("marc")
    await marc.get(f"/posts/{post.id}")
    assert (await marc.get(f"/announcements/{post.id}/board")).status_code == 200
    assert await site.read(mark_of, post.id) == mark


async def test_while_changes_keep_coming_a_board_is_made_when_it_is_due_and_once(office: Office) -> None:
    post = await office.announce()
    view = await whole_board(office, post.id)
    now, made = 100.0, 0
    board = views.KeptBoard(lambda: now)

    async def make() -> BoardView:
        nonlocal made
        made += 1
        return replace(view, mark=f"mark {made}")

    both = await asyncio.gather(*(board.get("mark 1", 0.0, make) for _ in range(50)))
    assert made == 1
    assert {one.view.mark for one in both if one is not None} == {"mark 1"}
    # Something has changed, and who has seen the last waits; who has seen an older one is told the last.
    assert await board.get("mark 2", 100.0, make) is None
    last = await board.get("mark 2", 99.0, make)
    assert last is not None
    assert (last.view.mark, made) == ("mark 1", 1)
    now += views.pause_after(2)
    due = await board.get("mark 2", 100.0, make)
    assert due is not None
    assert (due.view.mark, made) == ("mark 2", 2)
    # Nothing has changed but the time.
    now += views.OLDEST_SECONDS
    await board.get("mark 2", 0.0, make)
    assert made == 3


def test_the_more_lines_the_longer_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LEAST_SECONDS", 1.5)
    assert [views.pause_after(lines) for lines in (0, 75, 500)] == [1.5, 1.5, 10.0]


async def test_a_stream_that_nobody_takes_gives_back_its_place() -> None:
    places, closed = Places(1, 0), asyncio.Event()

    async def events() -> AsyncIterator[bytes]:
        yield b": one\n\n"

    async def receive() -> Message:
        await closed.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await closed.wait()

    scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
    await asyncio.wait_for(EventStream(events(), places, longest=0.01)(scope, receive, send), CEILING)
    async with places.take():
        pass


async def test_a_server_that_stops_does_not_wait_for_a_stream(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    async with listening(office.shop.app) as server:
        port = server.servers[0].sockets[0].getsockname()[1]
        path = f"http://127.0.0.1:{port}/announcements/{post.id}/board/live"
        async with httpx.AsyncClient() as client, client.stream("GET", path, headers=headers_of(marc)) as answer:
            arriving = answer.aiter_bytes()
            assert b"retry: 3000" in await anext(arriving)
            for connection in list(server.server_state.connections):
                connection.shutdown()
            with pytest.raises(httpx.RemoteProtocolError):
                await asyncio.wait_for(_rest(arriving), CEILING)
    # Its place is free again.
    assert office.site.streams._inside == 0


async def _rest(arriving: AsyncIterator[bytes]) -> None:
    async for _ in arriving:
        pass
