"""An application behind real sockets in the event loop of a test."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from fedirse.server import make_server


@asynccontextmanager
async def listening(application: Any, sockets: Sequence[socket.socket] | None = None) -> AsyncIterator[uvicorn.Server]:
    """The server of fedirse for an application, on the sockets that are given or on a free port of this machine.

    It is not run by `serve`, which would take the signals of the test run for its own and looks ten times a second whether to stop.
    """
    server = make_server(application)
    server.config.port = 0
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(list(sockets) if sockets else None)
    await server.on_tick(0)
    try:
        yield server
    finally:
        for listener in server.servers:
            listener.close()
        for connection in list(server.server_state.connections):
            connection.transport.close()
        while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)
