"""The pages on which a head office invites, and the one that somebody sees who opens an invitation in a browser."""

import csv
import json
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO

import pytest

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.network.joining.actions import open_invitation
from fedirse.social.network.joining.invitations import store
from fedirse.social.network.joining.invitations.actions import invite
from fedirse.social.network.joining.invitations.files.actions import DRAWN, archive_of, plain_name
from fedirse.social.network.joining.invitations.model import Invitation, Wish
from fedirse.social.network.joining.invitations.opening.rules import site_origin
from fedirse.social.network.model import Attributes
from fedirse.storage.audit import list_entries
from tests.federation.network import START, Network, running_network
from tests.social.network.joining.networks import OPERATOR, ask, head_office, invited
from tests.social.network.joining.people import Person, at_browser, passer_by
from tests.visitors import AS2

PATH, NEW, FILES = "/site/network/invitations", "/site/network/invitations/new", "/site/network/invitations/files"
LINK = re.compile(r"https://siege\.example/network/invitations/[\w-]+#z6Mk\w+")
TYPED: dict[str, object] = {
    "note": "Lyon Presqu’île", "region": "Sud", "city": "Lyon", "brand": "Aubrelle", "format": "Centre-ville",
    "trade": "caisse, vitrine", "uses": "2", "days": "30", "approved": "1", "table": "",
}  # fmt: skip


@dataclass
class World:
    wire: Network
    siege: Site
    lyon: Site
    owner: Person


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with running_network(tmp_path_factory.mktemp("invitation-pages")) as wire:
        siege, lyon = await head_office(wire), await wire.add("lyon.example", name="Aubrelle Lyon")
        yield World(wire, siege, lyon, await at_browser(wire, siege, "owner", Role.NETWORK_OWNER))


async def open_ones(world: World) -> list[Invitation]:
    return await world.siege.read(store.list_invitations, START)


def links_on(page: str) -> list[str]:
    return list(dict.fromkeys(LINK.findall(unescape(page))))


async def test_one_invitation_is_made_and_its_link_is_shown_once(world: World) -> None:
    page = await world.owner.do(NEW, TYPED)
    assert page.status_code == 200
    [link] = links_on(page.text)
    assert '<svg class="qr"' in page.text
    made = next(one for one in await open_ones(world) if one.note == TYPED["note"])
    assert (made.note, made.uses, made.approved, made.ends_at) == ("Lyon Presqu’île", 2, True, START + timedelta(days=30))
    assert made.attributes == Attributes("Sud", "Lyon", "Aubrelle", "Centre-ville", frozenset({"caisse", "vitrine"}))
    assert (await open_invitation(world.lyon, link)).offer.attributes == made.attributes
    entry = (await world.siege.read(list_entries))[0]
    assert (entry.deed, entry.who) == ("network.invited", "owner")
    listed = (await world.owner.ask(PATH)).text
    assert "Lyon Presqu’île" in listed
    assert "pour 2 sites, reste 2" in listed
    assert links_on(listed) == []


async def test_its_files_are_made_of_the_link_that_was_shown(world: World) -> None:
    [link] = links_on((await world.owner.do(NEW, TYPED)).text)
    fields = {"links": link, "notes": "Lyon Presqu’île"}
    found = {kind: await world.owner.do(FILES, {**fields, "kind": kind}) for kind in ("json", "svg", "png")}
    assert json.loads(found["json"].content) == {"fedirse-invitation": link}
    assert found["svg"].content.startswith(b"<?xml")
    assert found["png"].content.startswith(b"\x89PNG")
    for kind, answer in found.items():
        assert answer.headers["content-disposition"] == f'attachment; filename="lyon-presqu-ile.{kind}"'
        assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("link", ["https://autre.example/network/invitations/x#{key}", "javascript:alert(1)", ""])
async def test_no_file_is_made_of_anything_else(world: World, link: str) -> None:
    key = (await invited(world.siege)).key
    answer = await world.owner.do(FILES, {"links": link.format(key=key), "notes": "", "kind": "json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"uses": "0"}, "vaut pour 1 à"),
        ({"uses": "deux"}, "Écrivez un nombre"),
        ({"days": "366"}, "valable de 1 à|dure"),
        ({"note": "n" * (limits.NAME_LENGTH + 1)}, "caractères"),
        ({"city": "c" * (limits.NAME_LENGTH + 1)}, "caractères"),
        ({"trade": ",".join(map(str, range(limits.TRADES_PER_MEMBER + 1)))}, "métiers"),
        ({"table": "name,ville\nLyon,Lyon"}, "a une colonne"),
        ({"table": "name"}, "lignes sous son en-tête"),
    ],
    ids=["nobody", "no-number", "too-long", "note", "attribute", "trades", "column", "no-line"],
)
async def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(world: World, changes: dict[str, str], words: str) -> None:
    before = len(await open_ones(world))
    page = await world.owner.do(NEW, {**TYPED, **changes})
    assert page.status_code == 422
    assert re.search(words, page.text)
    assert 'aria-invalid="true"' in page.text
    for name, value in {**TYPED, **changes}.items():
        assert name == "approved" or str(value) in unescape(page.text), name
    assert 'name="approved" value="1" checked' in page.text
    assert len(await open_ones(world)) == before


async def test_a_table_makes_one_invitation_for_each_line(world: World) -> None:
    table = "\ufeffname;city\r\nNantes;Nantes\r\nMetz;\r\n".encode()
    page = await world.owner.do(NEW, {**TYPED, "uses": "1"}, [("file", ("sites.csv", table, "text/csv"))])
    links = links_on(page.text)
    assert len(links) == 2
    made = {one.note: (one.attributes.city, one.attributes.brand, one.uses) for one in await open_ones(world)}
    assert (made["Nantes"], made["Metz"]) == (("Nantes", "Aubrelle", 1), ("Lyon", "Aubrelle", 1))
    fields = {"links": "\n".join(links), "notes": "Nantes\nMetz"}
    archive = zipfile.ZipFile(BytesIO((await world.owner.do(FILES, {**fields, "kind": "zip"})).content))
    assert archive.namelist() == ["001-nantes.json", "001-nantes.svg", "002-metz.json", "002-metz.svg", "invitations.csv"]
    rows = list(csv.reader(StringIO((await world.owner.do(FILES, {**fields, "kind": "csv"})).text)))
    assert rows == [["number", "name", "link"], ["001", "Nantes", links[0]], ["002", "Metz", links[1]]]


async def test_wrong_lines_are_named_all_at_once_and_the_table_comes_back_to_be_put_right(world: World) -> None:
    before = len(await open_ones(world))
    table = f"name,city\nLyon,Lyon\nMetz,{'c' * (limits.NAME_LENGTH + 1)}\nLille,Lille,Nord\n"
    page = await world.owner.do(NEW, TYPED, [("file", ("sites.csv", table.encode(), "text/csv"))])
    words = unescape(page.text).replace("\u00a0", " ")
    assert page.status_code == 422
    assert "Ligne 3 : Un attribut a au plus" in words
    assert "Ligne 4 : Une ligne du tableau a plus de cases" in words
    assert "Ligne 2 :" not in words
    assert table.strip() in words
    assert len(await open_ones(world)) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name\nLéa\n".encode("latin-1"), "UTF-8"),
        (b"n" * (limits.INVITATION_TABLE_BYTES + 1), "trop grand"),
        (b"\x00PK\x03\x04", "lignes sous son en-tête"),
    ],
    ids=["latin", "large", "no-table"],
)
async def test_a_file_that_is_no_table_of_ours(world: World, content: bytes, words: str) -> None:
    page = await world.owner.do(NEW, TYPED, [("file", ("sites.csv", content, "text/csv"))])
    assert (page.status_code, words in page.text) == (422, True)


async def test_an_invitation_is_withdrawn_and_stands_among_those_that_are_over(world: World) -> None:
    link = await invited(world.siege, note="Reims")
    made = next(one for one in await open_ones(world) if one.note == "Reims")
    answer = await world.owner.do(f"{PATH}/{made.id}/withdraw")
    assert answer.headers["location"] == PATH
    page = (await world.owner.ask(PATH)).text
    assert page.index("Terminées") < page.index("Reims")
    assert (await passer_by(world.wire, world.siege).ask(link.address.removeprefix("https://siege.example"))).status_code == 410
    assert (await world.owner.do(f"{PATH}/01J00000000000000000000000/withdraw")).status_code == 404


async def test_a_head_office_without_a_network_is_led_to_making_one(world: World) -> None:
    bare = await world.wire.add("nouveau.example", head_office=True)
    owner = await at_browser(world.wire, bare, "owner", Role.NETWORK_OWNER)
    page = (await owner.ask(PATH)).text
    assert "pas encore de réseau" in page
    assert (await owner.do(NEW, TYPED)).status_code == 404


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COMMUNICATOR, Role.RESPONSIBLE])
async def test_nobody_else_invites(world: World, role: Role) -> None:
    person = await at_browser(world.wire, world.siege, f"a_{role}", role)
    answers = [await person.ask(PATH), await person.ask(NEW), await person.do(NEW, TYPED), await person.do(f"{PATH}/x/withdraw"),
               await person.do(FILES, {"links": "", "kind": "json"})]  # fmt: skip
    assert {answer.status_code for answer in answers} == {403}


async def test_the_address_is_a_document_for_a_site_and_a_page_for_a_person(world: World) -> None:
    link = await invited(world.siege, attributes=Attributes(city="Lyon"), note="Secret note")
    path, somebody = link.address.removeprefix("https://siege.example"), passer_by(world.wire, world.siege)
    document = await somebody.ask(path, accept=AS2)
    assert (document.headers["content-type"], document.json()["type"]) == (AS2, "Invite")
    page = await somebody.ask(path)
    assert page.headers["cache-control"] == "private, no-store"
    assert "Invitation au réseau «\u00a0<bdi>Maison Aubrelle</bdi>\u00a0»" in page.text
    assert "siege.example" in page.text
    for hidden in ("Lyon", "Secret note", link.key):
        assert hidden not in page.text
    assert "How to join" in (await somebody.ask(path, **{"accept-language": "en"})).text


async def test_without_a_script_the_page_leads_on_and_says_that_the_link_has_to_be_taken_along(world: World) -> None:
    path = (await invited(world.siege)).address.removeprefix("https://siege.example")
    somebody = passer_by(world.wire, world.siege)
    page = (await somebody.ask(f"{path}?site=https%3A%2F%2FLyon.example%2Faccueil")).text
    assert 'href="https://lyon.example/site/network/join" rel="noreferrer"' in page
    assert "Emportez le lien" in page
    wrong = await somebody.ask(f"{path}?site=%22%3E%3Cscript%3E")
    assert (wrong.status_code, "comme lyon.example" in wrong.text, "<script>&" in wrong.text) == (422, True, False)


@pytest.mark.parametrize(
    ("typed", "origin"),
    [("lyon.example", "https://lyon.example"), ("HTTPS://Lyon.Example/x?y#z", "https://lyon.example"), ("lyon.example:8443", "https://lyon.example:8443"),
     ("javascript:alert(1)", None), ("ftp://lyon.example", None), ("http://lyon.example", None), ("a@lyon.example", None), ("lyon", None), ("lyon example", None)],
)  # fmt: skip
async def test_the_address_of_a_site_as_people_type_it(typed: str, origin: str | None) -> None:
    if origin is None:
        with pytest.raises(InvalidInput):
            site_origin(typed)
    else:
        assert site_origin(typed) == origin


async def test_an_invitation_that_lets_nobody_in_says_why_in_the_words_of_everywhere(world: World) -> None:
    somebody = passer_by(world.wire, world.siege)
    used, lille = await invited(world.siege), await world.wire.add("lille.example")
    await ask(lille, used)
    await world.wire.settle()
    over = (await world.siege.write(invite, world.siege, Wish(days=1), new_secret(), START - timedelta(days=2), OPERATOR)).link
    for address, status, words in (
        (used.address, 410, "a déjà servi"),
        (over.address, 410, "n’est plus valable"),
        ("https://siege.example/network/invitations/nobody", 404, "ne connaît pas cette invitation"),
        (f"https://siege.example/network/invitations/{'x' * 200}", 404, "ne connaît pas cette invitation"),
    ):
        answer = await somebody.ask(address.removeprefix("https://siege.example"))
        assert (answer.status_code, words in answer.text) == (status, True), words


async def test_an_archive_of_many_has_no_squares() -> None:
    names = zipfile.ZipFile(BytesIO(archive_of([("Lyon", f"https://x.example/{number}") for number in range(DRAWN + 1)]))).namelist()
    assert len(names) == DRAWN + 2
    assert not [name for name in names if name.endswith(".svg")]


@pytest.mark.parametrize(
    ("note", "name"), [("", "invitation"), ("../../etc", "etc"), ("Évry — Centre!", "evry-centre"), ("n" * 99, "n" * 60)]
)
async def test_the_name_of_a_file_is_plain(note: str, name: str) -> None:
    assert plain_name(note) == name
