"""Statements as documents: what is signed is read back, what is not is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.activitypub import jsonld, strict_json
from fedirse.activitypub.signatures import PrivateKey, add_proof, load_private_der, multikey
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument, SignatureError
from fedirse.base.types import JsonObject
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.model import Credential, Removal, Snapshot, Statement
from fedirse.social.network.roster.wire import (
    parse_attributes,
    read_snapshot,
    read_statement,
    render_credential,
    render_removal,
    render_snapshot,
)

NETWORK = "https://siege.example/actor"
KEY_ID = f"{NETWORK}#ed25519-1"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def fresh_key() -> PrivateKey:
    return load_private_der(Ed25519PrivateKey.generate().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


KEY = fresh_key()
KEYS = {KEY_ID: KEY.public}
MEMBER_KEY = multikey(fresh_key().public)


def signed(document: JsonObject, key: PrivateKey = KEY, key_id: str = KEY_ID) -> JsonObject:
    return add_proof(document, key=key, verification_method=key_id, created=NOW)


def credential(**changes: Any) -> Credential:
    values: dict[str, Any] = {
        "id": "https://siege.example/network/members/1",
        "network": NETWORK,
        "member": "https://lyon.example/actor",
        "serial": 7,
        "digest": "",
        "name": "Lyon",
        "attributes": Attributes("Sud", "Lyon", "Aubrelle", "Proxi", frozenset({"vitrine", "caisse"})),
        "key": MEMBER_KEY,
        "suspended": False,
        "issued": NOW,
        "ends": NOW + timedelta(hours=72),
    }
    return Credential(**(values | changes))


def without_digest(statement: Statement | Snapshot) -> dict[str, Any]:
    return {name: getattr(statement, name) for name in statement.__slots__ if name != "digest"}


@pytest.mark.parametrize("suspended", [False, True])
def test_a_credential_is_read_as_it_was_written(suspended: bool) -> None:
    given_one = credential(suspended=suspended)
    read = read_statement(signed(render_credential(given_one)), KEYS)
    assert without_digest(read) == without_digest(given_one)
    assert len(read.digest) == 64


def test_a_removal_is_read_as_it_was_written() -> None:
    given_one = Removal(
        id="https://siege.example/network/members/1", network=NETWORK, member="https://lyon.example/actor", serial=8, digest="", removed=NOW
    )
    assert without_digest(read_statement(signed(render_removal(given_one)), KEYS)) == without_digest(given_one)


@pytest.mark.parametrize("count", [0, 1, 500, 501, 3000])
def test_a_snapshot_of_any_size_is_read_as_it_was_written_and_passes_strict_readers(count: int) -> None:
    listing = {f"https://site-{number}.example/actor": number + 1 for number in range(count)}
    given_one = Snapshot(
        id=f"{NETWORK}/roster", network=NETWORK, serial=count + 1, digest="", issued=NOW, ends=NOW + timedelta(hours=72), listing=listing
    )
    document = signed(render_snapshot(given_one))
    assert strict_json.parse(strict_json_bytes(document)) == document
    assert without_digest(read_snapshot(document, KEYS)) == without_digest(given_one)


def strict_json_bytes(document: JsonObject) -> bytes:
    import orjson  # noqa: PLC0415 - only to make bytes of it

    return orjson.dumps(document)


def test_a_later_version_may_say_more() -> None:
    document = {**render_credential(credential()), "@context": ["https://www.w3.org/ns/activitystreams"], "telephone": "+33 4 00 00 00 00"}
    assert without_digest(read_statement(signed(document), KEYS)) == without_digest(credential())


class TestRefusals:
    def test_what_another_key_signed_is_not_the_head_offices(self) -> None:
        with pytest.raises(SignatureError) as refused:
            read_statement(signed(render_credential(credential()), fresh_key(), "https://evil.example/actor#key"), KEYS)
        assert refused.value.reason == "not-the-head-office"

    def test_another_key_under_the_name_of_the_trusted_one_does_not_verify(self) -> None:
        with pytest.raises(SignatureError) as refused:
            read_statement(signed(render_credential(credential()), fresh_key()), KEYS)
        assert refused.value.reason == "bad-signature"

    def test_what_has_no_proof_is_nobodys(self) -> None:
        with pytest.raises(SignatureError):
            read_statement(render_credential(credential()), KEYS)

    @pytest.mark.parametrize("name", ["subject", "serial", "memberKey", "suspended", "endTime", "attributes", "name", "id", "object"])
    def test_one_changed_member_breaks_the_proof(self, name: str) -> None:
        document = signed(render_credential(credential()))
        with pytest.raises((SignatureError, MalformedDocument)):
            read_statement({**document, name: "https://evil.example/actor"}, KEYS)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("suspended", None),
            ("suspended", "false"),
            ("serial", 0),
            ("serial", True),
            ("serial", "7"),
            ("memberKey", "z6Mk"),
            ("endTime", "tomorrow"),
            ("relationship", "http://www.w3.org/ns/org#headOf"),
            ("object", "https://other.example/actor"),
            ("type", "Note"),
        ],
    )
    def test_what_the_head_office_signed_but_cannot_be_read_is_refused_whole(self, name: str, value: object) -> None:
        document = {**render_credential(credential()), name: value}
        with pytest.raises(MalformedDocument) as refused:
            read_statement(signed(document), KEYS)
        assert refused.value.reason == "bad-statement"

    @pytest.mark.parametrize(
        "listing", [None, [["1 https://a.example/actor"], ["1 https://a.example/actor"]], [["x"]], [[7]], [["-1 https://a.example/"]]]
    )
    def test_a_listing_that_lost_or_doubled_lines_is_refused(self, listing: Any) -> None:
        whole = Snapshot(id=f"{NETWORK}/roster", network=NETWORK, serial=1, digest="", issued=NOW, ends=NOW, listing={})
        with pytest.raises(MalformedDocument):
            read_snapshot(signed({**render_snapshot(whole), "listing": listing, "totalItems": 1}), KEYS)


def test_other_programs_read_a_credential_as_the_relationship_it_is() -> None:
    read = jsonld.read_directly(signed(render_credential(credential()))) or jsonld.read_by_processor(
        signed(render_credential(credential()))
    )
    assert read.document["type"] == "Relationship"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
NAMES = st.sampled_from(
    [
        "id",
        "type",
        "attributedTo",
        "subject",
        "serial",
        "memberKey",
        "suspended",
        "attributes",
        "endTime",
        "published",
        "formerType",
        "listing",
    ]
)


@settings(max_examples=100)
@given(st.dictionaries(NAMES, ANYTHING, max_size=4))
def test_whatever_is_signed_is_read_or_refused(changes: JsonObject) -> None:
    document = {**render_credential(credential()), **changes}
    for read in (read_statement, read_snapshot):
        try:
            read(signed(document), KEYS)
        except (MalformedDocument, SignatureError):
            continue


def test_the_number_of_trades_is_bounded() -> None:
    trades = [f"trade-{number:02d}" for number in range(limits.TRADES_PER_MEMBER + 1)]
    assert parse_attributes({"trade": trades[:-1]}).trades == frozenset(trades[:-1])
    assert parse_attributes({"trade": trades}).trades == frozenset(trades[:-1])
