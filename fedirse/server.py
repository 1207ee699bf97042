"""Serving over HTTP with uvicorn: the parser's gaps closed, nothing believed about proxies, a clean stop."""

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fedirse.base import limits
from fedirse.base.errors import ConfigurationError
from fedirse.base.settings import ProcessSettings
from fedirse.web.streams import ENDLESS

logger = logging.getLogger(__name__)

HANG_UP_SECONDS: Final = 2.0
"""How long the rest of a body is taken that nobody reads any more."""


class StrictProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools, which already refuses bare line feeds, folded headers and a length beside chunks.

    What it lets pass is refused here, or told to the application: a request line with a whole address (RFC 9112 section 3.2.2), whose
    host would be dropped without a word; trailers, which it would add to headers that were checked before; codings other than chunked;
    heads that take forever or never end; and a body that goes on after it was answered.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it the same way
        super().connection_made(transport)
        self._header_bytes = 0
        self._stalled_bytes = 0
        self._moved = False
        self._in_body = False
        self._hanging_up = False
        self._deadline = self.loop.call_later(limits.HEADER_SECONDS, self._close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """As uvicorn's, which waits for the end of what is being answered; a stream has none, and whoever follows it connects again."""
        if self.cycle is not None and self.cycle.scope.get(ENDLESS):  # type: ignore[redundant-expr]  # None before the first request
            self.transport.close()
        else:
            super().shutdown()

    def data_received(self, data: bytes) -> None:
        """As uvicorn's, without its log line for everything that is not HTTP: a stranger could write a log with it."""
        if self._hanging_up:
            return
        self._unset_keepalive_if_required()
        self._moved = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nothing is upgraded here. What follows was not read as HTTP, so nothing may follow.
            self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._refuse()
            return
        # The parser keeps a line until it ends. It gives no word of that, so what it takes in silence is counted.
        self._stalled_bytes = 0 if self._moved else self._stalled_bytes + len(data)
        if self._stalled_bytes > limits.HEADER_BYTES:
            self._refuse()

    def on_message_begin(self) -> None:
        self._header_bytes = 0
        self._moved = True
        self._await(limits.HEADER_SECONDS)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_body:
            raise ValueError("a trailer")
        self._moved = True
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._deadline.cancel()
        self._moved = self._in_body = True
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if codings not in ([], [b"chunked"]) or b"#" in self.url:
            raise ValueError("a coding other than chunked, or a fragment in the request line")
        self.scope["fedirse.absolute_form"] = not self.url.startswith(b"/")  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._moved = True
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if self._in_body and self.cycle.response_complete and not self.transport.is_closing():
            # Answered before the body had ended. The answer is sure to arrive only while the rest is still taken, unread.
            self._hanging_up = True
            self.transport.write_eof()
            self._await(HANG_UP_SECONDS)
        else:
            super().on_response_complete()

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > limits.HEADER_BYTES:
            raise ValueError("a head larger than the limit")

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")

    def _await(self, seconds: float) -> None:
        self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._close)

    def _close(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


class QuietServer(uvicorn.Server):
    """uvicorn's server, which returns when it was told to stop.

    uvicorn raises the signal once more when it has ended, which kills the process: with deliveries of the worker beside it on the
    wire, their leases held and databases open.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


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
        ws="none",
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
    return QuietServer(config)
