"""The drawings: each has a name, a page shows it by that name, and no page names one that does not exist."""

import re
import xml.etree.ElementTree as ET

import pytest

from fedirse.assembly import navigation
from fedirse.web.icons import SPRITE, icon, shapes
from fedirse.web.rendering import PACKAGE
from fedirse.web.static import FOLDER, static_url
from tests.visitors import Shop

SVG = "{http://www.w3.org/2000/svg}"
ASKED = re.compile(r"""\bicon\("([^"]+)"\)|\bshape="([^"]+)\"""")


def asked() -> set[str]:
    """The names that templates and the navigation ask for, as far as they are written out."""
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.glob("**/templates/*.html")]
    named = {first or second for text in texts for first, second in ASKED.findall(text)}
    return named | {item.icon for item in navigation()}


def test_a_drawing_that_does_not_exist_is_refused() -> None:
    with pytest.raises(LookupError, match="unicorn"):
        icon("unicorn")


def test_every_drawing_that_is_asked_for_exists() -> None:
    assert len(asked()) > 30
    assert asked() - shapes() == set()


def test_the_drawings_take_their_colours_from_the_page() -> None:
    drawings = ET.fromstring((FOLDER / SPRITE).read_bytes())  # noqa: S314 - our own file
    symbols = list(drawings)
    assert [symbol.tag for symbol in symbols] == [f"{SVG}symbol"] * len(symbols)
    assert len({symbol.get("id") for symbol in symbols}) == len(symbols) == len(shapes())
    assert {symbol.get("viewBox") for symbol in symbols} == {"0 0 20 20"}
    parts = [part for symbol in symbols for part in symbol.iter() if part is not symbol]
    assert {part.tag for part in parts} <= {f"{SVG}{tag}" for tag in ("path", "circle", "rect")}
    assert not {name for part in parts for name in part.attrib} & {"fill", "stroke", "style", "class", "href", "onload"}


def test_a_drawing_is_hidden_from_screen_readers_because_words_stand_beside_it() -> None:
    assert icon("bell") == f'<svg class=icon aria-hidden=true><use href="{static_url(SPRITE)}#bell"/></svg>'


async def test_pages_show_drawings_of_a_file_that_browsers_keep(shop: Shop) -> None:
    page = await (await shop.sign_in("marc")).get("/")
    addresses = {address for address, _ in re.findall(r'<use href="([^"#]+)#([a-z-]+)"', page.text)}
    assert addresses == {static_url(SPRITE)}
    assert "<path" not in page.text
    answer = await shop.get(addresses.pop())
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "img-src 'self'" in page.headers["content-security-policy"]
