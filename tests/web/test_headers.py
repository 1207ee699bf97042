"""Every answer of a site carries the headers that keep a browser from doing harm."""

import re

import pytest

from fedirse.assembly import SLICES
from fedirse.web.headers import POLICY, security_headers
from fedirse.web.static import static_routes
from tests.visitors import AS2, HTML, Shop

PATHS = sorted({getattr(route, "path", "") for part in SLICES for route in part.pages} | {route.path for route in static_routes()})
ALWAYS = {"content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options", "cross-origin-resource-policy"}


def concrete(path: str) -> str:
    """A route's path with something in its place holders."""
    return re.sub(r"\{[a-z_]+\}", "marc", path)


@pytest.mark.attack("WEB-045")
@pytest.mark.parametrize("accept", [HTML, AS2], ids=["page", "document"])
@pytest.mark.parametrize("path", PATHS)
async def test_every_route_answers_with_the_headers(path: str, accept: str, shop: Shop) -> None:
    response = await shop.get(concrete(path), accept=accept)
    assert response.headers.keys() >= {*ALWAYS, "strict-transport-security", "cross-origin-opener-policy"}
    assert response.headers["content-security-policy"] == POLICY


@pytest.mark.attack("WEB-005")
async def test_refusals_of_every_kind_have_them_too(shop: Shop) -> None:
    unknown = await shop.get("/nowhere")
    not_allowed = await shop.get("/", method="DELETE")
    unsigned = await shop.get("/posts/x", token="fdr_wrong")
    other_site = await shop.get("/", headers={"host": "elsewhere.example"})
    assert [response.status_code for response in (unknown, not_allowed, unsigned, other_site)] == [404, 405, 401, 421]
    for response in (unknown, not_allowed, unsigned, other_site):
        assert response.headers["content-security-policy"] == POLICY


def test_the_policy_lets_no_script_but_our_files_run_and_no_other_host_in() -> None:
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "script-src 'self';" in POLICY
    assert "http" not in POLICY
    assert "frame-ancestors 'none'" in POLICY
    assert "base-uri 'none'" in POLICY
    assert "form-action 'self'" in POLICY


def test_without_tls_nothing_is_promised_about_tls() -> None:
    assert "strict-transport-security" not in dict(security_headers(https=False))


def test_with_tls_only_this_very_name_is_bound_to_it() -> None:
    assert "includeSubDomains" not in dict(security_headers(https=True))["strict-transport-security"]
