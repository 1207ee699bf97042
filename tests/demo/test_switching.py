"""A real process of the demo, stopped and started again by the page of switches."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator

import pytest

from fedirse.base.errors import ConfigurationError, NotFound
from fedirse.demo.cast import BORDEAUX, LYON, PARTNER, owner_of
from fedirse.demo.making import make_network
from fedirse.demo.network import Network, open_network
from fedirse.demo.processes import Processes
from fedirse.demo.reader import read
from fedirse.demo.switches.pressing import Presser
from fedirse.demo.switches.serving import switches_served

pytestmark = pytest.mark.slow

OWNER = owner_of(BORDEAUX.key)
CEILING_SECONDS = 60.0


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    made = open_network(tmp_path_factory.mktemp("demo") / "network", 18_510)
    asyncio.run(make_network(made))
    return made


@pytest.fixture
def processes(network: Network) -> Iterator[Processes]:
    with Processes(network) as running:
        running.start(OWNER)
        running.wait_ready(OWNER)
        yield running


def status(network: Network) -> int:
    return read(network.domain(BORDEAUX.key), "/.well-known/nodeinfo").status


def test_a_site_is_switched_off_and_on_again_on_the_same_folder_and_port(network: Network, processes: Processes) -> None:
    before = processes._running[OWNER.key]
    with switches_served(network, processes) as domain:
        presser = Presser(domain)
        presser.switch_off(BORDEAUX)
        assert (before.returncode, status(network)) == (0, 0)
        assert processes.take_ended() == []
        assert not processes.is_running(OWNER.key)
        with pytest.raises(NotFound):
            presser.switch_off(BORDEAUX)
        presser.switch_on(BORDEAUX)
        assert status(network) == 200
        assert processes._running[OWNER.key].pid != before.pid


def test_one_that_crashed_is_told_and_can_be_switched_on(network: Network, processes: Processes) -> None:
    os.kill(processes._running[OWNER.key].pid, signal.SIGKILL)
    end = time.monotonic() + CEILING_SECONDS
    while not (ended := processes.take_ended()):
        assert time.monotonic() < end
    assert ended == [OWNER.key]
    with switches_served(network, processes) as domain:
        Presser(domain).switch_on(BORDEAUX)
    assert status(network) == 200


def test_one_that_cannot_start_is_off_again(network: Network, processes: Processes) -> None:
    partner = owner_of(PARTNER.key)
    with socket.create_server(("127.0.0.1", network.port(partner))), pytest.raises(ConfigurationError):
        processes.switch_on(partner)
    assert not processes.is_running(partner.key)


def test_the_page_takes_another_port_when_its_own_is_taken(network: Network) -> None:
    with Processes(network) as none, switches_served(network, none) as first, switches_served(network, none) as second:
        assert first != second
        assert Presser(second).page().status == 200


def test_nothing_is_started_any_more_once_the_demo_ends(network: Network) -> None:
    with Processes(network) as running:
        pass
    with pytest.raises(ConfigurationError, match="being ended"):
        running.switch_on(owner_of(LYON.key))
    assert not running.is_running("hebergeur")
