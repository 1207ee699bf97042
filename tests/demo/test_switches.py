"""The page of switches: nobody but its own forms presses its buttons, and it says what goes off together."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.errors import ConfigurationError
from fedirse.demo.cast import OWNERS, SITES, Owner
from fedirse.demo.network import Network, Plan
from fedirse.demo.processes import Processes
from fedirse.demo.switches.model import Lock
from fedirse.demo.switches.pages import application

HOST = "localhost:8106"
FORM = {"token": "secret", "process": "bordeaux"}


class Recorder(Processes):
    """Processes that are said to run, and write down what is done to them."""

    def __init__(self, network: Network) -> None:
        super().__init__(network, FixedClock(datetime(2026, 11, 22, 9, 30, tzinfo=UTC)))
        self.on = {owner.key for owner in OWNERS}
        self.deeds: list[str] = []
        self.fails = False

    def is_running(self, key: str) -> bool:
        return key in self.on

    def switch_off(self, key: str) -> None:
        self.deeds.append(f"off {key}")
        self.on.discard(key)

    def switch_on(self, owner: Owner) -> None:
        self.deeds.append(f"on {owner.key}")
        if self.fails:
            raise ConfigurationError("it ended")
        self.on.add(owner.key)


@pytest.fixture
def processes(tmp_path: Path) -> Recorder:
    return Recorder(Network(tmp_path, Plan(8101)))


@pytest.fixture
async def browser(processes: Recorder) -> AsyncIterator[httpx.AsyncClient]:
    page = application(processes._network, processes, Lock({HOST}, "secret"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(page), base_url=f"http://{HOST}") as client:
        yield client


@pytest.mark.parametrize("host", ["attacker.example", "attacker.example:8106", "siege.localhost:8106", "localhost", ""])
async def test_a_name_that_somebody_lets_lead_here_gets_nothing_and_switches_nothing(
    browser: httpx.AsyncClient, processes: Recorder, host: str
) -> None:
    shown = await browser.get("/", headers={"host": host})
    pressed = await browser.post("/off", data=FORM, headers={"host": host})
    assert (shown.status_code, pressed.status_code) == (403, 403)
    assert "secret" not in shown.text + pressed.text
    assert processes.deeds == []


@pytest.mark.parametrize("token", [None, "", "guessed", "secret ", "sécret"])
async def test_a_form_of_another_page_switches_nothing(browser: httpx.AsyncClient, processes: Recorder, token: str | None) -> None:
    form = {"process": "bordeaux"} | ({"token": token} if token is not None else {})
    assert (await browser.post("/off", data=form)).status_code == 403
    assert processes.deeds == []


async def test_a_link_switches_nothing(browser: httpx.AsyncClient, processes: Recorder) -> None:
    for path in ("/off", "/on"):
        assert (await browser.get(path, params=FORM)).status_code == 405
    assert processes.deeds == []


@pytest.mark.parametrize("process", ["", "nobody", "../bordeaux"])
async def test_a_process_that_is_not_of_the_demo_is_refused(browser: httpx.AsyncClient, processes: Recorder, process: str) -> None:
    assert (await browser.post("/off", data={**FORM, "process": process})).status_code == 403
    assert processes.deeds == []


async def test_a_file_in_place_of_the_token_is_refused(browser: httpx.AsyncClient, processes: Recorder) -> None:
    answer = await browser.post("/off", data={"process": "bordeaux"}, files={"token": ("token", b"secret")})
    assert answer.status_code == 400
    assert processes.deeds == []


async def test_no_other_page_puts_it_into_a_frame(browser: httpx.AsyncClient) -> None:
    headers = (await browser.get("/")).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-frame-options"], headers["cache-control"]) == ("DENY", "no-store")


async def test_a_button_switches_off_and_the_next_one_on(browser: httpx.AsyncClient, processes: Recorder) -> None:
    off = await browser.post("/off", data=FORM)
    assert (off.status_code, off.headers["location"]) == (303, "/#bordeaux")
    assert part_of((await browser.get("/")).text, "bordeaux").count('action="/on"') == 1
    await browser.post("/on", data=FORM)
    assert processes.deeds == ["off bordeaux", "on bordeaux"]


async def test_one_that_does_not_start_is_said_with_its_log(browser: httpx.AsyncClient, processes: Recorder) -> None:
    processes.on.discard("bordeaux")
    processes.fails = True
    answer = await browser.post("/on", data=FORM)
    assert answer.status_code == 503
    assert str(processes._network.log(OWNERS[2])) in answer.text


async def test_every_site_is_there_with_its_address_and_one_process_says_what_goes_off_together(browser: httpx.AsyncClient) -> None:
    text = (await browser.get("/", headers={"accept-language": "en"})).text
    for key in SITES:
        assert text.count(f">http://{key}.localhost:") == 1
    together = [owner.key for owner in OWNERS if "they go off together" in part_of(text, owner.key)]
    assert together == [owner.key for owner in OWNERS if len(owner.sites) > 1] == ["hebergeur"]


async def test_it_speaks_french_unless_somebody_prefers_english(browser: httpx.AsyncClient, processes: Recorder) -> None:
    processes.on.discard("siege")
    french, english = [(await browser.get("/", headers={"accept-language": language})).text for language in ("de", "en")]
    assert all(words in french for words in ("Éteindre", "Rallumer", "En marche depuis", "Éteint depuis", '<html lang="fr">'))
    assert all(words in english for words in ("Switch off", "Switch on", "Runs since", "Off since", '<html lang="en">'))


async def test_the_style_is_its_own(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/switches.css")).headers["content-type"].startswith("text/css")


def part_of(page: str, key: str) -> str:
    """What the page says of one process."""
    return next(part for part in re.split(r"(?=<li class=\"process )", page) if f'id="{key}"' in part)
