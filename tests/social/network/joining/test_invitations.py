"""Invitations: what one may be, many at once from a table, and one use for one site however many ask at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.network.joining.invitations import store
from fedirse.social.network.joining.invitations.actions import invite, invite_all, withdraw
from fedirse.social.network.joining.invitations.model import Wish
from fedirse.social.network.joining.invitations.rules import check_wish, read_invitation_file
from fedirse.social.network.joining.invitations.tables.rules import read_wishes
from fedirse.social.network.model import Attributes
from fedirse.storage.audit import list_entries
from tests.federation.network import running_network
from tests.social.network.joining.networks import OPERATOR, head_office, invited

TABLE = "name,region,city,trades\nLyon Presqu’île,Sud,Lyon,caisse; vitrine\nLille,Nord,Lille,\n"


@pytest.fixture
async def siege(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_network(tmp_path) as network:
        yield await head_office(network)


@pytest.mark.parametrize(
    ("wish", "holds"),
    [
        (Wish(), True),
        (Wish(uses=limits.INVITATION_USES, days=limits.INVITATION_DAYS, note="n" * limits.NAME_LENGTH), True),
        (Wish(uses=0), False),
        (Wish(uses=limits.INVITATION_USES + 1), False),
        (Wish(days=0), False),
        (Wish(days=limits.INVITATION_DAYS + 1), False),
        (Wish(note="n" * (limits.NAME_LENGTH + 1)), False),
        (Wish(attributes=Attributes(city="c" * (limits.NAME_LENGTH + 1))), False),
    ],
    ids=["plain", "most", "nobody", "too-many", "never", "too-long", "note", "attribute"],
)
def test_an_invitation_is_for_somebody_and_for_a_time(wish: Wish, holds: bool) -> None:
    if holds:
        check_wish(wish)
    else:
        with pytest.raises(InvalidInput):
            check_wish(wish)


@pytest.mark.parametrize(
    "table", [TABLE, "\ufeff" + TABLE.replace(";", "|").replace(",", ";").replace("|", ",")], ids=["commas", "semicolons"]
)
def test_a_table_gives_one_invitation_for_each_line(table: str) -> None:
    usual = Wish(attributes=Attributes(brand="Aubrelle", region="Centre"), approved=True, days=30, uses=5)
    lyon, lille = read_wishes(table, usual)
    assert lyon.attributes == Attributes("Sud", "Lyon", "Aubrelle", "", frozenset({"caisse", "vitrine"}))
    assert (lille.note, lille.attributes.region, lille.attributes.trades) == ("Lille", "Nord", frozenset())
    assert {(one.approved, one.days, one.uses) for one in (lyon, lille)} == {(True, 30, 1)}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "1 to"),
        ("name\n", "1 to"),
        ("name,ville\nLyon,Lyon\n", "ville"),
        ("name,city\nLyon,Lyon,Sud\n", "more cells"),
        ("name\n" + "Lyon\n" * (limits.INVITATIONS_AT_ONCE + 1), "1 to"),
        (f"city\n{'c' * (limits.NAME_LENGTH + 1)}\n", "at most"),
    ],
    ids=["empty", "heading", "column", "cells", "lines", "long"],
)
def test_a_table_that_cannot_be_used_is_refused_whole(table: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_wishes(table, Wish())
    assert words in caught.value.public_message


def test_a_table_may_be_as_long_as_the_limit() -> None:
    assert len(read_wishes("name\n" + "Lyon\n" * limits.INVITATIONS_AT_ONCE, Wish())) == limits.INVITATIONS_AT_ONCE


def test_a_file_may_be_as_long_as_the_limit() -> None:
    assert read_invitation_file(b"x" * limits.INVITATION_FILE_BYTES)
    with pytest.raises(InvalidInput):
        read_invitation_file(b"x" * (limits.INVITATION_FILE_BYTES + 1))


async def test_the_secret_of_an_invitation_is_kept_nowhere(siege: Site) -> None:
    link = await invited(siege, note="Lyon")
    secret = link.address.rpartition("/")[2]
    [invitation] = await siege.read(store.list_invitations, siege.clock.now())
    assert (invitation.note, invitation.uses_left) == ("Lyon", 1)
    assert not [path for path in siege.folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


async def test_of_many_invitations_all_are_made_or_none(siege: Site) -> None:
    now = siege.clock.now()
    wishes = [(Wish(note="Lyon"), new_secret()), (Wish(note="Lille", uses=0), new_secret())]
    with pytest.raises(InvalidInput):
        await siege.write(invite_all, siege, wishes, now, OPERATOR)
    assert await siege.read(store.list_invitations, now) == []
    made = await siege.write(invite_all, siege, [(wish, secret) for wish, secret in wishes if wish.uses], now, OPERATOR)
    assert [one.invitation.note for one in made] == ["Lyon"]


async def test_a_use_is_taken_once(siege: Site) -> None:
    await invited(siege, uses=2)
    [invitation] = await siege.read(store.list_invitations, siege.clock.now())
    assert [await siege.write(store.take_use, invitation.id) for _ in range(3)] == [True, True, False]
    assert await siege.read(store.list_invitations, siege.clock.now()) == []


async def test_who_invites_and_withdraws_is_in_the_audit_log(siege: Site) -> None:
    now = siege.clock.now()
    made = await siege.write(invite, siege, Wish(note="Lyon", approved=True), new_secret(), now, OPERATOR)
    for _ in range(2):
        await siege.write(withdraw, siege, made.invitation.id, now, OPERATOR)
    entries = [(entry.deed, entry.details) for entry in await siege.read(list_entries)]
    assert entries == [
        ("network.invitation-withdrawn", {"note": "Lyon"}),
        ("network.invited", {"sites": 1, "approved": True, "note": "Lyon"}),
    ]
    with pytest.raises(NotFound):
        await siege.write(withdraw, siege, "01J00000000000000000000000", now, OPERATOR)


async def test_a_site_without_a_network_invites_nobody(tmp_path: Path) -> None:
    async with running_network(tmp_path) as network:
        lyon = await network.add("lyon.example")
        with pytest.raises(NotFound):
            await invited(lyon)
