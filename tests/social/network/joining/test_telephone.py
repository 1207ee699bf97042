"""The telephone number of a site: told to the head office alone, changed, taken back, and erased when the site goes."""

from datetime import timedelta
from html import unescape

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.documents.activity import parse_activity
from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import InvalidInput, MalformedDocument, NotFound
from fedirse.base.roles import Role
from fedirse.base.types import JsonObject
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.network.authority.actions import remove, suspend
from fedirse.social.network.authority.telephones.model import Telephone
from fedirse.social.network.authority.telephones.store import find_telephone, list_numbers
from fedirse.social.network.joining.actions import join, leave, open_invitation
from fedirse.social.network.joining.requests.actions import approve
from fedirse.social.network.telephone.actions import give_number
from fedirse.social.network.telephone.rules import check_number
from fedirse.social.network.telephone.store import find_own
from fedirse.social.network.telephone.wire import parse_telephone, render_telephone
from fedirse.storage.actors import get_actor, get_actor_by_uri
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, Network
from tests.social.network.joining.networks import OPERATOR, invited
from tests.social.network.joining.people import at_browser

NUMBER = "+33 4 72 00 11 22"
LYON = "https://lyon.example/actor"
SIEGE = "https://siege.example/actor"


async def join_with(lyon: Site, siege: Site, number: str, *, approved: bool = True) -> None:
    """Say yes to an invitation, and give a number with it."""
    opened = await open_invitation(lyon, (await invited(siege, approved=approved)).text)
    await lyon.write(lambda tx: join(tx, lyon, opened, lyon.clock.now(), OPERATOR, telephone=number))


async def give(wire: Network, lyon: Site, number: str) -> None:
    clock = lyon.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(minutes=1))
    await lyon.write(give_number, lyon, number, clock.now(), OPERATOR)
    await wire.settle()


def told(wire: Network) -> list[JsonObject]:
    """What was said of telephone numbers, to whomever."""
    sent = [orjson.loads(one.body) for one in wire.wire.sent if b"ContactPoint" in one.body]
    assert all(one.host == "siege.example" for one in wire.wire.sent if b"ContactPoint" in one.body or b"telephone" in one.body)
    return sent


# What is a number.


@pytest.mark.parametrize(
    "typed",
    ["12", "+", "+12345678901234567890", "0" * (limits.TELEPHONE_CHARACTERS + 1), "04 72 <b>", "04;72", "++33 4", "4+33", "٣٤٥٦", "quatre"],
)
def test_what_is_no_number_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_number(typed)
    assert refused.value.field == "telephone"
    assert "3 to 20 characters" in refused.value.public_message


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("   ", ""),
        ("112", "112"),
        ("0" * limits.TELEPHONE_CHARACTERS, "0" * limits.TELEPHONE_CHARACTERS),
        ("  04.72.00.11.22 ", "04 72 00 11 22"),
        ("+33\u00a04\u202f72-00-11-22", "+33 4 72 00 11 22"),
    ],
)
def test_a_number_is_kept_as_people_read_it(typed: str, kept: str) -> None:
    assert check_number(typed) == kept
    assert check_number(kept) == kept


# On the wire.


@given(st.text(max_size=30) | st.none() | st.integers() | st.lists(st.text(max_size=5), max_size=2))
def test_whatever_comes_is_a_number_or_none_or_refused(written: object) -> None:
    document = {**render_telephone("https://lyon.example/activities/1", SIEGE, Telephone(LYON, NUMBER, START))}
    document["object"] = {**document["object"], "telephone": written}
    try:
        said = parse_telephone(parse_activity(document), START)
    except MalformedDocument:
        return
    assert said.number == check_number(said.number)


def test_what_is_said_is_read_as_it_was_meant_and_a_clock_ahead_of_ours_is_not_believed() -> None:
    for number in (NUMBER, ""):
        document = render_telephone("https://lyon.example/activities/1", SIEGE, Telephone(LYON, number, START))
        assert parse_telephone(parse_activity(document), START + timedelta(days=1)) == Telephone(LYON, number, START)
        assert parse_telephone(parse_activity(document), START - timedelta(days=1)).said_at == START - timedelta(days=1)


# Between sites.


async def test_a_number_given_on_joining_is_told_once_the_site_is_let_in_and_to_nobody_else(wire: Network, siege: Site, lyon: Site) -> None:
    nantes = await wire.add("nantes.example")
    await join_with(nantes, siege, "")
    await wire.settle()
    await join_with(lyon, siege, NUMBER, approved=False)
    await wire.settle()
    assert told(wire) == []
    assert await siege.read(list_numbers) == {}
    await siege.write(approve, siege, LYON, siege.clock.now(), OPERATOR)
    await wire.settle()
    assert await siege.read(list_numbers) == {LYON: NUMBER}
    assert await nantes.read(list_numbers) == {}
    assert len(told(wire)) == 1


async def test_a_number_is_changed_and_taken_back(wire: Network, siege: Site, lyon: Site) -> None:
    await join_with(lyon, siege, "")
    await wire.settle()
    assert told(wire) == []
    for number in (NUMBER, "112", ""):
        await give(wire, lyon, number)
        assert (await siege.read(list_numbers)).get(LYON, "") == number
    assert "telephone" not in told(wire)[-1]["object"]
    entries = [(one.deed, NUMBER in str(one)) for one in await lyon.read(list_entries, limit=3)]
    assert entries == [("network.telephone-taken-back", False), ("network.telephone-given", False), ("network.telephone-given", False)]


async def test_of_two_words_the_later_counts_in_whatever_order_they_come(wire: Network, siege: Site, lyon: Site) -> None:
    await join_with(lyon, siege, "")
    await wire.settle()
    await say(lyon, Telephone(LYON, "", START - timedelta(seconds=1)))
    await say(lyon, Telephone(LYON, NUMBER, START - timedelta(seconds=2)))
    await wire.settle()
    assert await siege.read(list_numbers) == {}


@pytest.mark.parametrize("end", ["leave", "remove"])
async def test_a_site_that_goes_leaves_no_number_behind_and_a_late_one_is_not_kept(
    wire: Network, siege: Site, lyon: Site, end: str
) -> None:
    await join_with(lyon, siege, NUMBER)
    await wire.settle()
    assert await siege.read(list_numbers) == {LYON: NUMBER}
    if end == "leave":
        await lyon.write(leave, lyon, lyon.clock.now(), OPERATOR)
        assert await lyon.read(find_own, SIEGE) == ""
    else:
        await siege.write(lambda tx: remove(tx, siege, LYON, now=siege.clock.now()))
    await wire.settle()
    assert await siege.read(find_telephone, LYON) is None
    await say(lyon, Telephone(LYON, NUMBER, lyon.clock.now()))
    await wire.settle()
    assert await siege.read(find_telephone, LYON) is None


async def test_a_suspended_site_can_take_its_number_back(wire: Network, siege: Site, lyon: Site) -> None:
    await join_with(lyon, siege, NUMBER)
    await wire.settle()
    await siege.write(lambda tx: suspend(tx, siege, LYON, now=siege.clock.now()))
    await say(lyon, Telephone(LYON, "", lyon.clock.now()))
    await wire.settle()
    assert await siege.read(list_numbers) == {}


async def test_none_of_the_people_of_a_site_gives_a_number_for_it(wire: Network, siege: Site, lyon: Site) -> None:
    await join_with(lyon, siege, NUMBER)
    await wire.settle()
    ines = await wire.person(lyon, "ines")
    await say(lyon, Telephone(ines.uri, "112", lyon.clock.now()), as_actor=ines.id)
    await wire.settle()
    assert await siege.read(list_numbers) == {LYON: NUMBER}


async def test_what_was_said_to_another_head_office_counts_nowhere_else(wire: Network, siege: Site, lyon: Site) -> None:
    await join_with(lyon, siege, NUMBER)
    await wire.settle()
    await say(lyon, Telephone(LYON, "112", lyon.clock.now() + timedelta(seconds=1)), to="https://autre.example/actor")
    await wire.settle()
    assert await siege.read(list_numbers) == {LYON: NUMBER}


async def test_a_site_in_no_network_and_a_head_office_have_nobody_to_give_it_to(siege: Site, lyon: Site) -> None:
    for site in (siege, lyon):
        with pytest.raises(NotFound):
            await site.write(give_number, site, NUMBER, START, OPERATOR)


async def say(site: Site, telephone: Telephone, *, as_actor: str = "", to: str = SIEGE) -> None:
    """Have a word of a number sent, whatever this program would do itself."""

    def send(tx: Transaction) -> None:
        actor = get_actor(tx, as_actor or site.actor_id)
        activity = render_telephone(f"{site.uris.origin}/activities/{telephone.said_at.timestamp():.0f}{telephone.number}", to, telephone)
        inboxes = inboxes_of([get_actor_by_uri(tx, SIEGE)], own_host=site.uris.host, shared=False)
        publish(tx, site, actor=actor, activity=activity, inboxes=inboxes, item_id=None, listed=False, now=site.clock.now())

    await site.write(send)


# On the pages.


async def test_on_joining_who_says_yes_gives_a_number_or_none_and_loses_nothing_to_a_wrong_one(
    wire: Network, siege: Site, lyon: Site
) -> None:
    marc = await at_browser(wire, lyon, "marc", Role.ADMINISTRATOR)
    link = (await invited(siege)).text
    page = unescape((await marc.do("/site/network/join", {"link": link})).text)
    assert "Seule la tête de réseau le voit" in page
    assert "Le numéro de téléphone ci-dessous, si vous en donnez un" in page
    wrong = await marc.do("/site/network/join/ask", {"link": link, "telephone": "quatre"})
    assert wrong.status_code == 422
    assert 'value="quatre"' in wrong.text
    assert 'id="telephone-error"' in wrong.text
    assert link in unescape(wrong.text)
    assert (await marc.do("/site/network/join/ask", {"link": link, "telephone": NUMBER})).status_code == 303
    assert f'value="{NUMBER}"' in (await marc.ask("/site/network/join")).text


async def test_whoever_runs_a_member_changes_its_number_and_nobody_else_sees_it(wire: Network, siege: Site, lyon: Site) -> None:
    await join_with(lyon, siege, NUMBER)
    await wire.settle()
    marc = await at_browser(wire, lyon, "marc", Role.ADMINISTRATOR)
    assert f'value="{NUMBER}"' in (await marc.ask("/site/network/join")).text
    path = "/site/network/join/telephone"
    wrong = await marc.do(path, {"telephone": "x" * 50})
    assert wrong.status_code == 422
    assert f'value="{"x" * 50}"' in wrong.text
    assert (await marc.do(path, {"telephone": "112"})).status_code == 303
    assert (await marc.do(path, {"telephone": ""})).status_code == 303
    assert await lyon.read(find_own, SIEGE) == ""
    ines = await at_browser(wire, lyon, "ines", Role.AUTHOR)
    assert (await ines.do(path, {"telephone": "112"})).status_code == 403
