"""The examples of docs/feps/announcements.md are what this program reads and writes."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from fedirse.activitypub import jsonld
from fedirse.activitypub.contexts.outgoing import ACTIVITY_CONTEXT, context_announced
from fedirse.activitypub.documents.activity import Activity, parse_activity
from fedirse.activitypub.documents.reference import Embedded
from fedirse.activitypub.signatures import load_multikey, read_proofs, verify_proof
from fedirse.base.errors import SignatureError
from fedirse.base.types import JsonObject, Reader
from fedirse.features.announcements.acknowledgement.model import Totals, Word
from fedirse.features.announcements.acknowledgement.rules import FEWEST
from fedirse.features.announcements.acknowledgement.wire import parse_word, render_word
from fedirse.features.announcements.board.actions import remind_silent
from fedirse.features.announcements.board.model import Said
from fedirse.features.announcements.board.rules import REST, together, word_of
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.reminders.wire import render_reminder
from fedirse.features.announcements.wire import MOST_VERSIONS, parse_terms, render_terms
from tests.features.announcements.ground import NADIA, Speaking
from tests.federation.rosters import running_group

TEXT = (Path(__file__).parents[3] / "docs" / "feps" / "announcements.md").read_text(encoding="utf-8")
CREATE, READ, ACCEPT, OFFER = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL))
EXAMPLES = {"Create": CREATE, "Read": READ, "Accept": ACCEPT, "Offer": OFFER}
SIEGE, LYON = "https://siege.example/actor", "https://lyon.example/actor"
SIEGE_KEY, LYON_KEY = (load_multikey(key) for key in re.findall(r"`(z6Mk\w+)`", TEXT))
KEYS = {f"{SIEGE}#ed25519": SIEGE_KEY, f"{LYON}#ed25519": LYON_KEY}
MADE = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = MADE + timedelta(days=1)
TERMS = Terms(Priority.URGENT, Asked.EVERYONE, MADE + timedelta(hours=34), MADE + timedelta(days=28))


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Speaking]:
    async with running_group(tmp_path, "lyon") as group:
        yield Speaking(group)


def read(document: JsonObject) -> Activity:
    return parse_activity(jsonld.read(document).document)


def verify(document: JsonObject) -> str:
    """The id of the key whose proof a document has. Raises SignatureError."""
    [claim] = read_proofs(document)
    verify_proof(document, claim, KEYS[claim.verification_method])
    return claim.verification_method


def unsigned(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


def members_of(value: Any) -> Any:
    """Which members a document has, however deep, without what they say."""
    if isinstance(value, dict):
        return {name: value[name] if name == "@context" else members_of(value[name]) for name in sorted(value)}
    return [members_of(one) for one in value] if isinstance(value, list) else type(value)


def article_of(activity: Activity) -> JsonObject:
    assert isinstance(activity.object, Embedded)
    return activity.object.document


@pytest.mark.parametrize(
    ("kind", "key"),
    [("Create", f"{SIEGE}#ed25519"), ("Read", f"{LYON}#ed25519"), ("Accept", f"{LYON}#ed25519"), ("Offer", f"{SIEGE}#ed25519")],
)
def test_the_examples_have_the_proofs_they_are_said_to_have(kind: str, key: str) -> None:
    assert verify(EXAMPLES[kind]) == key
    assert read(EXAMPLES[kind]).type == kind


@pytest.mark.parametrize(
    ("document", "changed"),
    [
        (CREATE, {"object": {**CREATE["object"], "askedOf": "responsible"}}),
        (CREATE, {"object": {**CREATE["object"], "confirmBefore": "2026-03-02T09:00:00Z"}}),
        (CREATE, {"object": {**CREATE["object"], "contentMap": {**CREATE["object"]["contentMap"], "en": "<p>Sell it all</p>"}}}),
        (CREATE, {"object": {**CREATE["object"], "nameMap": {"fr": CREATE["object"]["name"], "en": "Buy one"}}}),
        (READ, {"peopleConfirmed": 7}),
        (ACCEPT, {"announcementVersion": 2}),
    ],
)
def test_an_example_that_asks_or_says_something_else_is_refused(document: JsonObject, changed: JsonObject) -> None:
    with pytest.raises(SignatureError):
        verify({**document, **changed})


def test_the_announcement_is_read_and_written_with_the_terms_it_shows() -> None:
    article = article_of(read(CREATE))
    assert parse_terms(article) == TERMS
    assert render_terms(TERMS).items() <= CREATE["object"].items()


def test_the_words_of_the_site_are_written_as_this_program_writes_them() -> None:
    for document, at, totals in (
        (READ, MADE + timedelta(hours=1), Totals(12, 7, 4)),
        (ACCEPT, MADE + timedelta(minutes=200), Totals(12, 11, 9)),
    ):
        word = parse_word(read(document), LATER)
        assert word == Word(1, at, totals)
        written = render_word(document["type"], document["id"], site=LYON, head_office=SIEGE, article=CREATE["object"]["id"], word=word)
        assert written == unsigned(document)


def test_asking_once_more_is_written_as_this_program_writes_it_and_carries_no_terms() -> None:
    written = render_reminder(OFFER["id"], head_office=SIEGE, member=LYON, article=CREATE["object"]["id"])
    assert written == unsigned(OFFER)
    assert parse_terms(article_of(read(OFFER))) is None


@pytest.mark.parametrize("terms", [replace(TERMS, embargo_until=LATER), replace(TERMS, text_by_mail=True)])
def test_what_is_asked_of_those_who_read_it_is_declared_and_explained_where_it_is_said(terms: Terms) -> None:
    plain, handled = (context_announced(ACTIVITY_CONTEXT, render_terms(one)) for one in (TERMS, terms))
    assert plain == handled[:-1]
    assert render_terms(terms).keys() - render_terms(TERMS).keys() < handled[-1].keys()
    assert all(f"| `{name}` |" in TEXT for name in handled[-1].keys() - {"fedirse"})


async def test_what_leaves_has_the_members_and_the_context_that_the_examples_have(speaking: Speaking) -> None:
    siege, staff = speaking.siege, await speaking.people("lyon", 5)
    post = await speaking.announce(TERMS, language="fr")
    await speaking.acknowledge("lyon", post, staff[0])
    await speaking.gather()
    reader = Reader(siege.actor_id, siege.uris.site_actor, siege.uris.host, local=True)
    await siege.write(lambda tx: remind_silent(tx, siege, reader, post.id, speaking.now, by=NADIA))
    await speaking.confirm("lyon", post, staff[1])
    sent = [orjson.loads(one.body) for one in speaking.group.wire.wire.sent]
    found = {body["type"]: body for body in sent if isinstance(body["object"], dict) and body["object"].get("type") == "Article"}
    assert set(found) == set(EXAMPLES)
    for kind, example in EXAMPLES.items():
        assert members_of(found[kind]) == members_of(example)


def test_the_story_they_tell_is_the_same_in_either_order() -> None:
    seen = word_of(LYON, parse_word(read(READ), LATER), confirms=False)
    confirmed = word_of(LYON, parse_word(read(ACCEPT), LATER), confirms=True)
    at = MADE + timedelta(minutes=200)
    story = Said(LYON, 1, 1, at, Totals(12, 11, 9), at)
    assert together(seen, confirmed) == together(confirmed, seen) == story


@pytest.mark.parametrize("value", [*Priority, *Asked])
def test_every_value_of_a_term_is_named(value: Priority | Asked) -> None:
    assert f"`{value.value}`" in TEXT


def test_every_term_on_the_wire_is_explained_in_a_table() -> None:
    terms = {
        name
        for entry in (*CREATE["@context"], *READ["@context"])
        if isinstance(entry, dict) and "announcementVersion" in entry
        for name in entry
    }
    assert {name for name in terms - {"fedirse"} if f"| `{name}` |" not in TEXT} == set()


def test_the_limits_are_those_of_the_program() -> None:
    assert f"{MOST_VERSIONS:,}" in TEXT
    assert FEWEST == 5
    assert "fewer than five people" in TEXT
    assert timedelta(minutes=10) == REST
    assert "ten minutes between two" in TEXT
