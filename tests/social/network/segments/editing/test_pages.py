"""The pages on which a head office says who is in a selection."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest

from fedirse.activitypub.signatures import multikey
from fedirse.base.roles import Role
from fedirse.social.accounts.store import get_account, set_roles
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.stating.actions import state_membership
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.actions import define_segment, list_live_segments, look_up_covered, withdraw_segment
from fedirse.social.network.segments.model import AllOf, AnyOf, Condition, Except, Has, Segment, Within
from fedirse.social.network.store import current_network
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.roster.test_wire import fresh_key
from tests.social.network.segments.learning.test_taking import enter, south, stated, take
from tests.visitors import Browser, Shop, open_shop

HERE = "/site/network/segments"
NEW = f"{HERE}/new"
SITES = {
    "Nice": Attributes("Sud", "Nice", "Aubrelle", "Proxi", frozenset({"vitrine"})),
    "Albi": Attributes("Sud", "Albi", "Aubrelle", "Hyper", frozenset({"vitrine", "caisse"})),
    "Lille": Attributes("Nord", "Lille", "Aubrelle", "Proxi"),
}
SOUTH = AllOf((Has(Attribute.REGION, frozenset({"Sud"})),))


def uri(name: str) -> str:
    return f"https://{name.lower()}.example/actor"


@pytest.fixture
async def office(made_site: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """A head office with three sites; Marc decides who is in the network, Inès speaks for it."""
    async with open_shop(made_site, tmp_path, head_office=True) as shop:

        def fill(tx: Transaction) -> None:
            for handle, role in (("marc", Role.NETWORK_OWNER), ("ines", Role.COMMUNICATOR)):
                set_roles(tx, get_account(tx, handle).id, (role,))
            found_network(tx, shop.site, "Maison Aubrelle", START)
            for name, attributes in SITES.items():
                key = multikey(fresh_key().public)
                state_membership(tx, shop.site, uri(name), name=name, attributes=attributes, key=key, now=START)

        await shop.site.write(fill)
        yield shop


async def define(shop: Shop, name: str, condition: Condition = SOUTH, segment_id: str | None = None) -> Segment:
    return await shop.site.write(define_segment, shop.site, name, condition, START, segment_id=segment_id)


async def live(shop: Shop) -> dict[str, Segment]:
    def read(tx: Transaction) -> dict[str, Segment]:
        network = current_network(tx)
        assert network is not None
        return {segment.name: segment for segment in list_live_segments(tx, network)}

    return await shop.site.read(read)


async def covered(shop: Shop, condition: Condition) -> list[str]:
    def read(tx: Transaction) -> list[str]:
        network = current_network(tx)
        assert network is not None
        return [one.name for one in look_up_covered(tx, network, condition, START).members]

    return await shop.site.read(read)


def at(segment: Segment) -> str:
    return f"{HERE}/{segment.id.rpartition('/')[2]}"


def shown(answer: httpx.Response) -> list[str]:
    """The sites that a page says are in it."""
    section = answer.text.partition('id="covered"')[2].partition("</section>")[0]
    return re.findall(r"<li>(.*?)</li>", section)


def text(answer: httpx.Response) -> str:
    return unescape(re.sub(r"<[^>]+>", "", answer.text)).replace("\u00a0", " ")


def ticked(answer: httpx.Response, name: str) -> list[str]:
    return [unescape(value) for value in re.findall(rf'name="{name}" value="([^"]*)" checked', answer.text)]


async def send(browser: Browser, path: str, fields: Mapping[str, object], do: str = "save") -> httpx.Response:
    """Send the form of a page as it stands there, with other values in some fields."""
    page = await browser.get(path)
    seen = re.findall(r'name="seen" value="(\d+)"', page.text)[0]
    return await browser.post(path, {"seen": seen, "do": do, **fields})


async def test_a_selection_is_made_looked_at_changed_and_withdrawn(office: Shop) -> None:
    marc = await office.sign_in("marc")
    assert "Il n’y a pas encore de sélection" in text(await marc.get(HERE))
    assert shown(await marc.get(NEW)) == ["Albi", "Lille", "Nice"]
    answer = await send(marc, NEW, {"name": "Sud de proximité", "region": ["Sud"], "format": ["Proxi"]})
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    made = (await live(office))["Sud de proximité"]
    listed = text(await marc.get(HERE))
    assert "format Proxi et région Sud" in listed
    page = await marc.get(at(made))
    assert (ticked(page, "region"), ticked(page, "format"), shown(page)) == (["Sud"], ["Proxi"], ["Nice"])
    await send(marc, at(made), {"name": "Sud", "region": ["Sud"], "never": [uri("Nice")]})
    changed = (await live(office))["Sud"]
    assert changed.id == made.id
    assert await covered(office, changed.condition) == ["Albi"]
    assert "1 site en fait partie et l’apprend aussitôt" in text(await marc.get(f"{at(made)}/withdraw"))
    assert await live(office) != {}
    await marc.post(f"{at(made)}/withdraw")
    assert await live(office) == {}
    said = [(entry.deed, entry.subject, entry.who) for entry in await office.site.read(list_entries)]
    assert sorted(said) == [
        ("segment.changed", "Sud", "marc"),
        ("segment.defined", "Sud de proximité", "marc"),
        ("segment.withdrawn", "Sud", "marc"),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"region": ["Sud"]}, ["Albi", "Nice"]),
        ({"region": ["Nord", "Sud"], "format": ["Proxi"]}, ["Lille", "Nice"]),
        ({"trade": ["caisse"]}, ["Albi"]),
        ({"also": [uri("Lille")]}, ["Lille"]),
        ({"region": ["Sud"], "also": [uri("Lille")], "never": [uri("Nice")]}, ["Albi", "Lille"]),
        ({"region": ["Sud"], "city": ["Lille"]}, []),
        ({}, ["Albi", "Lille", "Nice"]),
    ],
    ids=["one-of", "all-of", "trade", "only", "also-and-never", "nobody", "everybody"],
)
async def test_who_is_in_it_is_seen_before_anything_is_saved(office: Shop, fields: dict[str, list[str]], expected: list[str]) -> None:
    marc = await office.sign_in("marc")
    answer = await send(marc, NEW, {"name": "Essai", **fields}, do="preview")
    assert answer.status_code == 200
    assert shown(answer) == expected
    assert f"{len(expected)} site" in text(answer)
    assert 'value="Essai"' in answer.text
    assert {name: ticked(answer, name) for name in fields} == fields
    assert await live(office) == {}
    await send(marc, NEW, {"name": "Essai", **fields})
    assert await covered(office, (await live(office))["Essai"].condition) == expected


async def test_other_selections_are_taken_in_or_left_out_and_never_in_a_circle(office: Shop) -> None:
    marc = await office.sign_in("marc")
    inner = await define(office, "Sud")
    await send(marc, NEW, {"name": "Le reste", "without": [inner.id]})
    outer = (await live(office))["Le reste"]
    assert outer.condition == AllOf((AllOf(()), Except(Within(inner.id))))
    assert shown(await marc.get(at(outer))) == ["Lille"]
    assert "tous les sites du réseau, sauf les sites de « Sud »" in text(await marc.get(HERE))
    assert outer.id not in (await marc.get(at(inner))).text
    circle = await send(marc, at(inner), {"name": "Sud", "within": [outer.id]})
    assert circle.status_code == 422
    assert "tournent en rond" in text(circle)
    refused = await marc.post(f"{at(inner)}/withdraw")
    assert refused.status_code == 422
    assert "La sélection « Le reste » est faite de celle-ci" in text(refused)
    assert set(await live(office)) == {"Sud", "Le reste"}


async def test_a_selection_with_nobody_in_it_is_allowed_and_said(office: Shop) -> None:
    marc = await office.sign_in("marc")
    answer = await send(marc, NEW, {"name": "Personne", "region": ["Sud"], "city": ["Lille"]}, do="preview")
    assert "Aucun site ne remplit ces conditions" in text(answer)
    await send(marc, NEW, {"name": "Personne", "region": ["Sud"], "city": ["Lille"]})
    assert "Aucun site ne remplit ces conditions" in text(await marc.get(at((await live(office))["Personne"])))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "SUD"}, "Une autre sélection porte déjà ce nom"),
        ({"name": " "}, "Donnez à la sélection un nom"),
        ({"name": "x" * 201}, "Donnez à la sélection un nom"),
        ({"name": "Autre", "also": ["https://dehors.example/actor"]}, "n’est pas dans le réseau"),
        ({"name": "Autre", "within": ["https://magasin.example/network/segments/none"]}, "en nomme une autre qui n’existe pas"),
        ({"name": "Autre", "city": ["x" * 201]}, "Choisissez dans la liste"),
    ],
    ids=["name-taken", "no-name", "long-name", "no-site-of-ours", "no-selection", "no-value"],
)
async def test_what_cannot_be_is_said_beside_what_was_typed(office: Shop, fields: dict[str, object], said: str) -> None:
    marc = await office.sign_in("marc")
    await define(office, "Sud")
    answer = await send(marc, NEW, {"format": ["Proxi"], **fields})
    assert answer.status_code == 422
    assert said in text(answer)
    assert f'value="{" ".join(str(fields["name"]).split()) or fields["name"]}"' in answer.text
    assert ticked(answer, "format") == ["Proxi"]
    assert set(await live(office)) == {"Sud"}


async def test_of_two_people_at_once_the_later_one_is_told_and_loses_nothing(office: Shop) -> None:
    marc = await office.sign_in("marc")
    segment = await define(office, "Sud")
    page = await marc.get(at(segment))
    seen = re.findall(r'name="seen" value="(\d+)"', page.text)[0]
    await define(office, "Sud et Nord", AllOf(()), segment.id)
    answer = await marc.post(at(segment), {"seen": seen, "name": "Petit Sud", "region": ["Sud"], "city": ["Nice"], "do": "save"})
    assert answer.status_code == 409
    assert "Quelqu’un d’autre a modifié cette sélection entre-temps" in text(answer)
    assert "Telle qu’elle est aujourd’hui : tous les sites du réseau" in text(answer)
    assert 'value="Petit Sud"' in answer.text
    assert ticked(answer, "city") == ["Nice"]
    assert set(await live(office)) == {"Sud et Nord"}
    seen = re.findall(r'name="seen" value="(\d+)"', answer.text)[0]
    await marc.post(at(segment), {"seen": seen, "name": "Petit Sud", "region": ["Sud"], "city": ["Nice"], "do": "save"})
    assert await covered(office, (await live(office))["Petit Sud"].condition) == ["Nice"]


async def test_what_is_typed_for_a_selection_that_was_withdrawn_meanwhile_can_be_made_anew(office: Shop) -> None:
    marc = await office.sign_in("marc")
    segment = await define(office, "Sud")
    await office.site.write(withdraw_segment, office.site, segment.id, START)
    answer = await marc.post(at(segment), {"seen": str(segment.serial), "name": "Sud", "region": ["Sud"], "do": "save"})
    assert answer.status_code == 409
    assert "Cette sélection a été retirée entre-temps" in text(answer)
    assert f'action="{NEW}"' in answer.text
    assert ticked(answer, "region") == ["Sud"]
    assert (await marc.get(at(segment))).status_code == 404


async def test_what_no_form_shows_is_said_in_words_and_keeps_its_condition_under_another_name(office: Shop) -> None:
    marc = await office.sign_in("marc")
    condition = AnyOf((SOUTH, Except(Has(Attribute.FORMAT, frozenset({"Proxi"})))))
    segment = await define(office, "Mêlé", condition)
    page = await marc.get(at(segment))
    assert "région Sud, ou bien sauf format Proxi" in text(page)
    assert 'type="checkbox"' not in page.text
    assert shown(page) == ["Albi", "Nice"]
    await send(marc, at(segment), {"name": "Autrement", "region": ["Nord"]})
    assert (await live(office))["Autrement"].condition == condition
    assert "porte déjà ce nom" not in text(page)
    await define(office, "Pris")
    assert (await send(marc, at(segment), {"name": "Pris"})).status_code == 422


async def test_a_value_that_no_site_has_any_more_stays_chosen(office: Shop) -> None:
    marc = await office.sign_in("marc")
    segment = await define(office, "Est et Sud", AllOf((Has(Attribute.REGION, frozenset({"Est", "sud"})),)))
    page = await marc.get(at(segment))
    assert ticked(page, "region") == ["Est", "Sud"]
    assert "aucun site ne l’a aujourd’hui" in text(page)


async def test_whoever_may_only_see_the_network_sees_and_changes_nothing(office: Shop) -> None:
    segment = await define(office, "Sud")
    ines, lea = await office.sign_in("ines"), await office.sign_in("lea")
    page = await ines.get(at(segment))
    assert shown(page) == ["Albi", "Nice"]
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]
    for path in (NEW, f"{at(segment)}/withdraw"):
        assert (await ines.get(path)).status_code == 403
    for path in (NEW, at(segment), f"{at(segment)}/withdraw"):
        assert (await ines.post(path, {"name": "Autre", "do": "save"})).status_code == 403
    for path in (HERE, at(segment)):
        assert (await lea.get(path)).status_code == 403
    assert set(await live(office)) == {"Sud"}


async def test_a_member_sees_the_selections_it_is_in_and_cannot_change_them(shop: Shop) -> None:
    await enter(shop)
    north = replace(south(), id=south().id.replace("sud", "nord"), name="Nord", condition=Has(Attribute.REGION, frozenset({"Nord"})))
    for one in (replace(south(), name="Le Sud <b>"), north):
        await take(shop, stated(one))
    marc = await shop.sign_in("marc")
    page = await marc.get(HERE)
    assert "Le Sud &lt;b&gt;" in page.text
    assert "Nord" not in text(page)
    assert "région Sud" in text(await marc.get(f"{HERE}/sud"))
    assert (await marc.get(f"{HERE}/nord")).status_code == 404
    assert (await marc.get(NEW)).status_code == 403


async def test_a_name_and_a_value_are_text_and_nothing_else(office: Shop) -> None:
    marc = await office.sign_in("marc")
    segment = await define(office, "<script>1</script>", AllOf((Has(Attribute.CITY, frozenset({'"><b>Nice'})),)))
    for path in (HERE, at(segment), f"{at(segment)}/withdraw"):
        page = (await marc.get(path)).text
        assert "<script>1" not in page
        assert "<b>Nice" not in page
