from datetime import UTC, datetime

import pytest

from fedirse.activitypub.documents import Tombstone, parse_tombstone, render_tombstone
from fedirse.base.errors import MalformedDocument

NOTE = "https://sib.example/notes/1"
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("kind", [None, "Note", ["Note"], 7])
def test_a_document_of_another_type_is_no_tombstone(kind: object) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_tombstone({"id": NOTE, "type": kind})
    assert caught.value.reason == "not-a-tombstone"


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize(("object_id", "reason"), [(None, "no-id"), ("/n/1", "bad-id")])
def test_a_tombstone_of_nothing_is_refused(object_id: object, reason: str) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_tombstone({"id": object_id, "type": "Tombstone"})
    assert caught.value.reason == reason


def test_a_tombstone_is_read() -> None:
    document = {"id": NOTE, "type": "Tombstone", "formerType": "Note", "deleted": "2026-11-21T09:30:00Z"}
    assert parse_tombstone(document) == Tombstone(NOTE, AT)


@pytest.mark.attack("PRV-045")
def test_a_tombstone_says_nothing_of_what_was_deleted() -> None:
    assert set(render_tombstone(Tombstone(NOTE, AT))) == {"@context", "id", "type", "deleted"}


def test_adding_to_the_context_of_one_document_adds_to_no_other() -> None:
    render_tombstone(Tombstone(NOTE))["@context"].append("https://ns.example/")
    assert "https://ns.example/" not in render_tombstone(Tombstone(NOTE))["@context"]
