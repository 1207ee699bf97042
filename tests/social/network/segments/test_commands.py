"""`fedirse network segments`, as somebody types it."""

import asyncio
import json
from pathlib import Path

import pytest

from fedirse.activitypub.signatures import multikey
from fedirse.base.clock import SystemClock
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.stating.actions import state_membership
from fedirse.social.network.model import Attributes
from fedirse.storage.transaction import Transaction
from tests.federation.network import Network, running_network
from tests.programs import fedirse
from tests.social.network.roster.test_wire import fresh_key


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A head office with three stores."""

    async def make() -> None:
        async with running_network(tmp_path, SystemClock()) as running:
            await fill(running)

    asyncio.run(make())
    return tmp_path / "siege.example"


async def fill(running: Network) -> None:
    site = await running.add("siege.example", head_office=True)

    def write(tx: Transaction) -> None:
        now = site.clock.now()
        found_network(tx, site, "Maison Aubrelle", now)
        for name, region in (("Nice", "Sud"), ("Albi", "Sud"), ("Lille", "Nord")):
            uri = f"https://{name.lower()}.example/actor"
            state_membership(tx, site, uri, name=name, attributes=Attributes(region=region), key=multikey(fresh_key().public), now=now)

    await site.write(write)


def run(root: Path, *words: str) -> str:
    ran = fedirse("network", "segments", *words, "--root", str(root))
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_selection_is_defined_looked_at_changed_and_withdrawn(root: Path) -> None:
    assert "2 sites are in it now" in run(root, "define", "Sud", "--region", "sud")
    assert [one["name"] for one in json.loads(run(root, "sites", "Sud", "--json"))] == ["Albi", "Nice"]
    assert "2 sites are in it now" in run(root, "define", "Tous sauf Nice", "--never", "nice.example")
    assert "1 sites are in it now" in run(root, "define", "sud", "--region", "Sud", "--without", "Tous sauf Nice")
    assert [one["name"] for one in json.loads(run(root, "list", "--json"))] == ["sud", "Tous sauf Nice"]
    run(root, "define", "sud", "--region", "Sud")
    run(root, "withdraw", "Tous sauf Nice")
    assert [one["name"] for one in json.loads(run(root, "list", "--json"))] == ["sud"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sites", "Ouest"), "There is no selection"),
        (("withdraw", "Ouest"), "There is no selection"),
        (("define", "Ouest", "--within", "Nord"), "There is no selection"),
        (("define", "Ouest", "--also", "paris.example"), "No site of the network is at"),
        (("define", " "), "Give the selection a name"),
    ],
    ids=["sites", "withdraw", "within", "also", "name"],
)
def test_what_cannot_be_is_said_and_changes_nothing(root: Path, words: tuple[str, ...], said: str) -> None:
    ran = fedirse("network", "segments", *words, "--root", str(root))
    assert ran.returncode != 0
    assert said in ran.stderr
    assert json.loads(run(root, "list", "--json")) == []
