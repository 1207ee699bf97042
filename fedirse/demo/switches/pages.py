"""The page itself: every process with its sites, whether it runs, and a button."""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fedirse.base.errors import ConfigurationError
from fedirse.demo.cast import OWNERS
from fedirse.demo.network import Network
from fedirse.demo.processes import Processes
from fedirse.demo.switches.model import Line, Lock
from fedirse.web.headers import security_headers
from fedirse.web.languages import choose_language, translations

HERE: Final = Path(__file__).parent
DEFAULT_LANGUAGE: Final = "fr"
_HEADERS: Final = {**dict(security_headers(https=False)), "cache-control": "no-store"}
_KEYS: Final = {owner.key: owner for owner in OWNERS}

Deed = Callable[[str], None]


def application(network: Network, processes: Processes, lock: Lock) -> Starlette:
    """The page as an ASGI application.

    Args:
        network: whose processes they are.
        processes: all of them, running or not.
        lock: whom it answers.
    """

    def lines() -> list[Line]:
        return [_line(network, processes, key) for key in _KEYS]

    def show(request: Request, failed: str = "") -> Response:
        language = choose_language(request.headers.getlist("accept-language"), DEFAULT_LANGUAGE)
        body = _environment(language).get_template("switches.html")
        text = body.render(lines=lines(), token=lock.token, failed=failed, language=language)
        status = HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK
        return HTMLResponse(text, status, {**_HEADERS, "content-language": language, "vary": "Accept-Language"})

    async def get_page(request: Request) -> Response:
        return show(request) if lock.is_meant(request.headers.get("host", "")) else _refuse()

    async def get_style(_: Request) -> Response:
        return Response((HERE / "switches.css").read_bytes(), media_type="text/css", headers=_HEADERS)

    def press(deed: Deed) -> Callable[[Request], Any]:
        async def pressed(request: Request) -> Response:
            if not lock.is_meant(request.headers.get("host", "")):
                return _refuse()
            form = await request.form(max_files=0, max_fields=4)
            key = form.get("process")
            if not lock.is_ours(form.get("token")) or not isinstance(key, str) or key not in _KEYS:
                return _refuse()
            try:
                await run_in_threadpool(deed, key)
            except ConfigurationError:
                return show(request, failed=str(network.log(_KEYS[key])))
            return RedirectResponse(f"/#{key}", HTTPStatus.SEE_OTHER, _HEADERS)

        return pressed

    return Starlette(
        routes=[
            Route("/", get_page),
            Route("/switches.css", get_style),
            Route("/off", press(processes.switch_off), methods=["POST"]),
            Route("/on", press(lambda key: processes.switch_on(_KEYS[key])), methods=["POST"]),
        ]
    )


def _refuse() -> Response:
    return PlainTextResponse("Open the page of switches and press its buttons there.\n", HTTPStatus.FORBIDDEN, _HEADERS)


def _line(network: Network, processes: Processes, key: str) -> Line:
    sites = _KEYS[key].sites
    names, addresses = tuple(site.name for site in sites), tuple(network.address(site) for site in sites)
    # People who try a demo look at the clock of this machine.
    since = processes.since(key).astimezone().strftime("%H:%M:%S")
    return Line(key, names, addresses, processes.is_running(key), since)


@cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    # Added to the environment by the extension just named, so its type does not know it.
    install: Any = getattr(made, "install_gettext_translations")  # noqa: B009
    install(translations(language), newstyle=True)
    return made
