"""Pages out of templates. Knows the site's brand and the visitor's language; knows no feature.

Everything put into a template is escaped. The only way around that is the filter `safe_html`, which cleans what it lets through.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from zlib import crc32
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from fedirse.activitypub import values
from fedirse.base.actors import StoredActor
from fedirse.site import Site
from fedirse.storage.room import StorageState
from fedirse.web import languages, static
from fedirse.web.html import clean, to_text
from fedirse.web.icons import icon
from fedirse.web.links import host_of, show_hosts
from fedirse.web.names import initials, plain
from fedirse.web.navigation import NavigationItem, shown_to
from fedirse.web.negotiation import PRIVATE, PUBLIC, VARY
from fedirse.web.notices import forget_notice, read_notice
from fedirse.web.visitor import Visitor

PictureOf = Callable[[Site, str], str]
"""Where a page shows a picture from, by its address anywhere; put into the scope by the assembly."""

PACKAGE: Final = Path(__file__).parent.parent
HUES: Final = 8
"""How many colours a monogram may have; style.css names them hue-0 to hue-7."""

EXCERPT: Final = 420
_HEADING: Final = re.compile(r"<h[1-6]>.*?</h[1-6]>", re.DOTALL)
_INDENT: Final = re.compile(r"^[ \t]+", re.MULTILINE)
_SPACES: Final = re.compile(r"[ \t\r\n]+")


def render(
    request: Request, template: str, context: Mapping[str, object] | None = None, *, private: bool = True, status: int = 200
) -> HTMLResponse:
    """A page in the site's brand and the visitor's language.

    Args:
        request: the request; its scope holds the site.
        template: `slice/name.html`, or `web/name.html`.
        context: what the template shows; besides it templates know `site`, `uris`, `logo`, `cover`, `language`, `timezone`, `now`,
            `visitor` (None for somebody who is not signed in), `navigation`, `notice`, `picture_of`, `path` and `can_write`.
        private: whether the page was made for this reader; then nobody keeps it.
        status: HTTP status.
    """
    visitor: Visitor | None = request.scope.get("fedirse.visitor")
    language, notice = page_language(request), read_notice(request)
    known = _known_everywhere(request, visitor) | {"language": language, "notice": notice}
    body = environment(language).get_template(template).render({**known, **(context or {})})
    headers = {
        "cache-control": PUBLIC if not private and visitor is None and not notice else PRIVATE,
        "content-language": language,
        "vary": f"{VARY}, Accept-Language",
    }
    response = HTMLResponse(body, status, headers)
    if notice:
        forget_notice(request, response)
    return response


def _known_everywhere(request: Request, visitor: Visitor | None) -> dict[str, object]:
    """What every template knows."""
    site: Site = request.scope["fedirse.site"]
    navigation: Sequence[NavigationItem] = request.scope.get("fedirse.navigation", ())
    picture_of: PictureOf | None = request.scope.get("fedirse.picture_of")
    return {
        "site": site.settings,
        "uris": site.uris,
        "logo": static.logo_path(site) is not None,
        "cover": static.cover_path(site) is not None,
        "timezone": timezone_of((visitor.timezone if visitor else "") or site.settings.timezone),
        "now": site.clock.now(),
        "visitor": visitor,
        "navigation": shown_to(navigation, visitor, head_office=site.settings.head_office) if visitor else [],
        "picture_of": partial(picture_of, site) if picture_of is not None and visitor is not None else partial(_own_picture, site),
        "path": request.scope["path"],
        "can_write": site.storage_state is StorageState.WRITABLE,
    }


def _own_picture(site: Site, url: str) -> str:
    """For nobody in particular: pictures of ours, and none that would have to be fetched for them."""
    files = f"{site.settings.scheme}://{site.settings.media_domain}/"
    return url if site.uris.is_own(url) or (site.settings.media_domain and url.startswith(files)) else ""


def page_language(request: Request) -> str:
    """The language of the pages for whoever asks: that of their account, else what their browser prefers, else the site's."""
    visitor: Visitor | None = request.scope.get("fedirse.visitor")
    if visitor is not None and visitor.language in languages.LANGUAGES:
        return visitor.language
    site: Site = request.scope["fedirse.site"]
    return languages.choose_language(request.headers.getlist("accept-language"), site.settings.language)


@cache
def timezone_of(name: str) -> ZoneInfo:
    """A time zone by its name; UTC for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


class Unindented(Extension):
    """Leaves out what indents the lines of a template. Nothing that is put into a template is touched."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - given by Jinja
        """The source as it is compiled."""
        return _INDENT.sub("", source)


@cache
def environment(language: str) -> Environment:
    """The templates of all the slices, with the words of one language."""
    made = Environment(
        loader=PrefixLoader(template_folders()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", Unindented],
    )
    # Added to the environment by the extension just named, so its type does not know it.
    install: Any = getattr(made, "install_gettext_translations")  # noqa: B009
    install(languages.translations(language), newstyle=True)
    made.globals["_"] = made.globals["gettext"] = _speaker(language)
    made.filters |= {
        "excerpt": excerpt,
        "field": field_value,
        "initials": initials,
        "full_date": _full_date,
        "name": name,
        "number": lambda count: languages.number(count, language),
        "percent": lambda share: languages.percent(share, language),
        "plain": plain,
        "safe_html": safe_html,
        "sentence": lambda error: error.sentence(languages.translations(language).gettext),
        "short_date": _short_date,
        "translated": languages.translations(language).gettext,
        "web_address": lambda address: values.web_address(address) or "",
        "words": to_text,
    }
    made.globals |= {
        "brand_url": static.brand_url,
        "drawing": icon,
        "host_of": lambda address: host_of(address) or "",
        "hue": lambda text: crc32(text.encode()) % HUES,
        "icon_url": static.icon_url,
        "is_here": _is_here,
        "profile_path": profile_path,
        "static": static.static_url,
    }
    return made


def _speaker(language: str) -> Callable[..., Markup]:
    """What `_("…")` and `{% trans %}` say without a plural, as Jinja's own does, with each message looked up once: a page says hundreds."""
    gettext = languages.translations(language).gettext

    @cache
    def message(text: str) -> Markup:
        # Written by us, in a template or a catalogue.
        return Markup(gettext(text))  # noqa: S704

    @cache
    def alone(text: str) -> Markup:
        return message(text) % {}

    def say(text: str, /, **values: object) -> Markup:
        return message(text) % values if values else alone(text)

    return say


def template_folders() -> dict[str, BaseLoader]:
    """A loader for each folder of templates, by the name of its slice; `web` for the shared ones."""
    folders = [PACKAGE / "web" / "templates", *PACKAGE.glob("social/**/templates"), *PACKAGE.glob("features/**/templates")]
    return {folder.parent.name: FileSystemLoader(folder) for folder in folders}


def safe_html(html: str, trusted: frozenset[str] = frozenset()) -> Markup:
    """HTML of whatever origin, cleaned now, whether or not it was before, with the true host beside misleading links.

    Args:
        html: the HTML.
        trusted: hosts of those it really mentions.
    """
    return Markup(show_hosts(clean(html), trusted))  # noqa: S704 - the audited place


def name(text: str) -> Markup:
    """A name, title or other short text of somebody else: escaped, without invisible characters, isolated from what follows."""
    return Markup(f"<bdi>{escape(plain(text))}</bdi>")  # noqa: S704 - escaped here


def field_value(html: str) -> Markup:
    """The value of a line of a profile: its words, and a link only where the words themselves are the address (CNT-007, CNT-024)."""
    words = plain(to_text(clean(html)))
    address = values.web_address(words)
    if address is None:
        return name(words)
    link = Markup('<a href="{}" rel="nofollow noopener noreferrer ugc"><bdi>{}</bdi></a>').format(address, words)
    return Markup(show_hosts(link))  # noqa: S704 - escaped here


def excerpt(html: str, length: int = EXCERPT) -> str:
    """The first sentences of some HTML on one line: whole paragraphs as far as they fit into `length`, headings left out."""
    # Spaces that hold a « or a “ ?” to its word stay what they are.
    lines = [_SPACES.sub(" ", line).strip() for line in to_text(_HEADING.sub("", html)).splitlines()]
    taken = ""
    for line in filter(None, lines):
        longer = f"{taken} {line}".strip()
        if len(longer) > length:
            return taken or f"{line[:length].rsplit(' ', 1)[0]}…"
        taken = longer
    return taken


def profile_path(actor: StoredActor) -> str:
    """Path of the page about an actor, ours or another server's."""
    return f"/@{quote(actor.handle)}" if actor.local else f"/@{quote(actor.handle)}@{actor.host}"


@pass_context
def _is_here(context: Context, path: str) -> bool:
    """Whether the page shown is the one at `path`, or below it."""
    here: str = context["path"]
    return here == path or (path != "/" and here.startswith(f"{path}/"))


@pass_context
def _short_date(context: Context, instant: datetime) -> Markup:
    language: str = context["language"]
    return _time(context, instant, languages.short_date(instant, context["now"], language, context["timezone"]))


@pass_context
def _full_date(context: Context, instant: datetime) -> Markup:
    return _time(context, instant, languages.long_date(instant, context["language"], context["timezone"]))


def _time(context: Context, instant: datetime, words: str) -> Markup:
    stamp = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    title = escape(languages.long_date(instant, context["language"], context["timezone"]))
    return Markup(f'<time datetime="{stamp}" title="{title}">{escape(words)}</time>')  # noqa: S704 - escaped here
