"""What a resolver's answer may say, and when nobody is asked."""

import socket

import pytest

from fedirse.base.errors import RemoteUnavailable, UnsafeAddress
from fedirse.remote.guard import AddressPolicy
from fedirse.remote.resolver import Lookup, Resolver

PUBLIC = AddressPolicy()


def answers(*addresses: str) -> Lookup:
    return lambda _: addresses


def never(host: str) -> list[str]:
    pytest.fail(f"the resolver was asked about {host}")


async def resolve(lookup: Lookup, host: str = "evil.example", policy: AddressPolicy = PUBLIC) -> tuple[str, ...]:
    resolver = Resolver(policy, lookup=lookup)
    try:
        return await resolver.resolve(host)
    finally:
        resolver.close()


HOSTILE = [
    ("10.0.0.1",),
    ("127.0.0.1",),
    ("0.0.0.0",),
    ("169.254.169.254",),
    ("192.168.1.1",),
    ("100.64.0.1",),
    ("::1",),
    ("::",),
    ("::ffff:127.0.0.1",),
    ("::127.0.0.1",),
    ("64:ff9b::7f00:1",),
    ("2002:7f00:1::",),
    ("fd00::1",),
    ("fe80::1%lo",),
    ("fec0::1",),
    ("1.1.1.1", "127.0.0.1"),
    ("127.0.0.1", "1.1.1.1"),
    ("2a00:1450::1", "::1"),
    ("1.1.1.1", "10.0.0.1", "9.9.9.9"),
    ("127.1",),
    ("localhost",),
    ("",),
]


@pytest.mark.attack("SSRF-014")
@pytest.mark.parametrize("addresses", HOSTILE, ids=" ".join)
async def test_an_answer_with_one_refused_address_is_refused(addresses: tuple[str, ...]) -> None:
    with pytest.raises(UnsafeAddress):
        await resolve(answers(*addresses))


@pytest.mark.attack("SSRF-017")
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.7"])
async def test_a_public_name_that_is_an_alias_of_an_internal_one_is_refused(address: str) -> None:
    # The system's resolver follows CNAMEs by itself and hands over the address at their end.
    with pytest.raises(UnsafeAddress):
        await resolve(answers(address), "alias.evil.example")


@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_NONAME, "unknown"), OSError("down"), UnicodeError("label")])
async def test_a_name_without_an_answer_is_unavailable(error: Exception) -> None:
    def lookup(_: str) -> list[str]:
        raise error

    with pytest.raises(RemoteUnavailable) as failure:
        await resolve(lookup)
    assert failure.value.reason == "dns"


async def test_an_empty_answer_is_unavailable() -> None:
    with pytest.raises(RemoteUnavailable) as failure:
        await resolve(answers())
    assert failure.value.reason == "dns"


async def test_a_flood_of_addresses_is_cut() -> None:
    found = await resolve(answers(*(f"1.1.1.{last}" for last in range(256))))
    assert found == tuple(f"1.1.1.{last}" for last in range(8))


async def test_public_addresses_keep_their_order_and_lose_their_doubles() -> None:
    assert await resolve(answers("2a00:1450::1", "1.1.1.1", "2a00:1450::1"), "good.example") == ("2a00:1450::1", "1.1.1.1")


@pytest.mark.parametrize("host", ["siege.localhost", "localhost", "a.test"])
async def test_nobody_is_asked_about_development_names(host: str) -> None:
    assert await resolve(never, host, AddressPolicy(development=True)) == ("127.0.0.1",)


async def test_nobody_is_asked_about_a_literal() -> None:
    assert await resolve(never, "1.1.1.1") == ("1.1.1.1",)
    with pytest.raises(UnsafeAddress):
        await resolve(never, "10.0.0.1")


async def test_the_system_is_asked_when_nothing_else_is_given() -> None:
    resolver = Resolver(AddressPolicy(development=True))
    try:
        assert "127.0.0.1" in await resolver._ask("localhost")
    finally:
        resolver.close()
