"""An announcement looked at before it is published: in two brands, as sites will see it, with nothing kept of it."""

import io
import re

import pytest
from PIL import Image

from fedirse.activitypub.signatures import multikey
from fedirse.features.announcements.preview.rules import BRANDS, scoped
from fedirse.social.media.store import list_of_actor
from fedirse.social.network.authority.stating.actions import state_membership
from fedirse.social.network.model import Attributes
from fedirse.social.posts.composing.store import list_drafts
from fedirse.web.colours import READABLE, contrast
from fedirse.web.static import LIGHT_SURFACES
from tests.features.announcements.desks import WRITTEN, Desk, Office
from tests.social.network.console.office import admit_site
from tests.social.network.roster.test_wire import fresh_key

HERE = "/announcements/preview"


def picture(colour: str = "#aa0000") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "PNG")
    return made.getvalue()


async def test_nobody_but_who_announces_has_a_preview(office: Office, desk: Desk) -> None:
    for handle in ("ines", "lea"):
        browser = await office.shop.sign_in(handle)
        assert (await browser.post(HERE, WRITTEN)).status_code == 403
        assert (await browser.get(f"{HERE}/brands.css")).status_code == 403
    stranger = await desk.shop.sign_in("marc")
    assert (await stranger.post(HERE, WRITTEN)).status_code == 403


async def test_a_preview_publishes_nothing_and_keeps_nothing(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    actor = await office.shop.person("marc")
    answer = await marc.post(HERE, WRITTEN, files=[("files", ("vitrine.png", picture(), "image/png"))])
    assert answer.status_code == 200
    assert await office.all() == []
    assert await office.site.read(list_drafts, actor.id) == []
    assert await office.site.read(list_of_actor, actor.id) == []
    # What was chosen and is not here yet is named.
    assert "vitrine.png" in answer.text


async def test_it_shows_the_same_words_twice_in_each_of_two_brands(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    page = (await marc.post(HERE, {**WRITTEN, "text": "Retirez le lot **4821** <script>alert(1)</script>"})).text
    assert page.count("<strong>4821</strong>") == 4
    assert "alert(1)</script>" not in page
    for brand in BRANDS:
        assert page.count(f'class="preview-screen preview-{brand.key}"') == 2
    assert page.count('class="mark mark-office"') == page.count('class="mark mark-urgent"') == 4
    # The button is there, and cannot be pressed; nothing on the page is a form of an announcement.
    assert page.count("disabled>") == 8
    assert 'action="/announcements' not in page
    assert "style=" not in page


async def test_the_sites_are_examples_until_the_network_has_two_others(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    shown = (await marc.post(HERE, WRITTEN)).text
    assert "Les deux sites sont des exemples" in shown
    assert "lyon.example" not in shown
    await admit_site(office.shop, "nantes")
    shown = (await marc.post(HERE, WRITTEN)).text
    assert "les couleurs sont des exemples" in shown
    assert shown.count("lyon.example") == shown.count("nantes.example") == 2


async def test_what_is_wrong_is_said_and_the_rest_is_shown(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    answer = await marc.post(HERE, {**WRITTEN, "title": "", "before": "hier", "ends": "2020-01-01T08:00"})
    assert answer.status_code == 200
    assert answer.text.count('<p><svg class=icon aria-hidden=true><use href="/static/') >= 3
    assert WRITTEN["text"] in answer.text


async def test_pictures_that_are_here_are_shown_and_those_of_somebody_else_are_not(office: Office) -> None:
    marc, ines = await office.shop.sign_in("marc"), await office.shop.sign_in("ines")
    await marc.post("/announcements", {**WRITTEN, "add": "1"}, files=[("files", ("vitrine.png", picture(), "image/png"))])
    await ines.post(
        "/posts", {"text": "x", "audience": "site", "add": "1"}, files=[("files", ("secret.png", picture("#00aa00"), "image/png"))]
    )
    own = await office.site.read(list_of_actor, (await office.shop.person("marc")).id)
    hers = await office.site.read(list_of_actor, (await office.shop.person("ines")).id)
    assert [len(own), len(hers)] == [1, 1]
    typed = {**WRITTEN, "file": [own[0].id, hers[0].id], f"alt-{own[0].id}": "La vitrine"}
    page = (await marc.post(HERE, typed)).text
    assert own[0].key in page
    assert page.count('alt="La vitrine"') == 4
    assert hers[0].key not in page
    # They stay what they were: kept for the announcement that is still to come.
    assert [one.id for one in await office.site.read(list_of_actor, (await office.shop.person("marc")).id)] == [own[0].id]


async def test_to_open_it_without_a_form_leads_to_where_announcements_are_written(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    answer = await marc.get(HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/announcements/new")


async def test_the_page_where_one_writes_has_the_button_and_what_is_announced_afterwards_is_announced_once(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    page = (await marc.get("/announcements/new")).text
    assert page.count('formaction="/announcements/preview" formtarget="_blank"') == 1
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    assert draft is not None
    typed = {**WRITTEN, "draft": draft[1]}
    await marc.post(HERE, typed)
    assert (await marc.post("/announcements", typed)).status_code == 303
    assert (await marc.post(HERE, typed)).status_code == 200
    await marc.post("/announcements", typed)
    assert len(await office.all()) == 1


async def test_each_brand_is_readable_and_stays_inside_its_screen(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    sheet = (await marc.get(f"{HERE}/brands.css")).text
    for brand in BRANDS:
        # Light, dark by the device, dark by choice.
        assert sheet.count(f".preview-{brand.key}{{") == 3
        assert f":root[data-theme=dark] .preview-{brand.key}{{" in sheet
        found = re.search(rf":root \.preview-{brand.key}{{[^}}]*--link:(#[0-9a-f]{{6}})", sheet)
        assert found is not None
        assert min(contrast(found[1], surface) for surface in LIGHT_SURFACES) >= READABLE
    assert not re.search(r":root[^ {]*\{", sheet)


@pytest.mark.parametrize("sheet", [":root{--a:b}", "@media x{:root:not([data-theme=light]){--a:b}}", ":root[data-theme=dark]{--a:b}"])
def test_what_a_sheet_says_of_the_document_it_says_of_one_part_of_it(sheet: str) -> None:
    assert " .preview-red{--a:b}" in scoped(sheet, "red")


async def test_members_without_a_name_are_known_by_their_host(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    site = office.site
    for host in ("a.example", "b.example"):
        key = multikey(fresh_key().public)
        member = f"https://{host}/actor"
        await site.write(state_membership, site, member, name="", attributes=Attributes(), key=key, now=site.clock.now())
    page = (await marc.post(HERE, WRITTEN)).text
    assert page.count('<strong class="brand-name">a.example</strong>') == 2
