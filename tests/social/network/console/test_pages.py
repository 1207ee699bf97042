"""The page that shows the network to who answers for a site."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

from fedirse import __version__
from fedirse.social.network.members.model import Told
from fedirse.social.network.members.store import save_told
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Removal, Snapshot
from fedirse.social.network.roster.store import save_snapshot, save_statement
from fedirse.social.network.roster.wire import read_snapshot, read_statement, render_credential, render_removal, render_snapshot
from fedirse.social.network.store import current_network
from fedirse.storage.audit import list_entries
from fedirse.storage.clocks import note_clock
from fedirse.storage.deliveries import queue_deliveries
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, say
from tests.social.network.console.office import admit_site, open_office
from tests.social.network.roster.test_wire import KEYS, NETWORK, credential, fresh_key, signed
from tests.social.network.test_scopes import LYON, admit, join, site_of_lyon
from tests.visitors import Shop

PATH = "/site/network"


async def state_listing(shop: Shop, listing: dict[str, int], *, days_ago: int = 0) -> None:
    issued = START - timedelta(days=days_ago)
    snapshot = Snapshot(
        id=f"{NETWORK}/roster", network=NETWORK, serial=99, digest="", issued=issued, ends=issued + timedelta(hours=72), listing=listing
    )
    document = signed(render_snapshot(snapshot))
    await shop.site.write(save_snapshot, read_snapshot(document, KEYS), document, START)


async def test_a_site_that_stands_alone_is_told_how_to_join(shop: Shop) -> None:
    page = (await (await shop.sign_in("marc")).get(PATH)).text
    assert "Ce site n’est dans aucun réseau" in page
    assert 'href="/site/network/join"' in page


async def test_everybody_in_it_is_shown_with_how_they_are_doing(shop: Shop) -> None:
    await join(shop)
    lyon = await site_of_lyon(shop)
    await admit(shop, lyon, name="Aubrelle Lyon", attributes=Attributes("Sud", "Lyon", trades=frozenset({"vitrine"})))
    suspended = await shop.stranger("nice", "nice.example", key=fresh_key(), uri="https://nice.example/actor")
    await admit(shop, suspended, serial=2, name="Nice", suspended=True)
    removal = Removal(
        id="https://siege.example/network/members/3",
        network=NETWORK,
        member="https://metz.example/actor",
        serial=3,
        digest="",
        removed=START,
    )
    document = signed(render_removal(removal))
    await shop.site.write(save_statement, read_statement(document, KEYS), document, START)
    await state_listing(shop, {LYON: 1, suspended.actor.uri: 2})
    post = await say(shop.site, await shop.person("ines"), "Bonjour")

    def wait(tx: Transaction) -> None:
        activity = tx.exec_driver_sql("select id from activities where item_id = ?", (post.id,)).scalar_one()
        queue_deliveries(tx, activity, [("lyon.example", "https://lyon.example/inbox")], START, closed_after=START)

    await shop.site.write(wait)
    page = (await (await shop.sign_in("marc")).get(PATH)).text
    assert page.index("Aubrelle Lyon") < page.index("Nice") < page.index("metz.example")
    for words in (
        "Sud, Lyon, vitrine",
        "suspendu",
        "n’est plus membre",
        "1 envoi, depuis",
        "Sa tête est siege.example",
        "1 site est dans ce réseau",
    ):
        assert words in page, words
    assert "pas encore arrivée" not in page
    assert "Tant qu’une plus récente" not in page


async def test_a_list_that_has_ended_says_what_follows(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    marc = await shop.sign_in("marc")
    assert "pas encore arrivée" in (await marc.get(PATH)).text
    await state_listing(shop, {LYON: 1}, days_ago=10)
    assert "Tant qu’une plus récente" in (await marc.get(PATH)).text


async def test_a_name_from_the_head_office_is_text_and_nothing_else(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop), name="<script>alert(1)</script>", attributes=replace(Attributes(), city="<b>Lyon</b>"))
    page = (await (await shop.sign_in("marc")).get(PATH)).text
    assert "<script>alert" not in page
    assert "<b>Lyon" not in page


async def test_a_head_office_makes_its_network_on_the_page_and_what_was_typed_stays(made_site: Path, tmp_path: Path) -> None:
    async with open_office(made_site, tmp_path, founded=False) as shop:
        marc = await shop.sign_in("marc")
        page = (await marc.get(PATH)).text
        assert 'action="/site/network/found"' in page
        refused = await marc.post("/site/network/found", {"name": "  "})
        assert refused.status_code == 422
        assert "Donnez un nom au réseau." in refused.text
        assert (await marc.post("/site/network/found", {"name": "Maison <Aubrelle>"})).status_code == 303
        network = await shop.site.read(current_network)
        assert network is not None
        assert network.name == "Maison <Aubrelle>"
        assert [(one.deed, one.who) for one in await shop.site.read(list_entries)] == [("network.made", "marc")]
        assert (await marc.post("/site/network/found", {"name": "Une autre"})).status_code == 409
        page = (await marc.get(PATH)).text
        assert "Maison &lt;Aubrelle&gt;" in page
        # It waits for nobody's list: it makes it.
        assert "La liste des membres" not in page
        ines = await shop.sign_in("ines")
        assert (await ines.post("/site/network/found", {"name": "La mienne"})).status_code == 403


async def test_what_sites_say_of_themselves_is_shown_and_who_is_behind_is_marked(made_site: Path, tmp_path: Path) -> None:
    async with open_office(made_site, tmp_path) as shop:
        for name, told in (("lyon", Told("0.0.1", 12)), ("nantes", Told(__version__, None)), ("metz", None)):
            await admit_site(shop, name, Attributes(region="Sud" if name == "lyon" else "Nord"))
            if told is not None:
                await shop.site.write(save_told, f"{name}.example", told, START)
        await shop.site.write(note_clock, "metz.example", format_datetime(START + timedelta(hours=2), usegmt=True), START)
        marc = await shop.sign_in("marc")
        page = (await marc.get(PATH)).text
        assert page.count("plus ancienne que celle de la tête de réseau") == 1
        assert "12 personnes" in page
        assert "son horloge avance de 2 heures sur la nôtre" in page
        assert "L’horloge de ce site" not in page
        only = (await marc.get(f"{PATH}?show=behind")).text
        assert "lyon.example" in only
        assert "nantes.example" not in only
        north = (await marc.get(f"{PATH}?region=nord&q=NANTES")).text
        assert "nantes.example" in north
        assert "metz.example" not in north
        assert "Aucun site ne correspond" in (await marc.get(f"{PATH}?q=zzz")).text
        table = await marc.get(f"{PATH}.csv?show=behind")
        assert table.headers["content-type"].startswith("text/csv")
        assert [row.split(",")[:2] for row in table.text.splitlines()] == [["name", "host"], ["Aubrelle Lyon", "lyon.example"]]
        await shop.site.write(note_clock, "nantes.example", format_datetime(START + timedelta(hours=2), usegmt=True), START)
        assert "L’horloge de ce site semble retarder de 2 heures" in (await marc.get(PATH)).text


async def test_a_large_network_comes_in_pages_and_whole_as_a_table(shop: Shop) -> None:
    await join(shop)
    document = signed(render_credential(credential()))
    statement = read_statement(document, KEYS)

    def fill(tx: Transaction) -> None:
        for number in range(120):
            member = f"https://s{number:03}.example/actor"
            save_statement(
                tx,
                replace(statement, member=member, serial=number + 1),
                document | {"subject": member, "name": f"=Site {number:03}", "serial": number + 1},
                START,
            )

    await shop.site.write(fill)
    marc = await shop.sign_in("marc")
    first, last = (await marc.get(PATH)).text, (await marc.get(f"{PATH}?page=3")).text
    assert first.count('<th scope="row">') == 50
    assert last.count('<th scope="row">') == 20
    assert "Page 3 sur 3" in last
    assert (await marc.get(f"{PATH}?page=999")).text.count('<th scope="row">') == 20
    table = (await marc.get(f"{PATH}.csv")).text.splitlines()
    assert len(table) == 121
    assert table[1].startswith("'=Site 000,")
    assert (await (await shop.sign_in("lea")).get(f"{PATH}.csv")).status_code == 403
