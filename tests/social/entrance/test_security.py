"""What people decide about their own account, and being asked once more who they are."""

import html
import re
from datetime import timedelta

import msgspec
import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import InvalidInput
from fedirse.remote.mail import check_email
from fedirse.social.accounts.actions import is_password
from fedirse.social.accounts.sessions.rules import CONFIRMED_FOR
from fedirse.social.accounts.sessions.store import list_sessions
from fedirse.social.accounts.store import get_account, list_tokens
from fedirse.social.entrance.settings.views import describe_browser
from tests.social.entrance.conftest import PASSWORD
from tests.visitors import Browser, Shop

NEW = "quatre nuages bleus"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"


def wait(shop: Shop, by: timedelta = CONFIRMED_FOR) -> None:
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(by)


async def test_the_page_shows_where_one_is_signed_in_and_ends_it_there(doors: Shop) -> None:
    here, there = Browser(doors), Browser(doors)
    await here.post("/sign-in", {"name": "ines", "password": PASSWORD}, headers={"user-agent": FIREFOX})
    await there.post("/sign-in", {"name": "ines", "password": PASSWORD}, headers={"user-agent": SAFARI})
    page = await here.get("/settings/security")
    assert page.text.index("Firefox") < page.text.index("Safari")
    (session,) = re.findall(r'name="session" value="([^"]+)"', page.text)
    assert (await here.post("/settings/security/sessions/end", {"session": session})).status_code == 303
    assert (await there.get("/settings/security")).status_code == 303
    assert (await here.get("/settings/security")).status_code == 200


async def test_nobody_ends_the_session_of_somebody_else(doors: Shop) -> None:
    lea, ines = await doors.sign_in("lea"), await doors.sign_in("ines")
    account = await doors.site.read(get_account, "ines")
    (session,) = await doors.site.read(list_sessions, account.id)
    await lea.post("/settings/security/sessions/end", {"session": session.id})
    assert (await ines.get("/settings/security")).status_code == 200


async def test_one_signs_out_everywhere_else(doors: Shop) -> None:
    here, there = await doors.sign_in("ines"), await doors.sign_in("ines")
    await here.post("/settings/security/sessions/end-others")
    assert (await here.get("/settings/security")).status_code == 200
    assert (await there.get("/settings/security")).status_code == 303


async def test_a_token_is_listed_and_ended_by_its_owner_only(doors: Shop) -> None:
    token = await doors.token("ines")
    account = await doors.site.read(get_account, "ines")
    (kept,) = await doors.site.read(list_tokens, account.id)
    await (await doors.sign_in("lea")).post("/settings/security/tokens/revoke", {"token": kept.id})
    assert len(await doors.site.read(list_tokens, account.id)) == 1
    ines = await doors.sign_in("ines")
    assert kept.id in (await ines.get("/settings/security")).text
    await ines.post("/settings/security/tokens/revoke", {"token": kept.id})
    assert (await doors.get("/@ines", token=token)).status_code == 401


async def test_a_password_is_changed_with_the_old_one_and_ends_other_sessions(doors: Shop) -> None:
    here, there = await doors.sign_in("ines"), await doors.sign_in("ines")
    wrong = await here.post("/settings/security/password", {"old": "no", "password": NEW, "password_again": NEW})
    assert wrong.status_code == 422
    assert 'id="old-error"' in wrong.text
    right = await here.post("/settings/security/password", {"old": PASSWORD, "password": NEW, "password_again": NEW})
    assert right.status_code == 303
    assert is_password((await doors.site.read(get_account, "ines")).password_hash, NEW)
    assert (await here.get("/settings/security")).status_code == 200
    assert (await there.get("/settings/security")).status_code == 303


@pytest.mark.parametrize(("password", "field"), [("court", "password"), ("motdepasse1", "password"), ("ines magasin", "password")])
async def test_a_bad_password_is_said_beside_its_field(password: str, field: str, doors: Shop) -> None:
    ines = await doors.sign_in("ines")
    response = await ines.post("/settings/security/password", {"old": PASSWORD, "password": password, "password_again": password})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert password not in response.text


@pytest.mark.attack("WEB-029")
async def test_the_old_password_is_not_guessed_in_a_session_left_open(doors: Shop) -> None:
    ines = await doors.sign_in("ines")
    statuses = [(await ines.post("/settings/security/password", {"old": f"guess {n}", "password": NEW})).status_code for n in range(5)]
    assert statuses == [422, 422, 422, 422, 429]


async def test_without_a_password_one_is_chosen_after_proving_who_one_is(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    fields = {"password": NEW, "password_again": NEW}
    wait(shop)
    asked = await ines.post("/settings/security/password", fields)
    assert (asked.status_code, asked.headers["location"]) == (303, "/confirm?next=/settings/security")
    assert NEW not in asked.text
    assert (await shop.site.read(get_account, "ines")).password_hash is None
    again = await shop.sign_in("ines")
    assert (await again.post("/settings/security/password", fields)).status_code == 303
    assert is_password((await shop.site.read(get_account, "ines")).password_hash, NEW)


async def test_what_matters_waits_until_one_proved_who_one_is(doors: Shop) -> None:
    ines = await doors.sign_in("ines")
    fields = {"language": "en", "timezone": "Europe/Paris", "theme": "dark", "email": "ines@mail.example"}
    wait(doors)
    asked = await ines.post("/settings/preferences", fields)
    assert (await doors.site.read(get_account, "ines")).email is None
    found = re.search(r'name="carried" value="([^"]*)"', asked.text)
    assert found is not None
    carried = html.unescape(found[1])
    assert (await ines.post("/confirm", {"password": "wrong", "carried": carried})).status_code == 422
    right = await ines.post("/confirm", {"password": PASSWORD, "carried": carried})
    assert 'action="/settings/preferences"' in right.text
    assert 'name="email" value="ines@mail.example"' in right.text
    assert (await ines.post("/settings/preferences", fields)).status_code == 303
    account = await doors.site.read(get_account, "ines")
    assert (account.email, account.language, account.theme, account.timezone) == ("ines@mail.example", "en", "dark", "Europe/Paris")


async def test_who_proved_it_a_moment_ago_is_not_asked(doors: Shop) -> None:
    ines = await doors.sign_in("ines")
    assert (await ines.get("/confirm?next=/settings/security/totp")).headers["location"] == "/settings/security/totp"
    wait(doors)
    assert (await ines.get("/confirm?next=//evil.example")).status_code == 200
    response = await ines.post("/confirm", {"password": PASSWORD, "next": "//evil.example"})
    assert response.headers["location"] == "/settings/security"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "de"),
        ("theme", "pink"),
        ("timezone", "Mars/Olympus"),
        ("email", "no address"),
        ("email", "a@b.example\r\nBcc: x@y.example"),
    ],
)
async def test_a_preference_that_cannot_be_is_refused(field: str, value: str, doors: Shop) -> None:
    ines = await doors.sign_in("ines")
    fields = {"language": "fr", "timezone": "", "theme": "auto", "email": "", field: value}
    response = await ines.post("/settings/preferences", fields)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


async def test_the_preferences_page_shows_what_is_kept(doors: Shop) -> None:
    ines = await doors.sign_in("ines")
    await ines.post("/settings/preferences", {"language": "en", "timezone": "", "theme": "dark", "email": "i@mail.example"})
    page = await ines.get("/settings/preferences")
    assert '<html lang="en" data-theme="dark">' in page.text
    assert 'value="i@mail.example"' in page.text


@pytest.mark.parametrize(
    "typed", ["a", "a@", "@b.example", "a@b", "a b@c.example", "a@b.example, c@d.example", "<a@b.example>", "a@b..example", "é@b.example"]
)
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        check_email(typed)


def test_a_mail_address_may_be_as_long_as_they_get() -> None:
    longest = f"a@{'b' * 244}.example"
    assert len(longest) == limits.EMAIL_LENGTH
    assert check_email(f" {longest} ") == longest
    assert check_email("") is None
    with pytest.raises(InvalidInput):
        check_email(f"a{longest}")


@pytest.mark.parametrize(
    ("agent", "shown"), [(FIREFOX, ("Firefox", "Linux")), (SAFARI, ("Safari", "iPhone")), (EDGE, ("Edge", "Windows")), ("curl", ("", ""))]
)
def test_a_browser_is_named_as_people_know_it(agent: str, shown: tuple[str, str]) -> None:
    assert describe_browser(agent) == shown


async def test_where_administrators_must_show_more_their_pages_stay_shut_until_they_do(doors: Shop) -> None:
    marc = await doors.sign_in("marc")
    assert (await marc.get("/site/audit")).status_code == 200
    doors.site.adopt(msgspec.structs.replace(doors.site.settings, second_factor="administrators"))
    refused = await marc.get("/site/audit")
    assert (refused.status_code, refused.headers["location"]) == (303, "/settings/security?stronger=1")
    assert "second facteur" in (await marc.get("/settings/security?stronger=1")).text
    assert (await (await doors.sign_in("lea")).get("/site/audit")).status_code == 403


async def test_whoever_runs_the_site_is_told_that_a_password_is_little(doors: Shop) -> None:
    words = "Vous administrez ce site."
    assert words in (await (await doors.sign_in("marc")).get("/settings/security")).text
    assert words not in (await (await doors.sign_in("ines")).get("/settings/security")).text
