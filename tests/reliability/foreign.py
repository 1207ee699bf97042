"""Foreign servers on other addresses of this machine: they publish actors, take deliveries, and send as a real server does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from fedirse.activitypub.signatures import SignedRequest, public_pem, sign_cavage
from fedirse.activitypub.vocabulary import ACTIVITY_JSON, PUBLIC
from fedirse.storage.keyring import generate_rsa

Json = dict[str, Any]
AGAIN_SECONDS = 0.2
_KEY = generate_rsa()  # one for all of them: each publishes it under an id of its own


@dataclass(frozen=True)
class ForeignActor:
    """Somebody on a foreign server; found at its own address as soon as anybody asks."""

    origin: str
    name: str

    @property
    def uri(self) -> str:
        return f"{self.origin}/users/{self.name}"

    @property
    def key_id(self) -> str:
        return f"{self.uri}#main-key"

    def activity(self, kind: str, number: object, what: object, **more: object) -> Json:
        """An activity of this actor; `number` tells it from its others."""
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.uri}/activities/{kind.lower()}-{number}",
            "type": kind,
            "actor": self.uri,
            "object": what,
            "published": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **more,
        }

    def note(self, number: int) -> Json:
        """A Create of a public note for the actor's followers."""
        audience = {"to": [PUBLIC], "cc": [f"{self.uri}/followers"]}
        said = {"id": f"{self.uri}/notes/{number}", "type": "Note", "attributedTo": self.uri, "content": f"<p>note {number}</p>"}
        return self.activity("Create", number, said | audience, **audience)


@dataclass(frozen=True)
class Arrival:
    """A delivery as it came in; `run` counts the starts of whoever sent it."""

    document: Json
    run: int


@dataclass
class ForeignServers:
    """Some servers, each on an address of its own.

    Attributes:
        origins: of the servers.
        run: how often the other side was started; a connection belongs to the run in which it was opened.
        arrivals: what each server was sent, in order, by origin.
    """

    origins: list[str]
    run: int = 0
    arrivals: dict[str, list[Arrival]] = field(default_factory=dict)
    arrived: int = 0
    _runs: dict[object, int] = field(default_factory=dict)
    _change: asyncio.Condition = field(default_factory=asyncio.Condition)

    @classmethod
    @asynccontextmanager
    async def start(cls, count: int, network: int) -> AsyncIterator["ForeignServers"]:
        """`count` servers on 127.0.`network`.1 and following, for the length of the block."""
        servers = cls([])
        runner = web.AppRunner(servers._application(), access_log=None, keepalive_timeout=600)
        await runner.setup()
        try:
            port = 0
            for number in range(1, count + 1):
                address = f"127.0.{network}.{number}"
                site = web.TCPSite(runner, address, port, backlog=256)
                await site.start()
                assert site._server is not None
                port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # an asyncio.Server has them
                servers.origins.append(f"http://{address}:{port}")
            servers.arrivals = {origin: [] for origin in servers.origins}
            yield servers
        finally:
            await runner.cleanup()

    def actor(self, number: int, name: str) -> ForeignActor:
        """Somebody on the server of that number."""
        return ForeignActor(self.origins[number], name)

    async def have(self, count: int) -> None:
        """Return once so many deliveries have arrived in all."""
        async with self._change:
            await self._change.wait_for(lambda: self.arrived >= count)

    def received(self, origin: str, kind: str) -> list[Json]:
        """The activities of a type that a server was sent, in order, repetitions included."""
        return [arrival.document for arrival in self.arrivals[origin] if arrival.document["type"] == kind]

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/users/{name}", self._get_actor)
        application.router.add_post("/inbox", self._post_inbox)
        return application

    async def _get_actor(self, request: web.Request) -> web.Response:
        document = _actor_document(ForeignActor(f"http://{request.host}", request.match_info["name"]))
        return web.Response(body=orjson.dumps(document), content_type=ACTIVITY_JSON)

    async def _post_inbox(self, request: web.Request) -> web.Response:
        # By connection and not by time: what a killed process sent may be read here a moment after its death.
        run = self._runs.setdefault(request.protocol, self.run)
        document = orjson.loads(await request.read())
        async with self._change:
            self.arrivals[f"http://{request.host}"].append(Arrival(document, run))
            self.arrived += 1
            self._change.notify_all()
        return web.Response(status=202)


class Sender:
    """Sends activities as a real server does: the same one again, under the same id, until it is acknowledged.

    Attributes:
        acknowledged: ids of the activities that were answered 202.
        interrupted: how often the connection broke before the answer came; the process may have stored the activity or not.
        refused: other answers, with the activity; there should be none.
        in_flight: how many requests wait for an answer.
    """

    def __init__(self, session: aiohttp.ClientSession, inbox: str) -> None:
        self.acknowledged: dict[str, Json] = {}
        self.interrupted = 0
        self.refused: list[tuple[int, str, str]] = []
        self.in_flight = 0
        self._session = session
        self._inbox = inbox
        self._progress = asyncio.Condition()

    async def send(self, actor: ForeignActor, activity: Json) -> None:
        """Return once it is acknowledged."""
        body = orjson.dumps(activity)
        while not await self._try(actor, activity, body):  # noqa: ASYNC110 - the site restarts in its own time
            await asyncio.sleep(AGAIN_SECONDS)

    async def once(self, actor: ForeignActor, activity: Json) -> tuple[int, str | None]:
        """Send it a single time; the status that was answered, and for how many seconds the sender is asked to wait."""
        body = orjson.dumps(activity)
        async with self._session.post(self._inbox, data=body, headers=_signed(self._inbox, body, actor.key_id)) as response:
            if response.status == 202:
                self.acknowledged[activity["id"]] = activity
            return response.status, response.headers.get("retry-after")

    async def more(self, count: int) -> None:
        """Return once `count` more activities are acknowledged than when this was called."""
        enough = len(self.acknowledged) + count
        async with self._progress:
            await self._progress.wait_for(lambda: len(self.acknowledged) >= enough)

    async def _try(self, actor: ForeignActor, activity: Json, body: bytes) -> bool:
        headers = _signed(self._inbox, body, actor.key_id)
        self.in_flight += 1
        try:
            async with self._session.post(self._inbox, data=body, headers=headers) as response:
                status, text = response.status, await response.text()
        except aiohttp.ClientConnectorError:
            return False
        except (aiohttp.ClientError, ConnectionError):
            self.interrupted += 1
            return False
        finally:
            self.in_flight -= 1
        if status == 503:
            return False
        if status != 202:
            self.refused.append((status, text, activity["id"]))
            return True
        async with self._progress:
            self.acknowledged[activity["id"]] = activity
            self._progress.notify_all()
        return True


def _signed(inbox: str, body: bytes, key_id: str) -> dict[str, str]:
    authority, _, target = inbox.removeprefix("http://").partition("/")
    content_type = ("content-type", ACTIVITY_JSON)
    request = SignedRequest("POST", "http", authority, f"/{target}", (content_type,), body)
    return dict((content_type, *sign_cavage(request, key_id, _KEY, datetime.now(UTC))))


def _actor_document(actor: ForeignActor) -> Json:
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": actor.uri,
        "type": "Person",
        "preferredUsername": actor.name,
        "inbox": f"{actor.origin}/inbox",
        "outbox": f"{actor.uri}/outbox",
        "followers": f"{actor.uri}/followers",
        "endpoints": {"sharedInbox": f"{actor.origin}/inbox"},
        "publicKey": {"id": actor.key_id, "owner": actor.uri, "publicKeyPem": public_pem(_KEY.public)},
    }
