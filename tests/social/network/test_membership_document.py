"""The examples of docs/feps/membership.md are what this program reads and writes."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fedirse.activitypub.documents.activity import parse_activity
from fedirse.activitypub.signatures import load_multikey
from fedirse.base.errors import SignatureError
from fedirse.base.types import JsonObject
from fedirse.social.network.authority.telephones.model import Telephone
from fedirse.social.network.roster.model import Credential, Removal, Roster, Standing
from fedirse.social.network.roster.rules import GRACE, learn, learn_snapshot, standing_of
from fedirse.social.network.roster.wire import read_snapshot, read_statement, render_credential, render_removal, render_snapshot
from fedirse.social.network.segments.rules import covers
from fedirse.social.network.segments.wire import read_segment, render_segment
from fedirse.social.network.telephone.wire import parse_telephone, render_telephone

TEXT = (Path(__file__).parents[3] / "docs" / "feps" / "membership.md").read_text()
CREDENTIAL, REMOVAL, ROSTER, SEGMENT, TELEPHONE = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL))
KEYS = {"https://siege.example/actor#ed25519": load_multikey(re.findall(r"signed with the key `(z\w+)`", TEXT)[0])}
LYON = "https://lyon.example/actor"
MADE = datetime(2026, 3, 1, 8, tzinfo=UTC)


def unsigned(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


def test_the_examples_are_written_as_this_program_writes_them() -> None:
    credential, removal = read_statement(CREDENTIAL, KEYS), read_statement(REMOVAL, KEYS)
    assert isinstance(credential, Credential)
    assert isinstance(removal, Removal)
    assert render_credential(credential) == unsigned(CREDENTIAL)
    assert render_removal(removal) == unsigned(REMOVAL)
    assert render_snapshot(read_snapshot(ROSTER, KEYS)) == unsigned(ROSTER)
    assert render_segment(read_segment(SEGMENT, KEYS)) == unsigned(SEGMENT)


def test_the_example_of_a_telephone_number_is_what_this_program_writes_and_reads() -> None:
    said = Telephone(LYON, "+33 4 72 00 11 22", MADE)
    assert render_telephone(TELEPHONE["id"], "https://siege.example/actor", said) == TELEPHONE
    assert parse_telephone(parse_activity(TELEPHONE), MADE) == said


def test_the_story_they_tell() -> None:
    credential, removal = read_statement(CREDENTIAL, KEYS), read_statement(REMOVAL, KEYS)
    roster, _ = learn(Roster("https://siege.example/actor"), credential, MADE)
    roster, _ = learn_snapshot(roster, read_snapshot(ROSTER, KEYS), MADE)
    assert standing_of(roster, LYON, MADE) is Standing.IN_FORCE
    assert standing_of(roster, "https://nantes.example/actor", MADE) is Standing.OUTDATED
    ends = MADE + timedelta(hours=72)
    assert standing_of(roster, LYON, ends) is Standing.GRACE
    assert standing_of(roster, LYON, ends + GRACE) is Standing.LAPSED
    roster, _ = learn(roster, removal, MADE + timedelta(days=40))
    assert standing_of(roster, LYON, MADE) is Standing.REMOVED
    segment = read_segment(SEGMENT, KEYS)
    assert isinstance(credential, Credential)
    assert covers(segment, LYON, credential.attributes, {})


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_is_in_the_table(standing: Standing) -> None:
    words = {Standing.GRACE: "in the period of grace"}.get(standing, standing.value.replace("-", " "))
    assert f"| {words} |" in TEXT


def test_an_example_with_one_changed_letter_is_refused() -> None:
    with pytest.raises(SignatureError):
        read_statement({**CREDENTIAL, "name": "Aubrelle Lyom"}, KEYS)
