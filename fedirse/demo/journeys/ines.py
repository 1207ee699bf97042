"""Inès, of the store in Lyon, with her own telephone in a break: reads what waits for her and says so, once without a connection."""

# ruff: noqa: RUF001 - French has its own apostrophe

import re

from fedirse.base.errors import NotFound
from fedirse.demo.announced import ANNOUNCED
from fedirse.demo.cast import LYON
from fedirse.demo.journeys.hand import Hand
from fedirse.demo.journeys.stage import PHONE, Published, Stage

BUTTON = "J’ai lu et compris"
DONE = "Vous l’avez lue et comprise"


def play(stage: Stage, published: Published) -> None:
    """What Nadia has just published, then the urgent recall that lies there from before. Raises NotFound as `Hand.step`."""
    with stage.at_a_phone("Inès", LYON, "ines") as ines:
        with ines.step("reads what Nadia announced, and confirms it, from her home", target=2):
            _open_what_waits(ines, published.title)
            ines.sees(ines.words(published.text))
            ines.press(ines.button(BUTTON))
            ines.sees(ines.words(DONE))
        _expect_noted(stage, ines)
        ines.page.goto("/")
        with ines.step("confirms another one while the network is gone", target=2):
            _open_what_waits(ines, ANNOUNCED["rappel"].title)
            ines.page.context.set_offline(True)
            ines.press(ines.button(BUTTON))
            ines.sees(ines.words("votre confirmation est gardée dans ce navigateur"))
        _expect_noted(stage, ines, is_so=False)
        with ines.step("has the network again: it is sent by itself", target=0):
            ines.page.context.set_offline(False)
            ines.sees(ines.words(DONE))
        _expect_noted(stage, ines)


def _open_what_waits(ines: Hand, title: str) -> None:
    """What is to be read stands on top: nobody scrolls to come to the heading."""
    waiting = ines.page.get_by_role("region", name=re.compile("^À lire"))
    box = waiting.get_by_role("heading").first.bounding_box()
    assert box is not None, "« À lire » is not on her home"  # noqa: S101 - ends the step
    assert box["y"] < PHONE["viewport"]["height"] / 2, "« À lire » is not on top of it"  # noqa: S101 - ends the step
    ines.press(waiting.get_by_role("link", name=title))
    ines.page.wait_for_url(re.compile(r"/posts/"))


def _expect_noted(stage: Stage, ines: Hand, *, is_so: bool = True) -> None:
    """Whether the site has it from her, as Marc, who answers for it, is told."""
    path = "/" + ines.page.url.split("/", 3)[3].partition("?")[0]
    page = stage.visitor(LYON, "marc").get(path).text
    lines = re.findall(r"<li\b.*?</li>", page, re.DOTALL)
    noted = any("Inès" in line and "comprise" in line for line in lines)
    if noted != is_so:
        raise NotFound(
            "not noted", reason="not-seen", public_message=f"Whether {path} is confirmed by Inès at her site: {noted}, not {is_so}."
        )
