"""What lets somebody in: over the moment it is taken away, and never written down as it is."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from fedirse.social.accounts.store import get_account, list_tokens
from fedirse.social.audiences.model import AudienceKind
from tests.attacks.visiting.requests import ask, contents, form
from tests.federation.network import say
from tests.social.entrance.conftest import PASSWORD
from tests.social.posts.composing.composer import posts_of
from tests.visitors import AS2, HTML, Browser, Shop

Ends = Callable[[Shop, Browser], Awaitable[object]]


async def revoked(shop: Shop, browser: Browser) -> None:
    account = await shop.site.read(get_account, "ines")
    (token,) = await shop.site.read(list_tokens, account.id)
    await browser.post("/settings/security/tokens/revoke", {"token": token.id})


async def disabled(shop: Shop, _browser: Browser) -> None:
    marc = await shop.sign_in("marc")
    assert (await marc.post("/site/people/ines/disable")).status_code == 303


async def erased(shop: Shop, _browser: Browser) -> None:
    marc = await shop.sign_in("marc")
    assert (await marc.post("/site/people/ines/erase", {"handle": "ines"})).status_code == 303


def everything_in(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def bearer(token: str) -> tuple[str, str]:
    return ("authorization", f"Bearer {token}")


@pytest.mark.attack("WEB-019")
@pytest.mark.parametrize("end", [revoked, disabled, erased])
async def test_a_token_opens_nothing_from_the_next_request_on(end: Ends, shop: Shop) -> None:
    token, ines = await shop.token("ines"), await shop.sign_in("ines")
    post = await say(shop.site, await shop.person("marc"), "Pour nous", AudienceKind.SITE)
    targets = [(f"/posts/{post.id}", HTML), (f"/posts/{post.id}", AS2), ("/people/ines/inbox", AS2), ("/", HTML)]
    for target, accept in targets:
        assert (await ask(shop, target, headers=[bearer(token), ("accept", accept)])).status == 200, target
    await end(shop, ines)
    for target, accept in targets:
        for scheme in (f"Bearer {token}", f"bearer {token}", f"BEARER  {token}"):
            answer = await ask(shop, target, headers=[("authorization", scheme), ("accept", accept)])
            assert answer.status == 401, target
            assert b"Pour nous" not in answer.body


@pytest.mark.attack("WEB-019")
@pytest.mark.parametrize("end", [disabled, erased])
async def test_a_session_does_nothing_from_the_next_request_on(end: Ends, shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    secret = await say(shop.site, await shop.person("marc"), "Pour nous", AudienceKind.SITE)
    kept = Browser(shop)
    kept.cookies = dict(ines.cookies)
    assert (await kept.get(f"/posts/{secret.id}")).status_code == 200
    await end(shop, ines)
    for browser in (ines, kept):
        assert (await browser.get(f"/posts/{secret.id}")).status_code == 404
        assert (await browser.get("/settings/security")).status_code == 303
        assert (await browser.post(f"/posts/{secret.id}/like")).status_code in {303, 403}
        assert (await browser.post("/posts", {"text": "Encore là", "audience": "public"})).status_code in {303, 401, 403}
    assert [post for post in await posts_of(shop, "ines") if "Encore là" in post.content] == []


@pytest.mark.attack("WEB-019")
@pytest.mark.parametrize("given", ["", "fdr_wrong", "x" * 5000, "%", "fdr_\x7f", "null"])
async def test_a_token_of_nobody_is_refused_and_never_a_stranger(given: str, shop: Shop) -> None:
    answer = await ask(shop, "/@marc", headers=[("authorization", f"Bearer {given}")])
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    both = await ask(shop, "/@marc", headers=[bearer(await shop.token("ines")), bearer("fdr_wrong")])
    assert both.status == 401


async def test_a_token_reads_and_does_nothing(shop: Shop) -> None:
    head = [bearer(await shop.token("marc"))]
    before = await contents(shop)
    for deed in ("/posts", "/@ines/follow", "/site/people/lea/roles", "/settings/preferences", "/sign-out"):
        answer = await form(shop, deed, {"text": "x", "audience": "public", "roles": "administrator", "form_token": ""}, headers=head)
        assert answer.status in {303, 401, 403}, deed
        assert answer.headers.get("location", "/sign-in").startswith("/sign-in"), deed
    for page in ("/settings/security", "/site/people", "/compose"):
        assert (await ask(shop, page, headers=[*head, ("accept", HTML)])).status == 303, page
    assert await contents(shop) == before


@pytest.mark.attack("WEB-021")
async def test_what_lies_on_the_disk_opens_nothing(doors: Shop) -> None:
    token, browser = await doors.token("ines"), Browser(doors)
    await browser.post("/sign-in", {"name": "ines", "password": PASSWORD})
    session = browser.cookies["__Host-session"]
    files = everything_in(doors.site.folder)
    database = b"".join(content for path, content in files.items() if path.name.startswith("site.db"))
    # That what is looked for would be found: names stand there as they are, and the password as its hash.
    assert "Inès Ben Amar".encode() in database
    assert len(set(re.findall(rb"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{16,}\$[A-Za-z0-9+/]{40,}", database))) >= 1
    for secret in (token, token.removeprefix("fdr_"), session, browser.form_token, PASSWORD):
        assert [path.name for path, content in files.items() if secret.encode() in content] == []
    rows = await doors.site.read(
        lambda tx: tx.exec_driver_sql("SELECT digest FROM sessions UNION SELECT digest FROM tokens").scalars().all()
    )
    for digest in rows:
        answer = await ask(doors, "/people/ines/inbox", headers=[bearer(str(digest)), ("accept", AS2)])
        assert answer.status == 401
        assert (await Browser(doors, str(digest)).get("/settings/security")).status_code == 303


@pytest.mark.attack("WEB-021")
async def test_the_private_keys_on_the_disk_are_sealed(shop: Shop) -> None:
    sealed = await shop.site.read(lambda tx: tx.exec_driver_sql("SELECT sealed FROM own_keys").scalars().all())
    assert len(sealed) >= 2
    pkcs8 = [bytes.fromhex("0201003005"), bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06032b6570"), b"PRIVATE KEY"]
    for one in sealed:
        assert not [mark for mark in pkcs8 if mark in bytes(one)]
    database = b"".join(path.read_bytes() for path in shop.site.folder.glob("site.db*"))
    assert b"PRIVATE KEY" not in database


@pytest.mark.attack("WEB-021")
async def test_the_session_of_a_browser_is_read_by_no_script_and_sent_to_no_other_host(doors: Shop) -> None:
    answer = await Browser(doors).post("/sign-in", {"name": "ines", "password": PASSWORD})
    for cookie in answer.headers.get_list("set-cookie"):
        name, _, attributes = cookie.partition("=")
        said = {part.strip().lower() for part in attributes.split(";")[1:]}
        assert name in {"__Host-session", "__Host-known", "notice"}
        assert {"httponly", "secure", "path=/", "samesite=lax"} <= said
        assert not [part for part in said if part.startswith("domain")]
