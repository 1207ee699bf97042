"""Members of a network by the thousand, without a site behind them: each has an actor, takes what is posted to it, and speaks when told to."""

import asyncio
from collections import Counter, defaultdict

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fedirse.activitypub import uris
from fedirse.activitypub.signatures import multikey
from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.outbox.schemes import Scheme
from fedirse.outbox.signing import signed_headers
from fedirse.site import Site
from fedirse.social.network.actions import NETWORK_SCOPE, find_scope
from fedirse.social.network.authority.stating.actions import state_membership, state_roster
from fedirse.social.network.model import Attributes
from fedirse.storage.keyring import generate_ed25519
from fedirse.storage.signing import KeyPair, NamedKey
from fedirse.storage.transaction import Transaction
from tests.federation.network import WirePoster
from tests.federation.rosters import Group

TURNS = 50
"""How often a stub lets everybody else go on before it answers, so that what is sent at once is there at once."""


class Stubs:
    """The stubs of a group, each on a host name of its own.

    Attributes:
        hosts: their names.
        taken: the ids of the posts that each was brought, in order, repetitions included.
        first: at which minute of the group's clock each was brought something again, since `listen_anew`.
        most_at_once: how many posts were on the wire to all of them together.
        most_at_one: how many to the one that had most.
    """

    def __init__(self, group: Group, count: int) -> None:
        self.hosts = [f"s{number:04}.example" for number in range(count)]
        self._group = group
        self._key = generate_ed25519()
        self._at_once: Counter[str] = Counter()
        self._listeners = Starlette(routes=[Route("/actor", self._get_actor), Route("/inbox", self._post_inbox, methods=["POST"])])
        self.listen_anew()

    def listen_anew(self) -> None:
        """Forget what was taken."""
        self.taken: defaultdict[str, list[str]] = defaultdict(list)
        self.first: dict[str, int] = {}
        self.most_at_once = self.most_at_one = 0

    async def join(self) -> None:
        """Become members: the head office says so, and the other sites learn it from its roster and meet everybody."""
        group, key = self._group, multikey(self._key.public)
        group.wire.wire.applications |= dict.fromkeys(self.hosts, self._listeners)

        def admit(tx: Transaction, site: Site) -> None:
            for host in self.hosts:
                uri, attributes = f"https://{host}/actor", Attributes(city=host)
                state_membership(tx, site, uri, name=host, attributes=attributes, key=key, now=group.clock.now())
            state_roster(tx, site, group.clock.now())

        for host in self.hosts:
            await group.siege.actors.resolve(f"https://{host}/actor")
        await group.siege.write(admit, group.siege)
        await group.pass_time(hours=7)

    def cut(self, *others: str) -> None:
        """None of them can be reached, nor these sites."""
        self._group.cut(*others)
        self._group.wire.wire.offline |= set(self.hosts)

    async def say(self, host: str, site: Site, number: int) -> int:
        """Have one of them write to all members, and bring it to a site, with patience without end; returns what the site answers."""
        uri, now, to = f"https://{host}/actor", self._group.clock.now(), [await network_of(site)]
        note = {"id": f"https://{host}/posts/{number}", "type": "Note", "attributedTo": uri, "content": f"<p>De {host}.</p>", "to": to}
        activity = {"id": f"https://{host}/activities/{number}", "type": "Create", "actor": uri, "to": to, "object": note}
        body = orjson.dumps({"@context": "https://www.w3.org/ns/activitystreams", **activity})
        named = NamedKey(f"{uri}#ed25519", self._key)
        headers = signed_headers(Scheme.MESSAGE_ED25519, site.uris.shared_inbox, body, KeyPair(named, named), now)
        poster = WirePoster(self._group.wire.wire)
        return (await poster.post(uris.parse(site.uris.shared_inbox), body, headers)).status

    async def _get_actor(self, request: Request) -> Response:
        uri = f"https://{request.headers['host']}/actor"
        names = {"preferredUsername": "site", "inbox": uri.replace("/actor", "/inbox"), "outbox": f"{uri}/outbox"}
        key = {"id": f"{uri}#ed25519", "type": "Multikey", "controller": uri, "publicKeyMultibase": multikey(self._key.public)}
        context = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/multikey/v1"]
        document = {"@context": context, "id": uri, "type": "Application", "assertionMethod": [key], **names}
        return Response(orjson.dumps(document), media_type=ACTIVITY_JSON)

    async def _post_inbox(self, request: Request) -> Response:
        host = request.headers["host"]
        self._at_once[host] += 1
        self.most_at_once = max(self.most_at_once, self._at_once.total())
        self.most_at_one = max(self.most_at_one, self._at_once[host])
        activity = orjson.loads(await request.body())
        for _ in range(TURNS):
            await asyncio.sleep(0)
        self._at_once[host] -= 1
        if activity["type"] == "Create":
            self.taken[host].append(activity["object"]["id"])
            self.first.setdefault(host, int(self._group.clock.now().timestamp() // 60))
        return Response(status_code=202)


async def network_of(site: Site) -> str:
    """The address of everybody in the network of a site."""
    return await site.read(find_scope, NETWORK_SCOPE, "")
