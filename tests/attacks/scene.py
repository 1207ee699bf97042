"""A whole site under attack: what is sent to it goes through the ASGI application, and everything it does can be looked at.

`refuses` is what every refusal must satisfy: the status and the reason, the counter, nothing stored, nothing fetched but what may be,
and a good request afterwards is accepted as before.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.types import ASGIApp, Message

from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.site import Site
from fedirse.social.follows.actions import follow
from fedirse.social.moderation.blocks.actions import block_host
from fedirse.social.moderation.model import OPERATOR
from fedirse.storage.actors import find_local_actor, set_locked
from tests.attacks.foreign import Foreign, Foreigner
from tests.attacks.held import count_rows
from tests.attacks.letters import Letter
from tests.federation.network import Network, running_network

DOMAIN = "us.example"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def reason(self) -> str | None:
        """The reason code of a refusal."""
        return self.document.get("reason") if self.body else None

    @property
    def document(self) -> dict[str, Any]:
        parsed: dict[str, Any] = orjson.loads(self.body)
        return parsed


@dataclass
class Scene:
    """One site of ours, its people, and the servers around it.

    Attributes:
        network: the wire and its record.
        site: the site that is attacked.
        alice: somebody there whom everybody can follow.
        lea: somebody who approves her followers.
        friend: somebody elsewhere who is known here and behaves well.
    """

    network: Network
    site: Site
    alice: StoredActor
    lea: StoredActor
    friend: Foreigner
    servers: dict[str, Foreign] = field(default_factory=dict)

    def server(self, host: str) -> Foreign:
        """The foreign server of that name, put on the wire when it is first asked for."""
        if host not in self.servers:
            self.servers[host] = Foreign(host, self.network.clock.now)
            self.network.wire.applications[host] = self.servers[host]
        return self.servers[host]

    async def send(self, letter: Letter) -> Answer:
        """Send a letter, which no attacker may answer with a 5xx of ours that says that we failed."""
        answer = await call(self.network.wire.applications[DOMAIN], letter)
        assert answer.status != 500, f"unforeseen: {letter}"
        return answer

    async def accepts(self, letter: Letter) -> None:
        """Send a letter that is a good one."""
        answer = await self.send(letter)
        assert answer.status == 202, answer.body

    def advance(self, **time: float) -> None:
        """Let time pass."""
        assert isinstance(self.network.clock, FixedClock)
        self.network.clock.advance(timedelta(**time))

    async def settle(self) -> None:
        """Let the jobs run and the deliveries leave."""
        await self.network.settle()

    async def block(self, host: str, *, subdomains: bool = False) -> None:
        """Have the site block a host."""
        await self.site.write(block_host, self.site, host, reason="test", subdomains=subdomains, by=OPERATOR, now=self.network.clock.now())

    async def follows(self, somebody: Foreigner) -> None:
        """Let alice follow somebody, who accepts."""
        actor = await self.site.actors.resolve(somebody.uri)
        made = await self.site.write(follow, self.site, self.alice, actor, self.network.clock.now())
        asked = {"id": made.uri, "type": "Follow", "actor": self.alice.uri, "object": somebody.uri}
        await self.accepts(somebody.send(somebody.activity("Accept", asked)))
        await self.settle()

    async def page(self, target: str) -> str:
        """A page as a visitor sees it."""
        answer = await self.send(Letter(method="GET", target=target, headers=(("accept", "text/html"),)))
        assert answer.status == 200
        return answer.body.decode()

    async def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return await self.site.read(count_rows)

    async def count(self, table: str) -> int:
        return (await self.rows())[table]

    def counted(self) -> Counter[str]:
        return Counter(self.site.counters.read())

    @property
    def fetched(self) -> list[str]:
        """What was fetched by the site so far."""
        return list(self.network.wire.fetched)

    async def behaves(self) -> None:
        """A good request is accepted, and has its effect."""
        before = await self.count("posts")
        await self.accepts(self.friend.send(self.friend.create(self.friend.note(cc=[self.alice.uri]))))
        assert await self.count("posts") == before + 1

    async def refuses(
        self, letter: Letter, status: int, reason: str, *, fetches: Iterable[str] = (), meets: float = 0, counts: str | None = None
    ) -> Answer:
        """Send a letter that must be refused, and leave no trace but a count.

        Args:
            letter: what is sent.
            status: what must be answered.
            reason: the reason code that must be answered and counted.
            fetches: the addresses that may be asked on the way, in order.
            meets: how many actors become known by these fetches; a half for one with a single usable key.
            counts: the reason code that is counted, when the sender is told another one.
        """
        await self._rests()
        rows, counted, fetched = await self.rows(), self.counted(), self.fetched
        answer = await self.send(letter)
        assert (answer.status, answer.reason) == (status, reason), answer.body
        assert self.counted() - counted == Counter({f"inbox.refused.{counts or reason}": 1})
        rows["actors"] += ceil(meets)
        rows["public_keys"] += int(2 * meets)
        assert await self.rows() == rows
        assert self.fetched[len(fetched) :] == list(fetches)
        await self.behaves()
        return answer

    async def ignores(self, letter: Letter, *, fetches: Iterable[str] = ()) -> None:
        """Send a letter that is genuine and has no effect: only that it was received is remembered."""
        await self._rests()
        rows, fetched = await self.rows(), self.fetched
        await self.accepts(letter)
        after = await self.rows()
        assert {table: number - rows[table] for table, number in after.items() if number != rows[table]} in ({}, {"received": 1})
        assert self.fetched[len(fetched) :] == list(fetches)
        await self.behaves()

    async def _rests(self) -> None:
        """Wait for what is on its way out already: what becomes of it is counted too, and is no effect of the next letter."""
        await self.network.processes[DOMAIN].outbox.idle()


async def people_the_site(folder: Path) -> None:
    """Make the site of every scene under a folder: with alice and lea, and with a friend elsewhere who is known there."""
    async with running_network(folder) as network:
        site = await network.add(DOMAIN)
        await network.person(site, "alice")
        lea = await network.person(site, "lea")
        await site.write(set_locked, lea.id, locked=True)
        scene = await open_scene(network)
        await scene.accepts(scene.friend.send(scene.friend.create(to_alice(scene, scene.friend))))


async def open_scene(network: Network) -> Scene:
    """The scene around the site of a network, which is started when it is not running."""
    site = network.processes[DOMAIN].sites[DOMAIN] if DOMAIN in network.processes else await network.start(DOMAIN)
    alice, lea = [await site.read(find_local_actor, handle) for handle in ("alice", "lea")]
    assert alice is not None
    assert lea is not None
    server = Foreign("friend.example", network.clock.now)
    network.wire.applications[server.host] = server
    return Scene(network, site, alice, lea, server.person("ami", 9), {server.host: server})


def to_alice(scene: Scene, by: Foreigner, **changes: Any) -> dict[str, Any]:
    """A public note that names alice, and so concerns the site."""
    return by.note(**{"to": [PUBLIC], "cc": [scene.alice.uri]} | changes)


async def call(app: ASGIApp, letter: Letter, client: str = "203.0.113.9") -> Answer:
    """One request from an address to an ASGI application, with exactly the head that the letter has."""
    path, _, query = letter.target.partition("?")
    hosts = [(b"host", host.encode("latin-1")) for host in letter.hosts]
    lengths = [(b"content-length", b"%d" % len(letter.body))] if letter.body and letter.header("content-length") is None else []
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in letter.headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": letter.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [*hosts, *lengths, *headers],
        "client": (client, 4711),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    pending: list[Message] = [{"type": "http.request", "body": letter.body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return pending.pop() if pending else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    head = sent[0]
    answered = {name.decode("latin-1"): value.decode("latin-1") for name, value in head["headers"]}
    return Answer(head["status"], answered, b"".join(message.get("body", b"") for message in sent[1:]))
