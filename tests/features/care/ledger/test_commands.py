"""`fedirse egress`: words for people, the columns of `fedirse ledger` for scripts and spreadsheets."""

import asyncio
import csv
import json
import subprocess
from pathlib import Path

import pytest

from fedirse.base.clock import FixedClock
from fedirse.installation import make_sites, read_wish
from tests.federation.network import START, Network, follow_site, say, site_actor
from tests.programs import fedirse

SHOP, HEAD = "magasin.example", "siege.example"


async def _send(folder: Path) -> str:
    network = Network(folder, FixedClock(START))
    shop, head = await network.add(SHOP), await network.add(HEAD)
    await follow_site(head, shop)
    await network.settle()
    post = await say(shop, await site_actor(shop), "Bonjour")
    await network.settle()
    for domain in (SHOP, HEAD):
        await network.stop(domain)
    return post.uri


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The root of a site whose one post went to the head office, and the address of that post."""
    folder = tmp_path_factory.mktemp("egress")
    return folder / SHOP, asyncio.run(_send(folder))


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return fedirse(*words, "--root", str(root))


def test_people_read_when_where_as_what_and_what_came_of_it(sent: tuple[Path, str]) -> None:
    root, address = sent
    for which in (address, address.rpartition("/")[2]):
        told = run(root, "egress", which).stdout.splitlines()
        assert told[0].split() == ["when", "server", "what", "sent", "as", "state", "answer"]
        assert "siege.example" in told[1]
        assert "For everybody" in told[1]
        assert "It took what was sent (202)." in told[1]
        assert len(told) == 2


def test_scripts_and_spreadsheets_read_what_the_whole_ledger_has_of_it(sent: tuple[Path, str], tmp_path: Path) -> None:
    root, address = sent
    rows = json.loads(run(root, "egress", address, "--json").stdout)
    assert rows == json.loads(run(root, "ledger", "--item", address.rpartition("/")[2], "--json").stdout)
    assert [(row["host"], row["standing"], row["status"]) for row in rows] == [(HEAD, "public", 202)]
    said = run(root, "egress", address, "--csv", str(tmp_path / "egress.csv")).stdout
    assert said.startswith("1 deliveries written to ")
    run(root, "ledger", "--item", rows[0]["item_id"], "--csv", str(tmp_path / "ledger.csv"))
    written = (tmp_path / "egress.csv").read_text(encoding="utf-8")
    assert written == (tmp_path / "ledger.csv").read_text(encoding="utf-8")
    assert next(csv.DictReader(written.splitlines()))["standing"] == "public"


def test_the_address_of_an_activity_will_do(sent: tuple[Path, str]) -> None:
    root, address = sent
    (row,) = json.loads(run(root, "egress", address, "--json").stdout)
    assert json.loads(run(root, "egress", row["uri"], "--json").stdout) == [row]


def test_what_nobody_knows_is_named_with_what_to_type_instead(sent: tuple[Path, str]) -> None:
    refused = run(sent[0], "egress", "https://elsewhere.example/1")
    assert refused.returncode == 1
    assert "https://elsewhere.example/1" in refused.stderr
    assert "Give its id, or its address" in refused.stderr


def test_what_went_nowhere_says_so(tmp_path: Path) -> None:
    asyncio.run(make_sites(tmp_path / "root", [read_wish({"domain": SHOP}, development=False)], development=False))
    made = json.loads(run(tmp_path / "root", "post", "Bonjour", "--audience", "site", "--json").stdout)
    assert run(tmp_path / "root", "egress", made["id"]).stdout == "It was sent to no other server.\n"
    assert run(tmp_path / "root", "egress", made["id"], "--json").stdout == "[]\n"
