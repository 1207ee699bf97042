"""The least that an inbox can do: read, parse, check digest and RSA signature, store two rows durably, answer.

No blocks, no origins, no audiences, no threads. Writes are committed in groups by one thread, with `synchronous=FULL`.
Started with a folder for the database, a port, and a folder of identities; runs until it is stopped.
"""

import asyncio
import base64
import hashlib
import re
import sys
import threading
from collections import deque
from pathlib import Path

import orjson
import uvicorn
import uvloop
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, create_engine, event
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.identities import Identities

metadata = MetaData()
seen = Table("seen", metadata, Column("uri", Text, primary_key=True), Column("origin", Text, nullable=False))
notes = Table(
    "notes", metadata, Column("uri", Text, primary_key=True), Column("actor", Text, index=True), Column("body", LargeBinary, nullable=False)
)
_PARAMETER = re.compile(r'([A-Za-z]+)="([^"]*)"')


class Store:
    """One thread that commits whatever has come in since its last commit."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _set_up)
        metadata.create_all(self._engine)
        self._waiting: deque[tuple[dict[str, object], asyncio.Future[None]]] = deque()
        self._some = threading.Semaphore(0)
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, daemon=True).start()

    async def add(self, row: dict[str, object]) -> None:
        future = self._loop.create_future()
        self._waiting.append((row, future))
        self._some.release()
        await future

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while self._some.acquire():
                batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
                if not batch:
                    continue
                for row, _ in batch:
                    connection.execute(seen.insert(), {"uri": row["uri"], "origin": row["actor"]})
                    connection.execute(notes.insert(), row)
                connection.commit()
                self._loop.call_soon_threadsafe(_answer, [future for _, future in batch])


def _answer(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        future.set_result(None)


def _set_up(connection: object, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


async def main() -> None:
    folder, port, identities = Path(sys.argv[1]), int(sys.argv[2]), Identities(Path(sys.argv[3]))
    folder.mkdir(parents=True)  # noqa: ASYNC240 - before anything else runs
    store, key = Store(folder / "least.db"), identities.key.public

    async def post_inbox(request: Request) -> Response:
        body = await request.body()
        headers = request.headers
        parameters = dict(_PARAMETER.findall(headers["signature"]))
        digest = "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()
        lines = [f"(request-target): post {request.url.path}"]
        lines += [f"{name}: {headers[name]}" for name in parameters["headers"].split()[1:]]
        valid = key.verify(base64.b64decode(parameters["signature"]), "\n".join(lines).encode())
        if not valid or digest != headers["digest"]:
            return Response(status_code=401)
        activity = orjson.loads(body)
        await store.add({"uri": activity["id"], "actor": activity["actor"], "body": body})
        return Response(status_code=202)

    application = Starlette(routes=[Route("/inbox", post_inbox, methods=["POST"])])
    await uvicorn.Server(uvicorn.Config(application, port=port, access_log=False, log_level="error", lifespan="off")).serve()


uvloop.run(main())
