"""`fedirse network`: what whoever runs a server types, and reads."""

import asyncio
import json
import stat
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fedirse.cli import app
from fedirse.site import Site
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.model import NetworkState
from fedirse.social.network.roster.model import Standing
from tests.federation.network import Network
from tests.social.network.joining.networks import own_key, standing_at, state_at


@dataclass
class Operator:
    """Somebody at the shell of a server whose sites run in this process."""

    site: Site
    loop: asyncio.AbstractEventLoop

    def on_site(self, _root: Path, _domain: str | None, work: Callable[[Site], Awaitable[Any]]) -> Any:
        async def worked() -> Any:
            return await work(self.site)

        return asyncio.run_coroutine_threadsafe(worked(), self.loop).result()

    async def types(self, *words: str, answer: str = "") -> Result:
        """`fedirse network WORDS`."""
        given = ["network", *words, "--root", "/nowhere"]
        return await asyncio.to_thread(lambda: CliRunner().invoke(app, given, obj=self, input=answer))

    async def works(self, *words: str, answer: str = "") -> str:
        result = await self.types(*words, answer=answer)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
async def siege(wire: Network) -> Operator:
    return Operator(await wire.add("siege.example", head_office=True, name="Siège"), asyncio.get_running_loop())


@pytest.fixture
async def lyon(wire: Network) -> Operator:
    return Operator(await wire.add("lyon.example", name="Lyon"), asyncio.get_running_loop())


async def test_a_site_joins_after_its_operator_has_seen_who_invites(wire: Network, siege: Operator, lyon: Operator, tmp_path: Path) -> None:
    words = four_words(await own_key(siege.site))
    assert words in await siege.works("create", "--name", "Maison Aubrelle")
    [made] = json.loads(await siege.works("invite", "--note", "Lyon", "--city", "Lyon", "--trade", "caisse", "--json"))
    assert made["words"] == words
    no = await lyon.types("join", made["link"], answer="n\n")
    assert no.exit_code == 1
    assert all(text in no.output for text in (words, "Maison Aubrelle", "siege.example", "Lyon, caisse", "never leaves"))
    assert await state_at(lyon.site, siege.site) is None
    await lyon.works("join", made["link"], answer="y\n")
    await wire.settle()
    assert "waits" in await lyon.works("show")
    listed = await siege.works("members")
    assert "waits for you" in listed
    assert four_words(await own_key(lyon.site)) in listed
    await siege.works("approve", "lyon.example")
    await wire.settle()
    shown = json.loads(await lyon.works("show", "--json"))
    assert (shown["state"], shown["name"], shown["words"]) == ("member", "Maison Aubrelle", [words])
    assert "waits for you" not in await siege.works("members")
    assert "Nobody has left" in await siege.works("departed")
    kept = tmp_path / "lyon.zip"
    assert str(kept) in await lyon.works("leave", "--yes", "--archive", str(kept))
    assert zipfile.is_zipfile(kept)
    await wire.settle()
    [gone] = json.loads(await siege.works("departed", "--json"))
    assert (gone["site"], gone["says it has erased"]) == ("lyon.example", 0)
    assert await standing_at(siege.site, siege.site, lyon.site) is Standing.REMOVED
    assert "in no network" in await lyon.works("show")


async def test_a_member_is_suspended_restored_and_removed(wire: Network, siege: Operator, lyon: Operator) -> None:
    await siege.works("create", "--name", "Maison Aubrelle")
    [made] = json.loads(await siege.works("invite", "--approved", "--json"))
    await lyon.works("join", made["link"], "--yes")
    await wire.settle()
    for words, standing in (
        (("suspend",), Standing.SUSPENDED),
        (("restore",), Standing.IN_FORCE),
        (("remove", "--yes"), Standing.REMOVED),
    ):
        await siege.works(*words, "lyon.example")
        await wire.settle()
        assert await standing_at(siege.site, siege.site, lyon.site) is standing
    assert await state_at(lyon.site, siege.site) is NetworkState.REMOVED
    for command in ("suspend", "restore", "remove"):
        assert (await siege.types(command, "lyon.example", answer="y\n")).exit_code == 1
    assert (await siege.types("suspend", "siege.example")).exit_code == 1


async def test_a_site_that_is_refused_reads_why(wire: Network, siege: Operator, lyon: Operator) -> None:
    await siege.works("create", "--name", "Maison Aubrelle")
    [made] = json.loads(await siege.works("invite", "--json"))
    await lyon.works("join", made["link"], "--yes")
    await wire.settle()
    await siege.works("refuse", "lyon.example")
    await wire.settle()
    assert await state_at(lyon.site, siege.site) is NetworkState.REFUSED
    assert "did not let this site in" in await lyon.works("show")
    assert (await siege.types("approve", "lyon.example")).exit_code == 1


async def test_fifty_invitations_come_as_files_for_their_owner_alone(siege: Operator, tmp_path: Path) -> None:
    await siege.works("create", "--name", "Maison Aubrelle")
    table, folder = tmp_path / "stores.csv", tmp_path / "invitations"
    table.write_text("name,city\n" + "".join(f"Magasin {number},Ville {number}\n" for number in range(50)), encoding="utf-8")
    rows = json.loads(await siege.works("invite", "--csv", str(table), "--files", str(folder), "--json"))
    assert len({row["link"] for row in rows}) == 50
    assert len(list(folder.iterdir())) == 151
    assert json.loads((folder / "007.json").read_text())["fedirse-invitation"] == rows[6]["link"]
    assert (folder / "007.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (folder / "007.svg").read_bytes()
    assert rows[49]["link"] in (folder / "invitations.csv").read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    listed = json.loads(await siege.works("invitations", "--json"))
    await siege.works("withdraw", listed[0]["id"])
    assert len(json.loads(await siege.works("invitations", "--json"))) == 49


async def test_a_site_in_no_network_says_so(lyon: Operator) -> None:
    assert "in no network" in await lyon.works("show")
    assert "in no network" in await lyon.works("members")
