"""An announcement that some sites see first: who sees it when, and that nothing that was confirmed of it is lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.base.errors import NotFound, RemoteGone
from fedirse.base.roles import Role
from fedirse.base.types import JsonObject
from fedirse.features.announcements.acknowledgement.store import find_acknowledgement, find_confirmation
from fedirse.features.announcements.fields.views import DESK
from fedirse.features.announcements.first_look.receive import take_place
from fedirse.features.announcements.first_look.rules import FIRST_LOOK, takes_place
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.planning.actions import plan_announcement
from fedirse.features.announcements.planning.jobs import publish_planned
from fedirse.features.announcements.planning.store import list_plans
from fedirse.features.announcements.store import list_announcements
from fedirse.features.announcements.wishes.model import Wish
from fedirse.features.announcements.wishes.store import save_wish
from fedirse.social.accounts.store import find_account_of_actor, set_roles
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.network.authority import actions as authority
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.segments.model import Has, Segment
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.composing.model import Sheet, Typed
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import find_post
from fedirse.storage.transaction import Transaction
from tests.features.announcements.desks import Desk
from tests.features.announcements.ground import NADIA, TEXT, TITLE, Speaking
from tests.features.announcements.letterbox import Letterbox
from tests.federation.network import START, find
from tests.federation.rosters import forget_deliveries, receive_again, running_group

REGIONS = {"lyon": "Sud", "metz": "Est"}
PLAN = "01J0000000000000000000PLAN"
SOON = timedelta(days=2)
URGENT = Terms(priority=Priority.URGENT, asked=Asked.EVERYONE)
AUDIENCE = Audience(AudienceKind.PUBLIC)


class Showing(Speaking):
    """A head office that shows something to the sites of the south first."""

    south: Segment
    nadia: StoredActor

    async def prepare(self) -> None:
        for name, region in REGIONS.items():
            member = self.site(name).uris.site_actor
            await self.siege.write(authority.change, self.siege, member, attributes=Attributes(region=region), now=self.now)
        south = Has(Attribute.REGION, frozenset({"Sud"}))
        self.south = await self.siege.write(define_segment, self.siege, "Sud", south, self.now)
        self.nadia = await self.group.wire.person(self.siege, "nadia")

        def may_announce(tx: Transaction) -> None:
            account = find_account_of_actor(tx, self.nadia.id)
            assert account is not None
            set_roles(tx, account.id, [Role.COMMUNICATOR])

        await self.siege.write(may_announce)
        await self.group.settle()

    async def show(self, choice: str = "network", **besides: str) -> Post:
        """Show something to the south, and plan it for all in two days; what the south sees."""
        asked = {"asked_of": "everyone", FIRST_LOOK: self.south.id, **besides}
        typed = Typed(text=TEXT, title=TITLE, choice=choice, language="fr", desk=DESK, besides=tuple(asked.items()))
        sheet = Sheet(PLAN, 0, typed)
        for _ in range(2):
            await self.siege.write(lambda tx: plan_announcement(tx, self.siege, self.nadia, sheet, self.now + SOON, self.now, by=NADIA))
        await self.group.settle()
        [first] = await self.read(self.siege, self.nadia)
        return first

    async def show_all(self) -> Post | None:
        """Its day has come; what is there for all."""
        self.group.clock.advance(SOON)
        await publish_planned(self.siege)
        await self.group.settle()
        return next(iter(await self.read(self.siege, self.nadia)), None)

    async def read(self, site: object, who: StoredActor) -> list[Post]:
        """The announcements that somebody can read."""
        reader = reader_for(who)
        return [post for post, _ in await site.read(lambda tx: list_announcements(tx, reader, limit=10))]  # type: ignore[attr-defined]

    async def heard(self, name: str, who: StoredActor) -> list[tuple[str, str | None]]:
        told = await self.site(name).read(list_notifications, who.id)
        return [(one.id, one.post_id) for one in told if one.kind is NotificationKind.ANNOUNCEMENT]

    def sent_to(self, name: str, kind: str) -> list[JsonObject]:
        bodies = [(one.body, orjson.loads(one.body)) for one in self.group.wire.wire.sent if one.host == f"{name}.example"]
        return [{**told, "raw": body} for body, told in bodies if told["type"] == kind]


@pytest.fixture
async def showing(tmp_path: Path) -> AsyncIterator[Showing]:
    """A head office, a site of the south, a site of the east."""
    async with running_group(tmp_path, *REGIONS) as group:
        showing = Showing(group)
        await showing.prepare()
        yield showing


async def test_some_see_it_first_and_on_its_day_everybody_has_exactly_one(showing: Showing) -> None:
    ines, jean = [await showing.people(name, 5) for name in REGIONS]
    first = await showing.show()
    assert [post.uri for post in await showing.read(showing.site("lyon"), ines[0])] == [first.uri]
    assert await showing.read(showing.site("metz"), jean[0]) == []
    second = await showing.show_all()
    assert second is not None
    assert second.uri != first.uri
    for name, who in (("lyon", ines[0]), ("metz", jean[0]), ("siege", showing.nadia)):
        assert [(post.uri, post.title) for post in await showing.read(showing.site(name), who)] == [(second.uri, TITLE)]
    assert await showing.siege.read(list_plans) == []


async def test_others_learn_of_the_first_nothing_but_that_there_was_one(showing: Showing) -> None:
    first = await showing.show()
    to_metz = [one.body for one in showing.group.wire.wire.sent if one.host == "metz.example"]
    assert not any(first.uri.encode() in body or TITLE.encode() in body for body in to_metz)
    with pytest.raises(RemoteGone) as before:
        await showing.site("metz").fetch_document(first.uri)
    second = await showing.show_all()
    assert second is not None
    [told] = showing.sent_to("metz", "Create")
    assert told["object"]["firstLookOf"] == first.uri
    assert told["raw"].count(first.uri.encode()) == 1
    assert showing.sent_to("metz", "Delete") == []
    with pytest.raises(RemoteGone) as after:
        await showing.site("metz").fetch_document(first.uri)
    with pytest.raises(RemoteGone) as never:
        await showing.site("metz").fetch_document(showing.siege.uris.post("01J00000000000000000000000"))
    assert str(after.value).replace(first.uri, "") == str(before.value).replace(first.uri, "")
    assert after.value.reason == before.value.reason == never.value.reason


async def test_what_was_confirmed_counts_on_and_nobody_is_told_twice(showing: Showing) -> None:
    staff = await showing.people("lyon", 5)
    first = await showing.show()
    await showing.acknowledge("lyon", first, staff[0])
    await showing.confirm("lyon", first, staff[1])
    await showing.acknowledge("siege", first, showing.nadia)
    await showing.gather()
    heard = await showing.heard("lyon", staff[2])
    assert len(heard) == 1
    second = await showing.show_all()
    assert second is not None
    lyon, here = showing.site("lyon"), await showing.there("lyon", second)
    assert await showing.heard("lyon", staff[2]) == [(heard[0][0], here)]
    for who in staff[:2]:
        known = await lyon.read(find_acknowledgement, here, who.id)
        assert known is not None
        assert known.confirmed == 1
    assert (await lyon.read(find_confirmation, here)) is not None
    own = await showing.siege.read(find_acknowledgement, second.id, showing.nadia.id)
    assert own is not None
    assert own.confirmed == 1
    await showing.gather()
    line = await showing.line("lyon", second)
    assert line.settled
    assert line.said.totals is not None
    assert (line.version, line.said.totals.confirmed) == (1, 2)
    told = [one["object"]["id"] for one in showing.sent_to("siege", "Accept") if isinstance(one["object"], dict)]
    assert told[-1] == second.uri
    assert not (await showing.line("metz", second)).settled


async def test_what_a_site_confirmed_stands_on_the_board_before_the_second_has_come_to_it_and_is_no_arrival(showing: Showing) -> None:
    staff = await showing.people("lyon", 5)
    first = await showing.show()
    await showing.confirm("lyon", first, staff[0])
    showing.group.cut("lyon")
    second = await showing.show_all()
    assert second is not None
    line = await showing.line("lyon", second)
    assert line.settled
    assert line.arrival.value in {"queued", "offline"}


async def test_the_first_is_taken_back_after_the_second_is_on_its_way(showing: Showing) -> None:
    first = await showing.show()
    second = await showing.show_all()
    assert second is not None
    told = [orjson.loads(one.body) for one in showing.group.wire.wire.sent if one.host == "lyon.example"]
    order = [(one["type"], one["object"]["id"]) for one in told if one["type"] in {"Create", "Delete"}]
    assert order == [("Create", first.uri), ("Create", second.uri), ("Delete", first.uri)]


async def test_the_second_says_what_the_first_says_by_then_and_asks_no_more_of_anybody(showing: Showing) -> None:
    staff = await showing.people("lyon", 5)
    first = await showing.show()
    await showing.acknowledge("lyon", first, staff[0])
    await showing.change(first, "Lots 4821 et 4822.", ask_again=True)
    await showing.acknowledge("lyon", first, staff[1], version=2)
    second = await showing.show_all()
    assert second is not None
    assert second.source == "Lots 4821 et 4822."
    held = await showing.at("lyon", second)
    assert held is not None
    assert (held.terms.version, held.terms.confirm_from, held.terms.first_look_of) == (2, 2, first.uri)
    here = await showing.there("lyon", second)
    known = [await showing.site("lyon").read(find_acknowledgement, here, one.id) for one in staff[:2]]
    assert [one.confirmed for one in known if one is not None] == [1, 2]
    later = await showing.change(second, "Lots 4821 à 4823.", ask_again=False)
    line = await showing.line("metz", later)
    assert (line.version, line.arrival.value) == (3, "received")


async def test_what_was_taken_back_is_not_shown_to_all_and_the_plan_says_why(showing: Showing) -> None:
    await showing.withdraw(await showing.show())
    assert await showing.show_all() is None
    [plan] = await showing.siege.read(list_plans)
    assert plan.failure is not None
    assert "taken back" in plan.failure.why
    assert showing.sent_to("metz", "Create") == []


async def test_it_may_be_for_everybody_on_its_day(showing: Showing) -> None:
    first = await showing.show("public")
    second = await showing.show_all()
    assert second is not None
    assert await find(showing.site("metz"), second.uri) is not None
    document = await showing.site("metz").fetch_document(second.uri)
    assert document["firstLookOf"] == first.uri


async def test_a_replay_of_either_changes_nothing(showing: Showing) -> None:
    staff = await showing.people("lyon", 5)
    first = await showing.show()
    await showing.acknowledge("lyon", first, staff[0])
    second = await showing.show_all()
    assert second is not None
    for number, told in enumerate(showing.sent_to("lyon", "Create")):
        again = {name: value for name, value in told.items() if name not in {"raw", "proof"}}
        again["id"] = showing.siege.uris.activity(f"01J0000000000000000000000{number}")
        assert await receive_again(showing.group, showing.site("lyon"), orjson.dumps(again)) == 202
    await showing.group.settle()
    assert [post.uri for post in await showing.read(showing.site("lyon"), staff[0])] == [second.uri]
    known = await showing.site("lyon").read(find_acknowledgement, await showing.there("lyon", second), staff[0].id)
    assert known is not None
    assert known.confirmed == 1
    assert len(await showing.heard("lyon", staff[0])) == 1


async def test_where_the_first_is_gone_already_the_board_still_knows_who_confirmed(showing: Showing) -> None:
    staff = await showing.people("lyon", 5)
    first = await showing.show()
    await showing.confirm("lyon", first, staff[0])
    deleted: JsonObject = {
        "id": showing.siege.uris.activity("01J00000000000000000000009"),
        "type": "Delete",
        "actor": showing.siege.uris.site_actor,
    }
    deleted |= {"@context": "https://www.w3.org/ns/activitystreams", "object": first.uri, "to": [showing.south.id]}
    assert await receive_again(showing.group, showing.site("lyon"), orjson.dumps(deleted)) == 202
    assert await showing.read(showing.site("lyon"), staff[0]) == []
    second = await showing.show_all()
    assert second is not None
    assert [post.uri for post in await showing.read(showing.site("lyon"), staff[0])] == [second.uri]
    assert (await showing.line("lyon", second)).settled
    assert len(await showing.heard("lyon", staff[0])) == 1


async def test_whoever_was_away_for_long_and_gets_the_second_alone_has_it_in_the_place_of_the_first(showing: Showing) -> None:
    staff = await showing.people("lyon", 5)
    first = await showing.show()
    await showing.confirm("lyon", first, staff[0])
    showing.group.cut("lyon")
    second = await showing.show_all()
    assert second is not None
    later = await showing.change(second, "Lots 4821 et 4822.", ask_again=False)
    await forget_deliveries(showing.group, "lyon.example")
    showing.group.cut()
    # What is fetched after an absence is the last word about each post, by the same door.
    assert await receive_again(showing.group, showing.site("lyon"), showing.sent_to("metz", "Update")[-1]["raw"]) == 202
    await showing.group.settle()
    assert [post.uri for post in await showing.read(showing.site("lyon"), staff[0])] == [later.uri]
    known = await showing.site("lyon").read(find_acknowledgement, await showing.there("lyon", later), staff[0].id)
    assert known is not None
    assert known.confirmed == 1
    assert (await showing.line("lyon", later)).settled
    assert len(await showing.heard("lyon", staff[1])) == 1


@pytest.mark.parametrize("named", ["https://siege.example/posts/01J00000000000000000000000", "https://metz.example/posts/1", "public"])
async def test_a_first_one_that_is_none_of_the_same_author_here_is_passed_over(showing: Showing, named: str) -> None:
    staff = await showing.people("lyon", 5)
    other = await showing.announce(Terms(asked=Asked.EVERYONE))
    article: JsonObject = {
        "id": showing.siege.uris.post("01J0000000000000000000000A"),
        "type": "Article",
        "attributedTo": showing.siege.uris.site_actor,
    }
    article |= {"name": "Autre", "content": "<p>Autre</p>", "to": [showing.siege.uris.members], "announcementVersion": 1}
    terms = {name: f"https://w3id.org/fedirse#{name}" for name in ("announcementVersion", "confirmFrom")}
    context = {**terms, "firstLookOf": {"@id": "https://w3id.org/fedirse#firstLookOf", "@type": "@id"}}
    told: JsonObject = {
        "@context": ["https://www.w3.org/ns/activitystreams", context],
        "type": "Create",
        "actor": showing.siege.uris.site_actor,
    }
    told |= {"id": showing.siege.uris.activity("01J0000000000000000000000A"), "to": article["to"]}
    told["object"] = {**article, "confirmFrom": 1, "firstLookOf": named}
    assert await receive_again(showing.group, showing.site("lyon"), orjson.dumps(told)) == 202
    await showing.group.settle()
    found = {post.title for post in await showing.read(showing.site("lyon"), staff[0])}
    assert found == {TITLE, "Autre"}
    assert await showing.at("lyon", other) is not None


async def test_what_only_its_sites_were_told_of_is_not_there_for_others(showing: Showing) -> None:
    first = await showing.show()
    assert await find(showing.site("metz"), first.uri) is None
    await showing.show_all()
    gone = await showing.siege.read(find_post, first.id)
    assert gone is not None
    assert gone.deleted_at is not None
    with pytest.raises((NotFound, RemoteGone)):
        await showing.site("metz").fetch_document(first.uri)


async def test_nobody_is_mailed_twice_and_who_was_not_mailed_yet_still_is(desk: Desk) -> None:
    letters = Letterbox(desk.site)
    await letters.give_address("marc", "ines")
    await desk.site.write(save_wish, (await desk.shop.person("ines")).id, Wish.DAILY)
    first = await desk.receive(URGENT)
    await letters.turn()
    mailed = [mail.to for mail in letters.mails]
    terms = replace(URGENT, first_look_of=first.uri)
    second = await desk.receive(terms)
    await desk.site.write(take_place, desk.site, second, terms, START)
    await letters.turn()
    assert [mail.to for mail in letters.mails] == mailed
    assert isinstance(desk.site.clock, FixedClock)
    desk.site.clock.advance(timedelta(hours=23))
    await letters.turn()
    assert sorted(mail.to.partition("@")[0] for mail in letters.mails) == ["ines", "marc"]


def test_only_a_later_one_of_the_same_author_takes_the_place_of_what_it_names() -> None:
    first, second = (
        Post(
            id=one,
            uri=f"https://siege.example/posts/{one}",
            actor_id="siege",
            local=False,
            kind=PostKind.ARTICLE,
            audience=AUDIENCE,
            published_at=START,
        )
        for one in ("1", "2")
    )
    terms, known = Terms(version=2, first_look_of=first.uri), Terms(version=2)
    assert takes_place(second, terms, first, known)
    assert not takes_place(second, terms, replace(first, actor_id="metz"), known)
    assert not takes_place(second, terms, replace(first, deleted_at=START), known)
    assert not takes_place(second, replace(terms, first_look_of=second.uri), first, known)
    assert not takes_place(second, replace(terms, version=1), first, known)
    assert not takes_place(first, terms, first, known)
