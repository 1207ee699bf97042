"""Keys for programs: who makes them, what stands on their page, and when they open nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Role
from fedirse.features.announcements.api.keys.model import May, Wanted
from fedirse.features.announcements.api.keys.rules import check_wanted
from fedirse.features.announcements.api.keys.store import api_keys
from fedirse.social.accounts.actions import disable
from fedirse.social.accounts.store import enable_account, get_account
from fedirse.social.entrance.actions import disable_account, end_everything
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.features.announcements.api.programs import Program, give_key
from tests.features.announcements.desks import Desk, Office, give, path_of, press
from tests.federation.network import START
from tests.visitors import Browser

KEYS = "/announcements/keys"
TYPED = {"name": "Intranet", "may": "announce", "ends": ""}


def secret_of(page: str) -> str:
    found = re.search(r">(fedirse_[\w-]{43})<", page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE, Role.ADMINISTRATOR])
async def test_who_does_not_speak_for_the_head_office_sees_and_makes_no_key(office: Office, role: Role) -> None:
    _, key = await give_key(office.shop)
    await give(office.shop, "ines", [role])
    ines = await office.shop.sign_in("ines")
    assert (await ines.get(KEYS)).status_code == 403
    assert (await ines.post(KEYS, TYPED)).status_code == 403
    assert (await ines.post(f"{KEYS}/{key.id}/revoke")).status_code == 403
    assert len(await office.site.read(lambda tx: tx.execute(select(api_keys)).all())) == 1


async def test_who_is_not_signed_in_is_sent_to_sign_in(office: Office) -> None:
    assert path_of(await Browser(office.shop).get(KEYS)) == "/sign-in"


async def test_there_is_no_such_page_where_nothing_is_announced(desk: Desk) -> None:
    await give(desk.shop, "marc", [Role.COMMUNICATOR])
    marc = await desk.shop.sign_in("marc")
    answers = [await marc.get(KEYS), await marc.post(KEYS, TYPED), await marc.post(f"{KEYS}/x/revoke")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_who_makes_a_key_proves_first_who_they_are(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    assert isinstance(office.site.clock, FixedClock)
    office.site.clock.advance(timedelta(minutes=31))
    answer = await marc.post(KEYS, TYPED)
    title = re.compile("<h1.*?</h1>", re.DOTALL)
    assert title.findall(answer.text) == title.findall((await marc.get("/confirm")).text) != []
    assert "fedirse_" not in answer.text
    assert await office.site.read(lambda tx: tx.execute(select(api_keys)).all()) == []


async def test_a_key_is_shown_once_and_kept_as_a_digest(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    made = await marc.post(KEYS, TYPED)
    secret = secret_of(made.text)
    assert made.headers["cache-control"] == "private, no-store"
    listed = (await marc.get(KEYS)).text
    assert "Intranet" in listed
    assert "Marc Weber" in listed
    assert secret not in listed
    [row] = await office.site.read(lambda tx: tx.execute(select(api_keys)).all())
    assert secret not in str(tuple(row))


async def test_what_was_typed_is_not_lost_and_nothing_is_made(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    wrong = {"name": "", "ends": "2020-01-01"}, {"name": "x" * (limits.NAME_LENGTH + 1)}, {"ends": "2020-01-01"}, {"ends": "demain"}
    for typed, field in zip(wrong, ("name", "name", "ends", "ends"), strict=True):
        answer = await marc.post(KEYS, {**TYPED, **typed})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert re.search(r'value="announce" checked', answer.text)
        assert typed[field] in answer.text
    assert await office.site.read(lambda tx: tx.execute(select(api_keys)).all()) == []


def test_there_are_only_so_many_keys() -> None:
    wanted = Wanted("Intranet", May.READ)
    check_wanted(wanted, limits.API_KEYS - 1, START)
    with pytest.raises(InvalidInput, match="as many as there may be"):
        check_wanted(wanted, limits.API_KEYS, START)


async def test_a_key_may_do_the_least_that_nobody_chose_otherwise(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    secret = secret_of((await marc.post(KEYS, {"name": "Écran d’accueil", "may": "everything"})).text)
    program = Program(office.shop, secret)
    assert (await program.ask("GET", "/announcements")).status_code == 200
    assert (await program.ask("POST", "/announcements", {})).status_code == 403


async def test_a_key_works_to_the_end_of_its_last_day(office: Office) -> None:
    marc, clock = await office.shop.sign_in("marc"), office.site.clock
    secret = secret_of((await marc.post(KEYS, {**TYPED, "ends": START.date().isoformat()})).text)
    program = Program(office.shop, secret)
    assert (await program.ask("GET", "/announcements")).status_code == 200
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=1))
    assert (await program.ask("GET", "/announcements")).json()["code"] == "wrong-key"
    assert "expirée" in (await (await office.shop.sign_in("marc")).get(KEYS)).text


async def test_a_revoked_key_opens_nothing_at_once(office: Office) -> None:
    program, key = await give_key(office.shop)
    marc = await office.shop.sign_in("marc")
    assert path_of(await press(marc, (await marc.get(KEYS)).text, f"{KEYS}/{key.id}/revoke")) == KEYS
    assert (await program.ask("GET", "/announcements")).status_code == 401
    assert path_of(await marc.post(f"{KEYS}/{key.id}/revoke")) == KEYS


async def test_whoever_speaks_for_the_head_office_revokes_any_key(office: Office) -> None:
    program, key = await give_key(office.shop)
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    ines = await office.shop.sign_in("ines")
    await ines.post(f"{KEYS}/{key.id}/revoke")
    assert (await program.ask("GET", "/announcements")).status_code == 401


async def test_a_key_stops_with_the_right_of_its_account(office: Office) -> None:
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    program, _ = await give_key(office.shop, "ines")
    assert (await program.ask("GET", "/announcements")).status_code == 200
    await give(office.shop, "ines", [Role.ADMINISTRATOR, Role.RESPONSIBLE])
    assert (await program.ask("GET", "/announcements")).status_code == 401
    assert "arrêtée" in (await (await office.shop.sign_in("marc")).get(KEYS)).text


async def test_a_key_stops_with_its_account(office: Office) -> None:
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    program, _ = await give_key(office.shop, "ines")
    await office.site.write(disable, "ines", office.site.clock.now())
    assert (await program.ask("GET", "/announcements")).status_code == 401
    assert "arrêtée" in (await (await office.shop.sign_in("marc")).get(KEYS)).text


@pytest.mark.parametrize("end", ["disabled", "new password"])
async def test_a_key_ends_with_every_way_into_its_account_and_a_later_one_opens(office: Office, end: str) -> None:
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    program, _ = await give_key(office.shop, "ines")
    clock = office.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(minutes=1))

    def finish(tx: Transaction) -> None:
        account_id = get_account(tx, "ines").id
        if end == "disabled":
            disable_account(tx, "ines", clock.now())
            enable_account(tx, account_id)
        else:
            end_everything(tx, account_id, clock.now())

    await office.site.write(finish)
    assert (await program.ask("GET", "/announcements")).status_code == 401
    assert "arrêtée" in (await (await office.shop.sign_in("marc")).get(KEYS)).text
    clock.advance(timedelta(minutes=1))
    later, _ = await give_key(office.shop, "ines")
    assert (await later.ask("GET", "/announcements")).status_code == 200


async def test_the_use_of_a_key_is_shown_and_noted_once_an_hour(office: Office) -> None:
    program, _ = await give_key(office.shop)
    marc, clock = await office.shop.sign_in("marc"), office.site.clock
    assert "jamais utilisée" in (await marc.get(KEYS)).text
    assert isinstance(clock, FixedClock)
    for minutes, noted in ((0, 0), (59, 0), (1, 60)):
        clock.advance(timedelta(minutes=minutes))
        await program.ask("GET", "/announcements")
        used = await office.site.read(lambda tx: tx.execute(select(api_keys.c.used_at)).scalar_one())
        assert used == START + timedelta(minutes=noted)
    assert "dernière utilisation" in (await marc.get(KEYS)).text


async def test_making_and_revoking_stands_in_the_audit_log(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    await marc.post(KEYS, TYPED)
    await press(marc, (await marc.get(KEYS)).text, f"{KEYS}/0")
    entries = await office.site.read(list_entries)
    assert [(entry.deed, entry.subject, entry.who) for entry in entries[:2]] == [
        ("announcement.key-revoked", "Intranet", "marc"),
        ("announcement.key-made", "Intranet", "marc"),
    ]
