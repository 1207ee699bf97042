"""The pages of a look that is offered: where the head office offers it, and where a site decides."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from fedirse.base.roles import Role
from fedirse.features.branding.kit.actions import find_offered, look_of
from fedirse.features.branding.kit.jobs import copy_kit
from fedirse.features.branding.kit.model import Choice, Kit, KnownKit, Look
from fedirse.features.branding.kit.store import find_kit, save_kit
from fedirse.features.branding.rules import report_on
from fedirse.storage.audit import list_entries
from fedirse.storage.deliveries import deliveries
from fedirse.storage.transaction import Transaction
from tests.features.announcements.desks import give, open_desk, open_speaking, press
from tests.social.network.roster.test_wire import NETWORK
from tests.visitors import Browser, Shop

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LOOK = Look("#ffdd00", "#f2c14e", "round")
TYPED = {"name": "Charte 2026", "sentence": "Pour être reconnus.", "colour": "#b3261e", "accent": "#f2c14e", "font": "round"}
HERE = "/site/look/kit"


def picture(colour: str = "#b3261e", size: tuple[int, int] = (96, 96)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
async def office(made_site: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """A head office with a member."""
    async with open_speaking(made_site, tmp_path / "office") as opened:
        yield opened.shop


@pytest.fixture
async def desk(made_site: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """A site of a network, for which marc answers."""
    async with open_desk(made_site, tmp_path / "desk") as opened:
        yield opened.shop


async def offered(shop: Shop, look: Look = LOOK, version: int = 1) -> None:
    """What the head office has offered to a site."""
    known = await shop.site.read(find_kit, NETWORK)
    kit = Kit(version, "Charte 2026", "Pour être <b>reconnus</b>.", look)
    fresh = replace(known, kit=kit, choice=Choice.WAITING) if known is not None else KnownKit(NETWORK, kit, NOW)
    await shop.site.write(save_kit, fresh)


async def choice(shop: Shop) -> Choice:
    known = await shop.site.read(find_offered)
    assert known is not None
    return known.choice


async def own_kit(shop: Shop) -> Kit | None:
    known = await shop.site.read(find_kit, shop.site.uris.site_actor)
    return known.kit if known is not None else None


async def speaker(shop: Shop) -> Browser:
    await give(shop, "marc", [Role.COMMUNICATOR])
    return await shop.sign_in("marc")


async def queued(shop: Shop) -> int:
    def count(tx: Transaction) -> int:
        return len(tx.execute(deliveries.select()).all())

    return await shop.site.read(count)


async def test_nobody_else_offers_a_look_or_decides_about_one(office: Shop, desk: Shop) -> None:
    for handle in ("ines", "lea"):
        browser = await office.sign_in(handle)
        assert (await browser.get("/site/kit")).status_code == 403
        assert (await browser.post("/site/kit", TYPED)).status_code == 403
        browser = await desk.sign_in(handle)
        for deed in ("take", "refuse", "back", "change"):
            assert (await browser.post(f"{HERE}/{deed}", {"version": "1"})).status_code == 403
    assert await own_kit(office) is None


async def test_a_site_that_is_no_head_office_has_nothing_to_offer(desk: Shop) -> None:
    marc = await speaker(desk)
    assert (await marc.get("/site/kit")).status_code == 404
    assert (await marc.post("/site/kit", TYPED)).status_code == 404
    assert (await marc.post("/site/kit/withdraw")).status_code == 404


async def test_the_head_office_offers_changes_and_withdraws(office: Shop) -> None:
    marc = await speaker(office)
    before = await queued(office)
    answer = await marc.post("/site/kit", TYPED, files=[("logo", ("logo.png", picture(), "image/png"))])
    assert answer.headers["location"] == "/site/kit"
    kit = await own_kit(office)
    assert kit is not None
    assert (kit.version, kit.look.logo.startswith("https://magasin.example/media/")) == (1, True)
    assert await queued(office) == before + 1
    page = (await marc.get("/site/kit")).text
    assert kit.look.logo in page
    assert 'value="Charte 2026"' in page
    await marc.post("/site/kit", {**TYPED, "colour": "#1f7a4d", "remove_logo": "1"})
    kit = await own_kit(office)
    assert kit is not None
    assert (kit.version, kit.look.colour, kit.look.logo) == (2, "#1f7a4d", "")
    await press(marc, await _page(marc, "/site/kit"), "/site/kit/withdraw")
    kit = await own_kit(office)
    assert kit is not None
    assert (kit.version, kit.withdrawn) == (3, True)
    assert await queued(office) == before + 3
    deeds = [entry.deed for entry in await office.site.read(list_entries)]
    assert [deed for deed in deeds if deed.startswith("kit.")] == ["kit.withdrawn", "kit.offered", "kit.offered"]


@pytest.mark.parametrize(("field", "typed"), [("name", ""), ("colour", "rouge"), ("font", "comic"), ("sentence", "x" * 501)])
async def test_what_does_not_fit_offers_nothing_and_loses_nothing(field: str, typed: str, office: Shop) -> None:
    marc = await speaker(office)
    answer = await marc.post("/site/kit", {**TYPED, field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "#f2c14e" in answer.text
    assert await own_kit(office) is None


async def test_a_file_that_is_no_picture_is_refused_at_its_field(office: Shop) -> None:
    marc = await speaker(office)
    answer = await marc.post("/site/kit", TYPED, files=[("cover", ("a.png", b"MZ not a picture", "image/png"))])
    assert answer.status_code == 422
    assert 'id="cover-error"' in answer.text
    assert await own_kit(office) is None


@pytest.mark.parametrize("remove", [False, True])
async def test_an_offering_that_fails_leaves_the_standing_one_whole(remove: bool, office: Shop) -> None:
    marc = await speaker(office)
    await marc.post("/site/kit", TYPED, files=[("logo", ("logo.png", picture(), "image/png"))])
    standing = await own_kit(office)
    assert standing is not None
    bad = ("cover", ("a.png", b"MZ not a picture", "image/png"))
    good = ("logo", ("b.png", picture("#1f7a4d"), "image/png"))
    typed = {**TYPED, "remove_logo": "1"} if remove else TYPED
    answer = await marc.post("/site/kit", typed, files=[bad] if remove else [good, bad])
    assert answer.status_code == 422
    assert 'id="cover-error"' in answer.text
    assert await own_kit(office) == standing
    assert (await office.get(standing.look.logo)).status_code == 200
    # Sent again without the files, what is offered can be had.
    await marc.post("/site/kit", TYPED)
    again = await own_kit(office)
    assert again is not None
    assert (again.version, again.look.logo) == (2, standing.look.logo)
    assert (await office.get(again.look.logo)).status_code == 200


async def test_administrators_see_that_it_waits_and_others_do_not(desk: Shop) -> None:
    marc, ines = await desk.sign_in("marc"), await desk.sign_in("ines")
    assert "propose une charte" not in await _page(marc, "/site/look")
    await offered(desk)
    page = await _page(marc, "/site/look")
    assert "propose une charte" in page
    assert 'href="/site/look/kit"' in page
    assert '<span class="nav-words">Apparence du site</span><span class="badge">1' in await _page(marc, "/")
    assert 'href="/site/look"' not in await _page(ines, "/")


async def test_it_stands_beside_the_present_look_with_its_contrast_in_figures(desk: Shop) -> None:
    marc = await desk.sign_in("marc")
    await offered(desk)
    page = await _page(marc, HERE)
    assert "Charte 2026" in page
    # Yellow cannot be read as text on white: the figure, and what stands in its place.
    report = report_on(LOOK.colour)
    assert report.corrected
    assert f"{report.text_contrast:.1f}".replace(".", ",") in page
    assert report.text in page
    assert "Pour être &lt;b&gt;reconnus&lt;/b&gt;." in page
    sheet = await _page(marc, f"{HERE}/preview.css")
    assert sheet.startswith(":root .kit-offered{--brand:#ffdd00")
    assert ":root[data-theme=dark] .kit-offered{" in sheet
    assert (await marc.get("/brand.css")).text != sheet


async def test_taken_refused_and_taken_after_all(desk: Shop) -> None:
    marc = await desk.sign_in("marc")
    before = look_of(desk.site.settings)
    await offered(desk)
    await press(marc, await _page(marc, HERE), f"{HERE}/refuse")
    assert await choice(desk) is Choice.REFUSED
    assert look_of(desk.site.settings) == before
    assert "Garder notre apparence" not in await _page(marc, HERE)
    await press(marc, await _page(marc, HERE), f"{HERE}/take")
    assert await choice(desk) is Choice.TAKING
    await copy_kit(desk.site, NETWORK, {})
    assert await choice(desk) is Choice.TAKEN
    assert look_of(desk.site.settings).colour == "#ffdd00"
    # The log says who wanted it, also of the settings that a job has changed.
    logged = {entry.deed: entry.who for entry in await desk.site.read(list_entries)}
    assert {logged[deed] for deed in ("kit.taken", "kit.refused", "site.settings")} == {"marc"}


async def test_taken_with_changes(desk: Shop) -> None:
    marc = await desk.sign_in("marc")
    await offered(desk)
    page = await _page(marc, f"{HERE}/change")
    assert 'value="#ffdd00"' in page
    wrong = await marc.post(f"{HERE}/change", {"version": "1", "colour": "rouge", "accent": "#123456", "font": "book"})
    assert wrong.status_code == 422
    assert 'value="#123456"' in wrong.text
    tried = await press(marc, page, f"{HERE}/change", colour="#aa0000", accent="#123456", font="book", **{"try": "1"})
    assert tried.status_code == 200
    assert await choice(desk) is Choice.WAITING
    await press(marc, page, f"{HERE}/change", colour="#aa0000", accent="#123456", font="book")
    await copy_kit(desk.site, NETWORK, {})
    look = look_of(desk.site.settings)
    assert (look.colour, look.accent, look.font) == ("#aa0000", "#123456", "book")


async def test_what_was_there_before_comes_back_with_its_logo(desk: Shop) -> None:
    marc = await desk.sign_in("marc")
    typed = {"name": "Lyon", "description": "", "colour": "#224466", "accent": "#aa5500", "font": "book"}
    await marc.post("/site/look", typed, files=[("logo", ("logo.png", picture("#224466"), "image/png"))])
    before = look_of(desk.site.settings)
    await offered(desk)
    assert "Y revenir" not in await _page(marc, HERE)
    await press(marc, await _page(marc, HERE), f"{HERE}/take")
    await copy_kit(desk.site, NETWORK, {})
    # A kit without a logo leaves the site its own.
    assert look_of(desk.site.settings) == Look(LOOK.colour, LOOK.accent, LOOK.font, before.logo)
    await press(marc, await _page(marc, HERE), f"{HERE}/back")
    assert look_of(desk.site.settings) == before
    assert (desk.site.folder / "media" / before.logo).is_file()
    assert await choice(desk) is Choice.REFUSED
    # Twice is once.
    assert (await marc.post(f"{HERE}/back")).status_code == 303
    assert look_of(desk.site.settings) == before


async def test_a_version_that_nobody_has_looked_at_is_not_taken(desk: Shop) -> None:
    marc = await desk.sign_in("marc")
    await offered(desk)
    page = await _page(marc, HERE)
    await offered(desk, replace(LOOK, colour="#000000"), version=2)
    for deed in ("take", "refuse"):
        assert (await press(marc, page, f"{HERE}/{deed}")).headers["location"] == HERE
    assert await choice(desk) is Choice.WAITING


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "²"])
async def test_a_version_that_is_none_takes_nothing(version: str, desk: Shop) -> None:
    marc = await desk.sign_in("marc")
    await offered(desk)
    await marc.post(f"{HERE}/take", {"version": version})
    assert await choice(desk) is Choice.WAITING


async def test_without_an_offer_there_is_a_page_that_says_so_and_nothing_to_take(desk: Shop) -> None:
    marc = await desk.sign_in("marc")
    assert (await marc.get(HERE)).status_code == 200
    assert (await marc.get(f"{HERE}/change")).status_code == 404
    assert (await marc.post(f"{HERE}/take", {"version": "1"})).status_code == 404


async def _page(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return answer.text
