"""The look of a site: chosen in the browser, readable whatever was chosen, kept in the site's folder."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fedirse.assembly import refresh_settings
from fedirse.base.errors import InvalidInput
from fedirse.base.settings import load_site_settings
from fedirse.features.branding.rules import DESCRIPTION_LENGTH, check_colour, check_description, report_on
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import list_entries
from fedirse.web.colours import READABLE, contrast
from tests.visitors import Browser, Shop

LOOK = {"name": "Proxi Lyon", "description": "Au coin de la rue.", "colour": "#aa0000", "accent": "#ffee00", "font": "book"}


def picture(size: tuple[int, int] = (64, 64), kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#aa0000").save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize(("typed", "meant"), [("#1F4E79", "#1f4e79"), ("1f4e79", "#1f4e79"), ("#abc", "#aabbcc"), (" #abc ", "#aabbcc")])
def test_a_colour_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert check_colour(typed, "colour") == meant


@pytest.mark.parametrize("typed", ["", "rouge", "#12345", "#gggggg", "url(//x)", "#1f4e79;}"])
def test_what_is_no_colour_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_colour(typed, "accent")
    assert caught.value.field == "accent"


@given(st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}"))
def test_the_report_on_a_colour_says_the_truth(colour: str) -> None:
    report = report_on(colour)
    assert report.ink_contrast == pytest.approx(contrast(report.ink, colour))
    assert contrast(report.text, "#ffffff") >= READABLE
    assert report.corrected == (report.text_contrast < READABLE)


def test_a_description_has_room_for_so_many_characters() -> None:
    assert check_description("x" * DESCRIPTION_LENGTH)
    with pytest.raises(InvalidInput):
        check_description("x" * (DESCRIPTION_LENGTH + 1))


async def test_the_look_is_on_every_page_and_in_the_folder(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    response = await marc.post("/site/look", LOOK)
    assert response.headers["location"] == "/site/look"
    stranger = Browser(shop)
    assert "Proxi Lyon" in (await stranger.get("/")).text
    assert "Proxi Lyon" in (await stranger.get("/nowhere")).text
    assert "#aa0000" in (await stranger.get("/brand.css")).text
    assert load_site_settings(shop.site.folder).name == "Proxi Lyon"
    actor = await shop.site.read(get_actor, shop.site.actor_id)
    assert (actor.name, actor.summary) == ("Proxi Lyon", "<p>Au coin de la rue.</p>")
    (entry,) = await shop.site.read(list_entries)
    assert (entry.deed, entry.who) == ("site.settings", "marc")


async def test_the_domain_cannot_be_changed_with_the_look(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    await marc.post("/site/look", {**LOOK, "domain": "evil.example", "scheme": "http", "handle": "evil"})
    settings = load_site_settings(shop.site.folder)
    assert (settings.domain, settings.scheme, settings.handle) == ("magasin.example", "https", "magasin")


@pytest.mark.parametrize(
    ("field", "typed"), [("name", ""), ("name", "x" * 201), ("colour", "rouge"), ("font", "comic"), ("description", "x" * 501)]
)
async def test_what_does_not_fit_changes_nothing_and_loses_nothing(field: str, typed: str, shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    response = await marc.post("/site/look", {**LOOK, field: typed})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert field == "name" or "Proxi Lyon" in response.text
    assert shop.site.settings.name == "Magasin de Colmar"


async def test_colours_can_be_looked_at_before_they_are_taken(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    response = await marc.post("/site/look", {**LOOK, "try": "1"})
    assert "colour=%23aa0000" in response.text
    assert shop.site.settings.colour == "#1f4e79"
    sheet = await marc.get("/site/look/preview.css?colour=%23aa0000&accent=%23ffee00")
    assert ".look-preview{--brand:#aa0000" in sheet.text
    assert ":root" not in sheet.text


async def test_the_preview_takes_nothing_but_colours(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    sheet = await marc.get("/site/look/preview.css?colour=red%7D*%7Bdisplay:none&accent=%23ffee00")
    assert "display" not in sheet.text


async def test_a_logo_is_shown_and_can_be_removed(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    await marc.post(
        "/site/look",
        LOOK,
        files=[("logo", ("logo.png", picture(), "image/png")), ("cover", ("c.jpg", picture((900, 300), "JPEG"), "image/jpeg"))],
    )
    logo, cover = await shop.get("/logo"), await shop.get("/cover")
    assert (logo.status_code, logo.headers["content-type"]) == (200, "image/png")
    assert cover.status_code == 200
    assert 'src="/logo"' in (await shop.get("/")).text
    await marc.post("/site/look", {**LOOK, "remove_logo": "1"})
    assert (await shop.get("/logo")).status_code == 404


@pytest.mark.attack("WEB-033")
async def test_a_page_with_the_name_of_a_picture_becomes_no_logo(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    response = await marc.post("/site/look", LOOK, files=[("logo", ("logo.png", b"<script>alert(1)</script>", "image/png"))])
    assert response.status_code == 422
    assert 'id="logo-error"' in response.text
    assert (await shop.get("/logo")).status_code == 404


@pytest.mark.attack("CNT-015")
async def test_a_name_is_text_wherever_it_stands(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    name = "<script>alert(1)</script>{{7*7}}"
    await marc.post("/site/look", {**LOOK, "name": name, "description": name})
    page = (await shop.get("/")).text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page
    assert load_site_settings(shop.site.folder).name == name


async def test_other_settings_are_chosen_from_what_there_is(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    chosen = {"language": "en", "timezone": "Europe/Brussels", "authorised_fetch": "1"}
    assert (await marc.post("/site/settings", chosen)).status_code == 303
    settings = load_site_settings(shop.site.folder)
    assert (settings.language, settings.timezone, settings.authorised_fetch) == ("en", "Europe/Brussels", True)
    assert (await marc.post("/site/settings", {**chosen, "language": "xx"})).status_code == 422
    assert shop.site.settings.language == "en"


async def test_another_process_goes_on_with_the_new_settings(shop: Shop) -> None:
    shop.site.settings_in_use.written = 1
    path = shop.site.folder / "settings.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Magasin de Colmar", "Proxi Lyon"), encoding="utf-8")
    refresh_settings(shop.site)
    assert shop.site.settings.name == "Proxi Lyon"


async def test_settings_that_cannot_be_read_change_nothing(shop: Shop) -> None:
    shop.site.settings_in_use.written = 1
    (shop.site.folder / "settings.toml").write_text("name = ", encoding="utf-8")
    refresh_settings(shop.site)
    assert shop.site.settings.name == "Magasin de Colmar"
