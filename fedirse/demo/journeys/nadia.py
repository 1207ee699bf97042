"""Nadia, of the head office, at a laptop: announces to the stores of the South, sees it arrive, and reminds those that are silent."""

# ruff: noqa: RUF001 - French has its own apostrophe

import re
from datetime import timedelta
from typing import Final

from fedirse.base.clock import SystemClock
from fedirse.demo.cast import BORDEAUX, HEAD_OFFICE, LYON
from fedirse.demo.drawings import draw
from fedirse.demo.hands import fresh_words
from fedirse.demo.journeys.hand import Hand
from fedirse.demo.journeys.stage import Published, Stage

SEGMENT: Final = "Sud"
SITES: Final = (LYON, BORDEAUX)
"""Who is in it, besides the head office itself."""
TEXT: Final = "Retirez la guirlande de la vitrine ce soir, et rangez-la en réserve. Le plan de remplacement est joint."
PICTURE: Final = "Une vitrine étroite dans un mur de briques : une table à quatre couverts, une suspension, une chaise à moitié dehors."
PLAN: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def play(stage: Stage) -> Published:
    """From her home to a board on which every site has it. Raises NotFound as `Hand.step`."""
    title = f"La guirlande de Noël : {fresh_words()}"
    with stage.at_a_laptop("Nadia", HEAD_OFFICE, "nadia") as nadia:
        _open(nadia)
        _write(nadia, title)
        _address(nadia)
        _ask(nadia)
        _publish(nadia)
        found = re.search(r"/announcements/(\w+)/board", nadia.page.url)
        published = Published(title, TEXT, found[1] if found else "")
        _remind(nadia)
    return published


def _open(nadia: Hand) -> None:
    with nadia.step("opens Annonces, then Nouvelle annonce"):
        nadia.press(nadia.link("Annonces"))
        nadia.press(nadia.link("Nouvelle annonce"))
        nadia.sees(nadia.field("Titre"))


def _write(nadia: Hand, title: str) -> None:
    with nadia.step("writes a title and a text"):
        nadia.press(nadia.field("Titre"))
        nadia.type(title)
        nadia.key("Tab")
        nadia.type(TEXT)
        nadia.sees(nadia.field("Votre message").and_(nadia.page.locator(":focus")))
    with nadia.step("adds a PDF and a picture from her machine"):
        nadia.bring(
            nadia.field("Choisir des images ou des fichiers"),
            [
                {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PLAN},
                {"name": "vitrine.jpg", "mimeType": "image/jpeg", "buffer": draw("petite-vitrine")},
            ],
        )
        nadia.sees(nadia.field("Ce qu’est le fichier"))
        nadia.sees(nadia.field("Ce que montre l’image"))
    with nadia.step("says what the picture shows"):
        nadia.press(nadia.field("Ce que montre l’image"))
        nadia.type(PICTURE)


def _address(nadia: Hand) -> None:
    with nadia.step("chooses a selection of sites, and reads how many that are", target=4):
        nadia.press(nadia.choice("Sites choisis"))
        nadia.choose(nadia.field("Sélection de sites"), f"{SEGMENT} –")
        chosen = nadia.field("Sélection de sites").locator("option:checked").inner_text()
        assert re.search(rf"\b{len(SITES) + 1} sites, (?:environ|au moins) \d+ personnes", chosen), chosen  # noqa: S101 - ends the step
        nadia.sees(nadia.words("Ne sortira pas du réseau").and_(nadia.page.locator(":visible")))


def _ask(nadia: Hand) -> None:
    # The field has the time of the site, and two days are late enough in every zone.
    until = (SystemClock().now() + timedelta(days=2)).strftime("%Y-%m-%dT18:00")
    with nadia.step("makes it important, for everybody, to be confirmed before a date", target=3):
        nadia.press(nadia.choice("Important"))
        nadia.press(nadia.choice("Tout le monde, et chaque site"))
        nadia.date(nadia.field("À confirmer avant"), until)


def _publish(nadia: Hand) -> None:
    with nadia.step("publishes"):
        nadia.press(nadia.button("Annoncer"))
        nadia.page.wait_for_url(re.compile(r"/board"))
    with nadia.step("sees on the board that every site has it", target=0):
        for site in SITES:
            nadia.sees(nadia.row(site.name, "reçue"))


def _remind(nadia: Hand) -> None:
    with nadia.step("reminds the sites that have not confirmed", target=2):
        nadia.press(nadia.button("Relancer"))
        for site in SITES:
            nadia.sees(nadia.row(site.name, "relancé"))
