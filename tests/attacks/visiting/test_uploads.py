"""Files that are not what they say, through the composer and back out of it as somebody else's browser gets them."""

import html
import io
import re

import pytest
from PIL import Image

from tests.attacks.shown import look_at, prose_of
from tests.social.media.pictures import photo, saved
from tests.social.posts.composing.composer import compose, fields_of
from tests.visitors import AS2, Browser, Shop

LOOK = {"name": "Magasin", "description": "", "colour": "#aa0000", "accent": "#ffee00", "font": "book"}
SCRIPT = b"<script>alert(1)</script>"
PAGE = b"<!doctype html><title>x</title>" + SCRIPT
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
POLYGLOTS = {
    "photo.jpg": photo(comment=b"<?php system($_GET['c']); ?>" + SCRIPT) + b"PK\x03\x04" + SCRIPT,
    "image.gif": saved(Image.new("P", (20, 20)), "GIF", comment=b"*/=1;" + SCRIPT),
    "image.png": saved(Image.new("RGB", (20, 20)), "PNG") + b"<?php ?>" + SCRIPT,
    "image.webp": saved(Image.new("RGB", (20, 20)), "WEBP", xmp=b"<x:xmpmeta>" + SCRIPT + b"</x:xmpmeta>"),
    "exif.jpg": photo(exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x0e\x01\x02\x00\x1a\x00\x00\x00\x1a\x00\x00\x00\x00\x00\x00\x00" + SCRIPT + b"\x00"),
    # What it is called and what it says it is count for nothing.
    "page.html": photo() + SCRIPT,
    "script.js": saved(Image.new("P", (20, 20)), "GIF", comment=SCRIPT),
    "double.php.jpg": photo() + b"<?php ?>" + SCRIPT,
}  # fmt: skip
NOT_PICTURES = [
    ("x.png", PAGE, "image/png"),
    ("x.jpg", SVG, "image/jpeg"),
    ("x.svg", SVG, "image/svg+xml"),
    ("x.png.html", PAGE, "text/html"),
    ("x.js", b"alert(1)//" + SCRIPT, "text/javascript"),
    ("x.json", b'{"@context":"https://www.w3.org/ns/activitystreams","type":"Person"}', "application/activity+json"),
    ("x.xml", b"<?xml version='1.0'?><?xml-stylesheet href='x'?><x/>", "text/xml"),
    ("x.swf", b"FWS\x09" + bytes(40), "application/x-shockwave-flash"),
    ("x.pdf", b"GIF89a" + PAGE, "application/pdf"),
]

DOWNLOADED = {"x.svg", "x.png.html", "x.js", "x.json", "x.xml", "x.swf"}
"""Those that do not say that they are pictures, neither by their name nor by their first bytes."""


async def published(browser: Browser, shop: Shop, name: str, content: bytes, media_type: str) -> list[str]:
    """Publish a post with a file; the paths of the file as a stranger's page links them, none when it was refused."""
    opened = fields_of(await browser.get("/compose"))
    fields = {**opened, "text": "Voici", "audience": "public", "asked": "1"}
    answer = await browser.post("/posts", fields, files=[("files", (name, content, media_type))])
    if answer.status_code != 303:
        assert answer.status_code == 422
        return []
    page = (await shop.get(answer.headers["location"])).text
    return sorted({html.unescape(path) for path in re.findall(r'(?:href|src)="(/media/[^"]+|https://magasin\.example/media/[^"]+)"', page)})


@pytest.mark.attack("CNT-018")
async def test_of_a_picture_that_is_two_things_only_the_picture_is_given_out(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    for name, content in POLYGLOTS.items():
        assert SCRIPT in content
        paths = await published(ines, shop, name, content, "text/html")
        assert paths, name
        for path in paths:
            answer = await shop.get(path.removeprefix("https://magasin.example"), accept="*/*")
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp"), name
            assert not re.search(rb"<script|<\?php|PK\x03\x04|Exif", answer.content), name
            assert Image.open(io.BytesIO(answer.content)).format == "WEBP"
            assert path.endswith(".webp"), name
    for kept in (shop.site.folder / "media").rglob("*"):
        assert kept.is_dir() or SCRIPT not in kept.read_bytes()


@pytest.mark.attack("WEB-033")
async def test_what_is_no_picture_is_refused_or_only_ever_downloaded(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    for name, content, media_type in NOT_PICTURES:
        paths = await published(ines, shop, name, content, media_type)
        assert bool(paths) == (name in DOWNLOADED), name
        for path in paths:
            for accept in ("*/*", "text/html", "image/*"):
                answer = await shop.get(path.removeprefix("https://magasin.example"), accept=accept)
                assert answer.status_code == 200, name
                assert answer.headers["content-type"] == "application/octet-stream", name
                assert answer.headers["content-disposition"].startswith("attachment; "), name
                assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'"), name
                assert answer.headers["x-content-type-options"] == "nosniff", name
            assert (await shop.get(path.removeprefix("https://magasin.example"), accept=AS2)).status_code == 404


@pytest.mark.attack("WEB-033")
@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="b.html',
        "a\r\nSet-Cookie: x=1\r\n\r\n<script>.pdf",
        "a%0d%0aSet-Cookie:%20x=1.pdf",
        "../../../static/style.css",
        "..\\..\\site.db",
        "/etc/passwd",
        "facture\u202efdp.exe",
        "x.pdf\x00.html",
        "é" * 300 + ".html",
        "nul",
        ".htaccess",
    ],
)
async def test_the_name_of_a_file_ends_no_header_and_leaves_no_folder(name: str, shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    before = {path for path in shop.site.folder.rglob("*") if "media" not in path.relative_to(shop.site.folder).parts}
    (path, *_) = await published(ines, shop, name, b"%PDF-1.7\n" + PAGE, "text/html")
    answer = await shop.get(path.removeprefix("https://magasin.example"))
    assert re.fullmatch(r"/media/[0-9A-Z]{26}/[a-z0-9]+/original|[a-z:/.0-9A-Z]+", path) is not None
    disposition = answer.headers["content-disposition"]
    assert re.fullmatch(r"attachment; filename=\"[^\"\\/\r\n]+\"; filename\*=UTF-8''[A-Za-z0-9%._~ -]+", disposition)
    assert ".pdf" in disposition
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-type"] == "application/pdf"
    assert {found for found in shop.site.folder.rglob("*") if "media" not in found.relative_to(shop.site.folder).parts} == before


@pytest.mark.attack("WEB-033")
async def test_neither_is_a_picture_of_a_person_or_of_the_site_anything_else(shop: Shop) -> None:
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    for name, content, media_type in NOT_PICTURES:
        for field in ("avatar", "header"):
            answer = await ines.post("/settings/profile", {"name": "Inès"}, files=[(field, (name, content, media_type))])
            assert answer.status_code == 422, name
        for field in ("logo", "cover"):
            assert (await marc.post("/site/look", LOOK, files=[(field, (name, content, media_type))])).status_code == 422, name
            assert (await shop.get(f"/{field}")).status_code == 404, name
    assert (await marc.post("/site/look", LOOK, files=[("logo", ("page.html", POLYGLOTS["image.png"], "text/html"))])).status_code == 303
    logo = await shop.get("/logo")
    assert (logo.status_code, logo.headers["content-type"], SCRIPT in logo.content) == (200, "image/png", False)
    person = await shop.person("ines")
    assert (person.icon, person.image) == (None, None)


TYPED = [
    "[x](javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//evil.example/x)",
    "<javascript:alert(1)>",
    "![x](http://10.0.0.1/x.png)",
    "![x][y]\n\n[y]: http://10.0.0.1/x.png 'x'",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<b onclick=alert(1)>gras</b>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "```html\n<script>alert(1)</script>\n```",
    "# <svg onload=alert(1)>",
    'https://a.example/"onmouseover=alert(1)//',
    '@ines"><script>alert(1)</script> #tag"><script>',
    "<a href=https://evil.example>https://hq.example</a>",
]


@pytest.mark.attack("CNT-034")
async def test_what_is_typed_here_becomes_no_markup_but_ours(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    for typed in TYPED:
        answer = await compose(ines, f"avant {typed}", audience="public", title=typed[:100], warning=typed[:100])
        assert answer.status_code == 303, typed
        path = answer.headers["location"]
        content = (await shop.get(path, accept=AS2)).json()["content"]
        page = (await shop.get(path)).text
        for prose in (content, *prose_of(page)):
            shown = look_at(prose)
            assert "avant" in shown.words, typed
            assert shown.harms() == [], typed
            assert not {name for name, _ in shown.tags} & {"img", "b", "svg"}, typed
            assert not [address for address, _ in shown.links if not re.match(r"https?://|\Z", address)], typed
        assert "img" not in {name for name, _ in look_at(page).tags}, typed
        assert "<script>" not in page, typed
