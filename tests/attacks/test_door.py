"""Every step of the door, one bad letter each: the refusal, its reason and its count; nothing stored, nothing fetched.

The sender is unknown here, so that a step that came after the key would show by a fetch.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.base import limits
from tests.attacks.foreign import Foreigner, ed25519_key, rsa_key
from tests.attacks.letters import DRAFT, Letter, by_book, by_draft, by_message, letter
from tests.attacks.scene import Scene, to_alice

Write = Callable[[Scene, Foreigner], Letter]
HOUR = timedelta(hours=1)


def stranger(scene: Scene) -> Foreigner:
    return scene.server("evil.example").person("eve")


def create(scene: Scene, by: Foreigner) -> Letter:
    """What would be a good letter, unsigned."""
    return letter(by.create(to_alice(scene, by)))


def drafted(**how: object) -> Write:
    return lambda scene, by: by.sign(create(scene, by), **how)


def spoilt(change: Callable[[Letter], Letter]) -> Write:
    """Signed well, and changed afterwards."""
    return lambda scene, by: change(by.sign(create(scene, by)))


def body(content: bytes) -> Write:
    return lambda scene, by: by.sign(letter(content))


def booked(**how: object) -> Write:
    return lambda scene, by: by_message(create(scene, by), by.key_id, by.key, scene.network.clock.now(), **how)  # type: ignore[arg-type]


def signature_with(old: str, new: str) -> Write:
    def change(signed: Letter) -> Letter:
        value = signed.header("signature")
        assert value is not None
        assert old in value
        return signed.with_header("signature", value.replace(old, new))

    return spoilt(change)


def doubled(name: str, value: str | None = None) -> Write:
    def change(signed: Letter) -> Letter:
        return replace(signed, headers=((name, value or str(signed.header(name))), *signed.headers))

    return spoilt(change)


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


CASES: dict[str, tuple[Write, int, str]] = {
    # Step 2: size
    "a body beyond the limit": (body(b" " * (limits.INBOX_BODY_BYTES + 1)), 413, "body-too-large"),
    "a length that is no number": (spoilt(lambda signed: signed.with_headers(("content-length", "²"))), 413, "body-too-large"),
    "a length that is negative": (spoilt(lambda signed: signed.with_headers(("content-length", "-1"))), 413, "body-too-large"),
    "a compressed body": (spoilt(lambda signed: signed.with_headers(("content-encoding", "gzip"))), 415, "content-coding"),
    # Step 3: strict JSON
    "an empty body": (spoilt(lambda signed: replace(signed, body=b"")), 400, "not-json"),
    "text": (body(b"hello"), 400, "not-json"),
    "half a document": (body(b'{"type":"Create"'), 400, "not-json"),
    "two documents": (body(b"{}{}"), 400, "not-json"),
    "a comment": (body(b"{} // no"), 400, "not-json"),
    "not-a-number": (body(b'{"a":NaN}'), 400, "not-json"),
    "a list": (body(b"[{}]"), 400, "not-an-object"),
    "a string": (body(b'"Create"'), 400, "not-an-object"),
    "latin-1": (body('{"a":"é"}'.encode("latin-1")), 400, "not-utf8"),
    "utf-16": (body('{"a":1}'.encode("utf-16")), 400, "not-utf8"),
    "a byte order mark": (body(b"\xef\xbb\xbf{}"), 400, "not-utf8"),
    "a key written twice": (body(b'{"actor":"https://a.example/","actor":"https://b.example/"}'), 400, "duplicate-key"),
    "a key written twice, once escaped": (body(b'{"actor":"https://a.example/","\\u0061ctor":"https://b.example/"}'), 400, "duplicate-key"),
    "a key written twice, deep inside": (body(b'{"object":{"id":"a","id":"b"}}'), 400, "duplicate-key"),
    "depth beyond the limit": (body(nested(limits.JSON_DEPTH + 1)), 400, "too-deep"),
    "depth beyond any stack": (body(nested(100_000)), 400, "too-deep"),
    "lists as deep": (body(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), 400, "too-deep"),
    "a whole number beyond 64 bits": (body(b'{"a":9223372036854775808}'), 400, "number-out-of-range"),
    "a whole number of 400 digits": (body(b'{"a":' + b"9" * 400 + b"}"), 400, "number-out-of-range"),
    "a whole number of 5,000 digits": (body(b'{"a":' + b"9" * 5_000 + b"}"), 400, "number-out-of-range"),
    "a number beyond any float": (body(b'{"a":1e400}'), 400, "number-out-of-range"),
    "NUL": (body(b'{"a":"\\u0000"}'), 400, "nul-character"),
    "half a character": (body(b'{"a":"\\ud800"}'), 400, "lone-surrogate"),
    "keys beyond the limit": (
        body(orjson.dumps({str(number): 1 for number in range(limits.JSON_KEYS_PER_OBJECT + 1)})), 400, "too-many-keys",
    ),
    "items beyond the limit": (body(orjson.dumps({"a": [1] * (limits.JSON_LIST_ITEMS + 1)})), 400, "too-many-items"),
    # Step 4: the signature's syntax and what it covers
    "no signature": (create, 401, "unsigned"),
    "a signature of nothing": (lambda scene, by: create(scene, by).with_headers(("signature", "")), 401, "malformed-signature"),
    "a signature that never ends": (signature_with('"', '""'), 401, "malformed-signature"),
    "a huge signature": (
        lambda scene, by: create(scene, by).with_headers(("signature", 'keyId="' + "a" * limits.SIGNATURE_HEADER_BYTES + '"')),
        401, "oversized-signature",
    ),
    "no key id": (signature_with("keyId=", "keyid="), 401, "missing-parameter"),
    "an algorithm nobody trusts": (drafted(algorithm="rsa-sha1"), 401, "unsupported-algorithm"),
    "a shared secret": (drafted(algorithm="hmac-sha256"), 401, "unsupported-algorithm"),
    "no target covered": (drafted(names="host date digest"), 401, "uncovered-target"),
    "no host covered": (drafted(names="(request-target) date digest"), 401, "uncovered-host"),
    "no date covered": (drafted(names="(request-target) host digest"), 401, "uncovered-time"),
    "no digest covered": (drafted(names="(request-target) host date"), 401, "uncovered-digest"),
    "a covered header that is not there": (drafted(names=f"{DRAFT} x-none", lies={"x-none": "1"}), 401, "missing-header"),
    "a component twice": (drafted(names=f"{DRAFT} host"), 401, "duplicate-component"),
    "an unknown component": (drafted(names=f"{DRAFT} (status)", lies={"(status)": "200"}), 401, "unsupported-component"),
    "a covered header twice": (doubled("date"), 401, "duplicate-header"),
    "a digest twice": (doubled("digest"), 401, "duplicate-header"),
    "a message signature without its input": (
        lambda scene, by: by_book(create(scene, by), by.key_id, by.key, scene.network.clock.now()).without("signature-input"),
        401, "malformed-signature",
    ),
    "an input without its message signature": (
        lambda scene, by: by_book(create(scene, by), by.key_id, by.key, scene.network.clock.now()).without("signature"),
        401, "missing-header",
    ),
    "a message signature without the method": (booked(components=['"@target-uri"', '"content-digest"']), 401, "uncovered-method"),
    "a message signature without a target": (booked(components=['"@method"', '"@authority"', '"content-digest"']), 401, "uncovered-target"),
    "a message signature without a host": (booked(components=['"@method"', '"@path"', '"content-digest"']), 401, "uncovered-host"),
    "a message signature without a digest": (booked(components=['"@method"', '"@target-uri"']), 401, "uncovered-digest"),
    "a message signature without a time": (booked(parameters=';keyid="https://evil.example/users/eve#main-key"'), 401, "uncovered-time"),
    # Step 5: freshness
    "an old date": (drafted(age=HOUR + timedelta(seconds=1)), 401, "too-old"),
    "a date ahead": (drafted(age=-timedelta(seconds=limits.CLOCK_AHEAD_SECONDS + 1)), 401, "too-far-ahead"),
    "a date of another calendar": (
        drafted(headers=(("date", "2026-03-02T08:00:00Z"), ("digest", "SHA-256=AAAA"))), 401, "malformed-date",
    ),
    "a date without a zone": (
        drafted(headers=(("date", "Mon, 02 Mar 2026 08:00:00 -0000"), ("digest", "SHA-256=AAAA"))), 401, "malformed-date",
    ),
    # Step 7: the digest
    "another body": (spoilt(lambda signed: replace(signed, body=signed.body.replace(b"Bonjour", b"Bonsoir"))), 401, "digest-mismatch"),
    "a broken digest": (spoilt(lambda signed: signed.with_header("digest", "SHA-256")), 401, "malformed-digest"),
    # Step 8: the key
    "a key id that is no address": (drafted(key_id="main-key"), 401, "bad-key-id"),
    "a key id of another scheme": (drafted(key_id="did:key:z6Mk"), 401, "bad-key-id"),
}  # fmt: skip


CATALOGUED = {
    "a body beyond the limit": "DOS-001",
    "a compressed body": "DOS-009",
    "depth beyond the limit": "DOS-010",
    "depth beyond any stack": "DOS-010",
    "lists as deep": "DOS-010",
    "keys beyond the limit": "DOS-048",
    "a key written twice": "SIG-083",
    "half a character": "SIG-083",
    "a number beyond any float": "SIG-083",
    "no digest covered": "SIG-006",
    "no date covered": "SIG-019",
    "an old date": "SIG-020",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.attack(CATALOGUED[name])] if name in CATALOGUED else []) for name in CASES]
)
async def test_a_letter_with_a_fault_leaves_no_trace(scene: Scene, name: str) -> None:
    write, status, reason = CASES[name]
    await scene.refuses(write(scene, stranger(scene)), status, reason)


async def test_a_sender_from_a_blocked_host_is_refused_before_its_key_is_fetched(scene: Scene) -> None:
    await scene.block("evil.example")
    by = stranger(scene)
    await scene.refuses(by.sign(create(scene, by)), 403, "blocked-domain")


async def test_a_key_that_nobody_has_is_asked_for_once(scene: Scene) -> None:
    by = stranger(scene)
    by.server.forget(by.uri)
    await scene.refuses(by.sign(create(scene, by)), 401, "remote-gone", fetches=[by.uri])
    await scene.refuses(by.sign(create(scene, by)), 401, "unknown-key")


async def test_a_signature_by_another_key_is_refused_after_one_look_at_the_owner(scene: Scene) -> None:
    by = stranger(scene)
    await scene.accepts(by.sign(create(scene, by)))
    forged = by.sign(create(scene, by), key=rsa_key(1))
    await scene.refuses(forged, 401, "bad-signature", fetches=[by.uri])
    await scene.refuses(forged, 401, "bad-signature")


async def test_an_activity_of_somebody_else_is_refused(scene: Scene) -> None:
    by, victim = stranger(scene), scene.server("victim.example").person("bob")
    await scene.accepts(by.sign(create(scene, by)))
    activity = victim.create(to_alice(scene, victim))
    await scene.refuses(by.send(activity), 401, "remote-gone", fetches=[activity["id"]])


async def test_an_id_of_another_origin_is_refused(scene: Scene) -> None:
    by = stranger(scene)
    await scene.accepts(by.sign(create(scene, by)))
    await scene.refuses(by.send(by.create(to_alice(scene, by), id="https://victim.example/activities/1")), 401, "foreign-activity-id")


async def test_the_same_activity_again_has_no_second_effect(scene: Scene) -> None:
    by = stranger(scene)
    letter_ = by.sign(create(scene, by))
    await scene.accepts(letter_)
    rows = await scene.rows()
    await scene.accepts(letter_)
    assert await scene.rows() == rows
    assert scene.counted()["inbox.duplicate"] == 1


@pytest.mark.parametrize("target", ["/inbox", "/actor/inbox", "/people/alice/inbox"])
async def test_every_inbox_has_the_same_door(scene: Scene, target: str) -> None:
    by = stranger(scene)
    await scene.refuses(replace(create(scene, by), target=target), 401, "unsigned")
    await scene.accepts(by.send(by.create(to_alice(scene, by)), target))


async def test_a_letter_to_one_inbox_is_not_good_for_another(scene: Scene) -> None:
    by = stranger(scene)
    await scene.accepts(by.sign(create(scene, by)))
    misdirected = replace(by.sign(create(scene, by)), target="/people/alice/inbox")
    await scene.refuses(misdirected, 401, "bad-signature", fetches=[by.uri])


async def test_nobody_has_no_inbox(scene: Scene) -> None:
    by = stranger(scene)
    await scene.refuses(by.send(by.create(to_alice(scene, by)), "/people/nobody/inbox"), 404, "not-found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_an_inbox_takes_nothing_but_posts(scene: Scene, method: str) -> None:
    by = stranger(scene)
    answer = await scene.send(replace(by.sign(create(scene, by)), method=method))
    assert answer.status == 405
    assert scene.fetched == []


@pytest.mark.parametrize("host", ["other.example", "us.example.evil.example", "", "us.example:444", "user@us.example", "us.example/", "-"])
async def test_a_name_that_is_not_served_here_is_misdirected_and_says_so(scene: Scene, host: str) -> None:
    by = stranger(scene)
    asked = by.sign(create(scene, by)).with_headers(("accept", ACTIVITY_JSON))
    answer = await scene.send(replace(asked, hosts=(host,)))
    assert answer.status == 421
    assert answer.document == {"error": "No site of that name lives on this server."}
    assert scene.fetched == []
    await scene.behaves()


@pytest.mark.parametrize(
    "target",
    ["//inbox", "/people/../inbox", "/./inbox", "/people/%2e%2e/inbox", "/%2E/inbox", "/people/a%2Finbox", "/people/a%5Cinbox", "/inbox%00",
     "/people//inbox", "inbox", ""],
)  # fmt: skip
async def test_a_path_with_two_meanings_is_refused(scene: Scene, target: str) -> None:
    by = stranger(scene)
    answer = await scene.send(by.send(by.create(to_alice(scene, by)), target))
    assert answer.status == 400
    assert scene.fetched == []
    await scene.behaves()


async def test_an_inbox_with_a_slash_behind_it_is_no_inbox_and_sends_nobody_elsewhere(scene: Scene) -> None:
    by = stranger(scene)
    answer = await scene.send(by.send(by.create(to_alice(scene, by)), "/inbox/"))
    assert (answer.status, answer.headers.get("location")) == (404, None)


async def test_a_refusal_tells_how_to_sign_and_what_time_it_is(scene: Scene) -> None:
    answer = await scene.refuses(create(scene, stranger(scene)), 401, "unsigned")
    assert answer.headers["date"] == "Mon, 02 Mar 2026 08:00:00 GMT"
    assert "content-digest" in answer.headers["accept-signature"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_refusal_repeats_nothing_of_what_was_sent(scene: Scene) -> None:
    by = stranger(scene)
    answer = await scene.refuses(drafted(names=f"{DRAFT} x-secret", lies={"x-secret": "1"})(scene, by), 401, "missing-header")
    assert answer.document == {"error": "The request is not signed, or its signature does not hold.", "reason": "missing-header"}


async def test_a_letter_signed_with_ed25519_is_as_good(scene: Scene) -> None:
    by = stranger(scene)
    now = scene.network.clock.now()
    await scene.accepts(by_draft(create(scene, by), by.proof_key_id, by.proof_key, now, algorithm="hs2019"))
    await scene.refuses(by_draft(create(scene, by), by.proof_key_id, ed25519_key(7), now, algorithm="hs2019"), 401, "bad-signature",
                        fetches=[by.uri])  # fmt: skip
