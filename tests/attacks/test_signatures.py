"""Signatures that do not say what their letters do: every field an attacker can choose, and every way to use a signature twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.activitypub.signatures.digest import content_digest_header, digest_header
from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.base import limits
from fedirse.social.audiences.model import AudienceKind
from tests.attacks.foreign import Foreigner, rsa_key
from tests.attacks.letters import DRAFT, Letter, by_book, by_message, letter
from tests.attacks.scene import Scene, to_alice
from tests.federation.network import say

HS2019 = {"algorithm": "hs2019", "names": "(request-target) (created) host digest"}


@pytest.fixture
async def eve(scene: Scene) -> Foreigner:
    """Somebody whose key is known here, so that only the letter itself decides."""
    eve = scene.server("evil.example").person("eve")
    await scene.accepts(eve.send(eve.create(to_alice(scene, eve))))
    return eve


def create(scene: Scene, by: Foreigner) -> Letter:
    return letter(by.create(to_alice(scene, by)))


def digest_only(value: str) -> tuple[tuple[str, str], ...]:
    return (("date", "Mon, 02 Mar 2026 08:00:00 GMT"), ("digest", value))


@pytest.mark.attack("SIG-002")
async def test_one_flipped_bit_is_refused_and_the_owner_is_asked_once(scene: Scene, eve: Foreigner) -> None:
    signed = eve.sign(create(scene, eve))
    value = signed.header("signature")
    assert value is not None
    at = value.index('signature="') + 20
    # A and B are one bit apart in base64.
    flipped = signed.with_header("signature", value[:at] + ("B" if value[at] == "A" else "A") + value[at + 1 :])
    await scene.refuses(flipped, 401, "bad-signature", fetches=[eve.uri])
    await scene.refuses(flipped, 401, "bad-signature")


@pytest.mark.attack("SIG-004")
async def test_another_body_under_a_covered_digest_is_refused(scene: Scene, eve: Foreigner) -> None:
    signed = eve.sign(create(scene, eve))
    await scene.refuses(replace(signed, body=create(scene, eve).body), 401, "digest-mismatch")


@pytest.mark.attack("SIG-004")
async def test_a_digest_made_to_fit_the_other_body_breaks_the_signature(scene: Scene, eve: Foreigner) -> None:
    other = create(scene, eve).body
    signed = replace(eve.sign(create(scene, eve)), body=other).with_header("digest", digest_header(other))
    await scene.refuses(signed, 401, "bad-signature", fetches=[eve.uri])


@pytest.mark.attack("SIG-006")
async def test_a_post_without_a_digest_is_refused(scene: Scene, eve: Foreigner) -> None:
    date = digest_only("")[:1]
    await scene.refuses(eve.sign(create(scene, eve), names="(request-target) host date", headers=date), 401, "uncovered-digest")


@pytest.mark.attack("SIG-006")
async def test_a_post_whose_digest_is_not_covered_is_refused(scene: Scene, eve: Foreigner) -> None:
    await scene.refuses(eve.sign(create(scene, eve), names="(request-target) host date"), 401, "uncovered-digest")


@pytest.mark.attack("SIG-007")
@pytest.mark.parametrize(
    "value", ["MD5=1B2M2Y8AsgTpgAmY7PhCfg==", "SHA=2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "SHA-1=2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "id-sha-256=AAAA"]
)
async def test_a_weak_digest_alone_is_refused(scene: Scene, eve: Foreigner, value: str) -> None:
    await scene.refuses(eve.sign(create(scene, eve), headers=digest_only(value)), 401, "weak-digest")


@pytest.mark.attack("SIG-007")
async def test_a_weak_digest_does_not_stand_in_for_a_strong_one_that_is_wrong(scene: Scene, eve: Foreigner) -> None:
    value = "MD5=1B2M2Y8AsgTpgAmY7PhCfg==,SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    await scene.refuses(eve.sign(create(scene, eve), headers=digest_only(value)), 401, "digest-mismatch")


@pytest.mark.attack("SIG-011")
async def test_a_signed_get_cannot_be_sent_as_a_post(scene: Scene, eve: Foreigner) -> None:
    captured = eve.get("/inbox")
    forged = replace(captured, method="POST", body=create(scene, eve).body)
    await scene.refuses(forged, 401, "uncovered-digest")
    await scene.refuses(replace(forged, body=b"{}"), 401, "uncovered-digest")


@pytest.mark.attack("SIG-011")
async def test_a_signed_get_with_a_digest_cannot_be_sent_as_a_post_either(scene: Scene, eve: Foreigner) -> None:
    sent = create(scene, eve)
    captured = eve.sign(replace(sent, method="GET"))
    await scene.refuses(replace(captured, method="POST"), 401, "bad-signature", fetches=[eve.uri])


@pytest.mark.attack("SIG-016")
async def test_a_letter_signed_for_another_host_is_refused(scene: Scene, eve: Foreigner) -> None:
    elsewhere = eve.sign(replace(create(scene, eve), hosts=("victim.example",)))
    await scene.refuses(replace(elsewhere, hosts=("us.example",)), 401, "bad-signature", fetches=[eve.uri])
    assert (await scene.send(elsewhere)).status == 421


@pytest.mark.attack("SIG-016")
async def test_a_message_signed_for_another_host_is_refused(scene: Scene, eve: Foreigner) -> None:
    unsigned = replace(create(scene, eve), hosts=("victim.example",))
    elsewhere = by_book(unsigned, eve.key_id, eve.key, scene.network.clock.now())
    await scene.refuses(replace(elsewhere, hosts=("us.example",)), 401, "bad-signature", fetches=[eve.uri])


@pytest.mark.attack("SIG-019")
async def test_a_letter_without_any_time_is_refused(scene: Scene, eve: Foreigner) -> None:
    await scene.refuses(eve.sign(create(scene, eve), names="(request-target) host digest"), 401, "uncovered-time")


@pytest.mark.attack("SIG-020")
@pytest.mark.parametrize("age", [timedelta(hours=13), timedelta(hours=2), timedelta(seconds=limits.CLOCK_WINDOW_SECONDS + 1)])
async def test_an_expired_date_is_refused(scene: Scene, eve: Foreigner, age: timedelta) -> None:
    await scene.refuses(eve.sign(create(scene, eve), age=age), 401, "too-old")


@pytest.mark.attack("SIG-020")
async def test_a_date_at_the_edge_of_the_window_is_accepted(scene: Scene, eve: Foreigner) -> None:
    await scene.accepts(eve.sign(create(scene, eve), age=timedelta(seconds=limits.CLOCK_WINDOW_SECONDS)))
    await scene.accepts(eve.sign(create(scene, eve), age=-timedelta(seconds=limits.CLOCK_AHEAD_SECONDS)))


@pytest.mark.attack("SIG-023")
async def test_a_fresh_date_beside_an_old_covered_time_counts_for_nothing(scene: Scene, eve: Foreigner) -> None:
    old = eve.sign(create(scene, eve), **HS2019, parameters="created=1,", lies={"(created)": "1"})
    await scene.refuses(old, 401, "too-old")


@pytest.mark.attack("SIG-024")
async def test_a_signature_that_has_expired_by_its_own_word_is_refused(scene: Scene, eve: Foreigner) -> None:
    now = int(scene.network.clock.now().timestamp())
    stated = f"created={now - 20},expires={now - 10},"
    covered = {"algorithm": "hs2019", "names": f"{DRAFT} (created) (expires)"}
    lies = {"(created)": str(now - 20), "(expires)": str(now - 10)}
    await scene.refuses(eve.sign(create(scene, eve), **covered, parameters=stated, lies=lies), 401, "expired")


@pytest.mark.attack("SIG-024")
async def test_a_message_signature_that_has_expired_by_its_own_word_is_refused(scene: Scene, eve: Foreigner) -> None:
    now = scene.network.clock.now()
    stated = f';created={int(now.timestamp()) - 20};expires={int(now.timestamp()) - 10};keyid="{eve.key_id}"'
    await scene.refuses(by_message(create(scene, eve), eve.key_id, eve.key, now, parameters=stated), 401, "expired")


@pytest.mark.attack("SIG-026")
@pytest.mark.parametrize("created", ["9e99", "-1", "1.5", "9" * 400, '"1"', "0x10", "", "1_000", "\u0661"])
async def test_a_time_that_is_no_number_is_refused(scene: Scene, eve: Foreigner, created: str) -> None:
    signed = eve.sign(create(scene, eve), **HS2019, parameters="created=1,", lies={"(created)": "1"})
    value = str(signed.header("signature")).replace("created=1,", f"created={created},")
    answer = await scene.send(signed.with_header("signature", value.encode().decode("latin-1")))
    assert (answer.status, answer.reason) in {(401, "malformed-signature"), (401, "malformed-header")}
    await scene.behaves()


@pytest.mark.attack("SIG-026")
@pytest.mark.parametrize("created", ["9" * 15, "-1", "-999999999999999"])
async def test_a_message_time_beyond_any_calendar_is_refused(scene: Scene, eve: Foreigner, created: str) -> None:
    stated = f';created={created};keyid="{eve.key_id}"'
    signed = by_message(create(scene, eve), eve.key_id, eve.key, scene.network.clock.now(), parameters=stated)
    await scene.refuses(signed, 401, "malformed-date")


@pytest.mark.attack("SIG-028")
@pytest.mark.parametrize("place", [0, None], ids=["before", "after"])
async def test_a_second_signature_header_is_refused_wherever_it_stands(scene: Scene, eve: Foreigner, place: int | None) -> None:
    signed = eve.sign(create(scene, eve))
    headers = list(signed.headers)
    headers.insert(len(headers) if place is None else place, ("signature", 'keyId="x",signature="AAAA"'))
    await scene.refuses(replace(signed, headers=tuple(headers)), 401, "duplicate-header")


@pytest.mark.attack("SIG-029")
@pytest.mark.parametrize("first", ["https://victim.example/u#k", "https://evil.example/users/eve#main-key"])
async def test_a_parameter_written_twice_is_refused(scene: Scene, eve: Foreigner, first: str) -> None:
    signed = eve.sign(create(scene, eve))
    await scene.refuses(signed.with_header("signature", f'keyId="{first}",{signed.header("signature")}'), 401, "duplicate-parameter")


@pytest.mark.attack("SIG-030")
async def test_a_comma_inside_quotes_ends_no_parameter(scene: Scene, eve: Foreigner) -> None:
    signed = eve.sign(create(scene, eve), key_id=f"{eve.key_id},headers=date", names="(request-target) host date digest")
    await scene.refuses(signed, 401, "key-not-listed", fetches=[eve.uri])


@pytest.mark.attack("SIG-030")
async def test_an_escaped_quote_is_refused(scene: Scene, eve: Foreigner) -> None:
    signed = eve.sign(create(scene, eve))
    value = str(signed.header("signature")).replace(eve.key_id, r"https://evil.example/a,headers=\"date\"")
    await scene.refuses(signed.with_header("signature", value), 401, "malformed-signature")


@pytest.mark.attack("SIG-049")
async def test_a_letter_sent_many_times_has_one_effect(scene: Scene, eve: Foreigner) -> None:
    signed = eve.sign(create(scene, eve))
    await scene.accepts(signed)
    rows = await scene.rows()
    for _ in range(50):
        await scene.accepts(signed)
    assert await scene.rows() == rows
    assert scene.counted()["inbox.duplicate"] == 50


@pytest.mark.attack("SIG-049")
async def test_two_letters_with_one_activity_have_one_effect(scene: Scene, eve: Foreigner) -> None:
    activity = eve.create(to_alice(scene, eve))
    await scene.accepts(eve.send(activity))
    rows = await scene.rows()
    await scene.accepts(eve.send(activity | {"object": to_alice(scene, eve)}, age=timedelta(seconds=1)))
    assert await scene.rows() == rows


@pytest.fixture
async def private(scene: Scene) -> str:
    """The path of a post of alice's that only her followers may read; the friend is one of them."""
    await scene.accepts(scene.friend.send(scene.friend.activity("Follow", scene.alice.uri)))
    post = await say(scene.site, scene.alice, "Entre nous", AudienceKind.FOLLOWERS)
    return f"/posts/{post.id}"


@pytest.mark.attack("SIG-051")
async def test_a_captured_get_of_something_private_is_worth_nothing_after_minutes(scene: Scene, private: str) -> None:
    captured = scene.friend.get(private)
    answer = await scene.send(captured)
    assert (answer.status, answer.document["content"]) == (200, "<p>Entre nous</p>")
    scene.advance(minutes=6)
    late = await scene.send(captured)
    assert (late.status, b"Entre nous" in late.body) == (401, False)


@pytest.mark.attack("SIG-051")
async def test_a_captured_get_is_worth_nothing_for_another_document(scene: Scene, private: str) -> None:
    captured = scene.friend.get("/actor")
    answer = await scene.send(replace(captured, target=private))
    assert (answer.status, b"Entre nous" in answer.body) == (401, False)


@pytest.mark.attack("SIG-084")
async def test_a_reader_whose_key_says_it_is_somebody_elses_gets_nothing_private(scene: Scene, private: str, eve: Foreigner) -> None:
    document = eve.server.uri("keys")
    key = {
        "id": document,
        "type": "CryptographicKey",
        "owner": scene.friend.uri,
        "publicKeyPem": eve.document()["publicKey"]["publicKeyPem"],
    }
    eve.server.serve(document, key)
    answer = await scene.send(eve.get(private, key_id=document))
    assert (answer.status, b"Entre nous" in answer.body) == (401, False)


@pytest.mark.attack("SIG-084")
async def test_a_reader_who_signs_with_the_id_of_somebody_elses_key_gets_nothing_private(
    scene: Scene, private: str, eve: Foreigner
) -> None:
    answer = await scene.send(eve.get(private, key_id=scene.friend.key_id))
    assert (answer.status, b"Entre nous" in answer.body) == (401, False)


@pytest.mark.attack("SIG-084")
async def test_what_is_private_and_what_is_not_there_answer_the_same_to_a_stranger(scene: Scene, private: str, eve: Foreigner) -> None:
    hidden, missing = await scene.send(eve.get(private)), await scene.send(eve.get("/posts/01J00000000000000000000000"))
    assert (
        (hidden.status, hidden.body, hidden.headers)
        == (missing.status, missing.body, missing.headers)
        == (404, missing.body, missing.headers)
    )


@pytest.mark.attack("SIG-058")
async def test_a_message_with_another_body_is_refused(scene: Scene, eve: Foreigner) -> None:
    signed = by_book(create(scene, eve), eve.key_id, eve.key, scene.network.clock.now())
    await scene.refuses(replace(signed, body=create(scene, eve).body), 401, "digest-mismatch")


@pytest.mark.attack("SIG-058")
@pytest.mark.parametrize("digest", ["md5=:1B2M2Y8AsgTpgAmY7PhCfg==:", "sha=:2jmj7l5rSw0yVb/vlWAYkK/YBwk=:", "unixsum=:AAAA:"])
async def test_a_weak_content_digest_alone_is_refused(scene: Scene, eve: Foreigner, digest: str) -> None:
    signed = by_message(create(scene, eve), eve.key_id, eve.key, scene.network.clock.now(), digest=digest)
    await scene.refuses(signed, 401, "weak-digest")


@pytest.mark.attack("SIG-060")
@pytest.mark.parametrize("parameter", ["req", "sf", "bs", "tr", 'key="a"', "x"])
@pytest.mark.parametrize("name", ['"@method"', '"content-digest"'])
async def test_a_component_with_a_parameter_is_refused(scene: Scene, eve: Foreigner, name: str, parameter: str) -> None:
    components = [f"{known};{parameter}" if known == name else known for known in ('"@method"', '"@target-uri"', '"content-digest"')]
    signed = by_message(create(scene, eve), eve.key_id, eve.key, scene.network.clock.now(), components=components)
    await scene.refuses(signed, 401, "unsupported-component")


def with_second_label(first: Letter, second: Letter) -> Letter:
    """Both signatures in the two headers, the first one first."""
    inputs, signatures = (f"{first.header(name)}, {second.header(name)}" for name in ("signature-input", "signature"))
    return first.with_header("signature-input", inputs).with_header("signature", signatures)


@pytest.mark.attack("SIG-061")
async def test_a_valid_signature_over_nothing_useful_does_not_vouch_for_a_strong_one_that_is_not(scene: Scene, eve: Foreigner) -> None:
    sent, now = create(scene, eve), scene.network.clock.now()
    useless = by_message(sent, eve.key_id, eve.key, now, components=['"content-digest"'])
    forged = by_message(sent, eve.key_id, rsa_key(1), now, label="sig2")
    await scene.refuses(with_second_label(useless, forged), 401, "bad-signature", fetches=[eve.uri])


@pytest.mark.attack("SIG-061")
async def test_labels_that_do_not_pair_up_are_refused(scene: Scene, eve: Foreigner) -> None:
    signed = by_book(create(scene, eve), eve.key_id, eve.key, scene.network.clock.now())
    renamed = signed.with_header("signature", str(signed.header("signature")).replace("sig1", "sig2"))
    await scene.refuses(renamed, 401, "label-mismatch")


@pytest.mark.attack("SIG-061")
async def test_a_draft_signature_does_not_stand_in_for_a_message_signature_that_fails(scene: Scene, eve: Foreigner) -> None:
    sent = eve.sign(create(scene, eve))
    described = f'sig1=("@method" "@target-uri");created=1;keyid="{eve.key_id}"'
    await scene.refuses(sent.with_headers(("signature-input", described)), 401, "malformed-field")


@pytest.mark.attack("SIG-065")
@pytest.mark.parametrize("host", ["US.EXAMPLE", "us.example:443", "Us.Example:443"])
async def test_our_name_in_another_spelling_is_covered_as_our_name(scene: Scene, eve: Foreigner, host: str) -> None:
    signed = by_book(create(scene, eve), eve.key_id, eve.key, scene.network.clock.now())
    await scene.accepts(replace(signed, hosts=(host,)))


@pytest.mark.attack("SIG-065")
@pytest.mark.parametrize("host", ["us.example:80", "us.example:8443", "us.example.", "us.example:0443", "us.example:", "[us.example]"])
async def test_another_port_or_a_dot_is_another_name(scene: Scene, eve: Foreigner, host: str) -> None:
    signed = by_book(create(scene, eve), eve.key_id, eve.key, scene.network.clock.now())
    answer = await scene.send(replace(signed, hosts=(host,)).with_headers(("accept", ACTIVITY_JSON)))
    assert (answer.status, answer.document) == (421, {"error": "No site of that name lives on this server."})


@pytest.mark.attack("SIG-066")
async def test_a_nonce_is_good_for_one_letter(scene: Scene, eve: Foreigner) -> None:
    now = scene.network.clock.now()
    stated = f';created={int(now.timestamp())};keyid="{eve.key_id}";nonce="n-1";tag="app"'
    await scene.accepts(by_message(create(scene, eve), eve.key_id, eve.key, now, parameters=stated))
    await scene.refuses(by_message(create(scene, eve), eve.key_id, eve.key, now, parameters=stated), 401, "nonce-replayed")


@pytest.mark.attack("SIG-066")
async def test_a_forged_letter_does_not_use_up_the_nonce_of_a_good_one(scene: Scene, eve: Foreigner) -> None:
    now = scene.network.clock.now()
    stated = f';created={int(now.timestamp())};keyid="{eve.key_id}";nonce="n-2"'
    forged = by_message(create(scene, eve), eve.key_id, rsa_key(1), now, parameters=stated)
    await scene.refuses(forged, 401, "bad-signature", fetches=[eve.uri])
    await scene.accepts(by_message(create(scene, eve), eve.key_id, eve.key, now, parameters=stated))


async def test_a_message_digest_that_lies_about_the_body_is_found_out(scene: Scene, eve: Foreigner) -> None:
    wrong = content_digest_header(b"{}")
    signed = by_message(create(scene, eve), eve.key_id, eve.key, scene.network.clock.now(), digest=wrong)
    await scene.refuses(signed, 401, "digest-mismatch")
