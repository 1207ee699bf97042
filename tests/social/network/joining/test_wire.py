"""Invitations and answers as documents: read as they were written, and what is none is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from fedirse.activitypub.documents.activity import parse_activity
from fedirse.activitypub.signatures import add_proof, find_proof, multikey
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.social.network.joining.invitations.model import Offer
from fedirse.social.network.joining.invitations.wire import parse_offer, render_offer
from fedirse.social.network.joining.requests.model import SENTENCES, Refusal
from fedirse.social.network.joining.wire import read_words, render_answer, render_join, render_leave
from fedirse.social.network.model import Attributes
from tests.social.network.roster.test_wire import fresh_key

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SIEGE, LYON = "https://siege.example/actor", "https://lyon.example/actor"
JOIN = "https://lyon.example/activities/1"
OFFER = Offer(
    address="https://siege.example/network/invitations/secret",
    network=SIEGE,
    name="Maison Aubrelle",
    members="https://siege.example/network/members",
    attributes=Attributes("Sud", "Lyon", "Aubrelle", "Proxi", frozenset({"caisse"})),
    shown_at=NOW,
    ends_at=NOW + timedelta(days=14),
)


def test_an_offer_is_read_as_it_was_written() -> None:
    assert parse_offer(render_offer(OFFER)) == OFFER


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Note"},
        {"object": LYON},
        {"actor": "siege"},
        {"target": None},
        {"published": "yesterday"},
        {"endTime": None},
        {"id": None},
    ],
    ids=["type", "object", "actor", "members", "date", "end", "id"],
)
def test_what_is_no_offer_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedDocument):
        parse_offer({**render_offer(OFFER), **changes})


def test_a_name_moves_no_cursor() -> None:
    shown = parse_offer({**render_offer(OFFER), "name": "Maison\x1b[2J\u202eAubrelle\r\n"}).name
    assert shown == "Maison [2J Aubrelle"


def test_an_answer_names_the_join_and_keeps_the_secret() -> None:
    answer = parse_activity(
        render_answer("Reject", "https://siege.example/activities/1", join=JOIN, member=LYON, network=SIEGE, words="Non.", published=NOW)
    )
    assert (answer.object_id, answer.object_type, answer.to, read_words(answer)) == (JOIN, "Join", (LYON,), "Non.")
    assert "instrument" not in str(answer.raw)


def test_words_of_any_length_are_cut() -> None:
    long = render_answer("Reject", JOIN, join=JOIN, member=LYON, network=SIEGE, words="n" * (limits.REASON_CHARACTERS + 1), published=NOW)
    assert len(read_words(parse_activity(long))) == limits.REASON_CHARACTERS
    silent = render_answer("Accept", JOIN, join=JOIN, member=LYON, network=SIEGE, published=NOW)
    assert read_words(parse_activity(silent)) == ""


def test_join_and_leave_are_for_the_head_office_alone() -> None:
    join = parse_activity(render_join(JOIN, LYON, SIEGE, OFFER.address, NOW))
    assert (join.object_id, join.instrument and join.instrument.id, join.to, join.cc) == (SIEGE, OFFER.address, (SIEGE,), ())
    leave = parse_activity(render_leave(JOIN, LYON, SIEGE, NOW))
    assert (leave.object_id, leave.to, leave.cc) == (SIEGE, (SIEGE,), ())


def test_a_proof_is_found_by_its_key_among_others() -> None:
    ours, other = fresh_key(), fresh_key()
    document = render_offer(OFFER)
    by_other = add_proof(document, key=other, verification_method=f"{SIEGE}#other", created=NOW)
    by_us = add_proof(document, key=ours, verification_method=f"{SIEGE}#ours", created=NOW)
    both = {**by_us, "proof": [by_other["proof"], by_us["proof"]]}
    assert find_proof(both, multikey(ours.public)) == f"{SIEGE}#ours"
    assert find_proof(by_other, multikey(ours.public)) is None
    assert find_proof(document, multikey(ours.public)) is None
    assert find_proof({**both, "name": "Autre maison"}, multikey(ours.public)) is None


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_words(refusal: Refusal) -> None:
    assert SENTENCES[refusal].endswith(".")
