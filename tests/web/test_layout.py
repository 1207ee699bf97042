"""What stands around every page: one navigation, whatever the screen."""

import re
from pathlib import Path

import pytest

from fedirse import assembly
from fedirse.assembly import navigation
from tests.visitors import Shop, open_shop


def sections(page: str) -> tuple[str, str]:
    """The bar of a page, and the sheet behind it; the latter is empty where there is none."""
    rail = re.search(r'<nav class="rail".*?</nav>', page, re.DOTALL)
    assert rail is not None
    bar, _, sheet = rail[0].partition('id="rail-sheet"')
    return bar, sheet


def links(html: str) -> list[str]:
    return re.findall(r'<a class="(?:nav-link|button button-primary)" href="([^"]+)"', html)


async def test_every_page_of_the_navigation_is_led_to_once(shop: Shop) -> None:
    page = (await (await shop.sign_in("marc")).get("/notifications")).text
    bar, sheet = sections(page)
    main = [item.path for item in sorted(navigation(), key=lambda item: (item.order, item.path)) if item.place == "main"]
    assert links(bar) == [*main, "/compose"]
    seldom = {item.path for item in navigation() if item.place == "main" and not item.phone}
    care = {item.path for item in navigation() if item.place == "site" and not item.head_office}
    # What has no place in the bar of a telephone stands in the sheet as well, which shows it on no other screen.
    assert sorted(links(sheet)) == sorted(seldom | care)
    around = page.replace(bar, "").replace(sheet, "")
    assert set(links(around)) == {item.path for item in navigation() if item.place == "personal"}
    assert len(links(around)) == len(set(links(around)))


async def test_the_bar_of_a_telephone_leads_to_the_sheet_without_a_script(shop: Shop) -> None:
    bar, sheet = sections((await (await shop.sign_in("marc")).get("/")).text)
    assert '<button class="nav-link" type="button" popovertarget="rail-sheet">' in bar
    assert re.match(r" popover>", sheet)


async def test_a_sheet_for_a_single_page_gives_way_to_that_page(made_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "SLICES", tuple(part for part in assembly.SLICES if part.name != "announcements"))
    async with open_shop(made_site, tmp_path / "shop") as shop:
        bar, sheet = sections((await (await shop.sign_in("lea")).get("/")).text)
    assert sheet == ""
    assert "rail-wide" not in bar
    assert "popovertarget" not in bar
    assert "/local" in links(bar)


@pytest.mark.parametrize(("path", "place"), [("/notifications", 0), ("/site/people", 1)])
async def test_the_page_that_is_shown_is_marked_in_the_navigation(path: str, place: int, shop: Shop) -> None:
    page = (await (await shop.sign_in("marc")).get(path)).text
    bar, sheet = sections(page)
    assert f'class="nav-link" href="{path}" aria-current="page"' in (bar, sheet)[place]
    assert (bar + sheet).count('aria-current="page"') == 1


async def test_nobody_who_is_not_signed_in_gets_a_navigation(shop: Shop) -> None:
    page = (await shop.get("/")).text
    assert "rail" not in page
    assert 'href="/sign-in"' in page
