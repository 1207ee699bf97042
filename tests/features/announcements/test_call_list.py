"""Whom to call: the sites that are silent, who knows nothing first, with the numbers that they gave."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base.roles import Role
from fedirse.features.announcements.board.calls.rules import to_call
from fedirse.features.announcements.board.model import Arrival, Line, Said
from fedirse.features.announcements.model import Announcement, Asked, Terms
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.authority.telephones.model import Telephone
from fedirse.social.network.authority.telephones.store import list_numbers, save_telephone
from fedirse.social.network.model import Attributes
from fedirse.social.network.telephone.actions import give_number
from fedirse.storage.deliveries import DeliveryState, deliveries
from fedirse.storage.peers import peers
from fedirse.storage.transaction import Transaction
from tests.features.announcements.desks import EVERYONE, Desk, Office, give, path_of
from tests.features.announcements.ground import Speaking
from tests.features.announcements.test_pages import text_of
from tests.federation.network import START
from tests.federation.rosters import running_group
from tests.social.network.console.office import LYON, admit_site
from tests.visitors import Browser

ASKED = Announcement("1", Terms(asked=Asked.EVERYONE), START, START)
PATHS = ("/announcements/{}/calls", "/announcements/{}/calls.csv")
NOWHERE = "01J00000000000000000000000"
NUMBER = "+33 4 72 00 11 22"


def line_of(name: str, arrival: Arrival, *, hours: int = 0, settled: bool = False) -> Line:
    member = f"https://{name}.example/actor"
    at = START + timedelta(hours=hours)
    return Line(member, f"{name}.example", name, "", "", arrival, at, "", late=False, version=1, said=Said(member), settled=settled)


# Whom.


def test_who_does_not_know_of_it_is_called_first_and_the_longest_silent_before_others() -> None:
    lines = [
        line_of("lu", Arrival.RECEIVED, hours=1),
        line_of("tard", Arrival.RECEIVED, hours=2),
        line_of("siege", Arrival.HERE),
        line_of("fait", Arrival.RECEIVED, settled=True),
        line_of("route", Arrival.QUEUED),
        line_of("coupe", Arrival.OFFLINE, hours=9),
        line_of("refus", Arrival.FAILED),
        line_of("vieux", Arrival.OFFLINE, hours=-30),
    ]
    calls = to_call(lines, ASKED, {lines[0].member: NUMBER})
    assert [call.line.name for call in calls] == ["vieux", "coupe", "refus", "route", "lu", "tard"]
    assert [call.number for call in calls] == ["", "", "", "", NUMBER, ""]
    assert calls[0].since == START - timedelta(hours=30)


def test_where_nobody_is_asked_those_are_called_who_have_not_got_it() -> None:
    lines = [line_of("lu", Arrival.RECEIVED), line_of("coupe", Arrival.OFFLINE), replace(line_of("apres", Arrival.NOT_SENT), at=None)]
    calls = to_call(lines, replace(ASKED, terms=Terms()), {})
    assert [(call.line.name, call.since) for call in calls] == [("coupe", START), ("apres", START)]


# Who may not.


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE, Role.ADMINISTRATOR])
async def test_who_does_not_speak_for_the_head_office_sees_no_number(office: Office, role: Role) -> None:
    post = await with_numbers(office)
    await give(office.shop, "ines", [role])
    ines = await office.shop.sign_in("ines")
    for path in PATHS:
        answers = [await ines.get(path.format(one)) for one in (post, NOWHERE)]
        assert [answer.status_code for answer in answers] == [403, 403]
        assert path_of(await Browser(office.shop).get(path.format(post))) == "/sign-in"
    for path in (
        f"/posts/{post}",
        "/site/network",
        "/site/network/members/lyon.example",
        "/network/roster",
        "/network/members",
        "/@magasin",
    ):
        assert NUMBER not in (await ines.get(path)).text


async def test_what_is_not_there_and_what_is_of_somebody_else_look_the_same(office: Office, desk: Desk) -> None:
    marc, ordinary = await office.shop.sign_in("marc"), await office.shop.receive(await office.shop.person("ines"), "<p>Bonjour</p>")
    for path in PATHS:
        assert [(await marc.get(path.format(one))).status_code for one in (NOWHERE, ordinary.id)] == [404, 404]
    post = await desk.receive()
    await give(desk.shop, "marc", [Role.COMMUNICATOR])
    there = await desk.shop.sign_in("marc")
    for path in PATHS:
        assert (await there.get(path.format(post.id))).status_code == 404


# On the page.


async def with_numbers(office: Office) -> str:
    """An announcement to lyon, which gave a number and does not answer, and to metz, which gave none; its id."""
    await admit_site(office.shop, "metz", Attributes(region="Grand Est", city="Metz"))
    post = await office.announce()

    def stand(tx: Transaction) -> None:
        save_telephone(tx, Telephone(LYON, NUMBER, START))
        save_telephone(tx, Telephone("https://metz.example/actor", "", START))
        tx.execute(peers.update().where(peers.c.host == "lyon.example").values(failing_since=START - timedelta(days=5)))
        arrived = {"state": DeliveryState.DELIVERED, "done_at": START}
        tx.execute(deliveries.update().where(deliveries.c.host == "metz.example").values(arrived))

    await office.site.write(stand)
    return post.id


async def test_the_list_has_the_numbers_to_press_and_who_does_not_answer_first(office: Office) -> None:
    post, marc = await with_numbers(office), await office.shop.sign_in("marc")
    page = (await marc.get(f"/announcements/{post}/calls")).text
    assert f'<a class="calls-number" href="tel:+33472001122">{NUMBER}</a>' in page
    assert page.index("Aubrelle Lyon") < page.index("Aubrelle Metz")
    assert "ne répond pas depuis le 25 février 2026" in text_of(page)
    assert "aucun numéro donné" in page
    assert f'href="/announcements/{post}/calls"' in (await marc.get(f"/announcements/{post}/board")).text


async def test_the_list_follows_the_filters_of_the_board(office: Office) -> None:
    post, marc = await with_numbers(office), await office.shop.sign_in("marc")
    page = (await marc.get(f"/announcements/{post}/calls?region=Grand+Est")).text
    assert "Aubrelle Metz" in page
    assert "Aubrelle Lyon" not in page
    assert "Aucun site n’est à appeler" in (await marc.get(f"/announcements/{post}/calls?state=confirmed")).text


async def test_the_table_has_the_same_and_runs_no_formula(office: Office) -> None:
    post, marc = await with_numbers(office), await office.shop.sign_in("marc")
    answer = await marc.get(f"/announcements/{post}/calls.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["host"], row["telephone"], row["state"]) for row in rows] == [
        ("lyon.example", f"'{NUMBER}", "offline"),
        ("metz.example", "", "received"),
    ]


# Between sites.


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Speaking]:
    async with running_group(tmp_path, "lyon", "nantes") as group:
        yield Speaking(group)


async def test_a_number_crosses_to_the_head_office_and_to_nobody_else(speaking: Speaking) -> None:
    lyon = speaking.site("lyon")
    await lyon.write(give_number, lyon, NUMBER, speaking.now, Decider())
    await speaking.group.settle()
    await speaking.announce(EVERYONE)
    assert await speaking.siege.read(list_numbers) == {"https://lyon.example/actor": NUMBER}
    assert await speaking.site("nantes").read(list_numbers) == {}
    for sent in speaking.group.wire.wire.sent:
        assert sent.host == "siege.example" or NUMBER.encode() not in sent.body
