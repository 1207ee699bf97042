"""Every route says who may use it, and keeps to it: the table of roles and routes, made from the router itself."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Route

from fedirse import assembly
from fedirse.base.roles import GRANTS, Permission, Role, permissions_of
from fedirse.inbox.nonces import Nonces
from fedirse.inbox.receive import Door
from fedirse.social.accounts.store import get_account, set_roles
from fedirse.social.accounts.visitors import Gated
from tests.visitors import Browser, Shop, made_site, open_shop

__all__ = ["made_site"]

PROTOCOL = {
    "/inbox": "the door checks every signature",
    "/people/{handle}/inbox": "the door checks every signature; its owner reads it with a token",
    "/actor/inbox": "the door checks every signature",
    "/actor/outbox": "public activities, and what the signer may read",
    "/people/{handle}/outbox": "public activities, and what the signer may read",
    "/activities/{activity_id}": "as the item it is about",
    "/static/{digest}/{name}": "our own files",
    "/brand.css": "the site's colours",
    "/icon.svg": "the site's icon",
    "/logo": "the site's logo",
    "/cover": "the picture of the site's own page",
    **{
        f"/api/fedirse/v1{path}": "a key opens it, and no session: tests/features/announcements/api asks at every one of them"
        for path in (
            *("/announcements", "/announcements/{id}", "/announcements/{id}/board", "/announcements/{id}/board.csv"),
            *("/announcements/{id}/reminders", "/segments"),
        )
    },
}
"""Routes of the layers below the pages, and why each needs no gate."""

TABLE = Path(__file__).parents[2] / "docs" / "roles.md"


@pytest.fixture(scope="module")
async def guarded(made_site: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """One site for all the routes: nothing that is refused changes it."""
    async with open_shop(made_site, tmp_path_factory.mktemp("guarded") / "shop") as opened:
        yield opened


def all_routes() -> list[BaseRoute]:
    async def heard(_site: object, _host: str) -> None:
        """Nobody is told."""

    return assembly.routes(Door(assembly.registry(), Nonces(), heard))


def gated() -> Iterator[Gated]:
    for route in all_routes():
        if isinstance(route, Gated) and route.needs is not None:
            yield route


def address(route: Route) -> str:
    return re.sub(r"\{[^}]*\}", "x", route.path)


def label(route: Gated) -> str:
    return f"{'POST' if route.is_deed else 'GET'} {route.path}"


def test_every_route_says_who_may_use_it() -> None:
    silent = {route.path for route in all_routes() if isinstance(route, Route) and not isinstance(route, Gated)}
    assert silent <= PROTOCOL.keys()
    assert all(isinstance(route, Route) for route in all_routes()), "what is mounted hides its routes from this table"


def test_no_route_stands_twice() -> None:
    names = [label(route) for route in all_routes() if isinstance(route, Gated)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("route", [pytest.param(route, id=label(route)) for route in gated()])
async def test_nobody_who_is_not_signed_in_gets_in(route: Gated, guarded: Shop) -> None:
    stranger = Browser(guarded)
    response = await (stranger.post(address(route)) if route.is_deed else stranger.get(address(route)))
    # What takes time to write is carried through the sign-in, on the page of the sign-in.
    assert (response.status_code, response.headers.get("location", "")[:8]) in {(303, "/sign-in"), (401, "")}, response.text


@pytest.mark.parametrize("route", [pytest.param(route, id=label(route)) for route in gated()])
async def test_every_role_that_may_not_is_refused(route: Gated, guarded: Shop) -> None:
    refused = [role for role in Role if route.needs not in permissions_of([role])]
    browser = await guarded.sign_in("ines")
    account = await guarded.site.read(get_account, "ines")
    for role in refused:
        await guarded.site.write(set_roles, account.id, [role])
        response = await (browser.post(address(route)) if route.is_deed else browser.get(address(route)))
        assert response.status_code == 403, (role, response.status_code)


@pytest.mark.parametrize("route", [pytest.param(route, id=label(route)) for route in gated() if route.is_deed])
async def test_every_deed_is_refused_from_elsewhere(route: Gated, guarded: Shop) -> None:
    browser = await guarded.sign_in("marc")
    foreign = await browser.post(address(route), headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"})
    stale = await browser.post(address(route), token="0" * 64)
    assert (foreign.status_code, stale.status_code) == (403, 403)


def test_every_permission_is_granted_and_asked_for_or_kept_for_later() -> None:
    granted = {permission for permissions in GRANTS.values() for permission in permissions}
    assert granted == set(Permission)


def table() -> str:
    roles = list(Role)
    lines = [
        f"| route | needs | {' | '.join(role.value for role in roles)} |",
        f"|---|---|{'---|' * len(roles)}",
        *(
            f"| `{label(route)}` | {route.needs} | {' | '.join('yes' if route.needs in permissions_of([role]) else '–' for role in roles)} |"
            for route in sorted(gated(), key=lambda route: (route.path, route.is_deed))
        ),
    ]
    return "\n".join(lines) + "\n"


def test_the_table_of_roles_and_routes_is_in_the_documentation() -> None:
    text = TABLE.read_text(encoding="utf-8")
    start, end = "<!-- routes -->\n", "<!-- /routes -->\n"
    assert text.partition(start)[2].partition(end)[0] == table(), "run scripts/role-table"
