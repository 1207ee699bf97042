"""Every way on that a stranger may have written into an address or a form leads to a page of this site."""

from collections.abc import Sequence
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest

from tests.attacks.visiting.requests import ask
from tests.federation.network import say
from tests.social.entrance.conftest import PASSWORD
from tests.social.posts.composing.composer import compose
from tests.visitors import DOMAIN, HTML, ORIGIN, Browser, Shop

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "%09//evil.example",
    "/\n/evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https://evil.example/",
    f"https://{DOMAIN}@evil.example/",
    f"https://{DOMAIN}.evil.example/",
    f"{ORIGIN}.evil.example/",
    f"{ORIGIN}/",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    " //evil.example",
    "/\u2028/evil.example",
    "/\uff0fevil.example",
    "?next=//evil.example",
    "//evil.example:443/%2e%2e",
]


def is_here(location: str) -> bool:
    """Whether a browser that is sent there from any page stays on the site; it takes a backslash for a slash and skips tabs."""
    read = location.replace("\\", "/").translate({9: None, 10: None, 13: None}).strip()
    return urljoin(f"{ORIGIN}/x/y", read).startswith(f"{ORIGIN}/") and not urlsplit(read).netloc.endswith("evil.example")


def check(response: httpx.Response, elsewhere: str) -> None:
    assert response.status_code == 303, response.text
    assert is_here(response.headers["location"]), elsewhere
    assert "evil.example" not in response.headers["location"], elsewhere


@pytest.mark.parametrize(
    "location", ["//evil.example", "/\\evil.example", "https:evil.example", "/\t/evil.example", "https://evil.example/"]
)
def test_where_a_browser_would_leave_is_seen(location: str) -> None:
    # `https:evil.example` is a path to some readers; browsers differ, so the tests of ways refuse the name itself as well.
    assert not is_here(location) or "evil.example" in location


@pytest.mark.attack("WEB-006")
async def test_after_a_sign_in(doors: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    # Hashing takes long, and the password is not what is attacked.
    monkeypatch.setattr("fedirse.social.entrance.passwords.actions.is_password", lambda _hash, typed: typed == PASSWORD)
    for elsewhere in ELSEWHERE:
        check(await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD, "next": elsewhere}), elsewhere)


@pytest.mark.attack("WEB-006")
async def test_who_is_signed_in_already_or_has_confirmed_it(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    for elsewhere in ELSEWHERE:
        for page in ("/sign-in", "/confirm"):
            check(await ines.get(f"{page}?next={quote(elsewhere, safe='')}"), elsewhere)
        assert f'value="{elsewhere}"' not in (await Browser(shop).get(f"/sign-in?next={quote(elsewhere, safe='')}")).text


@pytest.mark.attack("WEB-006")
async def test_after_every_button_that_leads_back(shop: Shop) -> None:
    marc, lea = await shop.sign_in("marc"), await shop.sign_in("lea")
    await shop.stranger("karim")
    post = await say(shop.site, await shop.person("ines"), "Bonjour")
    deeds = [
        *(f"/@ines/{deed}" for deed in ("follow", "unfollow", "mute", "unmute")),
        *(f"/@karim@ailleurs.example/{deed}" for deed in ("block", "unblock", "remove")),
        *(f"/posts/{post.id}/{deed}" for deed in ("like", "unlike", "boost", "unboost", "bookmark", "unbookmark")),
    ]
    for deed in deeds:
        for elsewhere in ELSEWHERE[::4]:
            fields = {"return_to": elsewhere, "seen": elsewhere}
            check(await marc.post(deed, fields, headers={"referer": "https://evil.example/"}), f"{deed} {elsewhere}")
    for elsewhere in ELSEWHERE:
        reported = await lea.post("/report", {"post": post.id, "words": "Voyez", "category": "other", "return_to": elsewhere})
        assert "evil.example" not in reported.headers.get("location", "")
        assert is_here(reported.headers.get("location", "/"))


@pytest.mark.attack("WEB-006")
async def test_after_publishing(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    for number, elsewhere in enumerate(ELSEWHERE):
        check(await compose(ines, f"Bonjour {number}", audience="site", return_to=elsewhere), elsewhere)


@pytest.mark.attack("WEB-006")
async def test_a_form_after_the_session_ended_leads_back_to_a_page_of_ours(shop: Shop) -> None:
    referers: Sequence[str] = [f"{ORIGIN}//evil.example", f"{ORIGIN}.evil.example/", f"{ORIGIN}@evil.example/", f"{ORIGIN}/\\evil.example"]
    for referer in (*referers, "https://evil.example/"):
        response = await Browser(shop).post("/settings/security/sessions/end-others", headers={"referer": referer})
        check(response, referer)


PATHS = [
    "//evil.example",
    "//evil.example/%2f..",
    "/%2Fevil.example:443",
    "/%2fevil.example",
    "/%5Cevil.example",
    "/\\evil.example",
    "/.//evil.example",
    "/@marc//evil.example",
    "/@%2Fevil.example",
    f"/@%2Fevil.example@{DOMAIN}",
    f"/@%0d%0aLocation:evil.example@{DOMAIN}",
    f"/@x%3A@evil.example@{DOMAIN}",
    f"/@https:evil.example@{DOMAIN}",
    "/web/%2Fevil.example:443",
    "/redirect?url=https://evil.example/",
    "/settings/security/",
    "/settings/security//evil.example",
    "/@marc/",
    "/sign-in/?next=//evil.example",
    "/settings/preferences?next=//evil.example",
    "/authorize_interaction?uri=https://evil.example/users/x",
    "/search?q=https://evil.example/users/x",
    "/people/%2Fevil.example",
]


@pytest.mark.attack("WEB-006")
async def test_no_address_is_turned_into_a_way_to_elsewhere(shop: Shop) -> None:
    for path in PATHS:
        for host in (DOMAIN, f"{DOMAIN}:443"):
            answer = await ask(shop, path, hosts=[host], headers=[("accept", HTML)])
            location = answer.headers.get("location", "/")
            assert is_here(location), path
            assert urlsplit(location).scheme in {"", "https"}, path
            assert not set("\r\n\t\\") & set(location), path
