"""The people of a whole network: its head office and all of its sites, opened beside the processes that serve them.

Started with a file that names them, `{"office": {"root", "domain"}, "shops": [{"root", "domain"}, …]}`. Reads JSON lines from standard
input, does what they say, and answers each with a line; `shops` are numbers in that list:

- `{"do": "found", "people": 10}`: make the people, the network, and every shop a member of it;
- `{"do": "join"}`: let every shop ask for the roster, and the head office know every shop; all have to answer meanwhile;
- `{"do": "joined"}`: how many shops know all the members;
- `{"do": "announce", "number": 1}`: announce to the network;
- `{"do": "stand"}`: how many sites have received it, and have confirmed it, and how many people did, by the head office's board;
- `{"do": "answer", "shops": […]}`: everybody there reads and confirms it, and each shop as a site.
"""

import asyncio
import json
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from fedirse import assembly
from fedirse.activitypub.signatures import multikey
from fedirse.base.actors import StoredActor
from fedirse.base.roles import Role
from fedirse.base.settings import load_process_settings
from fedirse.features.announcements.acknowledgement.actions import acknowledge, confirm_for_site
from fedirse.features.announcements.actions import announce
from fedirse.features.announcements.board.views import view_board
from fedirse.features.announcements.model import Announcement, Asked, Priority, Terms
from fedirse.features.announcements.store import find_readable, list_announcements
from fedirse.outbox.wake import WakeSender
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.store import list_accounts
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.actions import find_scope
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.stating.actions import state_membership, state_roster
from fedirse.social.network.model import Attributes, Network, NetworkKey, NetworkState
from fedirse.social.network.roster.actions import ask_anew
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import current_network, list_trusted_keys, save_network, trust_key
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction

AT_ONCE = 8
TITLE = "Recall: take lot 4821 off the shelves"
TEXT = "Take lot 4821 off the shelves **today**, put up the notice at the till, and send back what is left with the next lorry. " * 3


class Crowd:
    """Everybody of the network.

    Args:
        office: the head office.
        shops: the other sites.
    """

    def __init__(self, office: Site, shops: list[Site]) -> None:
        self.office = office
        self.shops = shops
        self.announced = ""

    async def found(self, people: int) -> None:
        """People at every site; the network, and a word about every member."""
        for site in (self.office, *self.shops):
            await site.write(_move_in, site, people, site.clock.now())
        office, now = self.office, self.office.clock.now()
        await office.write(found_network, office, "Measured", now)
        for number, shop in enumerate(self.shops):
            pair = await shop.read(shop.signing.load, shop.actor_id)
            attributes = Attributes(region=("Nord", "Sud")[number % 2], city=f"City {number}")
            key = multikey(pair.ed25519.key.public)
            await office.write(
                lambda tx, shop=shop, attributes=attributes, key=key: state_membership(
                    tx, office, shop.uris.site_actor, name=shop.settings.name, attributes=attributes, key=key, now=now
                )
            )
        await office.write(state_roster, office, now)

    async def join(self) -> None:
        """What joining leaves at both sides; then each shop asks for the roster by itself."""
        network = await self.office.read(current_network)
        assert network is not None
        keys = await self.office.read(list_trusted_keys, network.uri)
        gate = asyncio.Semaphore(AT_ONCE)

        async def enter(shop: Site) -> None:
            async with gate:
                await self.office.actors.resolve(shop.uris.site_actor)
                await shop.actors.resolve(network.uri)
                await shop.write(_become_member, shop, network, keys, shop.clock.now())

        await asyncio.gather(*map(enter, self.shops))

    async def count_joined(self) -> int:
        """The shops that know all members."""
        whole = len(self.shops) + 1
        known = [len((await shop.read(load_roster, self.office.uris.site_actor)).held) for shop in self.shops]
        return sum(count == whole for count in known)

    async def announce(self, number: int) -> None:
        """The head office announces to everybody."""
        office, now = self.office, self.office.clock.now()
        audience = Audience(AudienceKind.NETWORK, of=await office.read(find_scope, "network", ""))
        draft, terms = Draft(TEXT, audience, title=f"{TITLE} ({number})"), Terms(Priority.URGENT, Asked.EVERYONE)
        post = await office.write(lambda tx: announce(tx, office, draft, terms, now, by=Runner(office.actor_id, "nadia")))
        self.announced = post.uri

    async def stand(self) -> dict[str, int]:
        """What the board says of it."""
        actor = await self.office.read(get_actor, self.office.actor_id)
        post, announcement = await self.office.read(_find, self.announced, actor)
        board = await self.office.read(view_board, self.office, post, announcement, self.office.clock.now())
        away = [line for line in board.lines if line.member != self.office.uris.site_actor]
        return {
            "received": sum(line.arrival.value == "received" for line in away),
            "confirmed": sum(line.settled for line in away),
            "people": sum(line.said.totals.confirmed for line in away if line.said.totals is not None),
            "lines": len(away),
        }

    async def answer(self, shops: list[int]) -> int:
        """Everybody there reads and confirms; how many people that is."""
        return sum([await _answer(self.shops[number], self.announced) for number in shops])


def _move_in(tx: Transaction, site: Site, people: int, now: datetime) -> None:
    for number in range(people):
        roles = (Role.RESPONSIBLE,) if number == 0 else (Role.AUTHOR,)
        create_account(tx, site, f"person{number}", f"Person {number}", None, now, roles=roles)


def _become_member(tx: Transaction, shop: Site, network: Network, keys: list[NetworkKey], now: datetime) -> None:
    member = NetworkState.MEMBER
    joined = Network(uri=network.uri, name=network.name, members=network.members, head_office=False, state=member, counter=0, since=now)
    save_network(tx, joined)
    for key in keys:
        trust_key(tx, NetworkKey(uri=key.uri, network=key.network, key=key.key, trusted_at=now))
    ask_anew(tx, shop, joined, now)


async def _answer(shop: Site, uri: str) -> int:
    now = shop.clock.now()
    actors = [await shop.read(get_actor, account.actor_id) for account in await shop.read(list_accounts)]
    for actor in actors:
        post, announcement = await shop.read(_find, uri, actor)
        await shop.write(acknowledge, shop, reader_for(actor), post.id, announcement.terms.version, now)
    first = actors[0]
    await shop.write(
        lambda tx: confirm_for_site(
            tx, shop, reader_for(first), post.id, announcement.terms.version, now, by=Runner(first.id, first.handle)
        )
    )
    return len(actors)


def _find(tx: Transaction, uri: str, actor: StoredActor) -> tuple[Post, Announcement]:
    reader = reader_for(actor)
    [post_id] = [post.id for post, _ in list_announcements(tx, reader, limit=5) if post.uri == uri]
    found = find_readable(tx, post_id, reader)
    assert found is not None
    return found


async def obey(crowd: Crowd, order: dict[str, Any]) -> object:
    match order["do"]:
        case "found":
            return await crowd.found(order["people"])
        case "join":
            return await crowd.join()
        case "joined":
            return await crowd.count_joined()
        case "announce":
            return await crowd.announce(order["number"])
        case "stand":
            return await crowd.stand()
        case "answer":
            return await crowd.answer(order["shops"])
    raise ValueError(order)


async def main(cast: dict[str, Any]) -> None:
    ground = assembly.lay_ground(load_process_settings(Path(cast["office"]["root"])))
    senders = {root: WakeSender(Path(root)) for root in {one["root"] for one in (cast["office"], *cast["shops"])}}

    async def enter(place: dict[str, str]) -> Site:
        site = await assembly.open_site(assembly.site_folder(Path(place["root"]), place["domain"]), ground)
        site.pulse.listen(partial(senders[place["root"]].wake, place["domain"]))
        return site

    crowd = Crowd(await enter(cast["office"]), [await enter(place) for place in cast["shops"]])
    print(json.dumps({"ready": True}), flush=True)
    while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        print(json.dumps({"done": await obey(crowd, json.loads(line))}), flush=True)
    for site in (crowd.office, *crowd.shops):
        await site.database.close()
    await ground.close()


uvloop.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
