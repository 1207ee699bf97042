"""From where nothing is ever fetched, whoever says so: the real guard, with names and sockets that are only played."""

import shutil
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path

import pytest

from fedirse.remote.guard import AddressPolicy, PrivateNetwork
from fedirse.remote.resolver import Resolver
from fedirse.remote.transport import GuardedBackend, GuardedTransport
from tests.attacks.letters import Letter, letter
from tests.attacks.scene import DOMAIN, Scene, open_scene, to_alice
from tests.federation.network import running_network
from tests.made_once import client_context
from tests.remote.loopback import FakeDial


class Guarded:
    """A scene whose fetches go through the guard; what would be dialled is written down."""

    def __init__(self, scene: Scene, dial: FakeDial, names: dict[str, list[str]]) -> None:
        self.scene = scene
        self.dial = dial
        self.names = names

    async def refuses(self, letter_: Letter, *reasons: str) -> None:
        """A letter that leads nowhere: refused, and no connection opened."""
        before = await self.scene.rows()
        answer = await self.scene.send(letter_)
        assert answer.reason in reasons, answer.body
        assert self.dial.dialled == []
        assert await self.scene.rows() == before

    def by_key(self, key_id: str) -> Letter:
        """A letter that says it was signed by the key at an address."""
        by = self.scene.friend
        return by.sign(letter(by.create(to_alice(self.scene, by))), key_id=key_id)

    def by_actor(self, uri: str) -> Letter:
        """A letter in the name of whoever is at an address."""
        by = self.scene.friend
        return by.send(by.activity("Create", to_alice(self.scene, by), actor=uri, id=f"{uri}/activity"))


async def guarded_by(policy: AddressPolicy, made_site: Path, folder: Path) -> AsyncIterator[Guarded]:
    names: dict[str, list[str]] = {}
    dial = FakeDial()

    def look_up(host: str) -> Iterable[str]:
        if host not in names:
            raise OSError("no such name")
        return names[host]

    shutil.copytree(made_site, folder / DOMAIN)
    async with running_network(folder) as network:
        resolver = Resolver(policy, lookup=look_up)
        network.fetch_transport = GuardedTransport(GuardedBackend(policy, resolver, dial=dial), client_context())
        yield Guarded(await open_scene(network), dial, names)
        resolver.close()


@pytest.fixture
async def guarded(made_site: Path, tmp_path: Path) -> AsyncIterator[Guarded]:
    async for found in guarded_by(AddressPolicy(), made_site, tmp_path):
        yield found


LITERALS: Mapping[str, list[str]] = {
    "SSRF-001": ["127.0.0.1", "127.0.0.2", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0x7f.1", "0", "0.0.0.0", "localhost",
                 "127.0.0.1:443", "127.0.0.1:6379"],
    "SSRF-005": ["[::127.0.0.1]", "[::1]", "[::]", "[::ffff:127.0.0.1]"],
    "SSRF-006": ["[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]"],
    "SSRF-010": ["100.64.0.1", "198.18.0.1", "192.0.0.8", "192.88.99.1", "240.0.0.1", "255.255.255.255", "169.254.169.254"],
    "SSRF-012": ["[fec0::1]", "[3fff::1]", "[5f00::1]"],
    "SSRF-013": ["[fc00::1]", "[fd12::1]"],
    "SSRF-035": ["us.example@127.0.0.1", "user:pass@victim.example"],
    "SSRF-036": ["evil.example\\@127.0.0.1", "evil.example\\evil", "evil.example%00.us.example", "evil.example%2f@us.example"],
    "SSRF-038": ["example\uff0ecom", "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "example\u3002com"],
    "SSRF-040": ["[fe80::1%25lo]", "[fe80::1%lo]", "[fe80::1]"],
}  # fmt: skip
HOSTS = [pytest.param(host, marks=pytest.mark.attack(case)) for case, hosts in LITERALS.items() for host in hosts]


@pytest.mark.parametrize("host", HOSTS)
async def test_a_key_at_an_address_of_the_machine_or_the_building_is_never_dialled(guarded: Guarded, host: str) -> None:
    for scheme in ("https", "http"):
        key_id = f"{scheme}://{host}/actor#main-key".encode().decode("latin-1")
        await guarded.refuses(
            guarded.by_key(key_id), "unknown-key", "bad-key-id", "malformed-signature", "malformed-header", "malformed-key-id"
        )


@pytest.mark.parametrize("host", HOSTS)
async def test_an_actor_at_an_address_of_the_machine_or_the_building_is_never_dialled(guarded: Guarded, host: str) -> None:
    await guarded.refuses(guarded.by_actor(f"https://{host}/actor"), "bad-id", "bad-actor", "bad-uri", "unsafe-address")


ANSWERS: Mapping[str, list[list[str]]] = {
    "SSRF-014": [
        ["10.0.0.1"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["fd00::1"],
        ["::1"],
        ["93.184.216.34", "10.0.0.1"],
        ["::ffff:10.0.0.1"],
    ],
    "SSRF-017": [["127.0.0.1"], ["172.16.0.9"]],
}


@pytest.mark.parametrize(
    "addresses", [pytest.param(found, marks=pytest.mark.attack(case)) for case, answers in ANSWERS.items() for found in answers]
)
async def test_a_name_that_leads_inside_is_never_dialled(guarded: Guarded, addresses: list[str]) -> None:
    guarded.names["evil.example"] = addresses
    await guarded.refuses(guarded.by_key("https://evil.example/actor#main-key"), "unknown-key")
    await guarded.refuses(guarded.by_actor("https://evil.example/actor"), "unsafe-address")


@pytest.mark.attack("SSRF-016")
async def test_a_name_is_looked_up_once_and_what_was_checked_is_dialled(guarded: Guarded) -> None:
    guarded.names["evil.example"] = ["93.184.216.34"]
    answer = await guarded.scene.send(guarded.by_key("https://evil.example/actor#main-key"))
    assert answer.status == 503
    assert set(guarded.dial.dialled) == {"93.184.216.34"}
    guarded.dial.dialled.clear()
    guarded.names["evil.example"] = ["127.0.0.1"]
    await guarded.refuses(guarded.by_key("https://evil.example/other#main-key"), "unknown-key")


@pytest.mark.attack("SSRF-042")
async def test_a_private_network_is_opened_for_one_name_and_no_other(made_site: Path, tmp_path: Path) -> None:
    policy = AddressPolicy(private_networks=(PrivateNetwork("sister.example", "10.0.0.0/8"),))
    async for guarded in guarded_by(policy, made_site, tmp_path):
        guarded.names |= {"sister.example": ["10.0.0.5"], "evil.example": ["10.0.0.5"], "a.sister.example": ["10.0.0.5"]}
        await guarded.scene.send(guarded.by_key("https://sister.example/actor#main-key"))
        assert set(guarded.dial.dialled) == {"10.0.0.5"}
        guarded.dial.dialled.clear()
        for host in ("evil.example", "a.sister.example", "10.0.0.5"):
            await guarded.refuses(guarded.by_key(f"https://{host}/actor#main-key"), "unknown-key")


@pytest.mark.attack("SSRF-043")
async def test_a_proxy_in_the_environment_is_not_asked(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:8080")
    guarded.names["evil.example"] = ["93.184.216.34"]
    await guarded.scene.send(guarded.by_key("https://evil.example/actor#main-key"))
    assert set(guarded.dial.dialled) == {"93.184.216.34"}


@pytest.mark.parametrize("port", [22, 25, 80, 110, 389, 1023])
async def test_a_port_of_another_service_is_never_dialled(guarded: Guarded, port: int) -> None:
    guarded.names["evil.example"] = ["93.184.216.34"]
    await guarded.refuses(guarded.by_key(f"https://evil.example:{port}/actor#main-key"), "unknown-key")
