"""Marc, who runs the store in Lyon: confirms for the store, and adds a word for his own people that changes nothing of the announcement."""

import re

from fedirse.base.errors import NotFound
from fedirse.demo.cast import HEAD_OFFICE, LYON
from fedirse.demo.journeys.stage import Published, Stage

NOTE = "À faire samedi avant l’ouverture ; l’échelle est chez Léa."  # noqa: RUF001 - French has its own apostrophe


def play(stage: Stage, published: Published) -> None:
    """From home to a confirmed announcement with a note. Raises NotFound as `Hand.step`."""
    with stage.at_a_phone("Marc", LYON, "marc") as marc:
        with marc.step("opens it from home, and confirms for the store", target=3):
            marc.press(marc.link(published.title))
            marc.page.wait_for_url(re.compile(r"/posts/"))
            marc.press(marc.button("Confirmer pour le site"))
            marc.sees(marc.words("confirmée pour le site"))
        with marc.step("adds a note for the people of the store"):
            marc.press(marc.page.locator("summary").filter(has_text="Ajouter une note pour ce site"))
            marc.press(marc.field("Note de ce site"))
            marc.type(NOTE)
            marc.press(marc.button("Enregistrer la note"))
            marc.sees(marc.words(NOTE))
        with marc.step("still reads the words of the head office beside it", target=0):
            marc.sees(marc.words(published.text))
            here = "/" + marc.page.url.split("/", 3)[3].partition("?")[0]
    _expect_untouched(stage, published, here)


def _expect_untouched(stage: Stage, published: Published, here: str) -> None:
    """Inès reads both; the head office has its own words, and nothing of the note."""
    read_in_lyon = stage.visitor(LYON, "ines").get(here).text
    at_head_office = stage.visitor(HEAD_OFFICE, "nadia")
    pages = "".join(at_head_office.get(path).text for path in (f"/posts/{published.post_id}", published.board))
    if not (published.text in read_in_lyon and NOTE in read_in_lyon and published.text in pages and NOTE not in pages):
        raise NotFound(
            "not untouched", reason="not-seen", public_message="The note of Lyon is not where it belongs, or the text is not as it was."
        )
