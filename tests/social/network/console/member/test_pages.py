"""The page of one site of the network, and what its head office decides there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedirse.base.roles import Role
from fedirse.social.accounts.store import get_account, set_roles
from fedirse.social.network.authority.actions import change, remove
from fedirse.social.network.authority.departures.store import note_receipt
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.rules import standing_of
from fedirse.social.network.roster.store import load_roster
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.console.office import BY, LYON, admit_site, credential_of, open_office
from tests.social.network.test_scopes import join
from tests.visitors import Browser, Shop

PATH = "/site/network/members/lyon.example"
FIELDS = {"name": "Aubrelle Lyon", "region": "Sud", "city": "Lyon", "brand": "", "format": "Proxi", "trade": "vitrine,  caisse, ,"}


@pytest.fixture
async def office(made_site: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_office(made_site, tmp_path) as shop:
        await admit_site(shop, attributes=Attributes(region="Sud", city="Lyon"))
        yield shop


async def serial_of(office: Shop) -> str:
    return str((await credential_of(office)).serial)


async def standing(office: Shop) -> str:
    roster = await office.site.read(load_roster, office.site.uris.site_actor)
    return standing_of(roster, LYON, office.site.clock.now()).value


async def deeds(office: Shop) -> list[str]:
    return [entry.deed for entry in await office.site.read(list_entries)]


async def test_everything_that_is_said_of_a_site_is_on_its_page(office: Shop) -> None:
    page = (await (await office.sign_in("marc")).get(PATH)).text
    for words in ("Aubrelle Lyon", "lyon.example", "Les quatre mots de sa clé", "5 mars 2026", "@marc", "l’a admis comme membre"):
        assert words in page, words
    assert 'value="Sud"' in page


async def test_its_attributes_are_changed_and_everybody_is_told(office: Shop) -> None:
    marc = await office.sign_in("marc")
    assert (await marc.post(PATH, FIELDS | {"serial": await serial_of(office)})).status_code == 303
    known = await credential_of(office)
    assert known.attributes == Attributes("Sud", "Lyon", "", "Proxi", frozenset({"vitrine", "caisse"}))
    assert (await deeds(office))[0] == "member.changed"
    before = known.serial
    assert (await marc.post(PATH, FIELDS | {"serial": await serial_of(office)})).status_code == 303
    assert (await credential_of(office)).serial == before, "what is said already is not said again"


@pytest.mark.parametrize(
    ("field", "typed", "told"), [("name", " ", "Donnez au site un nom"), ("region", "x" * 500, "Un attribut a au plus")]
)
async def test_what_cannot_be_used_is_refused_and_what_was_typed_stays(office: Shop, field: str, typed: str, told: str) -> None:
    before = await credential_of(office)
    sent = FIELDS | {"city": "Villeurbanne", "serial": str(before.serial), field: typed}
    answer = await (await office.sign_in("marc")).post(PATH, sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="Villeurbanne"' in answer.text
    assert await credential_of(office) == before


async def test_of_two_people_at_once_the_second_is_told_and_loses_nothing(office: Shop) -> None:
    seen = await serial_of(office)
    await office.site.write(change, office.site, LYON, name="Lyon Presqu’île", now=START)
    changed = await credential_of(office)
    marc = await office.sign_in("marc")
    answer = await marc.post(PATH, FIELDS | {"city": "Villeurbanne", "serial": seen})
    assert answer.status_code == 409
    assert "Quelqu’un d’autre a décidé" in answer.text
    assert 'value="Villeurbanne"' in answer.text
    assert await credential_of(office) == changed
    for measure in ("suspend", "remove"):
        assert (await confirmed(marc, f"{PATH}/{measure}", seen)) == 409
    assert await standing(office) == "in-force"
    # The page shows the new number, so what was typed can be sent once more by whoever still wants it.
    assert f'name="serial" value="{changed.serial}"' in answer.text
    assert (await marc.post(PATH, FIELDS | {"city": "Villeurbanne", "serial": str(changed.serial)})).status_code == 303


async def confirmed(browser: Browser, path: str, serial: str) -> int:
    return (await browser.post(path, {"serial": serial})).status_code


async def test_it_is_suspended_restored_and_removed_after_words_that_say_what_that_means(office: Shop) -> None:
    marc = await office.sign_in("marc")
    for measure, words, after in (
        ("suspend", "Ce qui attend pour lui est abandonné", "suspended"),
        ("restore", "Il reçoit de nouveau", "in-force"),
        ("remove", "C’est une demande", "removed"),
    ):
        page = await marc.get(f"{PATH}/{measure}")
        assert words in page.text, measure
        assert f'action="{PATH}/{measure}"' in page.text
        assert await confirmed(marc, f"{PATH}/{measure}", await serial_of(office)) == 303
        assert await standing(office) == after
    assert (await deeds(office))[:3] == ["member.removed", "member.restored", "member.suspended"]
    # What is no measure now leads back to the page; nothing is decided twice.
    assert (await marc.get(f"{PATH}/suspend")).headers["location"] == PATH
    ended = (await marc.get(PATH)).text
    assert "n’est plus membre" in ended
    assert 'name="serial"' not in ended


async def test_nothing_is_decided_about_the_head_office_itself(office: Shop) -> None:
    own = f"/site/network/members/{office.site.settings.domain}"
    marc = await office.sign_in("marc")
    page = (await marc.get(own)).text
    assert "Tête de réseau" in page
    assert "/suspend" not in page
    assert "/remove" not in page
    assert (await marc.get(f"{own}/remove")).headers["location"] == own
    serial = str((await credential_of(office, office.site.uris.site_actor)).serial)
    for measure in ("suspend", "remove"):
        assert await confirmed(marc, f"{own}/{measure}", serial) == 409
    assert (await credential_of(office, office.site.uris.site_actor)).suspended is False


async def test_whoever_may_only_see_the_network_decides_nothing(office: Shop) -> None:
    def let_see(tx: Transaction) -> None:
        set_roles(tx, get_account(tx, "ines").id, [Role.COMMUNICATOR])

    await office.site.write(let_see)
    ines, lea = await office.sign_in("ines"), await office.sign_in("lea")
    page = await ines.get(PATH)
    assert page.status_code == 200
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert "@marc" not in page.text.partition("<main")[2]
    for sent in (f"{PATH}/suspend", f"{PATH}/remove", PATH):
        assert (await ines.post(sent, FIELDS | {"serial": await serial_of(office)})).status_code == 403
    assert (await ines.get(f"{PATH}/remove")).status_code == 403
    assert (await lea.get(PATH)).status_code == 403
    assert (await credential_of(office)).attributes == Attributes(region="Sud", city="Lyon")


@pytest.mark.parametrize("host", ["paris.example", "x.lyon.example", "lyon.example:8443", "lyon.example/unknown"])
async def test_a_host_that_is_none_of_the_networks_has_no_page(office: Shop, host: str) -> None:
    assert (await (await office.sign_in("marc")).get(f"/site/network/members/{host}")).status_code == 404


async def test_a_site_that_is_no_head_office_shows_members_and_decides_nothing(shop: Shop) -> None:
    assert (await (await shop.sign_in("marc")).get(PATH)).status_code == 404
    await join(shop)
    assert (await (await shop.sign_in("marc")).get(PATH)).status_code == 404


async def test_what_a_removed_site_says_that_it_has_erased_is_shown_as_its_own_word(office: Shop) -> None:
    marc = await office.sign_in("marc")
    await office.site.write(remove, office.site, LYON, now=START, by=BY)
    assert "Il n’en a encore rien dit" in (await marc.get(PATH)).text
    await office.site.write(lambda tx: note_receipt(tx, LYON, erased=1204, purged_at=START, now=START))
    page = (await marc.get(PATH)).text
    assert "1\u202f204 publications" in page
    assert "C’est ce que dit ce site" in page
