"""Whatever we write is read back as it was: as rendered, after the journey as JSON, and by either reader of JSON-LD."""

import json
from collections.abc import Iterator
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub import jsonld
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.collections import parse_collection, render_page
from fedirse.activitypub.documents import (
    Actor,
    Embedded,
    PostObject,
    Reference,
    Tombstone,
    parse_activity,
    parse_actor,
    parse_object,
    parse_tombstone,
    render_activity,
    render_actor,
    render_object,
    render_tombstone,
)
from fedirse.base.types import JsonObject
from tests.activitypub.documents import strategies as draw

kinds = st.sampled_from(
    ["Create", "Update", "Delete", "Follow", "Accept", "Reject", "Undo", "Like", "Announce", "Block", "Flag", "Move", "Add"]
)


def sent(document: JsonObject) -> JsonObject:
    """The document as it arrives."""
    arrived: JsonObject = json.loads(json.dumps(document))
    return arrived


@given(draw.actors())
def test_an_actor_is_read_back(actor: Actor) -> None:
    assert parse_actor(sent(render_actor(actor))) == actor


@given(draw.posts)
def test_a_post_is_read_back(post: PostObject) -> None:
    assert parse_object(sent(render_object(post))) == post


@given(draw.tombstones)
def test_a_tombstone_is_read_back(tombstone: Tombstone) -> None:
    assert parse_tombstone(sent(render_tombstone(tombstone))) == tombstone


@given(
    kind=kinds,
    activity_id=draw.own_uris,
    actor=draw.own_uris,
    target_of=draw.uris,
    addressing=draw.addressings,
    published=draw.maybe_dates,
    target=draw.maybe_uris,
)
def test_an_activity_about_an_id_is_read_back(
    *, kind: str, activity_id: str, actor: str, target_of: str, addressing: Addressing, published: datetime | None, target: str | None
) -> None:
    document = render_activity(
        activity_type=kind,
        activity_id=activity_id,
        actor=actor,
        object=target_of,
        addressing=addressing,
        published=published,
        target=target,
    )
    activity = parse_activity(sent(document))
    assert (activity.type, activity.id, activity.actor) == (kind, activity_id, actor)
    assert activity.objects == (Reference(target_of),)
    assert activity.target == (Reference(target) if target else None)
    assert (activity.addressing, activity.published) == (addressing, published)


@given(draw.own_uris, draw.own_uris, draw.posts)
def test_an_activity_about_a_post_brings_the_post(activity_id: str, actor: str, post: PostObject) -> None:
    document = render_activity(
        activity_type="Create", activity_id=activity_id, actor=actor, object=render_object(post), addressing=post.addressing
    )
    activity = parse_activity(sent(document))
    assert isinstance(activity.object, Embedded)
    assert (activity.object_id, activity.object_type) == (post.id, post.type)
    assert parse_object(activity.object.document) == post
    assert activity.addressing == post.addressing


@given(draw.posts)
def test_writing_what_was_read_changes_nothing(post: PostObject) -> None:
    once = render_object(post)
    assert render_object(parse_object(sent(once))) == once


@given(draw.posts)
def test_a_rendered_post_has_no_hidden_recipients_and_one_context(post: PostObject) -> None:
    names = list(members_of(render_object(post)))
    assert names.count("@context") == 1
    assert not {"bto", "bcc"} & set(names)


def members_of(value: object) -> Iterator[str]:
    """The names of all members at any depth, those inside the context left out."""
    if isinstance(value, dict):
        yield from value
        value = [member for name, member in value.items() if name != "@context"]
    if isinstance(value, list):
        for member in value:
            yield from members_of(member)


def normal_forms(document: JsonObject) -> list[JsonObject]:
    """What the two readers of JSON-LD make of the document; nothing of ours is left out or needs the slow one."""
    directly, by_processor = jsonld.read_directly(sent(document)), jsonld.read_by_processor(sent(document))
    assert directly is not None
    assert (directly.dropped, by_processor.dropped) == ((), ())
    return [directly.document, by_processor.document]


@given(draw.actors())
def test_an_actor_means_the_same_in_json_ld(actor: Actor) -> None:
    for document in normal_forms(render_actor(actor)):
        assert parse_actor(document) == actor


@given(draw.posts)
def test_a_post_means_the_same_in_json_ld(post: PostObject) -> None:
    for document in normal_forms(render_object(post)):
        assert parse_object(document) == post


@given(draw.own_uris, draw.actors())
def test_an_actor_in_an_update_means_the_same_in_json_ld(activity_id: str, actor: Actor) -> None:
    update = render_activity(activity_type="Update", activity_id=activity_id, actor=actor.id, object=render_actor(actor))
    for document in normal_forms(update):
        embedded = parse_activity(document).object
        assert isinstance(embedded, Embedded)
        assert parse_actor(embedded.document) == actor


@given(draw.own_uris, draw.own_uris, draw.posts)
def test_a_post_in_a_page_of_an_outbox_means_the_same_in_json_ld(page_id: str, actor: str, post: PostObject) -> None:
    create = render_activity(
        activity_type="Create", activity_id=page_id, actor=actor, object=render_object(post), addressing=post.addressing
    )
    for document in normal_forms(render_page(page_id, part_of=page_id, items=[create])):
        (item,) = parse_collection(document).items
        assert isinstance(item, Embedded)
        embedded = parse_activity(item.document).object
        assert isinstance(embedded, Embedded)
        assert parse_object(embedded.document) == post
