from datetime import UTC, datetime
from typing import Any

import pytest

from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.documents import (
    Activity,
    Actor,
    Embedded,
    Reference,
    Tombstone,
    parse_activity,
    render_activity,
    render_actor,
    render_tombstone,
)
from fedirse.activitypub.vocabulary import ACTIVITY_TYPES, INTRANSITIVE_ACTIVITY_TYPES, PUBLIC
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument

ID = "https://sib.example/activities/1"
INES = "https://sib.example/people/ines"
NOTE = "https://sib.example/notes/1"


def activity(**members: Any) -> Activity:
    return parse_activity({"id": ID, "type": "Create", "actor": INES, "object": NOTE, **members})


def reason_for(**members: Any) -> str:
    with pytest.raises(MalformedDocument) as caught:
        activity(**members)
    return caught.value.reason


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize(
    ("activity_id", "reason"),
    [(None, "no-id"), ("/a/1", "bad-id"), ([ID], "bad-id"), ({}, "bad-id"), ("", "bad-id"), ("tag:a,2026:1", "bad-id")],
)
def test_an_activity_without_a_usable_id_is_refused(activity_id: object, reason: str) -> None:
    assert reason_for(id=activity_id) == reason


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        [],
        7,
        "Note",
        "Person",
        "Collection",
        "Link",
        "Tombstone",
        "Object",
        ["Note"],
        pytest.param("L" * (limits.NAME_LENGTH + 1), id="overlong"),
    ],
)
def test_a_document_of_another_type_is_no_activity(kind: object) -> None:
    assert reason_for(type=kind) == "not-an-activity"


def test_of_several_types_the_first_known_one_counts() -> None:
    assert activity(type=["https://ns.example/Bite", "Like", "Create"]).type == "Like"


def test_an_activity_of_another_programs_own_is_kept_under_its_name() -> None:
    assert activity(type="Lock").type == "Lock"


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        (None, "no-actor"),
        ("", "no-actor"),
        ([], "no-actor"),
        ({}, "no-actor"),
        (7, "no-actor"),
        ({"type": "Person"}, "no-actor"),
        ("/people/ines", "bad-actor"),
        ({"id": "people/ines"}, "bad-actor"),
        ([INES, "https://hq.example/actor"], "several-actors"),
        ([INES, INES], "several-actors"),
    ],
)
def test_an_activity_has_exactly_one_actor(actor: object, reason: str) -> None:
    assert reason_for(actor=actor) == reason


@pytest.mark.parametrize("actor", [INES, {"type": "Person", "id": INES}, [INES], [{"id": INES}]])
def test_the_actor_is_read_in_every_shape(actor: object) -> None:
    assert activity(actor=actor).actor == INES


@pytest.mark.parametrize("kind", sorted(ACTIVITY_TYPES - INTRANSITIVE_ACTIVITY_TYPES))
@pytest.mark.parametrize("value", [None, [], "", 7, [None]])
def test_an_activity_that_does_something_to_nothing_is_refused(kind: str, value: object) -> None:
    assert reason_for(type=kind, object=value) == "no-object"


def test_an_intransitive_activity_needs_no_object() -> None:
    arrival = activity(type="Arrive", object=None)
    assert (arrival.object, arrival.object_id, arrival.object_type) == (None, None, None)


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize("value", ["/n/1", {"id": "/n/1", "type": "Note"}, {"id": [NOTE], "type": "Note"}, {"id": {}, "type": "Note"}])
def test_an_object_with_a_relative_id_is_refused(value: object) -> None:
    assert reason_for(object=value) == "bad-id"


@pytest.mark.attack("ORG-029")
@pytest.mark.parametrize("number", [limits.OBJECT_REFERENCES + 1, 5000])
@pytest.mark.parametrize("kind", ["Delete", "Flag"])
def test_more_objects_than_the_limit_are_refused(kind: str, number: int) -> None:
    assert reason_for(type=kind, object=[f"{NOTE}/{index}" for index in range(number)]) == "too-many-objects"


@pytest.mark.attack("ORG-029")
@pytest.mark.parametrize("kind", ["Delete", "Undo", "Create", "Follow", "Announce"])
def test_half_an_effect_is_none(kind: str) -> None:
    assert reason_for(type=kind, object=[NOTE, f"{NOTE}/2"]) == "several-objects"


def test_a_report_names_the_actor_and_the_posts() -> None:
    posts = [f"{NOTE}/{number}" for number in range(limits.OBJECT_REFERENCES - 1)]
    report = activity(type="Flag", object=["https://hq.example/people/bob", *posts])
    assert len(report.objects) == limits.OBJECT_REFERENCES
    assert report.object_id == "https://hq.example/people/bob"


@pytest.mark.attack("ORG-029")
def test_an_object_without_an_id_is_kept_as_the_anonymous_copy_it_is() -> None:
    deletion = activity(type="Delete", object={"type": "Tombstone"})
    assert deletion.object == Embedded({"type": "Tombstone"}, None, "Tombstone")
    assert deletion.object_id is None


def test_more_addressees_than_the_limit_are_refused() -> None:
    assert reason_for(cc=[f"{INES}/{number}" for number in range(limits.ADDRESSEES + 1)]) == "too-many-addressees"


@pytest.mark.parametrize("value", [NOTE, [NOTE], {"id": NOTE}, {"type": "Link", "href": NOTE}])
def test_an_object_given_by_its_id_is_a_reference(value: object) -> None:
    assert activity(object=value).object == Reference(NOTE)


def test_an_embedded_object_comes_with_its_id_and_type() -> None:
    document = {"id": NOTE, "type": ["Review", "Note"], "content": "x"}
    created = activity(object=document)
    assert created.object == Embedded(document, NOTE, "Review")
    assert (created.object_id, created.object_type) == (NOTE, "Review")


@pytest.mark.parametrize("name", ["target", "instrument", "result"])
@pytest.mark.parametrize(
    ("value", "read"), [(NOTE, Reference(NOTE)), ([NOTE], Reference(NOTE)), ("/relative", None), (7, None), ({"id": 7}, None)]
)
def test_what_can_be_done_without_never_costs_the_activity(name: str, value: object, read: Reference | None) -> None:
    assert getattr(activity(**{name: value}), name) == read


def test_hidden_recipients_are_not_kept() -> None:
    read = activity(bto=[INES], object={"id": NOTE, "type": "Note", "bcc": INES})
    assert "bto" not in read.raw
    assert isinstance(read.object, Embedded)
    assert read.raw["object"] == {"id": NOTE, "type": "Note"}
    assert "bcc" not in read.object.document


def test_addressing_and_date_are_read() -> None:
    read = activity(to=PUBLIC, cc=[f"{INES}/followers"], published="2026-11-21T09:30:00Z")
    assert read.addressing == Addressing((PUBLIC,), (f"{INES}/followers",))
    assert read.published == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def test_only_the_outermost_document_has_a_context() -> None:
    follow = render_activity(activity_type="Follow", activity_id=ID, actor=INES, object="https://hq.example/actor")
    undo = render_activity(activity_type="Undo", activity_id=f"{ID}/undo", actor=INES, object=follow)
    again = render_activity(activity_type="Announce", activity_id=f"{ID}/again", actor=INES, object=undo)
    assert "@context" in again
    assert "@context" not in repr({name: member for name, member in again.items() if name != "@context"})


def test_the_context_of_an_update_covers_the_actor_in_it() -> None:
    actor = render_actor(Actor(id=INES, type="Person", inbox=f"{INES}/inbox", handle="ines"))
    update = render_activity(activity_type="Update", activity_id=ID, actor=INES, object=actor)
    assert all(entry in update["@context"] for entry in actor["@context"])
    assert update["object"] == {name: member for name, member in actor.items() if name != "@context"}


def test_a_delete_carries_a_tombstone() -> None:
    deletion = render_activity(activity_type="Delete", activity_id=ID, actor=INES, object=render_tombstone(Tombstone(NOTE)))
    assert deletion["object"] == {"id": NOTE, "type": "Tombstone"}


def test_a_report_is_written_with_all_it_is_about() -> None:
    report = render_activity(activity_type="Flag", activity_id=ID, actor=INES, object=["https://hq.example/people/bob", NOTE])
    assert report["object"] == ["https://hq.example/people/bob", NOTE]


def test_rendering_leaves_the_embedded_document_alone() -> None:
    tombstone = render_tombstone(Tombstone(NOTE))
    render_activity(activity_type="Delete", activity_id=ID, actor=INES, object=tombstone)
    assert "@context" in tombstone


def test_an_activity_without_an_id_of_its_own_is_written_without_one() -> None:
    assert "id" not in render_activity(activity_type="Announce", activity_id=None, actor=INES, object=NOTE)
