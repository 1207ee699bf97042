"""Our own files, and those that carry a site's brand."""

import re
from pathlib import Path

import pytest

from fedirse.web.static import FOLDER, read_static, squeeze, static_url
from tests.visitors import Shop, open_shop

PACKAGE = FOLDER.parent.parent


@pytest.mark.parametrize(
    "path", ["/static/0/settings.toml", "/static/0/..%5cstyle.css", "/static/0/.style.css", "/static/0/static.py", "/static/style.css"]
)
async def test_nothing_but_our_own_files_is_served(path: str, shop: Shop) -> None:
    assert (await shop.get(path)).status_code in {400, 404}


async def test_the_stylesheet_may_be_kept_for_ever_because_its_address_changes_with_it(shop: Shop) -> None:
    response = await shop.get(static_url("style.css"))
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_page_from_before_an_update_gets_the_stylesheet_that_is_there(shop: Shop) -> None:
    response = await shop.get("/static/0123456789abcdef/style.css")
    assert response.status_code == 200
    assert "immutable" not in response.headers["cache-control"]


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("a { color: red; }\n", "a{color:red}"),
        ("/* why */\n\n.card > .icon,\n.sign { margin: 0 0.5rem; padding: 10.5px; }", ".card>.icon,.sign{margin:0 .5rem;padding:10.5px}"),
        (".prose :is(a, b):not(.c) { width: calc(1rem + 0.5vw); }", ".prose :is(a,b):not(.c){width:calc(1rem + .5vw)}"),
        ("p::before { content: \" ; 0.5 /* \" attr(href) ' , '; }", "p::before{content:\" ; 0.5 /* \" attr(href) ' , '}"),
        ("a { } /* one */ /* two */ b:hover { top: 0; /* three */ left: 0 }", "a{}b:hover{top:0;left:0}"),
        ("@media (max-width: 36rem) {\n  a { top: -0.2em; }\n}", "@media (max-width:36rem){a{top:-.2em}}"),
    ],
)
def test_a_stylesheet_is_served_without_what_means_nothing(written: str, served: str) -> None:
    assert squeeze(written) == served


def test_scripts_are_served_without_comments_and_indentation() -> None:
    for path in FOLDER.glob("*.js"):
        written, served = path.read_text(encoding="utf-8"), read_static(path.name).decode()
        # A text over several lines would lose spaces that mean something.
        assert all(line.count("`") % 2 == 0 for line in written.splitlines()), path.name
        assert "/*" not in written
        code = [line.strip() for line in written.splitlines() if line.strip() and not line.strip().startswith("//")]
        assert served.splitlines() == code


async def test_a_page_asks_for_the_stylesheets_by_their_present_addresses(shop: Shop) -> None:
    page = await shop.get("/")
    for path in re.findall(r'<link rel="(?:icon|stylesheet)" href="([^"]+)"', page.text):
        response = await shop.get(path)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]


async def test_the_brand_is_the_sites_own(made_site: Path, tmp_path: Path) -> None:
    async with open_shop(made_site, tmp_path, colour="#FFEE00", accent="#00aa88") as shop:
        css = (await shop.get("/brand.css")).text
    assert "--brand:#ffee00" in css
    assert "--on-brand:#000000" in css
    assert "--accent:#00aa88" in css


@pytest.mark.parametrize("logo", [None, "absent.png", "../settings.toml", "logo.html", "/etc/hostname"])
async def test_without_a_usable_logo_there_is_none(logo: str | None, made_site: Path, tmp_path: Path) -> None:
    async with open_shop(made_site, tmp_path, logo=logo) as shop:
        (shop.site.folder / "media" / "logo.html").write_text("<script>alert(1)</script>", encoding="utf-8")
        page = await shop.get("/")
        answer = await shop.get("/logo")
    assert answer.status_code == 404
    assert 'src="/logo"' not in page.text
    assert "brand-monogram" in page.text


async def test_the_logo_is_shown_where_there_is_one(made_site: Path, tmp_path: Path) -> None:
    async with open_shop(made_site, tmp_path, logo="logo.svg") as shop:
        (shop.site.folder / "media" / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
        page = await shop.get("/")
        answer = await shop.get("/logo")
    assert 'src="/logo"' in page.text
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_icon_has_the_sites_initials(shop: Shop) -> None:
    response = await shop.get("/icon.svg")
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert ">MC</text>" in response.text


def test_no_page_and_no_stylesheet_of_ours_loads_anything_from_elsewhere() -> None:
    style = "".join(part.read_text(encoding="utf-8") for part in FOLDER.glob("*/*.css"))
    assert "url(" not in style
    assert "@import" not in style
    for template in PACKAGE.glob("**/templates/*.html"):
        text = template.read_text(encoding="utf-8")
        elsewhere = r"<script(?! src=\"\{\{ static)|<iframe|<object|\son[a-z]+=|(?:src|href)=\"(?:https?:)?//"
        assert not re.search(elsewhere, text), template.name
        # Programs for mail take no stylesheet, and no policy of ours reaches them.
        assert template.name in {"mail.html", "letter.html"} or not re.search(r"\sstyle=", text), template.name
