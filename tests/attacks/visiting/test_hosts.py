"""Requests that lie about the site they are for: nothing that is made here says what they say."""

import re
from pathlib import Path

import pytest

from fedirse.remote.mail import Mailer, MailSettings
from tests.attacks.visiting.requests import ask, form
from tests.social.entrance.conftest import give_email
from tests.visitors import AS2, DOMAIN, HTML, ORIGIN, Shop

FOREIGN = [
    "evil.example",
    "evil.example:443",
    f"{DOMAIN}.evil.example",
    f"evil.example.{DOMAIN}",
    f"{DOMAIN}:444",
    f"{DOMAIN}:443:443",
    f"{DOMAIN}.",
    f"{DOMAIN}/public?",
    f"{DOMAIN}?",
    f"{DOMAIN}#",
    f"{DOMAIN}@evil.example",
    f"evil.example@{DOMAIN}",
    f"{DOMAIN}, evil.example",
    f"{DOMAIN} evil.example",
    f"evil.example\\{DOMAIN}",
    f"https://{DOMAIN}",
    "magasin%2eexample",
    "127.0.0.1",
    "[::1]",
    "localhost",
    "",
]
LIES = (
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-port", "4711"),
    ("x-forwarded-prefix", "//evil.example"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-real-ip", "127.0.0.1"),
    ("x-host", "evil.example"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "/settings/security"),
    ("x-rewrite-url", "/settings/security"),
    ("x-http-method-override", "POST"),
    ("forwarded", "for=127.0.0.1;host=evil.example;proto=http"),
    ("referer", "https://evil.example/"),
)
ADDRESS = re.compile(r"""https?://[^"'<>\s)]+""")


@pytest.mark.attack("WEB-026")
@pytest.mark.parametrize("host", FOREIGN)
async def test_a_request_for_another_host_gets_nothing_of_this_site(host: str, standing: Shop) -> None:
    for target in ("/", "/@marc", "/sign-in", "/.well-known/webfinger?resource=acct:marc@evil.example"):
        answer = await ask(standing, target, hosts=[host], headers=[("accept", HTML)])
        assert answer.status in {400, 421}
        assert not {"set-cookie", "location", "etag"} & answer.headers.keys()
        assert answer.headers["cache-control"] == "private, no-store"
        assert b"Magasin" not in answer.body
        assert b"evil" not in answer.body


@pytest.mark.attack("WEB-026")
@pytest.mark.parametrize("hosts", [[DOMAIN, "evil.example"], ["evil.example", DOMAIN], [DOMAIN, DOMAIN], []])
async def test_a_request_for_two_hosts_or_none_is_refused(hosts: list[str], standing: Shop) -> None:
    assert (await ask(standing, "/", hosts=hosts)).status == 400


@pytest.mark.attack("WEB-026")
async def test_nobody_is_mailed_a_link_that_was_asked_for_at_another_host(doors: Shop, tmp_path: Path) -> None:
    await give_email(doors, "ines", "ines@mail.example")
    object.__setattr__(doors.site, "mailer", Mailer(MailSettings(f"file:{tmp_path}", "magasin@mail.example")))
    for host in ("evil.example", f"{DOMAIN}.evil.example", f"{DOMAIN}@evil.example"):
        answer = await form(doors, "/sign-in/link", {"name": "ines"}, hosts=[host])
        assert answer.status in {400, 421}
    assert await doors.site.read(lambda tx: tx.exec_driver_sql("SELECT count(*) FROM jobs").scalar_one()) == 0
    assert (await form(doors, "/sign-in/link", {"name": "ines"}, headers=LIES)).status == 200
    assert await doors.site.read(lambda tx: tx.exec_driver_sql("SELECT count(*) FROM jobs").scalar_one()) == 1


@pytest.mark.attack("WEB-026")
@pytest.mark.attack("WEB-027")
@pytest.mark.parametrize(
    ("target", "accept"),
    [
        ("/", HTML),
        ("/@marc", HTML),
        ("/sign-in?next=/settings/security", HTML),
        ("/settings/security", HTML),
        (f"/@marc@{DOMAIN}", HTML),
        ("/people/marc", HTML),
        ("/people/marc", AS2),
        ("/actor", AS2),
        ("/feed", "*/*"),
        (f"/.well-known/webfinger?resource=acct:marc@{DOMAIN}", "*/*"),
        ("/.well-known/nodeinfo", "*/*"),
        ("/.well-known/host-meta", "*/*"),
        ("/nowhere", HTML),
    ],
)
async def test_what_proxies_are_said_to_say_changes_nothing(target: str, accept: str, standing: Shop) -> None:
    plain = await ask(standing, target, headers=[("accept", accept)])
    for client in ("203.0.113.9", "127.0.0.1"):
        lied = await ask(standing, target, headers=[("accept", accept), *LIES], client=client)
        assert (lied.status, lied.headers, lied.body) == (plain.status, plain.headers, plain.body)
    # A link may lead to another server because somebody wrote so, never because of the request.
    addresses = [plain.headers.get("location", "/"), *ADDRESS.findall(plain.body.decode())]
    ours = [address for address in addresses if DOMAIN in address]
    assert all(address.startswith(ORIGIN) for address in ours)


@pytest.mark.attack("WEB-026")
@pytest.mark.parametrize("host", ["MAGASIN.example", f"{DOMAIN}:443"])
async def test_our_name_in_another_spelling_makes_the_same_page(host: str, standing: Shop) -> None:
    plain, spelt = await ask(standing, "/@marc"), await ask(standing, "/@marc", hosts=[host])
    assert (spelt.status, spelt.body) == (200, plain.body)
