"""A head office and sites that it admits, each with a roster of its own: how the roster travels among them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from fedirse.activitypub.signatures import multikey
from fedirse.base.clock import FixedClock
from fedirse.base.types import JsonObject
from fedirse.outbox.schemes import Scheme
from fedirse.outbox.signing import signed_headers
from fedirse.remote.signed_fetch import fetch_from_member
from fedirse.site import Site
from fedirse.social.network.authority import actions as authority
from fedirse.social.network.authority.jobs import renew_daily
from fedirse.social.network.model import Attributes, Network, NetworkKey, NetworkState
from fedirse.social.network.roster.actions import ask_anew
from fedirse.social.network.roster.jobs import keep_roster
from fedirse.social.network.roster.model import Roster, Standing
from fedirse.social.network.roster.rules import digest_of, standing_of
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import list_trusted_keys, save_network, trust_key
from fedirse.storage.deliveries import deliveries
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, running_network
from tests.federation.network import Network as Wire

HEAD_OFFICE = "siege.example"
NAME = "Maison Aubrelle"


class Group:
    """Sites of one network.

    Args:
        wire: what carries what they say.
        clock: one time for all of them.
    """

    def __init__(self, wire: Wire, clock: FixedClock) -> None:
        self.wire = wire
        self.clock = clock
        self.sites: dict[str, Site] = {}

    @property
    def siege(self) -> Site:
        """The head office."""
        return self.sites[HEAD_OFFICE]

    async def found(self) -> None:
        """Make the head office and its network."""
        self.sites[HEAD_OFFICE] = await self.wire.add(HEAD_OFFICE, head_office=True)
        await self.siege.write(authority.found_network, self.siege, NAME, self.clock.now())

    async def make(self, name: str) -> Site:
        """A site that is in no network yet."""
        self.sites[f"{name}.example"] = site = await self.wire.add(f"{name}.example")
        return site

    async def admit(self, name: str) -> Site:
        """A site that has just joined: both sides know each other, and it has asked for the roster."""
        site = self.sites.get(f"{name}.example") or await self.make(name)
        await self.siege.actors.resolve(site.uris.site_actor)
        keys = await self.siege.read(list_trusted_keys, self.siege.uris.site_actor)

        def join(tx: Transaction) -> None:
            uris = self.siege.uris
            joined = Network(
                uri=uris.site_actor,
                name=NAME,
                members=uris.members,
                head_office=False,
                state=NetworkState.MEMBER,
                counter=0,
                since=self.clock.now(),
            )
            save_network(tx, joined)
            for key in keys:
                trust_key(tx, NetworkKey(uri=key.uri, network=key.network, key=key.key, trusted_at=self.clock.now()))
            ask_anew(tx, site, joined, self.clock.now())

        await site.write(join)
        await self.siege.write(
            authority.admit,
            self.siege,
            site.uris.site_actor,
            name=name.title(),
            attributes=Attributes(city=name.title()),
            key=multikey((await site.read(site.signing.load, site.actor_id)).ed25519.key.public),
            now=self.clock.now(),
        )
        return site

    async def settle(self) -> None:
        """Let everything be delivered and done."""
        await self.wire.settle()

    def cut(self, *names: str) -> None:
        """Only these are out of reach now."""
        self.wire.wire.offline = {f"{name}.example" for name in names}

    async def pass_time(self, **values: float) -> None:
        """Later; then whatever comes up by itself is done."""
        self.clock.advance(timedelta(**values))
        await self.sweep()

    async def sweep(self) -> None:
        """Do what comes up by itself, and what follows."""
        for site in self.sites.values():
            if site.settings.domain not in self.wire.wire.offline:
                await renew_daily(site)
                await keep_roster(site)
        await self.settle()

    async def roster(self, name: str) -> Roster:
        """What a site knows."""
        return await self.sites[f"{name}.example"].read(load_roster, self.siege.uris.site_actor)

    async def digests(self, *names: str) -> set[str]:
        """What sites know, each by one word."""
        return {digest_of(await self.roster(name)) for name in names}

    async def standing(self, of: str, at: str) -> Standing:
        """What one site is to another."""
        return standing_of(await self.roster(at), f"https://{of}.example/actor", self.clock.now())


@asynccontextmanager
async def running_group(folder: Path, *names: str) -> AsyncIterator[Group]:
    """A head office and these members, who know the same."""
    clock = FixedClock(START)
    async with running_network(folder, clock) as wire:
        group = Group(wire, clock)
        await group.found()
        for name in names:
            await group.admit(name)
        await group.settle()
        yield group


async def ask(site: Site, url: str) -> JsonObject:
    """What a site is answered that asks as a member."""
    pair = await site.read(site.signing.load, site.actor_id)
    return await fetch_from_member(site.client, url, pair.ed25519, site.clock)


async def receive_again(group: Group, site: Site, body: bytes) -> int:
    """Bring a site what the head office has sent to another; returns the answer's status."""
    pair = await group.siege.read(group.siege.signing.load, group.siege.actor_id)
    headers = signed_headers(Scheme.MESSAGE_ED25519, site.uris.shared_inbox, body, pair, group.clock.now())
    answer = await group.siege.client.post(site.uris.shared_inbox, body, headers)
    return answer.status


async def forget_deliveries(group: Group, host: str) -> None:
    """What waits for a host is never sent."""

    def forget(tx: Transaction) -> None:
        tx.execute(deliveries.delete().where(deliveries.c.host == host))

    await group.siege.write(forget)
