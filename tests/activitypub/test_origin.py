from typing import Any

import pytest

from fedirse.activitypub import origin
from fedirse.activitypub.documents import Embedded, PostObject, Reference, parse_activity, parse_object
from fedirse.activitypub.origin import Refetch
from fedirse.base.errors import MalformedDocument, OriginMismatch

HQ = "https://hq.example/actor"
BOB = "https://victim.example/people/bob"
ADMIN = "https://victim.example/actor"
EVIL = "https://evil.example/people/u"
NOTE = "https://victim.example/notes/1"


def reason_of(caught: pytest.ExceptionInfo[Any]) -> str:
    reason: str = caught.value.reason
    return reason


def note(**members: Any) -> PostObject:
    return parse_object({"id": NOTE, "type": "Note", "attributedTo": BOB, **members}, anonymous=True)


def embedded(document: dict[str, Any]) -> Embedded:
    return Embedded(document, document.get("id"), document.get("type"))


@pytest.mark.attack("ORG-042")
@pytest.mark.attack("ORG-049")
@pytest.mark.parametrize("kind", ["Follow", "Block", "Flag", "Create", "Accept"])
def test_an_activity_in_the_name_of_another_actor_is_refused(kind: str) -> None:
    activity = parse_activity({"id": "https://evil.example/1", "type": kind, "actor": BOB, "object": HQ})
    with pytest.raises(OriginMismatch) as caught:
        origin.check_activity_authority(activity, EVIL)
    assert reason_of(caught) == "actor-not-signer"


@pytest.mark.attack("ORG-012")
def test_an_activity_under_an_id_of_another_origin_is_refused() -> None:
    activity = parse_activity({"id": "https://hq.example/activities/1", "type": "Create", "actor": EVIL, "object": NOTE})
    with pytest.raises(OriginMismatch) as caught:
        origin.check_activity_authority(activity, EVIL)
    assert reason_of(caught) == "foreign-activity-id"


@pytest.mark.parametrize(
    "activity_id",
    ["http://victim.example/1", "https://victim.example:8443/1", "https://www.victim.example/1", "https://victim.example.evil.example/1"],
)
def test_scheme_port_and_the_whole_host_make_the_origin(activity_id: str) -> None:
    activity = parse_activity({"id": activity_id, "type": "Like", "actor": BOB, "object": NOTE})
    with pytest.raises(OriginMismatch):
        origin.check_activity_authority(activity, BOB)


def test_an_activity_of_its_signer_on_its_own_origin_passes() -> None:
    activity = parse_activity({"id": "https://VICTIM.example:443/1", "type": "Like", "actor": BOB, "object": NOTE})
    origin.check_activity_authority(activity, BOB)


@pytest.mark.attack("ORG-013")
@pytest.mark.attack("ORG-045")
def test_an_object_of_another_author_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_object_authority(EVIL, note())
    assert reason_of(caught) == "not-the-author"


def test_an_object_of_no_author_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_object_authority(BOB, note(attributedTo=None))
    assert reason_of(caught) == "not-the-author"


def test_an_object_without_an_id_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_object_authority(BOB, note(id=None))
    assert reason_of(caught) == "anonymous-object"


def test_an_object_under_an_id_of_another_origin_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_object_authority(EVIL, note(attributedTo=EVIL))
    assert reason_of(caught) == "foreign-object-id"


@pytest.mark.parametrize("authors", [[EVIL, BOB], [BOB, EVIL]])
def test_nobody_is_made_the_author_of_what_another_server_publishes(authors: list[str]) -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_object_authority(EVIL, note(id="https://evil.example/notes/1", attributedTo=authors))
    assert reason_of(caught) == "foreign-author"


@pytest.mark.parametrize("authors", [BOB, [BOB], {"type": "Person", "id": BOB}, [BOB, "https://victim.example/groups/7"]])
def test_an_object_of_its_author_passes(authors: object) -> None:
    origin.check_object_authority(BOB, note(attributedTo=authors))


@pytest.mark.attack("ORG-018")
@pytest.mark.parametrize("actor", [EVIL, ADMIN])
def test_an_update_by_anybody_but_the_stored_owner_is_refused(actor: str) -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_update(actor, NOTE, BOB)
    assert reason_of(caught) == "not-the-owner"


def test_an_update_of_an_id_on_another_origin_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_update(EVIL, NOTE, EVIL)
    assert reason_of(caught) == "foreign-object-id"


@pytest.mark.parametrize("object_id", [NOTE, BOB])
def test_an_update_by_the_stored_owner_passes(object_id: str) -> None:
    origin.check_update(BOB, object_id, BOB)


@pytest.mark.attack("ORG-018")
def test_a_delete_by_an_actor_elsewhere_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_delete(EVIL, NOTE, BOB)
    assert reason_of(caught) == "not-the-owner"


@pytest.mark.attack("ORG-027")
def test_a_delete_by_another_actor_of_the_same_server_is_to_be_verified() -> None:
    assert origin.check_delete(ADMIN, NOTE, BOB) == "verify"


def test_a_delete_by_the_same_server_of_an_id_elsewhere_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_delete(ADMIN, "https://hq.example/notes/1", BOB)
    assert reason_of(caught) == "not-the-owner"


@pytest.mark.parametrize("object_id", [NOTE, BOB])
def test_a_delete_by_the_stored_owner_is_carried_out(object_id: str) -> None:
    assert origin.check_delete(BOB, object_id, BOB) == "delete"


@pytest.mark.attack("ORG-030")
@pytest.mark.parametrize("actor", [EVIL, ADMIN])
def test_an_undo_by_anybody_but_who_did_it_is_refused(actor: str) -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_undo(actor, BOB)
    assert reason_of(caught) == "not-the-actor"


def test_an_undo_by_who_did_it_passes() -> None:
    origin.check_undo(BOB, BOB)


@pytest.mark.attack("ORG-038")
@pytest.mark.attack("ORG-039")
def test_an_answer_by_somebody_who_was_not_asked_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_answer(EVIL, HQ)
    assert reason_of(caught) == "not-the-one-asked"


def test_an_answer_by_who_was_asked_passes() -> None:
    origin.check_answer(HQ, HQ)


@pytest.mark.attack("ORG-044")
def test_adding_to_the_collection_of_another_actor_is_refused() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_collection_change(EVIL, f"{HQ}/featured", HQ)
    assert reason_of(caught) == "not-the-owner"


def test_a_collection_on_another_origin_is_nobody_elses() -> None:
    with pytest.raises(OriginMismatch) as caught:
        origin.check_collection_change(EVIL, f"{HQ}/featured", EVIL)
    assert reason_of(caught) == "foreign-collection"


def test_the_owner_adds_to_a_collection() -> None:
    origin.check_collection_change(HQ, f"{HQ}/featured", HQ)


@pytest.mark.attack("ORG-034")
@pytest.mark.parametrize("inner_id", ["https://victim.example/1", "https://evil.example/1", None])
def test_an_embedded_activity_of_another_actor_is_only_a_hint(inner_id: str | None) -> None:
    inner = {"id": inner_id, "type": "Delete", "actor": BOB, "object": NOTE}
    assert not origin.may_be_believed(EVIL, embedded(inner))


@pytest.mark.parametrize(
    "document",
    [
        {"id": NOTE, "type": "Note", "attributedTo": EVIL},
        {"id": "https://evil.example/1", "type": "Note", "attributedTo": BOB},
        {"id": "https://evil.example/1", "type": "Note", "actor": EVIL, "attributedTo": BOB},
        {"id": "https://evil.example/1", "type": "Note", "attributedTo": [EVIL, BOB]},
        {"id": "https://evil.example/1", "type": "Note"},
        {"type": "Note", "attributedTo": BOB},
    ],
)
def test_a_copy_that_says_or_hides_another_owner_is_only_a_hint(document: dict[str, Any]) -> None:
    assert not origin.may_be_believed(EVIL, embedded(document))


@pytest.mark.parametrize(
    "document",
    [
        {"id": NOTE, "type": "Note", "attributedTo": BOB},
        {"id": "https://victim.example/1#follow", "type": "Follow", "actor": BOB, "object": HQ},
        {"id": BOB, "type": "Person"},
        {"type": "Note", "content": "a preview"},
        {"type": "Note", "attributedTo": BOB},
    ],
)
def test_a_copy_of_what_its_holder_owns_may_be_believed(document: dict[str, Any]) -> None:
    assert origin.may_be_believed(BOB, embedded(document))


@pytest.mark.attack("ORG-001")
@pytest.mark.parametrize("claimed", [NOTE, "https://evil.example:8443/n/1", "http://evil.example/n/1"])
def test_a_document_that_claims_an_id_on_another_origin_is_refused(claimed: str) -> None:
    url = "https://evil.example/n/1"
    with pytest.raises(OriginMismatch) as caught:
        origin.check_fetched(url, url, claimed)
    assert reason_of(caught) == "foreign-id"


@pytest.mark.attack("ORG-004")
def test_a_redirect_to_another_origin_does_not_lend_it_the_first_one() -> None:
    requested = "https://victim.example/r?u=https://evil.example/n"
    with pytest.raises(OriginMismatch) as caught:
        origin.check_fetched(requested, "https://evil.example/n", requested)
    assert reason_of(caught) == "foreign-id"


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize(("claimed", "reason"), [(None, "no-id"), ("/n/1", "bad-id"), ([NOTE], "bad-id"), ({}, "bad-id"), ("", "bad-id")])
def test_a_fetched_document_without_a_usable_id_is_refused(claimed: object, reason: str) -> None:
    with pytest.raises(MalformedDocument) as caught:
        origin.check_fetched(NOTE, NOTE, claimed)
    assert reason_of(caught) == reason


@pytest.mark.attack("ORG-001")
def test_another_id_on_the_same_origin_is_fetched_anew() -> None:
    assert origin.check_fetched("https://victim.example/@bob/1", "https://victim.example/@bob/1", NOTE) == Refetch(NOTE)


def test_another_spelling_of_the_id_is_fetched_anew() -> None:
    assert origin.check_fetched(f"{NOTE}?page=1", f"{NOTE}?page=1", NOTE) == Refetch(NOTE)


def test_what_was_moved_to_another_origin_is_fetched_anew_under_its_id_there() -> None:
    moved = "https://new.example/notes/1"
    assert origin.check_fetched("https://old.example/notes/1", moved, moved) == Refetch(moved)


@pytest.mark.parametrize(
    ("requested", "final", "claimed"),
    [
        (NOTE, NOTE, NOTE),
        (NOTE, "https://victim.example/elsewhere", NOTE),
        (f"{BOB}#main-key", BOB, BOB),
        (f"{BOB}#main-key", BOB, f"{BOB}#main-key"),
    ],
)
def test_a_document_that_is_what_was_asked_for_is_used(requested: str, final: str, claimed: str) -> None:
    assert origin.check_fetched(requested, final, claimed) == "use"


@pytest.mark.parametrize(
    "bad", ["victim.example/1", "javascript:1", "https://victim.example@evil.example/", "https://victim.example\\@evil.example/"]
)
def test_a_malformed_address_has_no_origin(bad: str) -> None:
    with pytest.raises(MalformedDocument):
        origin.origin_of(bad)
    with pytest.raises(MalformedDocument):
        origin.same_origin(NOTE, bad)


def test_a_reference_names_no_owner() -> None:
    activity = parse_activity({"id": "https://evil.example/1", "type": "Announce", "actor": EVIL, "object": NOTE})
    assert activity.object == Reference(NOTE)
