"""Every page, in both languages, light and dark, on a desktop and on a telephone: for everybody, in one language, and without a complaint."""

import pytest
from playwright.async_api import Browser

from tests.browser.deeds import AFTER, NO_ANSWERS, all_looks
from tests.browser.first_run import first_looks
from tests.browser.pages import LOOKS, NO_PAGES, deed_routes, page_routes
from tests.browser.scene import Scene
from tests.browser.served import ServedSite
from tests.browser.sweep import Sweep, words_of_other

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


def test_every_page_is_looked_at() -> None:
    assert sorted(page_routes() - LOOKS.keys() - NO_PAGES.keys()) == [], "name how it is looked at in pages.py"
    assert sorted(LOOKS.keys() - page_routes()) == []
    assert sorted(NO_PAGES.keys() - page_routes()) == []


def test_every_page_that_answers_a_form_is_looked_at() -> None:
    assert sorted(deed_routes() - AFTER.keys() - NO_ANSWERS.keys()) == [], "name what answers it in deeds.py"
    assert sorted(AFTER.keys() - deed_routes()) == []
    assert sorted(NO_ANSWERS.keys() - deed_routes()) == []


def test_every_look_has_a_name_of_its_own() -> None:
    names = [look.name for look in all_looks()]
    assert sorted(set(names)) == sorted(names)


def test_english_on_a_french_page_is_seen() -> None:
    foreign = words_of_other("fr")
    assert foreign("Skip to the content")
    assert not foreign("Aller au contenu")


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_page_is_for_everybody(chromium: Browser, scene: Scene, axe: str, language: str) -> None:
    await scene.speak(language)
    await scene.unpack()
    found = await Sweep(chromium, scene, axe, language).run(all_looks())
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_first_pages_of_a_new_site_are_for_everybody(chromium: Browser, served: ServedSite, axe: str, language: str) -> None:
    served.start()
    scene = Scene(served, language=language)
    found = await Sweep(chromium, scene, axe, language).run(first_looks(served, language))
    assert found == [], "\n".join(found)
