"""Serving over HTTP with uvicorn: the parser's gaps closed, nothing believed about proxies, a clean stop."""

import asyncio
import logging
import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fedirse.base import limits
from fedirse.base.errors import ConfigurationError
from fedirse.base.settings import ProcessSettings

logger = logging.getLogger(__name__)


class StrictProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools, which already refuses bare line feeds, folded headers and a length beside chunks.

    What it lets pass is told to the application or refused here: a request line with a whole address (RFC 9112 section 3.2.2), whose
    host would be dropped without a word, and headers that take forever or never end.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it the same way
        super().connection_made(transport)
        self._header_bytes = 0
        self._deadline = self.loop.call_later(limits.HEADER_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._header_bytes = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > limits.HEADER_BYTES:
            raise ValueError("headers larger than the limit")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._deadline.cancel()
        self.scope["fedirse.absolute_form"] = not self.url.startswith(b"/")  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def bind(settings: ProcessSettings) -> socket.socket:
    """The listening socket. Raises ConfigurationError when the address cannot be used."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"{settings.host}:{settings.port} cannot be listened on ({error.strerror}): choose another address with --host and --port, or "
            "stop what uses it."
        ) from error
    return listener


def make_server(application: Any) -> uvicorn.Server:
    """A server for an ASGI application."""
    config = uvicorn.Config(
        application,
        http=StrictProtocol,
        loop="uvloop",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=8,
        h11_max_incomplete_event_size=limits.HEADER_BYTES,
        backlog=1024,
    )
    return uvicorn.Server(config)
