"""What the link in a mail opens, and what it does: nothing by being opened."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.errors import RemoteRejected
from fedirse.base.roles import Role
from fedirse.features.announcements.mail.rules import LINK_LASTS
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.wishes.model import Wish
from fedirse.features.announcements.wishes.store import find_wish
from fedirse.social.accounts.actions import disable
from fedirse.social.accounts.store import enable_account, get_account, note_email_proven
from fedirse.social.entrance.actions import disable_account, end_everything
from fedirse.social.entrance.addresses.actions import note_address
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import posts
from fedirse.storage.transaction import Transaction
from tests.features.announcements.desks import TEXT, TITLE, Desk, give
from tests.features.announcements.letterbox import Letterbox, link_in, stop_in
from tests.federation.network import START
from tests.visitors import DOMAIN, ORIGIN, Browser

URGENT = Terms(priority=Priority.URGENT, asked=Asked.EVERYONE)
UNDERSTOOD = "J’ai lu et compris"
OVER = "Ce lien n’ouvre plus rien"


@pytest.fixture
async def letters(desk: Desk) -> Letterbox:
    box = Letterbox(desk.site)
    await box.give_address("ines")
    return box


async def mailed(desk: Desk, letters: Letterbox, terms: Terms = URGENT) -> tuple[Post, str]:
    """An announcement, and the path that is mailed to ines."""
    post = await desk.receive(terms)
    await letters.turn()
    return post, link_in(letters.to("ines")[-1])


async def send(desk: Desk, method: str, path: str, **headers: str) -> httpx.Response:
    """What a mail scanner or a mail program does: no cookies, nothing that a browser would say."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.shop.app), base_url=ORIGIN) as client:
        return await client.request(method, path, headers={"host": DOMAIN, "accept-language": "fr", **headers})


async def test_opening_it_confirms_nothing_and_notes_nothing_as_seen_however_often(desk: Desk, letters: Letterbox) -> None:
    post, path = await mailed(desk, letters)
    for method in ("HEAD", "GET", "GET"):
        answer = await send(desk, method, path)
        assert answer.status_code == 200
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "no-store" in answer.headers["cache-control"]
        assert answer.headers["x-robots-tag"] == "noindex"
    answer = await send(desk, "GET", path)
    for said in (TITLE, TEXT, UNDERSTOOD, "Inès Ben Amar", "Magasin de Colmar", 'name="robots" content="noindex"'):
        assert said in answer.text
    assert await desk.done_by(post, "ines") is None


async def test_the_button_confirms_once_and_then_it_says_when(desk: Desk, letters: Letterbox) -> None:
    post, path = await mailed(desk, letters)
    nobody = Browser(desk.shop)
    # A page that tells no site where it was names no origin either.
    first = await nobody.post(path, {"version": "1"}, headers={"origin": "null", "sec-fetch-site": "same-origin"})
    done = await desk.done_by(post, "ines")
    assert done is not None
    assert (done.confirmed, done.confirmed_at, done.seen) == (1, START, 1)
    assert isinstance(desk.site.clock, FixedClock)
    desk.site.clock.advance(timedelta(hours=3))
    for answer in (first, await nobody.post(path, {"version": "1"}), await nobody.get(path)):
        assert answer.status_code == 200
        assert "Vous l’avez lue et comprise" in answer.text or "le 2 mars 2026 à 09:00" in answer.text
        assert UNDERSTOOD not in answer.text
        assert "set-cookie" not in answer.headers
    assert await desk.done_by(post, "ines") == done


async def test_where_nobody_is_asked_to_confirm_the_button_says_that_it_was_read(desk: Desk, letters: Letterbox) -> None:
    post, path = await mailed(desk, letters, replace(URGENT, asked=Asked.NOBODY))
    nobody = Browser(desk.shop)
    page = (await nobody.get(path)).text
    assert UNDERSTOOD not in page
    assert "Je l’ai lue" in page
    await nobody.post(path, {"version": "1"})
    done = await desk.done_by(post, "ines")
    assert done is not None
    assert (done.seen, done.confirmed) == (1, 0)


async def test_a_form_of_another_site_confirms_nothing(desk: Desk, letters: Letterbox) -> None:
    post, path = await mailed(desk, letters)
    for said in ({"origin": "https://evil.example", "sec-fetch-site": "cross-site"}, {"origin": "null", "sec-fetch-site": "cross-site"}):
        assert (await Browser(desk.shop).post(path, {"version": "1"}, headers=said)).status_code == 403
    assert (await send(desk, "POST", path)).status_code == 403
    assert await desk.done_by(post, "ines") is None


async def test_it_is_used_in_no_other_name_than_that_of_whom_it_was_mailed_to(desk: Desk, letters: Letterbox) -> None:
    post, path = await mailed(desk, letters)
    lea = await desk.shop.sign_in("lea")
    for answer in (await lea.get(path), await lea.post(path, {"version": "1"})):
        assert "Inès Ben Amar" in answer.text
        assert 'action="/sign-out"' in answer.text
        assert UNDERSTOOD not in answer.text
        assert TEXT not in answer.text
    for handle in ("ines", "lea"):
        assert await desk.done_by(post, handle) is None
    ines = await desk.shop.sign_in("ines")
    await ines.post(path, {"version": "1"})
    assert await desk.done_by(post, "ines") is not None


async def test_a_version_that_came_meanwhile_is_shown_and_asked_for(desk: Desk, letters: Letterbox) -> None:
    post, path = await mailed(desk, letters)
    await desk.keep(post, replace(URGENT, version=2, confirm_from=2))

    def change(tx: Transaction) -> None:
        tx.execute(posts.update().where(posts.c.id == post.id).values(content="<p>Le lot 4822 aussi.</p>"))

    await desk.site.write(change)
    nobody = Browser(desk.shop)
    late = await nobody.post(path, {"version": "1"})
    assert "Le lot 4822 aussi." in late.text
    assert "Elle a changé entre-temps" in late.text
    assert UNDERSTOOD in late.text
    assert await desk.done_by(post, "ines") is None
    await nobody.post(path, {"version": "2"})
    done = await desk.done_by(post, "ines")
    assert done is not None
    assert done.confirmed == 2


async def test_all_that_opens_nothing_is_answered_alike(desk: Desk, letters: Letterbox) -> None:
    ends = START + timedelta(days=5)
    post, path = await mailed(desk, letters, replace(URGENT, ends_at=ends))
    nobody, answers = Browser(desk.shop), []
    answers += [await nobody.get("/link/announcement/nowhere"), await nobody.get("/link/announcement/" + "x" * 500)]

    async def look() -> None:
        answers.extend((await nobody.get(path), await nobody.post(path, {"version": "1"})))

    await desk.site.write(disable, "ines", START)
    await look()
    await desk.site.write(lambda tx: enable_account(tx, get_account(tx, "ines").id))
    assert UNDERSTOOD in (await nobody.get(path)).text

    def hide(tx: Transaction, *, hidden: bool) -> None:
        tx.execute(posts.update().where(posts.c.id == post.id).values(deleted_at=START if hidden else None))

    await desk.site.write(hide, hidden=True)
    await look()
    await desk.site.write(hide, hidden=False)
    assert isinstance(desk.site.clock, FixedClock)
    desk.site.clock.advance(timedelta(days=5))
    await look()
    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.text for answer in answers}) == 1
    assert OVER in answers[0].text
    assert len({str(sorted((name, value) for name, value in answer.headers.items())) for answer in answers}) == 1
    assert await desk.done_by(post, "ines") is None


@pytest.mark.parametrize("end", ["disabled", "new password", "another address", "no address"])
async def test_what_ends_the_ways_in_or_the_address_ends_what_was_mailed_before(desk: Desk, letters: Letterbox, end: str) -> None:
    post, path = await mailed(desk, letters)
    clock, nobody = desk.site.clock, Browser(desk.shop)
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(minutes=1))

    def finish(tx: Transaction) -> None:
        account, now = get_account(tx, "ines"), clock.now()
        if end == "disabled":
            disable_account(tx, "ines", now)
            enable_account(tx, account.id)
        elif end == "new password":
            end_everything(tx, account.id, now)
        else:
            note_address(tx, desk.site, account.id, "ines@elsewhere.example" if end == "another address" else None)
        if end == "another address":
            note_email_proven(tx, account.id, now)

    await desk.site.write(finish)
    unknown = await nobody.get("/link/announcement/nowhere")
    for answer in (await nobody.get(path), await nobody.post(path, {"version": "1"})):
        assert (answer.status_code, answer.text) == (410, unknown.text)
    assert await desk.done_by(post, "ines") is None


async def test_what_is_mailed_after_a_new_password_opens(desk: Desk, letters: Letterbox) -> None:
    assert isinstance(desk.site.clock, FixedClock)
    await desk.site.write(lambda tx: end_everything(tx, get_account(tx, "ines").id, desk.site.clock.now()))
    desk.site.clock.advance(timedelta(minutes=1))
    _, path = await mailed(desk, letters)
    assert (await Browser(desk.shop).get(path)).status_code == 200


async def test_it_opens_for_thirty_days_at_most(desk: Desk, letters: Letterbox) -> None:
    _, path = await mailed(desk, letters)
    assert isinstance(desk.site.clock, FixedClock)
    desk.site.clock.advance(LINK_LASTS - timedelta(seconds=1))
    assert (await Browser(desk.shop).get(path)).status_code == 200
    desk.site.clock.advance(timedelta(seconds=1))
    assert (await Browser(desk.shop).get(path)).status_code == 410


async def test_who_tries_secrets_waits(desk: Desk, letters: Letterbox) -> None:
    _, path = await mailed(desk, letters)
    nobody = Browser(desk.shop)
    for _ in range(60):
        assert (await nobody.get(path)).status_code == 200
    statuses = [(await nobody.get(f"/link/announcement/x{number}")).status_code for number in range(60)]
    assert set(statuses) == {410, 429}


async def test_a_link_that_was_mailed_never_waits_for_what_others_have_tried(desk: Desk, letters: Letterbox) -> None:
    post, path = await mailed(desk, letters)
    nobody = Browser(desk.shop)
    while (await nobody.get("/link/announcement/guessed")).status_code != 429:
        pass
    assert (await nobody.get(path)).status_code == 200
    await nobody.post(path, {"version": "1"})
    assert await desk.done_by(post, "ines") is not None


async def test_a_link_that_is_over_is_no_guess(desk: Desk, letters: Letterbox) -> None:
    _, path = await mailed(desk, letters)
    assert isinstance(desk.site.clock, FixedClock)
    desk.site.clock.advance(LINK_LASTS)
    nobody = Browser(desk.shop)
    assert {(await nobody.get(path)).status_code for _ in range(60)} == {410}
    assert (await nobody.get("/link/announcement/guessed")).status_code == 410


async def test_no_secret_of_a_link_is_logged(desk: Desk, letters: Letterbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="fedirse")
    _, path = await mailed(desk, letters)
    await send(desk, "POST", path)
    assert path.rpartition("/")[2] not in caplog.text


# Choosing what is mailed.


async def test_opening_the_link_that_ends_mails_ends_none(desk: Desk, letters: Letterbox) -> None:
    await mailed(desk, letters)
    ines = await desk.shop.person("ines")
    path = stop_in(letters.mails[0])
    for method in ("GET", "HEAD"):
        assert (await send(desk, method, path)).status_code == 200
    assert await desk.site.read(find_wish, ines.id) is Wish.URGENT
    # As a mail program does (RFC 8058): no cookie, no origin.
    assert (await send(desk, "POST", path)).status_code == 200
    assert await desk.site.read(find_wish, ines.id) is Wish.NOTHING


async def test_it_ends_nobody_elses(desk: Desk, letters: Letterbox) -> None:
    await mailed(desk, letters)
    path = stop_in(letters.mails[0])
    account_id, _, mark = path.rpartition("/")[2].partition(".")
    lea = await desk.site.read(get_account, "lea")
    for forged in (f"{lea.id}.{mark}", f"{account_id}.", account_id, f"{account_id}.{'0' * 64}"):
        assert (await send(desk, "GET", f"/link/mails/{forged}")).status_code == 410
        assert (await send(desk, "POST", f"/link/mails/{forged}")).status_code == 403
        assert (await Browser(desk.shop).post(f"/link/mails/{forged}")).status_code == 410
    assert await desk.site.read(find_wish, lea.actor_id) is Wish.URGENT


async def test_what_ends_nobodys_mails_writes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        pytest.fail("a transaction that writes began for who has shown nothing")

    nobody = Browser(desk.shop)
    monkeypatch.setattr("fedirse.site.Site.write", refuse)
    assert (await nobody.post("/link/mails/junk")).status_code == 410


async def test_somebody_chooses_what_is_mailed(desk: Desk, letters: Letterbox) -> None:
    ines = await desk.shop.sign_in("ines")
    assert 'value="urgent" checked' in (await ines.get("/announcements/mail")).text
    assert (await ines.post("/announcements/mail", {"wish": "alles"})).status_code == 422
    assert (await ines.post("/announcements/mail", {"wish": "daily"})).status_code == 303
    assert 'value="daily" checked' in (await ines.get("/announcements/mail")).text


# Who sees what was mailed.


async def test_who_runs_the_site_sees_what_was_mailed_to_whom_and_nobody_else(desk: Desk, letters: Letterbox) -> None:
    await letters.give_address("lea")
    letters.failing = [RemoteRejected("no such user", status=550, reason="mail-refused")]
    post = await desk.receive(URGENT)
    await letters.turn()
    marc, ines = await desk.shop.sign_in("marc"), await desk.shop.sign_in("ines")
    page = (await marc.get(f"/announcements/{post.id}/mails")).text
    for said in ("Inès Ben Amar", "Léa Klein", "Le serveur de messagerie l’a accepté", "l’a refusé. 550"):
        assert said in page
    assert f"/announcements/{post.id}/mails" in (await marc.get(f"/posts/{post.id}")).text
    assert f"/announcements/{post.id}/mails" not in (await ines.get(f"/posts/{post.id}")).text
    assert (await ines.get(f"/announcements/{post.id}/mails")).status_code == 403
    assert (await marc.get("/announcements/01J00000000000000000000000/mails")).status_code == 404
    await give(desk.shop, "ines", [Role.RESPONSIBLE])
    assert (await ines.get(f"/announcements/{post.id}/mails")).status_code == 403
