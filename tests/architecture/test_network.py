"""The suite reaches no host but this machine."""

import asyncio
import socket

import pytest

from tests.conftest import NetworkUsed


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(NetworkUsed):
        socket.getaddrinfo("example.org", 443)


def test_an_address_outside_this_machine_is_not_connected_to() -> None:
    with socket.socket() as outside, pytest.raises(NetworkUsed):
        outside.connect(("192.0.2.1", 443))


async def test_the_event_loop_does_not_get_around_it() -> None:
    with pytest.raises(NetworkUsed):
        await asyncio.open_connection("example.org", 443)


def test_a_port_of_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
