"""The page that says how the site is doing, in sentences."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from babel.dates import format_timedelta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.roles import Permission
from fedirse.features.care.health.model import Finding, Size, Word
from fedirse.features.care.health.rules import worst
from fedirse.features.care.health.views import examine, show_size
from fedirse.social.accounts.visitors import page, site_of
from fedirse.web import languages
from fedirse.web.rendering import page_language, render, timezone_of
from fedirse.web.visitor import Visitor

_FRENCH_UNITS: Final = ("o", "Kio", "Mio", "Gio", "Tio")


async def get_health(request: Request, visitor: Visitor) -> Response:
    """Everything that is known about the state of the site, the worst first."""
    site = site_of(request)
    findings = await examine(site)
    language = page_language(request)
    zone = visitor.timezone or site.settings.timezone
    translate, show = languages.translations(language).gettext, _shower(language, zone)
    lines = [(finding.level.value, finding.say(translate, show), finding.advise(translate, show)) for finding in _worst_first(findings)]
    return render(request, "health/health.html", {"worst": worst(findings).value, "lines": lines})


def _worst_first(findings: tuple[Finding, ...]) -> list[Finding]:
    order = {"red": 0, "orange": 1, "green": 2}
    return sorted(findings, key=lambda finding: order[finding.level.value])


def _shower(language: str, zone: str) -> Callable[[Word], str]:
    """Writes a word of a finding for a reader."""

    def show(word: Word) -> str:
        if isinstance(word, datetime):
            return languages.long_date(word, language, timezone_of(zone))
        if isinstance(word, timedelta):
            return str(format_timedelta(word, locale=language))
        if isinstance(word, Size):
            return show_size(word, _FRENCH_UNITS, ",") if language == "fr" else show_size(word)
        return languages.number(word, language) if isinstance(word, int) else word

    return show


ROUTES: list[BaseRoute] = [page("/site/health", get_health, Permission.CARE)]
