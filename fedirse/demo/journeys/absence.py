"""A store is switched off, and Nadia publishes a second version meanwhile: once it is back it has that version, and nobody did anything."""

import re
from dataclasses import replace

from fedirse.demo.cast import BORDEAUX, HEAD_OFFICE, LYON
from fedirse.demo.journeys.hand import RETURN_MILLISECONDS, Hand
from fedirse.demo.journeys.stage import Published, Stage

ADDED = "Et la guirlande de la réserve aussi."


def play(stage: Stage, published: Published) -> None:
    """Bordeaux goes, misses the second version, and comes back. Raises NotFound as `Hand.step`."""
    with stage.at_the_switches("absence") as switches:
        with switches.step("Bordeaux is switched off, by the page of the demo"):
            _press(switches, "Éteindre")
        with stage.at_a_laptop("absence", HEAD_OFFICE, "nadia") as nadia:
            later = _change(nadia, published)
            with nadia.step("the board has it in Lyon, and says that Bordeaux does not answer", target=0):
                nadia.sees(nadia.row(LYON.name, "reçue"))
                nadia.sees(nadia.row(BORDEAUX.name, "ne répond pas"))
            with switches.step("Bordeaux is switched on again"):
                _press(switches, "Rallumer")
            with nadia.step("the board has it in Bordeaux, late, and Nadia did nothing", target=0):
                nadia.sees(nadia.row(BORDEAUX.name, "reçue en retard"), RETURN_MILLISECONDS)
                nadia.sees_no(nadia.row(BORDEAUX.name, "en est à la version"))
    with stage.at_a_laptop("absence", BORDEAUX, "beatrice") as beatrice, beatrice.step("Béatrice, in Bordeaux, reads the second version"):
        beatrice.press(beatrice.link(later.title))
        beatrice.sees(beatrice.words(ADDED))
        beatrice.sees(beatrice.words("Version 2"))


def _press(switches: Hand, name: str) -> None:
    line = switches.page.get_by_role("listitem").filter(has=switches.page.get_by_role("heading", name=BORDEAUX.name))
    switches.press(line.get_by_role("button", name=name))
    other = {"Éteindre": "Rallumer", "Rallumer": "Éteindre"}[name]
    switches.sees(line.get_by_role("button", name=other))


def _change(nadia: Hand, published: Published) -> Published:
    """She has the announcement before her, and asks everybody once more."""
    nadia.page.goto(f"/posts/{published.post_id}")
    text = f"{published.text} {ADDED}"
    with nadia.step("Nadia opens the fields of a later version"):
        nadia.press(nadia.link("Publier une nouvelle version"))
        nadia.sees(nadia.button("Publier la nouvelle version"))
    with nadia.step("Nadia corrects it, and asks everybody once more", target=3):
        nadia.press(nadia.field("Votre message"))
        nadia.replace(text)
        again = nadia.field("Redemander la confirmation")
        if not again.is_checked():
            nadia.press(again)
        nadia.press(nadia.button("Publier la nouvelle version"))
        nadia.page.wait_for_url(re.compile(r"/board"))
    return replace(published, text=text)
