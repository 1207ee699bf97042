"""Keys: whose they are, what they may be, and how often somebody may be asked for them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from fedirse.activitypub.signatures import KeyAlgorithm, PrivateKey, public_pem
from fedirse.base import limits
from tests.attacks.foreign import Foreigner, rsa_key
from tests.attacks.letters import Letter, letter
from tests.attacks.scene import Scene, to_alice


def create(scene: Scene, by: Foreigner) -> Letter:
    return letter(by.create(to_alice(scene, by)))


def pem_of(key: Any) -> str:
    text: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return text.decode()


def key_document(key_id: str, owner: str, key: PrivateKey) -> dict[str, str]:
    return {"id": key_id, "type": "CryptographicKey", "owner": owner, "publicKeyPem": public_pem(key.public)}


# Whose key it is


@pytest.mark.attack("SIG-035")
async def test_a_key_elsewhere_that_names_the_victim_as_its_owner_is_refused(scene: Scene) -> None:
    eve, bob = scene.server("evil.example").person("eve"), scene.server("victim.example").person("bob")
    key_id = "https://evil.example/k"
    eve.server.serve(key_id, key_document(key_id, bob.uri, eve.key))
    forged = eve.sign(create(scene, bob), key_id=key_id)
    await scene.refuses(forged, 401, "unknown-key", fetches=[key_id])
    assert bob.server.asked == []


@pytest.mark.attack("SIG-035")
async def test_a_key_that_its_owner_does_not_list_is_refused(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    key_id = "https://evil.example/k"
    eve.server.serve(key_id, key_document(key_id, eve.uri, rsa_key(1)))
    forged = eve.sign(create(scene, eve), key_id=key_id, key=rsa_key(1))
    await scene.refuses(forged, 401, "key-not-listed", fetches=[key_id, eve.uri], meets=1)


@pytest.mark.attack("SIG-039")
async def test_a_neighbour_cannot_sign_for_somebody_on_the_same_host(scene: Scene) -> None:
    partner = scene.server("partner.example")
    eve, bob = partner.person("eve"), partner.person("bob", 1)
    await scene.accepts(eve.sign(create(scene, eve)))
    activity = bob.create(to_alice(scene, bob))
    await scene.refuses(eve.send(activity), 401, "remote-gone", fetches=[activity["id"]])


@pytest.mark.attack("SIG-039")
async def test_a_neighbour_who_lists_somebodys_key_id_does_not_take_it_over(scene: Scene) -> None:
    partner = scene.server("partner.example")
    bob = partner.person("bob", 1)
    await scene.accepts(bob.sign(create(scene, bob)))
    eve = partner.person("eve", publicKey=[{"id": bob.key_id, "owner": bob.uri, "publicKeyPem": public_pem(rsa_key(2).public)},
                                           {"id": bob.key_id, "publicKeyPem": public_pem(rsa_key(2).public)}])  # fmt: skip
    by_eve = eve.sign(create(scene, eve), key_id=f"{eve.uri}#main-key", key=rsa_key(2))
    await scene.refuses(by_eve, 401, "key-not-listed", fetches=[eve.uri], meets=0.5)
    await scene.refuses(eve.sign(create(scene, bob), key_id=bob.key_id, key=rsa_key(2)), 401, "bad-signature", fetches=[bob.uri])
    await scene.accepts(bob.sign(create(scene, bob)))


@pytest.mark.attack("ORG-023")
async def test_a_key_inside_an_update_is_not_taken(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    await scene.accepts(eve.sign(create(scene, eve)))
    changed = eve.document(publicKey={"id": eve.key_id, "owner": eve.uri, "publicKeyPem": public_pem(rsa_key(1).public)}, name="Eve II")
    await scene.accepts(eve.send(eve.activity("Update", changed)))
    await scene.settle()
    assert scene.fetched[-1] == eve.uri
    await scene.refuses(eve.sign(create(scene, eve), key=rsa_key(1)), 401, "bad-signature", fetches=[eve.uri])
    await scene.accepts(eve.sign(create(scene, eve)))


@pytest.mark.attack("ORG-023")
async def test_an_update_of_somebody_elses_profile_is_refused(scene: Scene) -> None:
    partner = scene.server("partner.example")
    eve, bob = partner.person("eve"), partner.person("bob", 1)
    await scene.accepts(bob.sign(create(scene, bob)))
    await scene.accepts(eve.sign(create(scene, eve)))
    await scene.refuses(eve.send(eve.activity("Update", bob.document(name="Eve was here"))), 401, "not-the-owner")


async def test_an_owner_that_answers_as_somebody_else_has_no_key(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    mallory = scene.server("evil.example").person("mallory")
    eve.server.serve(eve.uri, mallory.document())
    await scene.refuses(eve.sign(create(scene, eve)), 401, "unknown-key", fetches=[eve.uri, mallory.uri])


@pytest.mark.parametrize("kind", ["Note", "Collection", "Create", "Link", None])
async def test_what_is_no_actor_owns_no_key(scene: Scene, kind: str | None) -> None:
    eve = scene.server("evil.example").person("eve", type=kind)
    await scene.refuses(eve.sign(create(scene, eve)), 401, "unknown-key", fetches=[eve.uri])


@pytest.mark.attack("SSRF-041")
@pytest.mark.parametrize("key_id", ["https://us.example/actor", "https://us.example/actor#main-key", "https://us.example/people/alice/key",
                                    "https://US.example:443/actor", "https://us.example/inbox#key"])  # fmt: skip
async def test_a_key_of_ours_is_never_asked_for_over_http(scene: Scene, key_id: str) -> None:
    eve = scene.server("evil.example").person("eve")
    await scene.refuses(eve.sign(create(scene, eve), key_id=key_id), 401, "unknown-key")


# What a key may be


def small_exponent() -> str:
    return pem_of(rsa.generate_private_key(3, 2048).public_key())


BAD_KEYS: dict[str, Callable[[], object]] = {
    "512 bits": lambda: pem_of(rsa.RSAPublicNumbers(65537, (1 << 511) + 111).public_key()),
    "1024 bits": lambda: pem_of(rsa.generate_private_key(65537, 1024).public_key()),  # noqa: S505 - the weak key is the attack
    "an exponent of three": small_exponent,
    "16384 bits": lambda: pem_of(rsa.RSAPublicNumbers(65537, (1 << 16383) + 1).public_key()),
    "an elliptic curve": lambda: pem_of(ec.generate_private_key(ec.SECP256R1()).public_key()),
    "a key for agreement": lambda: pem_of(X25519PrivateKey.generate().public_key()),
    "a private key": lambda: rsa.generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    "a certificate": lambda: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "a megabyte of text": lambda: "A" * 900_000,
    "a megabyte of PEM": lambda: "-----BEGIN PUBLIC KEY-----\n" + "A" * 900_000 + "\n-----END PUBLIC KEY-----",
    "nothing": lambda: "",
    "null": lambda: None,
    "a list": lambda: [public_pem(rsa_key().public), public_pem(rsa_key().public)],
    "an object": lambda: {"@value": "x"},
    "a number": lambda: 65537,
}  # fmt: skip

CASES = {
    "512 bits": "SIG-046", "1024 bits": "SIG-046", "an exponent of three": "SIG-046", "16384 bits": "SIG-047",
} | dict.fromkeys(["a private key", "a certificate", "a megabyte of text", "a megabyte of PEM", "nothing", "null", "a list", "an object",
                   "a number", "an elliptic curve", "a key for agreement"], "SIG-048")  # fmt: skip


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.attack(CASES[name])) for name in BAD_KEYS])
async def test_a_key_that_is_none_for_us_verifies_nothing_and_costs_the_actor_only_its_key(scene: Scene, name: str) -> None:
    eve = scene.server("evil.example").person("eve")
    entry = {"id": eve.key_id, "owner": eve.uri, "publicKeyPem": BAD_KEYS[name]()}
    eve.server.serve(eve.uri, eve.document(publicKey=entry))
    await scene.refuses(eve.sign(create(scene, eve)), 401, "key-not-listed", fetches=[eve.uri], meets=0.5)


@pytest.mark.attack("SIG-046")
async def test_a_padding_that_only_begins_well_is_refused(scene: Scene) -> None:
    """Bleichenbacher's forgery needs an exponent of three and a lax verifier; this is what it would send."""
    eve = scene.server("evil.example").person("eve")
    await scene.accepts(eve.sign(create(scene, eve)))
    forged = PrivateKey(KeyAlgorithm.RSA, _Lax())  # type: ignore[arg-type]  # signs with bytes of its own
    await scene.refuses(eve.sign(create(scene, eve), key=forged), 401, "bad-signature", fetches=[eve.uri])


class _Lax:
    """Makes no signature, only something as long as one that begins with a right padding."""

    def sign(self, data: bytes) -> bytes:
        return b"\x00\x01\xff\x00" + b"0" * 252


# How often somebody is asked


@pytest.mark.attack("SIG-053")
async def test_a_thousand_unknown_keys_cost_one_host_its_share_of_fetches(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    victim = scene.server("victim.example")
    sent = create(scene, eve)
    reasons = [(await scene.send(eve.sign(sent, key_id=f"https://victim.example/u/{number}#k"))).reason for number in range(1000)]
    assert len(victim.asked) == limits.KEY_FETCHES_PER_HOST_PER_MINUTE
    assert reasons[-1] == "fetch-budget"
    await scene.behaves()


@pytest.mark.attack("SIG-053")
async def test_the_ports_of_a_machine_do_not_add_up(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    sent = create(scene, eve)
    for port in range(8000, 8000 + 2 * limits.KEY_FETCHES_PER_HOST_PER_MINUTE):
        await scene.send(eve.sign(sent, key_id=f"https://victim.example:{port}/u/1#k"))
    assert len(scene.fetched) == limits.KEY_FETCHES_PER_HOST_PER_MINUTE


@pytest.mark.attack("DOS-027")
async def test_a_flood_of_subdomains_ends_at_what_all_may_have(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    sent = create(scene, eve)
    for number in range(limits.KEY_FETCHES_PER_MINUTE + 50):
        await scene.send(eve.sign(sent, key_id=f"https://n{number}.evil.example/u#k"))
    assert len(scene.fetched) == limits.KEY_FETCHES_PER_MINUTE
    await scene.behaves()


@pytest.mark.attack("DOS-027")
async def test_a_block_with_subdomains_holds_for_every_one_of_them_and_every_port(scene: Scene) -> None:
    await scene.block("evil.example", subdomains=True)
    for host in ("evil.example", "evil.example:8443", "a.evil.example", "b.a.evil.example:9000"):
        eve = scene.server(host).person("eve")
        await scene.refuses(eve.sign(create(scene, eve)), 403, "blocked-domain")
    other = scene.server("not-evil.example").person("ann")
    await scene.accepts(other.sign(create(scene, other)))


async def test_a_block_holds_for_every_port_of_the_host(scene: Scene) -> None:
    await scene.block("evil.example")
    eve = scene.server("evil.example:8443").person("eve")
    await scene.refuses(eve.sign(create(scene, eve)), 403, "blocked-domain")


async def test_whoever_is_blocked_later_is_refused_although_their_key_is_known(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    await scene.accepts(eve.sign(create(scene, eve)))
    await scene.block("evil.example")
    await scene.refuses(eve.sign(create(scene, eve)), 403, "blocked-domain")


async def test_somebody_who_uses_up_the_look_ups_of_a_host_only_delays_it(scene: Scene) -> None:
    eve, bob = scene.server("evil.example").person("eve"), scene.server("victim.example").person("bob")
    sent = create(scene, eve)
    for number in range(limits.KEY_FETCHES_PER_HOST_PER_MINUTE):
        await scene.send(eve.sign(sent, key_id=f"https://victim.example/u/{number}#k"))
    answer = await scene.refuses(bob.sign(create(scene, bob)), 429, "fetch-budget")
    assert answer.headers["retry-after"] == "61"
    scene.advance(seconds=61)
    await scene.accepts(bob.sign(create(scene, bob)))


async def test_somebody_who_asks_for_a_key_before_it_exists_only_delays_it(scene: Scene) -> None:
    eve, partner = scene.server("evil.example").person("eve"), scene.server("victim.example")
    await scene.send(eve.sign(create(scene, eve), key_id="https://victim.example/users/bob#main-key"))
    bob = partner.person("bob")
    await scene.refuses(bob.sign(create(scene, bob)), 401, "unknown-key")
    scene.advance(seconds=limits.UNKNOWN_KEY_MEMORY_SECONDS)
    await scene.accepts(bob.sign(create(scene, bob)))


async def test_a_server_that_was_down_is_told_to_come_again_and_not_that_it_is_a_liar(scene: Scene) -> None:
    bob = scene.server("victim.example").person("bob")
    scene.network.wire.offline.add("victim.example")
    await scene.refuses(bob.sign(create(scene, bob)), 503, "remote-unavailable", fetches=[bob.uri], counts="connect")
    scene.network.wire.offline.clear()
    answer = await scene.refuses(bob.sign(create(scene, bob)), 503, "remote-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    scene.advance(seconds=limits.UNKNOWN_KEY_MEMORY_SECONDS)
    await scene.accepts(bob.sign(create(scene, bob)))


async def test_a_forger_does_not_keep_the_owner_from_rotating(scene: Scene) -> None:
    partner = scene.server("victim.example")
    old, new = partner.person("bob"), Foreigner(partner, "bob", rsa_key(1), scene.friend.proof_key)
    await scene.accepts(old.sign(create(scene, old)))
    partner.serve(new.uri, new.document())
    await scene.send(old.sign(create(scene, old), key=rsa_key(2)))
    await scene.accepts(new.sign(create(scene, new)))
    await scene.refuses(old.sign(create(scene, old)), 401, "bad-signature")


async def test_letters_that_arrive_together_after_a_rotation_all_get_in(scene: Scene) -> None:
    partner = scene.server("victim.example")
    old, new = partner.person("bob"), Foreigner(partner, "bob", rsa_key(1), scene.friend.proof_key)
    await scene.accepts(old.sign(create(scene, old)))
    partner.serve(new.uri, new.document())
    answers = await asyncio.gather(*(scene.send(new.sign(create(scene, new))) for _ in range(5)))
    assert [answer.status for answer in answers] == [202] * 5
    assert partner.asked == ["/users/bob", "/users/bob"]


async def test_the_answer_does_not_tell_what_our_network_looks_like(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve")
    await scene.accepts(eve.sign(create(scene, eve)))
    for host in ("intranet.local", "db.internal", "localhost", "printer"):
        activity = eve.activity("Create", to_alice(scene, eve), actor=f"https://{host}/a", id=f"https://{host}/b")
        answer = await scene.refuses(eve.send(activity), 401, "unsafe-address", counts="local-name")
        assert answer.document["error"] == "This address cannot be used."
