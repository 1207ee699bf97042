"""The pages of a site that nobody runs yet."""

import re

from tests.browser.deeds import ALMOST_A_PICTURE
from tests.browser.looks import Look, Sends
from tests.browser.served import ServedSite
from tests.browser.story import PASSWORD

WHO = {"name": "Aubrelle Colmar", "person": "Marc Weber", "handle": "marc", "password": PASSWORD}


def first_looks(served: ServedSite, language: str) -> list[Look]:
    """How a new site is looked at; the last one of them sets it up."""
    link = re.search(r"http://\S+(/welcome\?code=\S+)", served.run("setup-link"))
    assert link is not None
    path = link[1]
    return [
        Look("first-run-done", path, "", 200, (Sends(path, WHO, hidden={"language": language}),)),
        Look("first-run-wrong", path, "", 422, (Sends(path, {**WHO, "password": "court"}),)),
        Look("first-run-wrong-logo", path, "", 422, (Sends(path, WHO, {"logo": ALMOST_A_PICTURE}),)),
        Look("first-run", path, ""),
        Look("first-run-closed", "/welcome?code=x", "", 403),
        Look("first-run-nobody", "/", ""),
    ]
