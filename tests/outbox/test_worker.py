"""The promises of sending: what is queued arrives, in order, once more when in doubt, and never where it must not go."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import uvloop

from fedirse.base.clock import FixedClock
from fedirse.base.errors import RemoteUnavailable, StorageFull, UnsafeAddress
from fedirse.base.settings import ProcessSettings
from fedirse.outbox.recipients import Inbox
from fedirse.outbox.recorder import Recorder
from fedirse.outbox.rounds import LEASE, PutOff, Report, Rounds, Verdict
from fedirse.outbox.worker import OutboxWorker
from fedirse.remote.answers import Answer
from fedirse.storage.deliveries import WaitingDelivery
from fedirse.storage.lanes import Lanes
from fedirse.storage.own_keys import retire_own_keys
from fedirse.storage.peers import settle_peers
from fedirse.storage.refusals import block_domain
from fedirse.storage.transaction import Transaction
from tests.outbox.ground import SETTINGS, Ground, in_a_fresh_site, make_site, may_always_send, open_site, without_repeats
from tests.outbox.wire import ACCEPTED, Sent, Wire

THERE = "there.example"
DOWN = RemoteUnavailable("no route", reason="connect")


# What must not leave


async def test_a_delivery_whose_audience_was_lost_is_withheld_and_says_why(ground: Ground, wire: Wire) -> None:
    await ground.post(THERE, item_id="01JD0000000000000000000000")
    await ground.deliver(may_send=lambda _tx, delivery, _now: "the post is deleted" if delivery.item_id else None)
    [row] = await ground.rows()
    assert (row.state, row.answer, row.attempts, wire.sent) == ("withheld", "the post is deleted", 0, [])


async def test_what_is_withheld_does_not_hold_up_what_comes_after_it(ground: Ground, wire: Wire) -> None:
    for _ in range(40):
        await ground.post(THERE, item_id="01JD0000000000000000000000")
    after = await ground.post(THERE)
    await ground.deliver(may_send=lambda _tx, delivery, _now: "not for them" if delivery.item_id else None)
    assert (wire.ids(THERE), await ground.states()) == ([after], ["withheld"] * 40 + ["delivered"])


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8443", "sub.evil.example"])
async def test_nothing_is_sent_to_a_blocked_domain(ground: Ground, wire: Wire, host: str) -> None:
    await ground.post(host)
    await ground.site.write(block_domain, "evil.example", reason="spam", subdomains=True, now=ground.clock.now())
    await ground.deliver()
    assert (await ground.states(), wire.sent) == (["withheld"], [])


async def test_a_block_that_comes_between_queuing_and_retrying_is_heeded(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, Answer(503, {}))
    await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        await ground.site.write(block_domain, THERE, reason="spam", subdomains=False, now=ground.clock.now())
        await ground.later(worker, timedelta(minutes=1))
    assert (await ground.states(), len(wire.sent)) == (["withheld"], 1)


async def test_what_cannot_be_decided_is_not_sent_and_decided_later(ground: Ground, wire: Wire) -> None:
    broken = [True]

    def may_send(_tx: Transaction, _delivery: WaitingDelivery, _now: datetime) -> str | None:
        if broken:
            raise ValueError("a mistake of ours")
        return None

    await ground.post(THERE)
    async with ground.working(may_send=may_send) as worker:
        await worker.idle()
        assert (await ground.states(), wire.sent) == (["queued"], [])
        broken.clear()
        await ground.later(worker, timedelta(minutes=10))
    assert await ground.states() == ["delivered"]


async def test_what_is_put_off_is_neither_sent_nor_dropped_and_asked_about_again(ground: Ground, wire: Wire) -> None:
    unsure = [True]

    def may_send(_tx: Transaction, _delivery: WaitingDelivery, _now: datetime) -> str | None:
        return PutOff("the membership is outdated") if unsure else None

    await ground.post(THERE)
    async with ground.working(may_send=may_send) as worker:
        await worker.idle()
        [row] = await ground.rows()
        assert (row.state, row.answer, wire.sent) == ("queued", "the membership is outdated", [])
        unsure.clear()
        await ground.later(worker, timedelta(minutes=10))
    assert await ground.states() == ["delivered"]


async def test_a_database_that_cannot_be_written_sends_nothing(ground: Ground, wire: Wire) -> None:
    def may_send(_tx: Transaction, _delivery: WaitingDelivery, _now: datetime) -> str | None:
        raise StorageFull

    await ground.post(THERE)
    await ground.deliver(may_send=may_send)
    assert (await ground.states(), wire.sent) == (["queued"], [])


async def test_an_actor_without_keys_sends_nothing_more(ground: Ground, wire: Wire) -> None:
    await ground.post(THERE)
    await ground.site.write(retire_own_keys, ground.actors["alice"].id, ground.clock.now())
    await ground.deliver()
    [row] = await ground.rows()
    assert (row.state, row.answer, wire.sent) == ("withheld", "its actor has no keys any more", [])


@pytest.mark.reliability("REL-028")
async def test_an_address_that_is_never_connected_to_is_given_up_at_once(ground: Ground, wire: Wire) -> None:
    wire.always(THERE, UnsafeAddress("10.0.0.1", reason="private"))
    await ground.post(THERE)
    await ground.deliver()
    [row] = await ground.rows()
    assert (row.state, row.answer, row.attempts) == ("rejected", "private: 10.0.0.1", 1)


# Answers


async def test_a_delivery_is_written_down_with_what_was_answered(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, Answer(202, {}, "queued"))
    await ground.post(THERE)
    await ground.deliver()
    [row] = await ground.rows()
    assert (row.state, row.attempts, row.status, row.answer, row.done_at) == ("delivered", 1, 202, "queued", ground.clock.now())


@pytest.mark.reliability("REL-028")
async def test_an_inbox_that_is_gone_gets_nothing_more(ground: Ground, wire: Wire) -> None:
    gone, other = Inbox(THERE, f"https://{THERE}/people/a/inbox"), Inbox(THERE, f"https://{THERE}/people/b/inbox")
    wire.reply(THERE, lambda sent: Answer(410, {}) if sent.url == gone.url else ACCEPTED)
    for _ in range(20):
        await ground.post(inboxes=[gone, other])
    await ground.deliver()
    assert [row.state for row in await ground.rows() if row.inbox == gone.url] == ["gone"] * 20
    assert [row.state for row in await ground.rows() if row.inbox == other.url] == ["delivered"] * 20
    assert [sent.url for sent in wire.sent].count(gone.url) == 1


@pytest.mark.reliability("REL-028")
async def test_an_inbox_that_is_gone_stays_gone_for_later_posts_and_is_asked_again_after_a_week(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, Answer(410, {}))
    async with ground.working() as worker:
        await ground.post(THERE)
        await worker.idle()
        await ground.post(THERE)
        await worker.idle()
        assert (await ground.states(), len(wire.sent)) == (["gone", "gone"], 1)
        await ground.later(worker, timedelta(days=8))
        await ground.post(THERE)
        await worker.idle()
    assert await ground.states() == ["gone", "gone", "delivered"]


@pytest.mark.reliability("REL-011")
async def test_what_was_not_acknowledged_is_sent_again_under_the_same_id(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, RemoteUnavailable("cut before the answer", reason="disconnected"))
    uri = await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        await ground.later(worker, timedelta(seconds=30))
    assert (wire.ids(THERE), await ground.states()) == ([uri, uri], ["delivered"])


@pytest.mark.reliability("REL-030")
async def test_an_activity_that_is_always_refused_is_given_up_after_five_tries_and_the_others_flow_on_in_order(
    ground: Ground, wire: Wire
) -> None:
    first = await ground.post(THERE)
    poison = await ground.post(THERE)
    later = [await ground.post(THERE) for _ in range(20)]
    wire.reply(THERE, lambda sent: Answer(413, {}, "too large") if sent.id == poison else ACCEPTED)
    async with ground.working() as worker:
        await worker.idle()
        assert [uri for uri in wire.ids(THERE) if uri != poison] == [first, *later]
        for wait in (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)):
            await ground.later(worker, wait)
        await ground.later(worker, timedelta(days=30))
    refused = (await ground.rows())[1]
    assert (refused.state, refused.refusals, refused.status, refused.answer) == ("rejected", 5, 413, "too large")
    assert wire.ids(THERE).count(poison) == 5
    assert [row.state for row in await ground.rows()].count("delivered") == 21


async def test_what_is_queued_while_a_refused_activity_waits_for_its_next_try_is_sent_at_once(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, Answer(413, {}))
    await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        wanted = await ground.post(THERE)
        await worker.idle()
    assert (wire.ids(THERE)[-1], await ground.states()) == (wanted, ["queued", "delivered"])


async def test_a_peer_that_was_down_for_long_still_gives_an_activity_its_five_tries(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, *[DOWN] * 7, Answer(422, {}))
    await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        for _ in range(8):
            await ground.later(worker, timedelta(hours=3))
    [row] = await ground.rows()
    assert (row.state, row.attempts, row.refusals) == ("delivered", 9, 1)


async def test_a_mistake_of_ours_about_one_delivery_lets_the_others_pass(
    ground: Ground, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    bad = await ground.post(THERE)
    good = await ground.post(THERE)

    def reply(sent: Sent) -> Answer:
        if sent.id == bad:
            raise ValueError("a mistake of ours")
        return ACCEPTED

    wire.reply(THERE, reply)
    await ground.deliver()
    rows = await ground.rows()
    assert [(row.state, row.refusals) for row in rows] == [("queued", 1), ("delivered", 0)]
    assert (wire.ids(THERE)[-1], rows[0].answer) == (good, "failed here: ValueError")


# The peer's back-off


async def test_a_peer_that_does_not_answer_is_left_alone_with_everything_that_waits_for_it(ground: Ground, wire: Wire) -> None:
    wire.always(THERE, DOWN)
    for _ in range(5):
        await ground.post(THERE)
    await ground.deliver()
    peer = await ground.peer(THERE)
    assert (len(wire.sent), await ground.states()) == (1, ["queued"] * 5)
    assert (peer.failures, peer.failing_since, peer.last_error) == (1, ground.clock.now(), "connect: no route")
    assert (peer.next_attempt_at, peer.lease) == (ground.clock.now() + timedelta(seconds=30), None)


@pytest.mark.reliability("REL-010")
async def test_one_delivery_alone_finds_out_whether_a_peer_is_back(ground: Ground, wire: Wire) -> None:
    wire.always(THERE, DOWN)
    uris = [await ground.post(THERE, by=by) for by in ("alice", "bob", "alice", "bob")]
    async with ground.working() as worker:
        await worker.idle()
        before = len(wire.sent)
        await ground.later(worker, timedelta(minutes=1))
        assert wire.ids(THERE)[before:] == [uris[0]]
        wire.reply(THERE, lambda _: ACCEPTED)
        await ground.later(worker, timedelta(minutes=2))
    assert await ground.states() == ["delivered"] * 4
    assert (await ground.peer(THERE)).failures == 0


@pytest.mark.reliability("REL-010")
async def test_a_peer_that_answers_every_other_time_gets_everything_once_and_in_order(ground: Ground, wire: Wire) -> None:
    uris = [await ground.post(THERE) for _ in range(6)]
    wire.script(THERE, *[Answer(503, {}), ACCEPTED] * 6)
    async with ground.working() as worker:
        await worker.idle()
        for _ in range(12):
            await ground.later(worker, timedelta(minutes=1))
    assert [uri for uri, again in zip(wire.ids(THERE), [None, *wire.ids(THERE)], strict=False) if uri != again] == uris
    assert await ground.states() == ["delivered"] * 6


@pytest.mark.reliability("REL-028")
async def test_a_peer_is_not_tried_before_the_time_it_asked_for(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, Answer(429, {"retry-after": "3600"}))
    await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        await ground.later(worker, timedelta(seconds=3599))
        assert len(wire.sent) == 1
        await ground.later(worker, timedelta(seconds=1))
    assert (len(wire.sent), await ground.states()) == (2, ["delivered"])


async def test_new_posts_do_not_shorten_the_back_off(ground: Ground, wire: Wire) -> None:
    wire.always(THERE, DOWN)
    async with ground.working() as worker:
        await ground.post(THERE)
        await worker.idle()
        for _ in range(3):
            await ground.post(THERE)
            await worker.idle()
    assert len(wire.sent) == 1


async def test_a_failing_peer_that_is_heard_is_tried_at_once(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, *[DOWN] * 6)
    await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        for _ in range(5):
            await ground.later(worker, timedelta(hours=3))
        ground.clock.advance(timedelta(minutes=2))
        await worker.peer_was_heard(ground.site, THERE)
        await worker.idle()
    assert (len(wire.sent), await ground.states()) == (7, ["delivered"])


async def test_a_peer_that_was_failing_before_a_restart_is_tried_when_it_is_heard(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, DOWN)
    await ground.post(THERE)
    await ground.deliver()
    async with ground.working() as worker:
        await worker.peer_was_heard(ground.site, THERE)
        await worker.idle()
    assert await ground.states() == ["delivered"]


async def test_a_peer_that_we_hear_but_do_not_reach_is_not_tried_for_every_message(ground: Ground, wire: Wire) -> None:
    wire.always(THERE, DOWN)
    await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        for _ in range(50):
            await worker.peer_was_heard(ground.site, THERE)
            await worker.idle()
    assert len(wire.sent) == 1


@pytest.mark.reliability("REL-006")
async def test_a_peer_that_is_heard_just_after_it_failed_is_tried_a_minute_later(ground: Ground, wire: Wire) -> None:
    wire.script(THERE, *[DOWN] * 6)
    await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        for _ in range(5):
            await ground.later(worker, timedelta(hours=3))
        await worker.peer_was_heard(ground.site, THERE)
        await worker.idle()
        assert len(wire.sent) == 6
        await ground.later(worker, timedelta(minutes=1))
    assert (len(wire.sent), await ground.states()) == (7, ["delivered"])


async def test_hearing_a_peer_that_is_well_does_nothing(ground: Ground, wire: Wire) -> None:
    async with ground.working() as worker:
        await ground.post(THERE)
        await worker.idle()
        await worker.peer_was_heard(ground.site, THERE)
        await worker.peer_was_heard(ground.site, "never.example")
        await worker.idle()
    assert len(wire.sent) == 1


@pytest.mark.reliability("REL-006")
async def test_a_peer_that_was_away_for_a_month_gets_everything_in_order(ground: Ground, wire: Wire) -> None:
    wire.always(THERE, DOWN)
    uris = []
    async with ground.working() as worker:
        for _ in range(30):
            uris += [await ground.post(THERE), await ground.post(THERE)]
            await ground.later(worker, timedelta(days=1))
        tried = len(wire.sent)
        wire.reply(THERE, lambda _: ACCEPTED)
        await ground.later(worker, timedelta(hours=3))
    assert wire.ids(THERE)[tried:] == uris
    assert await ground.states() == ["delivered"] * 60


async def test_what_could_not_be_delivered_for_too_long_expires_and_says_so(ground: Ground, wire: Wire) -> None:
    wire.always(THERE, DOWN)
    await ground.post(THERE)
    async with ground.working() as worker:
        await worker.idle()
        await ground.later(worker, timedelta(days=50))
        await ground.post(THERE)
        await ground.later(worker, timedelta(days=41))
    old, new = await ground.rows()
    assert (old.state, old.answer) == ("expired", "given up after 90 days: connect: no route")
    assert (old.done_at, new.state) == (ground.clock.now(), "queued")


async def test_what_is_old_because_this_site_was_off_is_still_tried(ground: Ground, wire: Wire) -> None:
    await ground.post(THERE)
    ground.clock.advance(timedelta(days=200))
    await ground.deliver()
    assert await ground.states() == ["delivered"]


# Order and company


@pytest.mark.parametrize("count", [1, 16, 17, 50])
async def test_one_actor_s_activities_arrive_in_the_order_in_which_they_were_published(ground: Ground, wire: Wire, count: int) -> None:
    uris = [await ground.post(THERE) for _ in range(count)]
    await ground.deliver()
    assert (wire.ids(THERE), wire.together) == (uris, [])


async def test_a_lane_that_falters_sends_nothing_of_what_comes_after(ground: Ground, wire: Wire) -> None:
    uris = [await ground.post(THERE) for _ in range(5)]
    wire.script(THERE, ACCEPTED, ACCEPTED, Answer(500, {}))
    await ground.deliver()
    assert wire.ids(THERE) == uris[:3]


async def test_what_is_queued_while_a_lane_is_about_to_end_follows_at_once(
    ground: Ground, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Recorder.report

    async def report_slowly(recorder: Recorder, closing: Report) -> Verdict:
        verdict = await report(recorder, closing)
        if len(await ground.rows()) == 1:
            await ground.post(THERE)
            while (await ground.peer(THERE)).lease is None:  # noqa: ASYNC110 - the claim is seen in the database only
                await asyncio.sleep(0)
        return verdict

    monkeypatch.setattr(Recorder, "report", report_slowly)
    await ground.post(THERE)
    await ground.deliver()
    assert await ground.states() == ["delivered", "delivered"]


async def test_several_actors_are_sent_side_by_side_up_to_the_limit_of_a_host(ground: Ground, wire: Wire) -> None:
    release = asyncio.Event()

    async def wait(_: Sent) -> Answer:
        await release.wait()
        return ACCEPTED

    wire.reply(THERE, wait)
    for by in ("alice", "bob", "carol", "dora", "site", "alice"):
        await ground.post(THERE, by=by)
    async with ground.working() as worker:
        await wire.until(lambda: wire.in_flight[THERE] == SETTINGS.deliveries_per_host)
        release.set()
        await worker.idle()
    assert (wire.most_in_flight[THERE], wire.together) == (3, [])
    assert (await ground.states(), len(wire.sent)) == (["delivered"] * 6, 6)


async def test_no_more_is_on_the_wire_than_the_settings_allow(ground: Ground, wire: Wire) -> None:
    settings = ProcessSettings(deliveries_in_flight=8, deliveries_per_host=4)
    for number in range(40):
        await ground.post(f"h{number}.example", by="alice")
        await ground.post(f"h{number}.example", by="bob")
    await ground.deliver(settings)
    assert (await ground.states(), len(wire.sent)) == (["delivered"] * 80, 80)
    assert 2 <= wire.most_in_all <= 8


@pytest.mark.reliability("REL-009")
async def test_a_peer_that_never_answers_holds_up_nobody_else(ground: Ground, wire: Wire) -> None:
    release = asyncio.Event()

    async def wait(_: Sent) -> Answer:
        await release.wait()
        return ACCEPTED

    wire.reply("slow.example", wait)
    others = [f"h{number}.example" for number in range(60)]
    await ground.post("slow.example", *others)
    await ground.post("slow.example", *others)
    async with ground.working():
        await wire.until(lambda: wire.in_flight["slow.example"] == 1)
        await wire.until(lambda: all(len(wire.ids(host)) == 2 and not wire.in_flight[host] for host in others))
        assert wire.in_flight.total() == 1
        release.set()


@pytest.mark.reliability("REL-009")
async def test_however_many_peers_are_known_to_be_down_the_others_have_their_places(ground: Ground, wire: Wire) -> None:
    settings = ProcessSettings(deliveries_in_flight=8)
    down = [f"down{number}.example" for number in range(20)]
    release = asyncio.Event()

    async def wait(_: Sent) -> Answer:
        await release.wait()
        return ACCEPTED

    for host in down:
        wire.script(host, DOWN)
        wire.reply(host, wait)
    await ground.post(*down)
    async with ground.working(settings) as worker:
        await worker.idle()
        ground.clock.advance(timedelta(minutes=1))
        worker.wake(ground.site.settings.domain)
        await wire.until(lambda: wire.in_flight.total() == 2)
        await ground.post("well.example")
        await wire.until(lambda: wire.ids("well.example") != [] and not wire.in_flight["well.example"])
        assert wire.in_flight.total() == 2
        release.set()
        await worker.idle()
    assert await ground.states() == ["delivered"] * 21


async def test_a_site_with_a_long_queue_leaves_room_for_the_others(
    tmp_path: Path, lanes: Lanes, wire: Wire, clock: FixedClock, ground: Ground
) -> None:
    other = await make_site(tmp_path / "other.example", lanes, wire, clock, "other.example")
    hosts = [f"h{number}.example" for number in range(12)]
    for _ in range(40):
        await ground.post(*hosts)
    mine = await other.post("elsewhere.example")
    async with ground.working(ProcessSettings(deliveries_in_flight=4)) as worker:
        await wire.until(lambda: len(wire.sent) > 20)
        await worker.add_site(other.site)
        await wire.until(lambda: mine in wire.ids("elsewhere.example"))
        sent_before = len(wire.sent)
        await worker.idle()
    assert sent_before < 12 * 40
    assert await other.states() == ["delivered"]
    await other.site.database.close()


# Starting, stopping, several processes


@pytest.mark.reliability("REL-031")
async def test_a_worker_that_is_stopped_ends_what_is_on_the_wire_and_starts_nothing(ground: Ground, wire: Wire) -> None:
    release = asyncio.Event()

    async def wait(_: Sent) -> Answer:
        await release.wait()
        return ACCEPTED

    wire.reply(THERE, wait)
    for _ in range(5):
        await ground.post(THERE)
    worker = ground.worker()
    running = asyncio.create_task(worker.run())
    await wire.until(lambda: wire.in_flight[THERE] == 1)
    worker.stop()
    release.set()
    await running
    assert await ground.states() == ["delivered", *["queued"] * 4]
    assert (await ground.peer(THERE)).lease is None


@pytest.mark.reliability("REL-031")
async def test_what_does_not_end_in_time_is_left_queued_for_the_next_start(ground: Ground, wire: Wire) -> None:
    async def never(_: Sent) -> Answer:
        await asyncio.Event().wait()
        return ACCEPTED

    wire.reply(THERE, never)
    await ground.post(THERE)
    worker = ground.worker(stop_seconds=0.0)
    running = asyncio.create_task(worker.run())
    await wire.until(lambda: wire.in_flight[THERE] == 1)
    worker.stop()
    await running
    peer = await ground.peer(THERE)
    assert (await ground.states(), peer.lease, peer.next_attempt_at) == (["queued"], None, ground.clock.now())


async def test_a_stopped_worker_takes_up_no_further_posts(ground: Ground, wire: Wire) -> None:
    worker = ground.worker()
    await worker.add_site(ground.site)
    worker.stop()
    await ground.post(THERE)
    worker.wake(ground.site.settings.domain)
    await worker.run()
    assert wire.sent == []


async def test_what_was_queued_before_a_start_is_sent(ground: Ground, wire: Wire) -> None:
    uri = await ground.post(THERE)
    await ground.deliver()
    assert wire.ids(THERE) == [uri]


async def test_a_post_wakes_the_worker_by_itself(ground: Ground, wire: Wire) -> None:
    async with ground.working() as worker:
        await worker.idle()
        uri = await ground.post(THERE)
        await worker.idle()
    assert wire.ids(THERE) == [uri]


async def leave_a_lease(ground: Ground, wire: Wire) -> None:
    """A worker that was killed in the middle of a delivery."""

    async def never(_: Sent) -> Answer:
        await asyncio.Event().wait()
        return ACCEPTED

    wire.reply(THERE, never)
    await ground.post(THERE)
    worker = ground.worker()
    await worker.add_site(ground.site)
    await wire.until(lambda: wire.in_flight[THERE] == 1)
    for outbox in worker._outboxes.values():
        outbox.stop()
        tasks = outbox.tasks
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    wire.reply(THERE, lambda _: ACCEPTED)
    wire.sent.clear()


@pytest.mark.reliability("REL-002")
async def test_the_only_worker_frees_what_a_killed_one_left_at_once(ground: Ground, wire: Wire) -> None:
    await leave_a_lease(ground, wire)
    await ground.deliver()
    assert (len(wire.sent), await ground.states()) == (1, ["delivered"])


@pytest.mark.reliability("REL-032")
async def test_one_of_several_workers_waits_until_a_lease_has_ended(ground: Ground, wire: Wire) -> None:
    await leave_a_lease(ground, wire)
    async with ground.working(sole_worker=False) as worker:
        await worker.idle()
        assert wire.sent == []
        await ground.later(worker, timedelta(seconds=60))
    assert await ground.states() == ["delivered"]


@pytest.mark.reliability("REL-022")
async def test_a_date_that_a_wrong_clock_left_behind_is_mended_at_the_next_start(ground: Ground, wire: Wire) -> None:
    ground.clock.advance(timedelta(days=3650))
    await ground.post(THERE)
    ground.clock.advance(timedelta(days=-3650))
    await ground.deliver()
    assert await ground.states() == ["delivered"]


@pytest.mark.reliability("REL-032")
async def test_two_processes_on_one_database_send_everything_once(ground: Ground, wire: Wire) -> None:
    hosts = [f"h{number}.example" for number in range(30)]
    uris = [await ground.post(*hosts, by=by) for by in ("alice", "bob", "alice", "bob", "alice")]
    other_lanes = Lanes()
    other = await open_site(ground.site.folder, other_lanes, wire, ground.clock, "here.example")
    async with ground.working(sole_worker=False) as one, other.working(sole_worker=False) as another:
        await asyncio.gather(one.idle(), another.idle())
        await asyncio.gather(one.idle(), another.idle())
    await other.site.database.close()
    other_lanes.close()
    assert {host: sorted(wire.ids(host)) for host in hosts} == {host: sorted(uris) for host in hosts}
    assert wire.together == []


async def test_a_site_that_cannot_be_used_does_not_keep_the_others_from_being_served(
    ground: Ground, wire: Wire, tmp_path: Path, lanes: Lanes, clock: FixedClock
) -> None:
    broken = await make_site(tmp_path / "broken.example", lanes, wire, clock, "broken.example")
    await broken.site.database.close()
    await ground.post(THERE)
    worker = ground.worker()
    await worker.add_site(broken.site)
    await worker.add_site(ground.site)
    await worker.idle()
    worker.stop()
    await worker.run()
    assert await ground.states() == ["delivered"]


async def test_a_peer_is_tried_again_when_its_time_has_come_without_anybody_asking(ground: Ground, wire: Wire) -> None:
    await ground.post(THERE)
    soon = ground.clock.now() + timedelta(milliseconds=20)
    await ground.site.write(settle_peers, [replace(await ground.peer(THERE), next_attempt_at=soon)])
    async with ground.working() as worker:
        await worker.idle()
        assert wire.sent == []
        ground.clock.advance(timedelta(milliseconds=20))
        await wire.until(lambda: len(wire.sent) == 1)


async def test_rows_that_nobody_announced_are_found(ground: Ground, wire: Wire, lanes: Lanes) -> None:
    worker = OutboxWorker(lambda: [ground.site], SETTINGS, may_always_send, random=lambda: 0.0, sweep_seconds=0.01)
    await worker.add_site(ground.site)
    await worker.idle()
    running = asyncio.create_task(worker.run())
    elsewhere = await open_site(ground.site.folder, lanes, wire, ground.clock, "here.example")
    await elsewhere.post(THERE)
    await wire.until(lambda: len(wire.sent) == 1)
    worker.stop()
    await running
    await elsewhere.site.database.close()


@pytest.mark.reliability("REL-014")
async def test_a_result_that_cannot_be_written_leaves_its_delivery_to_be_sent_again(
    ground: Ground, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> list[Verdict]:
        raise StorageFull

    await ground.post(THERE)
    async with ground.working() as worker:
        with monkeypatch.context() as disk:
            disk.setattr(Rounds, "settle", full)
            await worker.idle()
        assert await ground.states() == ["queued"]
        await ground.later(worker, LEASE)
    assert (len(wire.sent), await ground.states()) == (2, ["delivered"])


@pytest.mark.reliability("REL-032")
async def test_a_process_that_sleeps_through_its_own_lease_opens_no_second_lane(ground: Ground, wire: Wire) -> None:
    release = asyncio.Event()

    async def wait(_: Sent) -> Answer:
        await release.wait()
        return ACCEPTED

    wire.reply(THERE, wait)
    await ground.post(THERE)
    async with ground.working() as worker:
        await wire.until(lambda: wire.in_flight[THERE] == 1)
        ground.clock.advance(LEASE)
        await ground.post("other.example")
        await wire.until(lambda: len(wire.ids("other.example")) == 1)
        assert wire.in_flight[THERE] == 1
        release.set()
        await worker.idle()
        await ground.later(worker, LEASE)
    assert (wire.together, await ground.states()) == ([], ["delivered", "delivered"])


@pytest.mark.reliability("REL-032")
async def test_a_long_queue_to_a_slow_peer_never_outlives_its_lease(ground: Ground, wire: Wire) -> None:
    def take_long(_: Sent) -> Answer:
        ground.clock.advance(timedelta(seconds=20))
        return ACCEPTED

    wire.reply(THERE, take_long)
    uris = [await ground.post(THERE) for _ in range(10)]
    await ground.deliver()
    assert (wire.ids(THERE), await ground.states()) == (uris, ["delivered"] * 10)


def test_the_worker_runs_on_the_event_loop_that_serves() -> None:
    async def test(ground: Ground, wire: Wire) -> None:
        uris = [await ground.post(THERE), await ground.post(THERE)]
        wire.script(THERE, ACCEPTED, DOWN)
        async with ground.working() as worker:
            await worker.idle()
            await ground.post("other.example")
            await worker.idle()
            await ground.later(worker, timedelta(minutes=1))
        assert (without_repeats(wire.ids(THERE)), await ground.states()) == (uris, ["delivered"] * 3)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(in_a_fresh_site(test))
