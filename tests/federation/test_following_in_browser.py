"""Two sites and two people at their browsers: one asks to follow, the other is asked, and then reads what the other writes."""

from pathlib import Path

from fedirse.asgi import application
from fedirse.base.clock import FixedClock
from fedirse.base.roles import Role
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account
from fedirse.storage.actors import find_local_actor, set_locked
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, Network, running_network, say
from tests.visitors import Browser, Shop


class Guest(Browser):
    """Somebody at the browser of a site whose domain is not that of the tests' own."""

    async def ask(self, path: str) -> str:
        """A page, after whatever redirects."""
        response = await self.get(path, host=self.shop.site.settings.domain)
        while response.is_redirect:
            response = await self.get(response.headers["location"], host=self.shop.site.settings.domain)
        return response.text

    async def do(self, path: str, fields: dict[str, object] | None = None) -> int:
        """Send a form; the status of the answer."""
        domain = self.shop.site.settings.domain
        return (await self.post(path, fields, headers={"host": domain, "origin": f"https://{domain}"})).status_code


async def guest(network: Network, domain: str, handle: str) -> Guest:
    site = await network.add(domain)
    secret = new_secret()

    def sign_in(tx: Transaction) -> None:
        create_account(tx, site, handle, handle.title(), None, START, roles=(Role.AUTHOR,))
        open_session(tx, get_account(tx, handle), secret, "Tests", START)

    await site.write(sign_in)
    process = network.processes[domain]
    return Guest(Shop(site, application({domain: site}, process.router(process.outbox.peer_was_heard))), secret)


async def test_who_is_sent_here_by_another_server_follows_and_reads(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        anna, nadia = await guest(network, "colmar.example", "anna"), await guest(network, "siege.example", "nadia")
        author = await nadia.shop.site.read(find_local_actor, "nadia")
        assert author is not None
        await nadia.shop.site.write(set_locked, author.id, locked=True)

        assert 'action="/@nadia@siege.example/follow"' in await anna.ask("/authorize_interaction?uri=@nadia@siege.example")
        assert await anna.do("/@nadia@siege.example/follow") == 303
        await network.settle()
        assert "En attente de son accord" in await anna.ask("/@nadia@siege.example")

        requests = await nadia.ask("/follows/requests")
        assert "@anna@colmar.example" in requests
        follower = requests.partition('name="follower" value="')[2].partition('"')[0]
        assert await nadia.do("/follows/requests", {"follower": follower, "answer": "approve"}) == 303
        await say(nadia.shop.site, author, "Bienvenue à Colmar")
        await network.settle()

        assert "Vous suivez ce compte" in await anna.ask("/@nadia@siege.example")
        assert "Bienvenue à Colmar" in await anna.ask("/")
        assert await anna.do("/@nadia@siege.example/unfollow") == 303
        await network.settle()
        assert "anna" not in (await nadia.ask("/@nadia/followers"))


async def test_a_visitor_is_led_to_their_own_site_and_back(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as network:
        anna, nadia = await guest(network, "colmar.example", "anna"), await guest(network, "siege.example", "nadia")
        nobody = Guest(nadia.shop)
        fields: dict[str, object] = {"to": "@nadia", "address": "@anna@colmar.example"}
        answer = await nobody.post("/follows/remote", fields, headers={"host": "siege.example", "origin": "https://siege.example"})
        link = answer.text.partition('href="https://colmar.example')[2].partition('"')[0]
        assert link == "/authorize_interaction?uri=https%3A%2F%2Fsiege.example%2Fpeople%2Fnadia"
        assert 'action="/@nadia@siege.example/follow"' in await anna.ask(link)
