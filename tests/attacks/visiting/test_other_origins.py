"""What pages of other origins may read and frame, and what a site does not show to anybody: on every route there is."""

import re

import pytest

from fedirse import assembly
from fedirse.inbox.nonces import Nonces
from fedirse.inbox.receive import Door
from fedirse.social.accounts.visitors import Gated
from fedirse.web.headers import POLICY
from tests.attacks.visiting.requests import ask, contents, form
from tests.visitors import AS2, DOMAIN, HTML, ORIGIN, Browser, Shop

# Documents about this site that programs in browsers ask for (RFC 7033 section 5, nodeinfo, oEmbed), the same for everybody.
OPEN = {
    "/.well-known/host-meta",
    "/.well-known/host-meta.json",
    "/.well-known/nodeinfo",
    "/.well-known/webfinger",
    "/nodeinfo/{version}",
    "/oembed",
}
ALLOWS = {
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
}
ORIGINS = ["https://evil.example", "null", f"{ORIGIN}.evil.example"]


def every_path() -> dict[str, set[str]]:
    """The methods of every route by its path, those for other servers among them."""

    async def heard(_site: object, _host: str) -> None:
        """Nobody is told."""

    found: dict[str, set[str]] = {}
    for route in assembly.routes(Door(assembly.registry(), Nonces(), heard)):
        path, methods = getattr(route, "path", ""), getattr(route, "methods", None)
        found.setdefault(path, set()).update(methods or {"GET"})
    return found


def concrete(path: str, post_id: str = "x") -> str:
    """The path with somebody and something in it."""
    return re.sub(r"\{[a-z_]+\}", "marc", path.replace("{post_id}", post_id).replace("{version}", "2.1"))


def session(browser: Browser) -> tuple[str, str]:
    """The cookies as a header."""
    return ("cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()))


@pytest.mark.attack("WEB-004")
async def test_no_page_of_another_origin_reads_what_a_session_sees(standing: Shop) -> None:
    cookie = session(await standing.sign_in("marc"))
    for path in every_path():
        for origin in ORIGINS:
            answer = await ask(standing, concrete(path), headers=[("origin", origin), ("accept", HTML), cookie])
            granted = {name: value for name, value in answer.headers.items() if name in ALLOWS}
            assert granted in ({}, {"access-control-allow-origin": "*"}), path
            assert ("access-control-allow-origin" in granted) <= (path in OPEN), path


@pytest.mark.attack("WEB-004")
async def test_what_every_page_may_read_is_the_same_with_a_session(standing: Shop) -> None:
    cookie = session(await standing.sign_in("marc"))
    for path in ("/.well-known/nodeinfo", "/nodeinfo/2.1", f"/.well-known/webfinger?resource=acct:marc@{DOMAIN}", "/.well-known/host-meta"):
        nobody = await ask(standing, path, headers=[("origin", "https://evil.example")])
        somebody = await ask(standing, path, headers=[("origin", "https://evil.example"), cookie])
        assert nobody.status == 200
        assert nobody.headers["access-control-allow-origin"] == "*"
        assert (somebody.status, somebody.body, somebody.headers) == (nobody.status, nobody.body, nobody.headers)


@pytest.mark.attack("WEB-004")
async def test_nobody_is_told_in_advance_that_they_may(standing: Shop) -> None:
    asked = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ]
    for path in every_path():
        answer = await ask(standing, concrete(path), method="OPTIONS", headers=asked)
        assert answer.status in {401, 404, 405}, path
        assert not ALLOWS & answer.headers.keys(), path


@pytest.mark.attack("WEB-005")
@pytest.mark.attack("WEB-045")
async def test_every_answer_of_every_method_says_what_a_browser_must_not_do(standing: Shop) -> None:
    cookie = session(await standing.sign_in("marc"))
    for path, methods in every_path().items():
        for method in sorted(methods | {"DELETE"}):
            for accept in (HTML, AS2):
                answer = await ask(standing, concrete(path), method=method, headers=[("accept", accept), cookie])
                said = answer.headers
                assert "frame-ancestors 'none'" in said["content-security-policy"], path
                assert said["content-security-policy"] == POLICY or path.startswith("/media/"), path
                assert said["x-frame-options"] == "DENY", path
                assert said["x-content-type-options"] == "nosniff", path
                assert said["referrer-policy"] in ({"no-referrer", "same-origin"} if path.startswith("/link/") else {"same-origin"}), path
                assert re.fullmatch(r"max-age=\d{8,}", said["strict-transport-security"]), path
                assert said["cross-origin-opener-policy"] == "same-origin", path
                assert said["cross-origin-resource-policy"] in {"same-origin", "cross-origin"}, path
                assert (said["cross-origin-resource-policy"] == "same-origin") or path.startswith(
                    ("/media/", "/logo", "/cover", "/icon")
                ), path
                assert not {"server", "x-powered-by"} & said.keys(), path


@pytest.mark.attack("WEB-005")
async def test_the_page_where_others_ask_for_something_is_framed_by_nobody(standing: Shop) -> None:
    cookie = session(await standing.sign_in("lea"))
    for path in ("/authorize_interaction?uri=acct:marc@magasin.example", "/@marc", "/confirm", "/settings/security", "/sign-in"):
        said = (await ask(standing, path, headers=[("accept", HTML), cookie])).headers
        assert (said["x-frame-options"], "frame-ancestors 'none'" in said["content-security-policy"]) == ("DENY", True)


NOTHING = [
    "/metrics", "/docs", "/redoc", "/openapi.json", "/.git/config", "/.git/HEAD", "/.env", "/debug", "/debug/pprof", "/health", "/status",
    "/server-status", "/admin", "/console", "/phpinfo.php", "/site.db", "/settings.toml", "/keyring", "/sites/magasin.example/site.db",
    "/static/../site.db", "/static/x/../../site.db", "/static/x/style.css.map", "/static/x/%2e%2e/settings.toml", "/media/.incoming/x",
    "/api/v1/instance", "/__debug__/", "/favicon.ico/..", "/backup.tar", "/.well-known/security.txt/..", "/site",
]  # fmt: skip


@pytest.mark.attack("WEB-044")
async def test_what_operators_see_is_not_on_the_web(standing: Shop) -> None:
    cookie = session(await standing.sign_in("marc"))
    for path in NOTHING:
        for headers in ([("accept", HTML)], [("accept", HTML), cookie]):
            answer = await ask(standing, path, headers=headers)
            assert answer.status in {400, 404}, path
            assert not re.search(rb"Traceback|sqlite|/tmp/|\.py\b", answer.body, re.IGNORECASE), path


@pytest.mark.attack("WEB-044")
async def test_nobody_but_who_cares_for_the_site_sees_its_state(standing: Shop) -> None:
    lea = session(await standing.sign_in("lea"))
    routes = assembly.routes(Door(assembly.registry(), Nonces(), lambda _site, _host: None))  # type: ignore[arg-type,return-value]
    inside = sorted({route.path for route in routes if isinstance(route, Gated) and not route.is_deed and route.path.startswith("/site/")})
    assert {"/site/health", "/site/queue", "/site/audit", "/site/audit.csv"} <= set(inside)
    for path in inside:
        assert (await ask(standing, concrete(path), headers=[("accept", HTML)])).status == 303, path
        assert (await ask(standing, concrete(path), headers=[("accept", HTML), lea])).status == 403, path


@pytest.mark.attack("WEB-044")
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG", "PUT", "PATCH"])
async def test_no_method_gives_a_request_back(method: str, standing: Shop) -> None:
    secret = ("cookie", "__Host-session=s3cret")
    for path in ("/", "/@marc", "/inbox", "/sign-in", "/nowhere"):
        answer = await ask(standing, path, method=method, headers=[secret, ("x-echo", "s3cret")])
        assert answer.status in {401, 404, 405}, path
        assert b"s3cret" not in answer.body
        assert "s3cret" not in str(answer.headers)


LIES = [
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    {"origin": "null"},
    {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {},
]
"""What a browser says of a form that is none of ours; the last is one that says nothing."""


@pytest.mark.attack("WEB-003")
async def test_no_form_of_another_origin_does_anything(standing: Shop) -> None:
    marc = await standing.sign_in("marc")
    routes = assembly.routes(Door(assembly.registry(), Nonces(), lambda _site, _host: None))  # type: ignore[arg-type,return-value]
    deeds = sorted({route.path for route in routes if isinstance(route, Gated) and route.is_deed})
    assert len(deeds) > 50
    before = await contents(standing)
    for path in deeds:
        for said in LIES:
            lied = [*said.items(), session(marc)]
            answer = await form(standing, concrete(path), {"form_token": marc.form_token}, headers=lied, as_ours=False)
            assert answer.status == 403, path
            assert "set-cookie" not in answer.headers, path
    assert await contents(standing) == before
