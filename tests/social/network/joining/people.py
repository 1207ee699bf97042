"""Somebody at the browser of a site on the wire."""

from collections.abc import Sequence

import httpx

from fedirse.asgi import application
from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import find_account, get_account
from fedirse.storage.transaction import Transaction
from tests.federation.network import Network
from tests.visitors import Browser, Shop

Files = Sequence[tuple[str, tuple[str, bytes, str]]]


class Person(Browser):
    """Somebody at a browser, on any site; redirects are not followed."""

    async def ask(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        return await self.get(path, host=self._domain, **headers)

    async def do(self, path: str, fields: dict[str, object] | None = None, files: Files = ()) -> httpx.Response:
        """Send a form."""
        return await self.post(path, fields, files=files, headers={"host": self._domain, "origin": f"https://{self._domain}"})

    @property
    def _domain(self) -> str:
        return self.shop.site.settings.domain


async def at_browser(wire: Network, site: Site, handle: str, *roles: Role) -> Person:
    """Somebody of a site with these roles, signed in; the account is made where there is none."""
    secret, now = new_secret(), site.clock.now()

    def sign_in(tx: Transaction) -> None:
        if find_account(tx, handle) is None:
            create_account(tx, site, handle, handle.title(), None, now, roles=roles)
        open_session(tx, get_account(tx, handle), secret, "Tests", now)

    await site.write(sign_in)
    return Person(_shop(wire, site), secret)


def passer_by(wire: Network, site: Site) -> Person:
    """Somebody whom nobody knows."""
    return Person(_shop(wire, site))


def _shop(wire: Network, site: Site) -> Shop:
    process = wire.processes[site.settings.domain]
    return Shop(site, application({site.settings.domain: site}, process.router(process.outbox.peer_was_heard)))
