"""A site that was away, and one that is new: only the time and who can be reached change, nobody runs anything."""

import re
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fedirse.activitypub.signatures import add_proof
from fedirse.base.actors import StoredActor
from fedirse.base.errors import RemoteGone
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.catching_up.jobs import PAGES_AT_ONCE, keep_up
from fedirse.social.catching_up.serving import pages
from fedirse.social.catching_up.store import list_pulls
from fedirse.social.catching_up.views import view_arriving
from fedirse.social.catching_up.wire import newest_at, outbox_after, outbox_last
from fedirse.social.network.authority import actions as authority
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining.actions import leave
from fedirse.social.network.model import Attribute
from fedirse.social.network.roster.jobs import keep_roster
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.segments.model import Has
from fedirse.social.posts.actions import delete_post, edit_post, publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.audit import AuditEntry, list_entries
from fedirse.storage.deliveries import count_by_state
from tests.federation.network import START, find
from tests.federation.rosters import Group, ask, forget_deliveries, running_group


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with running_group(tmp_path, "lyon", "metz") as opened:
        for _ in range(2):
            await live(opened, seconds=30)
        yield opened


async def live(group: Group, **values: float) -> None:
    """Let time pass, and everybody who can be reached do what comes up by itself."""
    await group.pass_time(**values)
    for site in group.sites.values():
        if site.settings.domain not in group.wire.wire.offline:
            while await keep_up(site):
                await group.settle()
    await group.settle()


async def come_back(group: Group, name: str) -> None:
    """What a site does in the first half minute after it is there again, whether or not others reach it."""
    site = group.sites[f"{name}.example"]
    process = group.wire.processes[site.settings.domain]
    for _ in range(3):
        await keep_roster(site)
        await keep_up(site)
        await process.jobs.run_until_idle(site)


async def for_members(group: Group, site: Site, author: StoredActor, text: str, audience: Audience | None = None) -> Post:
    """Say something to the whole network, a second after what was said before."""
    group.clock.advance(timedelta(seconds=1))
    audience = audience or Audience(AudienceKind.NETWORK, of=group.siege.uris.members)
    return await site.write(publish_post, site, author, Draft(text, audience), group.clock.now())


def arrived(group: Group, host: str) -> list[int]:
    """The numbers in what was posted to a host and taken there, in order."""
    taken = [sent.body for sent in group.wire.wire.sent if sent.host == host and sent.status == 202 and b"Consigne" in sent.body]
    return [int(found[1]) for body in taken if (found := re.search(rb"Consigne ([0-9]+)", body))]


async def gaps(site: Site) -> list[AuditEntry]:
    return [entry for entry in await site.read(list_entries) if entry.deed.startswith("network.gap")]


@pytest.mark.reliability("REL-006")
@pytest.mark.reliability("REL-024")
@pytest.mark.parametrize("count", [60, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(3000)])])
async def test_after_a_month_the_newest_are_announced_and_then_everything_comes_in_order(group: Group, count: int) -> None:
    siege, metz = group.siege, group.sites["metz.example"]
    author = await group.wire.person(siege, "claire")
    group.cut("metz")
    posts = [await for_members(group, siege, author, f"Consigne {number:05}") for number in range(count)]
    for _ in range(2):
        await live(group, days=15)
    # Metz reaches others again, and they do not reach it yet.
    await come_back(group, "metz")
    shown = await metz.read(view_arriving, group.clock.now())
    assert [line.uri for line in shown] == [post.uri for post in reversed(posts[-20:])]
    assert (shown[0].title, shown[0].author, shown[0].published) == (f"Consigne {count - 1:05}", "Claire", posts[-1].published_at)
    assert arrived(group, "metz.example") == []
    group.cut()
    # That it asked for the roster has told the head office that it is there: nobody waits for the end of a back-off.
    began = time.monotonic()
    await live(group, minutes=1)
    sys.stdout.write(f"{count} waiting posts taken in {time.monotonic() - began:.1f} s\n")
    assert arrived(group, "metz.example") == list(range(count))
    assert {(await find(metz, post.uri)) is not None for post in (posts[0], posts[-1])} == {True}
    assert await metz.read(view_arriving, group.clock.now()) == []
    assert await gaps(metz) == []


@pytest.mark.reliability("REL-007")
async def test_after_120_days_what_no_queue_holds_any_more_is_fetched_and_the_audit_log_says_so(group: Group) -> None:
    siege, lyon, metz = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "metz"))
    claire, paul = await group.wire.person(siege, "claire"), await group.wire.person(lyon, "paul")
    before = await for_members(group, siege, claire, "Avant")
    removed = await for_members(group, siege, claire, "Retirée")
    await live(group, seconds=30)
    group.cut("metz")
    early = [await for_members(group, siege, claire, f"Consigne {number:05}") for number in range(30)]
    early.append(await for_members(group, lyon, paul, "De Lyon"))
    group.clock.advance(timedelta(seconds=1))
    public = Draft("Corrigée", Audience(AudienceKind.NETWORK, of=siege.uris.members))
    await siege.write(edit_post, siege, claire, before.id, public, group.clock.now())
    await siege.write(delete_post, siege, claire, removed.id, group.clock.now())
    for _ in range(3):
        await live(group, days=40)
    late = await for_members(group, siege, claire, "Consigne 99999")
    assert (await siege.read(count_by_state))["expired"] >= 30
    group.cut()
    await live(group, minutes=1)
    await live(group, minutes=10)
    for post in (*early, late):
        assert await find(metz, post.uri) is not None
    edited, gone = await find(metz, before.uri), await find(metz, removed.uri)
    assert edited is not None
    assert edited.content == "<p>Corrigée</p>"
    assert gone is not None
    assert gone.deleted_at is not None
    assert await metz.read(list_pulls) == []
    entries = {entry.subject: entry.details for entry in await gaps(metz)}
    assert {host: int(details["count"]) for host, details in entries.items()} == {"siege.example": 32, "lyon.example": 1}
    assert entries["siege.example"]["since"] < entries["siege.example"]["until"]


@pytest.mark.reliability("REL-008")
async def test_while_the_head_office_is_down_sites_go_on_among_themselves(group: Group) -> None:
    lyon, metz = group.sites["lyon.example"], group.sites["metz.example"]
    paul = await group.wire.person(lyon, "paul")
    group.cut("siege")
    for day in range(4):
        post = await for_members(group, lyon, paul, f"Consigne {day}")
        await live(group, days=1)
        # After three days without a roster nothing leaves for members before somebody was asked for one.
        await live(group, minutes=11)
        assert await find(metz, post.uri) is not None
    group.cut()
    await live(group, hours=1)
    await live(group, hours=3)
    assert arrived(group, "siege.example") == list(range(4))
    assert [await gaps(site) for site in group.sites.values()] == [[], [], []]


async def test_a_site_that_lost_its_connection_finds_out_within_a_minute_that_it_is_back(group: Group) -> None:
    siege, metz = group.siege, group.sites["metz.example"]
    claire = await group.wire.person(siege, "claire")
    group.cut("metz", "siege", "lyon")
    for _ in range(16):
        group.clock.advance(timedelta(hours=5))
        await come_back(group, "metz")
    group.cut("metz")
    post = await for_members(group, siege, claire, "Pendant ce temps")
    group.cut()
    await live(group, seconds=30)
    group.clock.advance(timedelta(seconds=30))
    await come_back(group, "metz")
    assert (await find(metz, post.uri)) is not None or [line.uri for line in await metz.read(view_arriving, group.clock.now())] == [
        post.uri
    ]


async def test_a_new_member_gets_what_is_there_for_it_and_nothing_else(group: Group) -> None:
    siege, lyon = group.siege, group.sites["lyon.example"]
    claire, paul = await group.wire.person(siege, "claire"), await group.wire.person(lyon, "paul")
    posts = [await for_members(group, siege, claire, f"Consigne {number}") for number in range(3)]
    posts.append(await for_members(group, lyon, paul, "De Lyon"))
    deleted = await for_members(group, siege, claire, "Retirée")
    await siege.write(delete_post, siege, claire, deleted.id, group.clock.now())
    others = await siege.write(define_segment, siege, "Lyon", Has(Attribute.CITY, frozenset({"Lyon"})), group.clock.now())
    theirs = await siege.write(define_segment, siege, "Brest", Has(Attribute.CITY, frozenset({"Brest"})), group.clock.now())
    secret = await for_members(group, siege, claire, "Pour Lyon", Audience(AudienceKind.SEGMENT, of=others.id))
    posts.append(await for_members(group, siege, claire, "Pour Brest", Audience(AudienceKind.SEGMENT, of=theirs.id)))
    local = await for_members(group, siege, claire, "Entre nous", Audience(AudienceKind.SITE))
    brest = await group.admit("brest")
    await group.settle()
    await live(group, minutes=1)
    await live(group, minutes=1)
    for post in posts:
        found = await find(brest, post.uri)
        assert found is not None
        assert found.audience.internal
    for post in (deleted, secret, local):
        assert await find(brest, post.uri) is None
    assert await gaps(brest) == []
    assert await brest.read(list_pulls) == []


@pytest.mark.parametrize("by", ["itself", "head office"])
async def test_a_site_that_was_out_and_is_let_in_again_gets_back_what_it_had_to_erase(group: Group, by: str) -> None:
    siege, metz = group.siege, group.sites["metz.example"]
    claire = await group.wire.person(siege, "claire")
    post = await for_members(group, siege, claire, "Avant")
    deleted = await for_members(group, siege, claire, "Retirée")
    await group.settle()
    await siege.write(delete_post, siege, claire, deleted.id, group.clock.now())
    await live(group, seconds=30)
    assert await find(metz, post.uri) is not None
    if by == "itself":
        await metz.write(leave, metz, group.clock.now(), Decider())
    else:
        await siege.write(authority.remove, siege, metz.uris.site_actor, now=group.clock.now())
    await live(group, hours=1)
    assert await find(metz, post.uri) is None
    await group.admit("metz")
    await group.settle()
    for _ in range(2):
        await live(group, minutes=1)
    again, gone = await find(metz, post.uri), await find(metz, deleted.uri)
    assert again is not None
    assert again.audience == post.audience
    assert gone is None or gone.deleted_at is not None


async def test_the_outbox_is_for_members_and_begins_where_it_is_asked_to(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 3)
    siege, lyon, metz = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "metz"))
    claire = await group.wire.person(siege, "claire")
    posts = [await for_members(group, siege, claire, f"Consigne {number}") for number in range(5)]
    actor = siege.uris.site_actor
    last = await ask(metz, outbox_last(actor, 2))
    assert [item["object"]["id"] for item in last["orderedItems"]] == [post.uri for post in posts[-2:]]
    first = await ask(metz, outbox_after(actor, ""))
    second = await ask(metz, first["next"])
    assert [len(page["orderedItems"]) for page in (first, second)] == [3, 2]
    assert "next" not in second
    outside = await group.make("dehors")
    await siege.write(authority.remove, siege, lyon.uris.site_actor, now=group.clock.now())
    await group.settle()
    for asker in (outside, lyon):
        for url in (outbox_last(actor, 2), outbox_after(actor, ""), newest_at(actor), outbox_last(metz.uris.site_actor, 2)):
            with pytest.raises(RemoteGone):
                await ask(asker, url)


async def test_what_was_said_while_a_site_was_suspended_is_fetched_when_it_has_its_rights_again(group: Group) -> None:
    siege, metz = group.siege, group.sites["metz.example"]
    claire = await group.wire.person(siege, "claire")
    await siege.write(authority.suspend, siege, metz.uris.site_actor, now=group.clock.now())
    await group.settle()
    await live(group, hours=1)
    post = await for_members(group, siege, claire, "Pendant ce temps")
    await live(group, hours=2)
    assert await find(metz, post.uri) is None
    await siege.write(authority.restore, siege, metz.uris.site_actor, now=group.clock.now())
    await group.settle()
    await live(group, minutes=1)
    await live(group, minutes=1)
    assert await find(metz, post.uri) is not None


class Liar:
    """Answers in the place of a member.

    Args:
        group: whose member.
        name: which.
    """

    def __init__(self, group: Group, name: str) -> None:
        self.site = group.sites[f"{name}.example"]
        self.items: list[JsonObject] = []
        self.newest: JsonObject = {}
        self.pages_asked = 0
        self.goes_on = False
        honest = group.wire.wire.applications[self.site.settings.domain]
        app = Starlette(routes=[Route("/network/outbox", self._outbox), Route("/network/outbox/newest", self._newest)])
        lies = {"/network/outbox", "/network/outbox/newest"}

        async def either(scope, receive, send):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            await (app if scope.get("path") in lies else honest)(scope, receive, send)

        group.wire.wire.applications[self.site.settings.domain] = either

    async def _outbox(self, _: Request) -> Response:
        self.pages_asked += 1
        page: JsonObject = {"type": "OrderedCollectionPage", "orderedItems": self.items}
        later = new_id(START + timedelta(days=200, seconds=self.pages_asked))
        return self._answer(page | ({"next": outbox_after(self.site.uris.site_actor, later)} if self.goes_on else {}))

    async def _newest(self, _: Request) -> Response:
        return self._answer(self.newest)

    def _answer(self, document: JsonObject) -> Response:
        return Response(orjson.dumps(document), media_type="application/activity+json")


async def test_what_a_member_gives_is_believed_by_its_proof_and_of_its_own_people_alone(group: Group) -> None:
    siege, lyon, metz = (group.sites[f"{name}.example"] for name in ("siege", "lyon", "metz"))
    claire, paul = await group.wire.person(siege, "claire"), await group.wire.person(lyon, "paul")
    group.cut("metz")
    honest = await for_members(group, lyon, paul, "De Lyon")
    changed = await for_members(group, lyon, paul, "Vrai")
    foreign = await for_members(group, siege, claire, "Du siège")
    await group.settle()
    own = (await ask(siege, outbox_after(lyon.uris.site_actor, "")))["orderedItems"]
    head = (await ask(lyon, outbox_after(siege.uris.site_actor, "")))["orderedItems"]
    own[1]["object"]["content"] = "<p>Faux</p>"
    liar = Liar(group, "lyon")
    liar.items = [own[1], *head, {"type": "Create"}, own[0]]
    pair = await siege.read(siege.signing.load, siege.actor_id)
    # Signed, and by another member than the one that was asked.
    lines = {"attributedTo": lyon.uris.site_actor, "id": newest_at(lyon.uris.site_actor), "published": "2026-03-02T08:00:00Z"}
    liar.newest = add_proof(
        {"@context": ["https://www.w3.org/ns/activitystreams"], **lines, "orderedItems": []},
        key=pair.ed25519.key,
        verification_method=pair.ed25519.uri,
        created=group.clock.now(),
    )
    for one in (siege, lyon):
        await forget_deliveries_of(one, group, "metz.example")
    for _ in range(2):
        await live(group, days=50)
    for one in (siege, lyon):
        await forget_deliveries_of(one, group, "metz.example")
    group.cut()
    await live(group, minutes=1)
    await live(group, minutes=1)
    assert await find(metz, honest.uri) is not None
    assert await find(metz, changed.uri) is None
    assert await find(metz, foreign.uri) is not None  # from the head office itself
    assert {entry.subject: entry.details["count"] for entry in await gaps(metz)} == {"siege.example": "1", "lyon.example": "1"}
    assert metz.counters.read()["catching-up.refused.other-origin"] == 1


async def forget_deliveries_of(site: Site, group: Group, host: str) -> None:
    """What waits there for a host is never sent."""
    group.sites["siege.example"], kept = site, group.siege
    try:
        await forget_deliveries(group, host)
    finally:
        group.sites["siege.example"] = kept


async def test_a_member_whose_pages_never_end_is_asked_ever_more_rarely(group: Group) -> None:
    liar = Liar(group, "lyon")
    liar.items, liar.goes_on = [{"type": "Create"}], True
    group.cut("metz")
    for _ in range(2):
        await live(group, days=50)
    group.cut()
    for _ in range(30):
        await live(group, minutes=1)
    first = liar.pages_asked
    assert first >= PAGES_AT_ONCE
    for _ in range(30):
        await live(group, minutes=1)
    assert liar.pages_asked - first < first
    pulls = await group.sites["metz.example"].read(list_pulls)
    assert [pull.member for pull in pulls] == [liar.site.uris.site_actor]
