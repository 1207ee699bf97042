"""Files that every page needs: our stylesheet, and the few that carry a site's brand. Addresses change with the content."""

import re
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from fedirse.base.errors import NotFound
from fedirse.base.settings import SiteSettings
from fedirse.site import Site
from fedirse.web.colours import WHITE, contrast, mixed, readable_on, text_on
from fedirse.web.names import initials

FOLDER: Final = Path(__file__).parent / "static"
MEDIA_FOLDER: Final = "media"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
REVALIDATE: Final = "public, no-cache"

REMEMBERED_BRANDS: Final = 512
"""Of so many sites in one process the addresses of the brand's files are worked out once."""

# Surfaces of style.css that text in a site's colours stands on; a test compares them.
LIGHT_SURFACES: Final = ("#ffffff", "#f7f6f3")
DARK_SURFACES: Final = ("#1c1f24", "#121418")

FONTS: Final = {
    "plain": 'ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif',
    "book": '"Iowan Old Style","Palatino Linotype","URW Palladio L",P052,"Noto Serif",Georgia,serif',
    "round": 'ui-rounded,"Hiragino Maru Gothic ProN",Quicksand,Comfortaa,Manjari,"Arial Rounded MT Bold",Calibri,"Noto Sans",sans-serif',
    "narrow": '"Avenir Next","Franklin Gothic Medium","Arial Narrow","Roboto Condensed","Liberation Sans Narrow","Noto Sans",sans-serif',
}
"""Letters by their setting: only such as devices have already, so that nothing is loaded for them."""

_STRONG: Final = 2.0
"""From this contrast to white on a colour is still recognised in its readable shade."""

_IN_STYLE: Final = re.compile(
    r"""(?P<kept>"[^"]*"|'[^']*')|(?P<comment>/\*.*?\*/\s*)|\s*(?P<sign>[{};,>])(?:\s|/\*.*?\*/)*|(?P<colon>:\s+)"""
    r"""|(?P<space>\s+)|(?<![\w.])0(?=\.\d)""",
    re.DOTALL,
)
_BEFORE_SCRIPT: Final = re.compile(rb"^[ \t]*(?://.*)?\n?", re.MULTILINE)

_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_LOGO_TYPES: Final = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    # Its scripts do not run: the policy of the site allows none, and a picture in a page never runs any.
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


@cache
def static_url(name: str) -> str:
    """Path of one of our files, with its digest."""
    return f"/static/{_digest(read_static(name))}/{name}"


@lru_cache(maxsize=REMEMBERED_BRANDS)
def brand_url(settings: SiteSettings) -> str:
    """Path of the stylesheet with the site's colours, with its digest."""
    return f"/brand.css?v={_digest(render_brand(settings).encode())}"


@lru_cache(maxsize=REMEMBERED_BRANDS)
def icon_url(settings: SiteSettings) -> str:
    """Path of the small icon in the site's colours, with its digest."""
    return f"/icon.svg?v={_digest(_render_icon(settings).encode())}"


def logo_path(site: Site) -> Path | None:
    """The site's logo on disk; None when it has none, or one that cannot be shown."""
    return _picture(site, site.settings.logo)


def cover_path(site: Site) -> Path | None:
    """The wide picture of the site's own page on disk; None as for the logo."""
    return _picture(site, site.settings.cover)


def _picture(site: Site, name: str | None) -> Path | None:
    """A picture of the site's media folder, and of nowhere else, whatever the settings say."""
    if not name or Path(name).suffix.lower() not in _LOGO_TYPES:
        return None
    folder = (site.folder / MEDIA_FOLDER).resolve()
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder) and path.is_file() else None


def render_brand(settings: SiteSettings) -> str:
    """The site's colours as custom properties; every text colour reaches the contrast of level AA on what it stands on."""
    brand, accent = settings.colour.lower(), settings.accent.lower()
    # A brand that is nearly white would give grey links; the second colour speaks for it there.
    strong = brand if contrast(brand, WHITE) >= _STRONG else accent
    light_tint, dark_tint = mixed(strong, WHITE, 0.92), mixed(strong, DARK_SURFACES[0], 0.82)
    light = {
        "brand": brand,
        "on-brand": text_on(brand),
        "accent": accent,
        "link": readable_on(strong, *LIGHT_SURFACES, light_tint),
        "accent-text": readable_on(accent, *LIGHT_SURFACES),
        "tint": light_tint,
        "letters": FONTS[settings.font],
    }
    dark = {
        "link": readable_on(mixed(strong, WHITE, 0.35), *DARK_SURFACES, dark_tint),
        "accent-text": readable_on(mixed(accent, WHITE, 0.25), *DARK_SURFACES),
        "tint": dark_tint,
    }
    return (
        f":root{{{_properties(light)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{_properties(dark)}}}}}\n"
        f":root[data-theme=dark]{{{_properties(dark)}}}\n"
    )


def static_routes() -> list[Route]:
    """The routes of all these files."""
    return [
        Route("/static/{digest}/{name}", _get_static),
        Route("/brand.css", _get_brand),
        Route("/icon.svg", _get_icon),
        Route("/logo", _get_logo),
        Route("/cover", _get_cover),
    ]


async def _get_static(request: Request) -> Response:
    path = FOLDER / request.path_params["name"]
    known = path.is_file() or (path.suffix == ".css" and (FOLDER / path.stem).is_dir())
    if path.parent != FOLDER or path.suffix not in _TYPES or not known:
        raise NotFound("no such file of ours")
    content = read_static(path.name)
    # A page from before an update asks for what is no longer; it gets what there is, and asks again next time.
    cache_control = IMMUTABLE if request.path_params["digest"] == _digest(content) else REVALIDATE
    return Response(content, media_type=_TYPES[path.suffix], headers={"cache-control": cache_control})


async def _get_brand(request: Request) -> Response:
    return _versioned(request, render_brand(_site(request).settings), "text/css")


async def _get_icon(request: Request) -> Response:
    return _versioned(request, _render_icon(_site(request).settings), "image/svg+xml")


async def _get_logo(request: Request) -> Response:
    return _picture_response(logo_path(_site(request)))


async def _get_cover(request: Request) -> Response:
    return _picture_response(cover_path(_site(request)))


def _picture_response(path: Path | None) -> Response:
    if path is None:
        raise NotFound("the site has no such picture")
    return FileResponse(path, media_type=_LOGO_TYPES[path.suffix.lower()], headers={"cache-control": "public, max-age=300"})


def _versioned(request: Request, content: str, media_type: str) -> Response:
    asked = request.query_params.get("v")
    cache_control = IMMUTABLE if asked == _digest(content.encode()) else REVALIDATE
    return Response(content, media_type=media_type, headers={"cache-control": cache_control})


def _render_icon(settings: SiteSettings) -> str:
    letters = initials(settings.name)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{settings.colour}"/>'
        f'<text x="32" y="33" fill="{text_on(settings.colour)}" font-family="sans-serif" font-weight="700" '
        f'font-size="{30 if len(letters) > 1 else 38}" text-anchor="middle" dominant-baseline="central">{_escape(letters)}</text></svg>'
    )


def _escape(letters: str) -> str:
    return letters.replace("&", "&amp;").replace("<", "&lt;")


def _properties(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


def _site(request: Request) -> Site:
    site: Site = request.scope["fedirse.site"]
    return site


def _digest(content: bytes) -> str:
    # Enough to tell one version of a file from the next; pages repeat it with every drawing.
    return blake2b(content, digest_size=4).hexdigest()


@cache
def read_static(name: str) -> bytes:
    """The bytes of one of our files, without what only its authors need.

    A stylesheet is the files of the folder that has its name, one behind the other.
    """
    path, parts = FOLDER / name, FOLDER / Path(name).stem
    if path.suffix == ".css" and parts.is_dir():
        return squeeze("\n".join(part.read_text(encoding="utf-8") for part in sorted(parts.glob("*.css")))).encode()
    content = path.read_bytes()
    return _BEFORE_SCRIPT.sub(b"", content) if path.suffix == ".js" else content


def squeeze(style: str) -> str:
    """A stylesheet without its comments and what else means nothing in it; what stands in quotation marks stays. Pure."""
    return _IN_STYLE.sub(_squeezed, style).replace(";}", "}").strip()


def _squeezed(found: re.Match[str]) -> str:
    if found["comment"]:
        return ""
    # Before a colon a space may be the one between two selectors; behind it there is never one that matters.
    return found["kept"] or found["sign"] or (":" if found["colon"] else " " if found["space"] else "")
