"""Publishing writes rows: once, whole or not at all, and nothing that somebody else must not see."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.base.errors import MalformedDocument, NotFound
from fedirse.base.types import JsonObject
from fedirse.outbox.publish import forward, publish
from fedirse.outbox.recipients import Inbox
from fedirse.storage.activities import PublishedActivity, count_outbox, find_activity, find_activity_by_uri, unlist_activities
from fedirse.storage.transaction import Transaction
from tests.outbox.ground import Ground, note
from tests.outbox.wire import Wire

THERE = Inbox("there.example", "https://there.example/inbox")
OTHER = Inbox("other.example", "https://other.example/inbox")
FOREIGN = "https://there.example/activities/1"


def publish_note(tx: Transaction, ground: Ground, changes: JsonObject, inboxes: list[Inbox]) -> PublishedActivity:
    alice = ground.actors["alice"]
    activity = note(ground.site, alice, ground.clock.now()) | changes
    return publish(tx, ground.site, actor=alice, activity=activity, inboxes=inboxes, item_id=None, listed=True, now=ground.clock.now())


def forward_to(tx: Transaction, ground: Ground, inboxes: list[Inbox], uri: str = FOREIGN, body: bytes = b'{"id":"1"}') -> None:
    alice = ground.actors["alice"]
    forward(
        tx,
        ground.site,
        body=body,
        uri=uri,
        kind="Create",
        forwarder_id=alice.id,
        inboxes=inboxes,
        item_id=None,
        now=ground.clock.now(),
    )


@pytest.mark.parametrize(
    "uri",
    [
        FOREIGN,
        "https://here.example/posts/01JD0000000000000000000000",
        "https://here.example/activities/a/b",
        "https://here.example.evil.example/activities/1",
    ],
)
async def test_an_id_that_is_not_one_of_our_activities_is_refused(ground: Ground, uri: str) -> None:
    with pytest.raises(MalformedDocument) as refused:
        await ground.site.write(publish_note, ground, {"id": uri}, [THERE])
    assert (refused.value.reason, await ground.rows()) == ("not-our-activity", [])


async def test_a_transaction_that_fails_afterwards_publishes_nothing(ground: Ground, wire: Wire) -> None:
    def publish_and_fail(tx: Transaction) -> None:
        publish_note(tx, ground, {}, [THERE])
        raise NotFound("something else was missing")

    with pytest.raises(NotFound):
        await ground.site.write(publish_and_fail)
    await ground.deliver()
    assert (await ground.rows(), wire.sent) == ([], [])


async def test_hidden_addressees_are_neither_sent_nor_stored(ground: Ground, wire: Wire) -> None:
    hidden = {"bto": ["https://x.example/a"], "bcc": "https://x.example/b"}
    published = await ground.site.write(publish_note, ground, {**hidden, "object": {"type": "Note", "tag": [hidden], **hidden}}, [THERE])
    await ground.deliver()
    stored = await ground.site.read(find_activity, published.id)
    assert stored is not None
    for body in (stored.body, wire.sent[0].body):
        assert b"x.example" not in body
        assert b"bcc" not in body


async def test_nothing_is_queued_for_our_own_host(ground: Ground) -> None:
    await ground.post("here.example", "there.example")
    assert [row.host for row in await ground.rows()] == ["there.example"]


async def test_an_inbox_that_is_named_twice_gets_one_delivery(ground: Ground) -> None:
    await ground.site.write(publish_note, ground, {}, [THERE, OTHER, THERE])
    assert [row.inbox for row in await ground.rows()] == [THERE.url, OTHER.url]


async def test_a_site_without_readers_elsewhere_publishes_all_the_same(ground: Ground) -> None:
    published = await ground.site.write(publish_note, ground, {}, [])
    assert (await ground.site.read(find_activity, published.id), await ground.rows()) == (published, [])


async def test_the_worker_is_told_after_the_commit(ground: Ground) -> None:
    told: list[str] = []
    ground.site.pulse.listen(lambda: told.append("now"))
    await ground.post("there.example")
    assert told == ["now"]


async def test_everybody_gets_the_same_bytes(ground: Ground, wire: Wire) -> None:
    await ground.post("there.example", "other.example")
    await ground.deliver()
    assert len({sent.body for sent in wire.sent}) == 1


async def test_a_fan_out_wider_than_one_statement_can_name_is_queued_whole(ground: Ground) -> None:
    many = [Inbox(f"h{number}.example", f"https://h{number}.example/inbox") for number in range(5_001)]
    await ground.site.write(publish_note, ground, {}, many)
    assert len(await ground.rows()) == 5_001


async def test_what_a_deleted_post_was_published_with_leaves_the_outbox(ground: Ground) -> None:
    await ground.post("there.example", item_id="01JD0000000000000000000000")
    await ground.post("there.example")
    await ground.site.write(unlist_activities, "01JD0000000000000000000000")
    assert await ground.site.read(count_outbox, ground.actors["alice"].id) == 1


# Forwarding


@pytest.mark.parametrize("uri", ["https://here.example/activities/1", "https://here.example"])
async def test_what_is_ours_cannot_be_forwarded(ground: Ground, uri: str) -> None:
    with pytest.raises(MalformedDocument) as refused:
        await ground.site.write(forward_to, ground, [OTHER], uri)
    assert (refused.value.reason, await ground.rows()) == ("own-activity", [])


async def test_a_forwarded_activity_keeps_every_byte_and_is_signed_by_who_forwards_it(ground: Ground, wire: Wire) -> None:
    body = b'{ "id":"https://there.example/activities/1","actor":"https://there.example/a",  "proof":{} }'
    await ground.site.write(forward_to, ground, [OTHER], FOREIGN, body)
    await ground.deliver()
    [sent] = wire.sent
    assert (sent.body, f'keyId="{ground.actors["alice"].uri}#rsa-' in sent.headers["signature"]) == (body, True)


async def test_an_activity_that_comes_twice_is_forwarded_only_to_those_who_did_not_get_it(ground: Ground) -> None:
    await ground.site.write(forward_to, ground, [OTHER])
    await ground.site.write(forward_to, ground, [THERE, OTHER])
    assert [row.inbox for row in await ground.rows()] == [OTHER.url, THERE.url]


async def test_a_forwarded_activity_is_not_in_the_forwarder_s_outbox(ground: Ground) -> None:
    await ground.site.write(forward_to, ground, [OTHER])
    stored = await ground.site.read(find_activity_by_uri, FOREIGN)
    assert stored is not None
    assert (stored.listed, await ground.site.read(count_outbox, stored.actor_id)) == (False, 0)


async def test_a_peer_that_was_left_alone_for_long_is_woken_by_the_next_post(ground: Ground, wire: Wire) -> None:
    async with ground.working() as worker:
        await ground.post("there.example")
        await worker.idle()
        ground.clock.advance(timedelta(days=400))
        await ground.post("there.example")
        await worker.idle()
    assert len(wire.sent) == 2


def test_what_a_server_states_does_not_make_another_inbox_of_it() -> None:
    assert replace(THERE, stated=None) == THERE
