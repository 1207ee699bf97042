"""Links that let people in: once, in time, and only when their button is pressed."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import msgspec
import pytest

from fedirse import assembly
from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import Conflict, Gone, InvalidInput, NotAuthorised
from fedirse.base.roles import Permission, Role, permissions_of
from fedirse.jobs import JobRunner
from fedirse.remote.mail import Mailer, MailSettings
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account, disable, enable, is_password
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.sessions.store import list_sessions
from fedirse.social.accounts.store import find_account, get_account, list_tokens, set_roles
from fedirse.social.entrance.actions import disable_account
from fedirse.social.entrance.invitations.rules import suggest_handle
from fedirse.social.entrance.links.actions import (
    is_setup_code,
    link_address,
    list_invitations,
    make_invitation,
    make_link,
    make_setup_link,
    use_setup_code,
    withdraw_link,
)
from fedirse.social.entrance.links.model import Giver, Invitation, Link, LinkKind
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.social.entrance.conftest import PASSWORD, give_email
from tests.visitors import ORIGIN, Browser, Shop

NEW = "quatre nuages bleus"


def advance(shop: Shop, by: timedelta) -> None:
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(by)


async def link_for(shop: Shop, handle: str = "ines", kind: LinkKind = LinkKind.SIGN_IN) -> str:
    """The path of a fresh link for somebody."""
    secret = new_secret()

    def make(tx: Transaction) -> Link:
        return make_link(tx, get_account(tx, handle), kind, secret, shop.site.clock.now())

    await shop.site.write(make)
    return link_address(shop.site, kind, secret).removeprefix(ORIGIN)


async def invitation(shop: Shop, **values: object) -> str:
    """The path of a fresh invitation."""
    secret = new_secret()
    wanted = msgspec.convert(values, Invitation)
    await shop.site.write(make_invitation, shop.site, wanted, secret, shop.site.clock.now())
    return link_address(shop.site, LinkKind.INVITATION, secret).removeprefix(ORIGIN)


async def signed_in_as(browser: Browser) -> str | None:
    """The handle of who is signed in, by the words of the menu."""
    page = await browser.get("/sign-in/link")
    found = re.search(r'class="menu-who"><a href="/@([^"]+)"', page.text)
    return found[1] if found else None


async def test_opening_a_link_signs_nobody_in_and_its_button_does_once(shop: Shop) -> None:
    path = await link_for(shop)
    browser, scanner = Browser(shop), Browser(shop)
    for _ in range(2):
        opened = await scanner.get(path)
        assert (opened.status_code, scanner.cookies) == (200, {})
        assert "Inès Ben Amar" in opened.text
    assert (await browser.post(path)).status_code == 303
    assert await signed_in_as(browser) == "ines"
    assert (await Browser(shop).post(path)).status_code == 410
    assert (await Browser(shop).get(path)).status_code == 410


async def test_a_link_ends_in_time(shop: Shop) -> None:
    path = await link_for(shop)
    advance(shop, timedelta(days=3) - timedelta(seconds=1))
    assert (await Browser(shop).get(path)).status_code == 200
    advance(shop, timedelta(seconds=1))
    assert (await Browser(shop).post(path)).status_code == 410


async def test_a_new_link_takes_the_place_of_an_earlier_one(shop: Shop) -> None:
    first, second = await link_for(shop), await link_for(shop)
    assert (await Browser(shop).get(first)).status_code == 410
    assert (await Browser(shop).get(second)).status_code == 200


async def test_a_link_of_a_disabled_account_stays_dead_when_it_is_enabled_again(shop: Shop) -> None:
    path = await link_for(shop)
    await shop.site.write(disable_account, "ines", shop.site.clock.now())
    assert (await Browser(shop).post(path)).status_code == 410
    await shop.site.write(enable, "ines")
    assert (await Browser(shop).post(path)).status_code == 410


async def test_disabling_ends_sessions_and_tokens_too(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    token = await shop.token("ines")
    account = await shop.site.read(get_account, "ines")
    assert len(await shop.site.read(list_tokens, account.id)) == 1
    await shop.site.write(disable_account, "ines", shop.site.clock.now())
    assert await shop.site.read(list_sessions, account.id) == []
    assert await signed_in_as(browser) is None
    assert (await shop.get("/sign-in/link", token=token)).status_code == 200
    assert await shop.site.read(list_tokens, account.id) == []


async def test_a_link_that_was_never_given_does_nothing(shop: Shop) -> None:
    for secret in ("x", "x" * limits.LINK_SECRET_CHARACTERS, "x" * (limits.LINK_SECRET_CHARACTERS + 1), "é"):
        assert (await Browser(shop).get(f"/link/{secret}")).status_code == 410
        assert (await Browser(shop).get(f"/invitation/{secret}")).status_code == 410


async def test_a_link_does_only_what_it_is_for(shop: Shop) -> None:
    joins, signs_in = await invitation(shop), await link_for(shop)
    assert (await Browser(shop).get(joins.replace("/invitation/", "/link/"))).status_code == 410
    assert (await Browser(shop).get(signs_in.replace("/link/", "/invitation/"))).status_code == 410


@pytest.mark.attack("WEB-003")
async def test_another_site_uses_no_link(shop: Shop) -> None:
    path = await link_for(shop)
    response = await Browser(shop).post(path, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert (await Browser(shop).get(path)).status_code == 200


async def test_a_reset_chooses_a_new_password_and_ends_every_session(doors: Shop) -> None:
    elsewhere = await doors.sign_in("ines")
    token = await doors.token("ines")
    path = await link_for(doors, kind=LinkKind.RESET)
    browser = Browser(doors)
    assert (await browser.post(path, {"password": NEW, "password_again": NEW})).status_code == 303
    assert await signed_in_as(browser) == "ines"
    assert await signed_in_as(elsewhere) is None
    assert (await doors.get("/@ines", token=token)).status_code == 401
    account = await doors.site.read(get_account, "ines")
    assert is_password(account.password_hash, NEW)
    assert not is_password(account.password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("password", "again"),
    [("court", "court"), (NEW, f"{NEW}!"), ("azertyuiop", "azertyuiop"), ("ines.magasin1", "ines.magasin1"), ("", "")],
)
async def test_a_reset_with_a_bad_password_can_be_corrected(password: str, again: str, shop: Shop) -> None:
    path = await link_for(shop, kind=LinkKind.RESET)
    browser = Browser(shop)
    response = await browser.post(path, {"password": password, "password_again": again})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert (await browser.post(path, {"password": NEW, "password_again": NEW})).status_code == 303


async def test_who_is_invited_joins_with_the_roles_of_the_invitation(shop: Shop) -> None:
    path = await invitation(shop, roles=("reader",))
    browser = Browser(shop)
    assert (await browser.get(path)).status_code == 200
    response = await browser.post(path, {"name": "Zoé d’Arc-Lœb", "password": NEW})
    assert response.status_code == 303
    assert await signed_in_as(browser) == "zoe.d.arc.loeb"
    account = await shop.site.read(get_account, "zoe.d.arc.loeb")
    assert account.roles == (Role.READER,)
    assert (await Browser(shop).get(path)).status_code == 410


async def test_a_poster_invites_as_many_as_it_says(shop: Shop) -> None:
    path = await invitation(shop, uses=2)
    for handle in ("un", "deux"):
        assert (await Browser(shop).post(path, {"name": handle, "handle": handle, "password": NEW})).status_code == 303
    assert (await Browser(shop).post(path, {"name": "trois", "handle": "trois", "password": NEW})).status_code == 410
    assert await shop.site.read(find_account, "trois") is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "", "handle": ""}, "name"),
        ({"name": "李"}, "name"),
        ({"name": "X", "handle": "ines"}, "handle"),
        ({"name": "X", "handle": "pas de ça"}, "handle"),
        ({"name": "X", "handle": "magasin"}, "handle"),
        ({"name": "x" * 201, "handle": "long"}, "name"),
        ({"name": "X", "handle": "court", "password": "court"}, "password"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field_and_uses_nothing(fields: dict[str, str], field: str, shop: Shop) -> None:
    path = await invitation(shop)
    response = await Browser(shop).post(path, {"password": NEW, **fields})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert (await Browser(shop).get(path)).status_code == 200


async def test_nothing_is_hashed_for_who_is_not_invited(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def hashed(*_: object) -> str:
        raise AssertionError

    monkeypatch.setattr("fedirse.social.entrance.passwords.actions.hash_password", hashed)
    assert (await Browser(shop).post("/invitation/none", {"name": "X", "password": NEW})).status_code == 410


@pytest.mark.parametrize(
    ("name", "handle"),
    [("Inès Ben Amar", "ines.ben.amar"), ("  Jean-Luc  ", "jean.luc"), ("李", ""), ("Ægir Øst", "aegir.ost"), ("x" * 80, "x" * 64)],
)
def test_a_name_suggests_a_handle(name: str, handle: str) -> None:
    assert suggest_handle(name) == handle


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"uses": 0}, "uses"),
        ({"uses": limits.INVITATION_USES + 1}, "uses"),
        ({"days": 0}, "days"),
        ({"days": limits.INVITATION_DAYS + 1}, "days"),
        ({"note": "x" * (limits.NAME_LENGTH + 1)}, "note"),
        ({"roles": ()}, "roles"),
        ({"roles": ("communicator",)}, "roles"),
    ],
)
async def test_an_invitation_that_cannot_be_is_refused(values: dict[str, object], field: str, shop: Shop) -> None:
    with pytest.raises(InvalidInput) as refused:
        await invitation(shop, **values)
    assert refused.value.field == field


async def test_an_invitation_at_the_limits_is_made_listed_and_withdrawn(shop: Shop) -> None:
    path = await invitation(shop, uses=limits.INVITATION_USES, days=limits.INVITATION_DAYS, note="x" * limits.NAME_LENGTH)
    now = shop.site.clock.now()
    (made,) = await shop.site.read(list_invitations, now)
    assert (made.uses_left, made.expires_at) == (limits.INVITATION_USES, now + timedelta(days=limits.INVITATION_DAYS))
    await shop.site.write(withdraw_link, made.id, now)
    assert (await Browser(shop).get(path)).status_code == 410
    assert await shop.site.read(list_invitations, now) == []
    deeds = [entry.deed for entry in await shop.site.read(list_entries)]
    assert deeds[:2] == ["link.withdrawn", "invitation.made"]


async def test_nobody_gives_more_than_they_have(shop: Shop) -> None:
    responsible = Giver("x", "resp", permissions_of((Role.RESPONSIBLE,)))
    now = shop.site.clock.now()
    with pytest.raises(NotAuthorised):
        await shop.site.write(make_invitation, shop.site, Invitation((Role.ADMINISTRATOR,)), new_secret(), now, responsible)

    def make(tx: Transaction, handle: str) -> Link:
        return make_link(tx, get_account(tx, handle), LinkKind.SIGN_IN, new_secret(), now, responsible)

    with pytest.raises(NotAuthorised):
        await shop.site.write(make, "marc")
    assert (await shop.site.write(make, "ines")).kind is LinkKind.SIGN_IN
    await shop.site.write(disable, "ines", now)
    with pytest.raises(NotAuthorised):
        await shop.site.write(make, "ines")


async def given_by_marc(shop: Shop) -> dict[LinkKind, str]:
    """An invitation of an administrator, and a link into the account of an author, both given by Marc, who runs the site."""
    now = shop.site.clock.now()
    secrets = {kind: new_secret() for kind in (LinkKind.INVITATION, LinkKind.SIGN_IN)}

    def make(tx: Transaction) -> None:
        marc = get_account(tx, "marc")
        giver = Giver(marc.id, marc.handle, permissions_of(marc.roles))
        make_invitation(tx, shop.site, Invitation((Role.ADMINISTRATOR,), uses=5), secrets[LinkKind.INVITATION], now, giver)
        make_link(tx, get_account(tx, "ines"), LinkKind.SIGN_IN, secrets[LinkKind.SIGN_IN], now, giver)

    await shop.site.write(make)
    return {kind: link_address(shop.site, kind, secret).removeprefix(ORIGIN) for kind, secret in secrets.items()}


async def test_who_is_sent_away_comes_back_by_no_link_of_theirs(shop: Shop) -> None:
    paths = await given_by_marc(shop)
    for path in paths.values():
        assert (await Browser(shop).get(path)).status_code == 200
    await shop.site.write(disable_account, "marc", shop.site.clock.now())
    for path in paths.values():
        assert (await Browser(shop).get(path)).status_code == 410
    fields = {"handle": "encore", "name": "Encore", "password": NEW}
    assert (await Browser(shop).post(paths[LinkKind.INVITATION], fields)).status_code == 410
    assert await shop.site.read(find_account, "encore") is None


@pytest.mark.parametrize(("role", "alive"), [(Role.RESPONSIBLE, {LinkKind.SIGN_IN}), (Role.AUTHOR, set())])
async def test_who_may_do_less_gives_no_more_than_that(role: Role, alive: set[LinkKind], shop: Shop) -> None:
    paths = await given_by_marc(shop)
    await shop.site.write(lambda tx: set_roles(tx, get_account(tx, "marc").id, [role]))
    assert {kind for kind, path in paths.items() if (await Browser(shop).get(path)).status_code == 200} == alive


async def test_an_invitation_is_listed_for_as_long_as_its_giver_could_give_it(shop: Shop) -> None:
    path = (await given_by_marc(shop))[LinkKind.INVITATION]
    of_the_operator = await invitation(shop)
    now = shop.site.clock.now()

    async def listed() -> list[str]:
        return sorted(link.made_by for link in await shop.site.read(list_invitations, now))

    marc = (await shop.site.read(get_account, "marc")).id
    assert await listed() == ["", marc]
    await shop.site.write(lambda tx: set_roles(tx, marc, [Role.RESPONSIBLE]))
    assert await listed() == [""]
    await shop.site.write(lambda tx: set_roles(tx, marc, [Role.ADMINISTRATOR]))
    assert await listed() == ["", marc]
    await shop.site.write(disable_account, "marc", now)
    assert await listed() == [""]
    assert [(await Browser(shop).get(each)).status_code for each in (path, of_the_operator)] == [410, 200]


async def test_a_link_leads_into_no_account_that_may_do_more_by_now_than_who_gave_it(shop: Shop) -> None:
    paths = await given_by_marc(shop)

    def change(tx: Transaction) -> None:
        set_roles(tx, get_account(tx, "marc").id, [Role.RESPONSIBLE])
        set_roles(tx, get_account(tx, "ines").id, [Role.ADMINISTRATOR])

    await shop.site.write(change)
    assert (await Browser(shop).post(paths[LinkKind.SIGN_IN])).status_code == 410


async def test_the_set_up_code_works_while_nobody_runs_the_site(shop: Shop) -> None:
    now, first, second = shop.site.clock.now(), new_secret(), new_secret()
    with pytest.raises(Conflict):
        await shop.site.write(make_setup_link, first, now)

    def demote(tx: Transaction) -> None:
        set_roles(tx, get_account(tx, "marc").id, (Role.READER,))

    await shop.site.write(demote)
    await shop.site.write(make_setup_link, first, now)
    assert await shop.site.read(is_setup_code, first, now + timedelta(days=3650))
    await shop.site.write(make_setup_link, second, now)
    assert not await shop.site.read(is_setup_code, first, now)

    def set_up(tx: Transaction, site: Site, code: str) -> None:
        use_setup_code(tx, code, now)
        create_account(tx, site, "chef", "", None, now, roles=(Role.ADMINISTRATOR,))

    with pytest.raises(Gone):
        await shop.site.write(set_up, shop.site, first)
    await shop.site.write(set_up, shop.site, second)
    with pytest.raises(Gone):
        await shop.site.write(set_up, shop.site, second)
    assert Permission.MANAGE_SITE in permissions_of((await shop.site.read(get_account, "chef")).roles)


@pytest.fixture
def mails(doors: Shop, tmp_path: Path) -> Path:
    """Where the mails of the shop land."""
    folder = tmp_path / "mails"
    object.__setattr__(doors.site, "mailer", Mailer(MailSettings(f"file:{folder}", "magasin@mail.example")))
    return folder


async def sent(shop: Shop, folder: Path) -> list[EmailMessage]:
    """The mails that leave now."""
    await JobRunner(assembly.job_kinds(), list).run_until_idle(shop.site)
    return take_mails(folder)


def take_mails(folder: Path) -> list[EmailMessage]:
    paths = sorted(folder.glob("*.eml"))
    read = [message_from_bytes(path.read_bytes(), EmailMessage, policy=default) for path in paths]
    for path in paths:
        path.unlink()
    return read


@pytest.mark.attack("WEB-026")
async def test_who_has_an_address_gets_a_link_to_this_site_whatever_the_request_says(doors: Shop, mails: Path) -> None:
    await give_email(doors, "ines", "ines@mail.example")
    headers = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "http", "referer": "https://evil.example/"}
    await Browser(doors).post("/sign-in/link", {"name": "@ines"}, headers=headers)
    (mail,) = await sent(doors, mails)
    assert mail["To"] == "ines@mail.example"
    text = mail.get_body(("plain",))
    assert text is not None
    found = re.search(rf"{ORIGIN}(/link/\S+)", text.get_content())
    assert found is not None
    assert "evil" not in mail.as_string()
    browser = Browser(doors)
    assert (await browser.post(found[1])).status_code == 303
    assert await signed_in_as(browser) == "ines"


async def test_a_mailed_link_lasts_half_an_hour(doors: Shop, mails: Path) -> None:
    await give_email(doors, "ines", "ines@mail.example")
    await Browser(doors).post("/sign-in/link", {"name": "ines@mail.example"})
    (mail,) = await sent(doors, mails)
    body = mail.get_body(("html",))
    assert body is not None
    found = re.search(rf'{ORIGIN}(/link/[^"]+)"', body.get_content())
    assert found is not None
    advance(doors, timedelta(minutes=30))
    assert (await Browser(doors).get(found[1])).status_code == 410


async def test_whoever_asks_for_a_link_is_told_the_same(doors: Shop, mails: Path) -> None:
    await give_email(doors, "ines", "ines@mail.example")
    answers = [await Browser(doors).post("/sign-in/link", {"name": name}) for name in ("ines", "lea", "nobody", "nobody@mail.example")]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(await sent(doors, mails)) == 1


@pytest.mark.attack("WEB-029")
async def test_nobody_is_flooded_with_links(doors: Shop, mails: Path) -> None:
    await give_email(doors, "ines", "ines@mail.example")
    statuses = [
        (await Browser(doors).post("/sign-in/link", {"name": "ines"})).status_code for _ in range(limits.MAILS_PER_ACCOUNT_PER_HOUR + 1)
    ]
    assert statuses == [200] * limits.MAILS_PER_ACCOUNT_PER_HOUR + [429]
    assert len(await sent(doors, mails)) == 1


async def test_a_site_that_sends_no_mail_says_so(shop: Shop) -> None:
    page = await Browser(shop).get("/sign-in/link")
    assert "n’envoie pas d’e-mails" in page.text


@pytest.mark.attack("WEB-021")
async def test_the_database_holds_no_secret_of_links_sessions_and_tokens(doors: Shop, mails: Path) -> None:
    path, joins = await link_for(doors), await invitation(doors)
    await give_email(doors, "lea", "lea@mail.example")
    await Browser(doors).post("/sign-in/link", {"name": "lea"})
    browser = Browser(doors)
    await browser.post("/sign-in", {"name": "ines", "password": PASSWORD})
    token = await doors.token("ines")
    secrets = [path.rpartition("/")[2], joins.rpartition("/")[2], browser.cookies["__Host-session"], token, PASSWORD]
    held = b"".join(file.read_bytes() for file in doors.site.folder.glob("site.db*"))
    assert [secret for secret in secrets if secret.encode() in held] == []
    (mail,) = await sent(doors, mails)
    mailed = re.search(rf"{ORIGIN}/link/(\S+)", mail.as_string())
    assert mailed is not None
    held = b"".join(file.read_bytes() for file in doors.site.folder.glob("site.db*"))
    assert mailed[1].encode() not in held
