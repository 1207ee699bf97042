"""An announcement crosses to every site, asks, and comes back as a confirmation and numbers, never as a name."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from fedirse.base.errors import InvalidInput, Refused
from fedirse.base.identifiers import new_id
from fedirse.features.announcements.acknowledgement.actions import see
from fedirse.features.announcements.acknowledgement.model import Totals, Word
from fedirse.features.announcements.acknowledgement.wire import render_word
from fedirse.features.announcements.actions import announce, withdraw_announcement
from fedirse.features.announcements.board.model import Arrival
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import publish_post, reader_for
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import find_actor_by_uri, get_actor
from fedirse.storage.transaction import Transaction
from tests.features.announcements.ground import NADIA, TEXT, TITLE, Speaking
from tests.federation.network import find, say
from tests.federation.rosters import running_group

URGENT = Terms(priority=Priority.URGENT, asked=Asked.RESPONSIBLE)


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Speaking]:
    async with running_group(tmp_path, "lyon", "nantes") as group:
        yield Speaking(group)


async def test_it_arrives_at_every_site_with_what_it_asks_and_people_hear_of_it(speaking: Speaking) -> None:
    [lea] = await speaking.people("lyon", 1)
    before = speaking.now + timedelta(days=2)
    post = await speaking.announce(Terms(priority=Priority.URGENT, asked=Asked.EVERYONE, before=before))
    for name in ("lyon", "nantes"):
        found = await speaking.at(name, post)
        assert found is not None
        assert (found.terms.priority, found.terms.asked, found.terms.before, found.terms.version) == (
            Priority.URGENT,
            Asked.EVERYONE,
            before,
            1,
        )
    [heard] = await speaking.site("lyon").read(list_notifications, lea.id)
    assert (heard.kind, heard.post_id) == (NotificationKind.ANNOUNCEMENT, await speaking.there("lyon", post))
    assert [line.arrival for line in (await speaking.board(post)).lines] == [Arrival.RECEIVED, Arrival.RECEIVED, Arrival.HERE]


async def test_one_for_everybody_reaches_sites_that_do_not_follow_the_head_office_and_asks_them_too(speaking: Speaking) -> None:
    post = await speaking.announce(URGENT, Audience(AudienceKind.PUBLIC))
    assert (await speaking.at("lyon", post)) is not None
    [marc] = await speaking.people("lyon", 1)
    await speaking.confirm("lyon", post, marc)
    assert (await speaking.line("lyon", post)).settled


async def test_a_site_confirms_and_the_head_office_sees_when_and_no_name(speaking: Speaking) -> None:
    marc, *_ = await speaking.people("lyon", 2)
    post = await speaking.announce(URGENT)
    speaking.group.clock.advance(timedelta(hours=3))
    at = speaking.now
    await speaking.confirm("lyon", post, marc)
    line = await speaking.line("lyon", post)
    assert (line.settled, line.said.confirmed, line.said.confirmed_at, line.said.totals) == (True, 1, at, None)
    assert not (await speaking.line("nantes", post)).settled
    sent = [orjson.loads(one.body) for one in speaking.group.wire.wire.sent if one.host == "siege.example"]
    [word] = [body for body in sent if body["type"] == "Accept" and body["object"].get("type") == "Article"]
    assert word["actor"] == "https://lyon.example/actor"
    assert {name: word[name] for name in word if name.startswith(("announcement", "people"))} == {"announcementVersion": 1}
    assert word["proof"]["verificationMethod"].startswith("https://lyon.example/actor#")


@pytest.mark.parametrize(("people", "told"), [(4, None), (5, Totals(5, 2, 1))])
async def test_of_five_people_and_more_the_numbers_are_told_and_of_fewer_none(speaking: Speaking, people: int, told: Totals | None) -> None:
    staff = await speaking.people("lyon", people)
    post = await speaking.announce()
    here, site = await speaking.there("lyon", post), speaking.site("lyon")
    await speaking.acknowledge("lyon", post, staff[0])

    await site.write(see, site, reader_for(staff[1]), here, speaking.now)
    await speaking.gather()
    assert (await speaking.line("lyon", post)).said.totals == told
    assert (await speaking.board(post)).readers == told
    for sent in speaking.group.wire.wire.sent:
        if sent.host == "siege.example":
            assert not any(actor.handle.encode() in sent.body or actor.uri.encode() in sent.body for actor in staff)


async def test_a_later_version_replaces_the_first_and_asks_again_where_it_says_so(speaking: Speaking) -> None:
    marc, *_ = await speaking.people("lyon", 1)
    post = await speaking.announce(URGENT)
    await speaking.confirm("lyon", post, marc)
    await speaking.change(post, "Lot 4821 et lot 4822.", ask_again=False, terms=URGENT)
    assert (await speaking.line("lyon", post)).settled
    await speaking.change(post, "Lots 4821, 4822 et 4823.", ask_again=True, terms=URGENT)
    line, found = await speaking.line("lyon", post), await speaking.at("lyon", post)
    assert found is not None
    assert (found.terms.version, found.terms.confirm_from, line.version, line.settled, line.said.confirmed) == (3, 3, 3, False, 1)
    await speaking.confirm("lyon", post, marc, version=3)
    assert (await speaking.line("lyon", post)).settled


async def test_people_hear_of_a_later_version_only_where_it_asks_again(speaking: Speaking) -> None:
    [lea] = await speaking.people("lyon", 1)
    post = await speaking.announce()
    [first] = await speaking.site("lyon").read(list_notifications, lea.id)
    await speaking.change(post, "Lot 4821, sans faute.", ask_again=False)
    assert await speaking.site("lyon").read(list_notifications, lea.id) == [first]
    await speaking.change(post, "Lots 4821 et 4822.", ask_again=True)
    [again] = await speaking.site("lyon").read(list_notifications, lea.id)
    assert again.created_at > first.created_at


async def test_what_was_confirmed_of_an_earlier_version_while_offline_is_kept_as_what_it_is(speaking: Speaking) -> None:
    marc, *_ = await speaking.people("lyon", 1)
    post = await speaking.announce(URGENT)
    await speaking.change(post, "Lots 4821 et 4822.", ask_again=True, terms=URGENT)
    await speaking.confirm("lyon", post, marc, version=1)
    line = await speaking.line("lyon", post)
    assert (line.said.confirmed, line.settled) == (1, False)


async def test_a_site_that_was_away_gets_the_latest_version_late_and_the_board_says_so(speaking: Speaking) -> None:
    speaking.group.cut("lyon")
    post = await speaking.announce(URGENT)
    assert (await speaking.line("lyon", post)).arrival is Arrival.OFFLINE
    await speaking.change(post, "Lots 4821 et 4822.", ask_again=True, terms=URGENT)
    await speaking.group.pass_time(days=21)
    speaking.group.cut()
    for _ in range(8):
        await speaking.group.pass_time(hours=6)
    line, found = await speaking.line("lyon", post), await speaking.at("lyon", post)
    assert found is not None
    assert (line.arrival, line.late, line.version, found.terms.version) == (Arrival.RECEIVED, True, 2, 2)


async def test_what_is_taken_back_is_gone_everywhere(speaking: Speaking) -> None:
    marc, *_ = await speaking.people("lyon", 1)
    post = await speaking.announce(URGENT)
    await speaking.confirm("lyon", post, marc)
    await speaking.siege.write(lambda tx: withdraw_announcement(tx, speaking.siege, post.id, speaking.now, by=NADIA))
    await speaking.group.settle()
    assert await speaking.at("lyon", post) is None


async def test_a_site_that_is_no_head_office_announces_nothing(speaking: Speaking) -> None:
    lyon, draft = speaking.site("lyon"), Draft(TEXT, await speaking.audience(), title=TITLE)
    with pytest.raises(Refused):
        await lyon.write(lambda tx: announce(tx, lyon, draft, Terms(), speaking.now, by=NADIA))


async def test_an_article_of_a_site_that_calls_itself_an_announcement_is_an_ordinary_one(speaking: Speaking) -> None:
    lyon = speaking.site("lyon")
    marc, *_ = await speaking.people("lyon", 1)
    draft = Draft(TEXT, await speaking.audience(), title=TITLE, announcement={"announcementVersion": 1, "confirmFrom": 1})

    for author in (marc, await lyon.read(get_actor, lyon.actor_id)):
        post = await lyon.write(publish_post, lyon, author, draft, speaking.now)
        await speaking.group.settle()
        for name in ("siege", "nantes"):
            assert await find(speaking.site(name), post.uri) is not None
            assert await speaking.at(name, post) is None


async def test_a_site_speaks_for_itself_alone_and_none_of_its_people_for_it(speaking: Speaking) -> None:
    marc, *_ = await speaking.people("lyon", 1)
    post = await speaking.announce(URGENT)

    lyon, siege = speaking.site("lyon"), speaking.siege

    def say_as_marc(tx: Transaction) -> None:
        head_office = find_actor_by_uri(tx, siege.uris.site_actor)
        assert head_office is not None
        activity = render_word(
            "Accept",
            lyon.uris.activity(new_id(speaking.now)),
            site=marc.uri,
            head_office=head_office.uri,
            article=post.uri,
            word=Word(1, speaking.now),
        )
        inboxes = inboxes_of([head_office], own_host=lyon.uris.host, shared=False)
        publish(
            tx, lyon, actor=marc, activity=activity, inboxes=inboxes, item_id=None, listed=False, now=speaking.now, signer_id=lyon.actor_id
        )

    await lyon.write(say_as_marc)
    await speaking.group.settle()
    assert not (await speaking.line("lyon", post)).settled


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (Terms(asked=Asked.EVERYONE, before=timedelta(seconds=-1)), "past-deadline"),  # type: ignore[arg-type]
        (Terms(ends_at=timedelta(0)), "past-end"),  # type: ignore[arg-type]
        (Terms(asked=Asked.EVERYONE, before=timedelta(days=2), ends_at=timedelta(days=1)), "early-end"),  # type: ignore[arg-type]
    ],
)
async def test_dates_that_make_no_sense_are_refused_beside_their_field(speaking: Speaking, terms: Terms, reason: str) -> None:

    dated = replace(
        terms,
        before=None if terms.before is None else speaking.now + terms.before,  # type: ignore[operator]
        ends_at=None if terms.ends_at is None else speaking.now + terms.ends_at,  # type: ignore[operator]
    )
    with pytest.raises(InvalidInput) as caught:
        await speaking.announce(dated)
    assert caught.value.reason == reason


@pytest.mark.parametrize("kind", [AudienceKind.SITE, AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_what_is_for_no_sites_is_no_announcement(speaking: Speaking, kind: AudienceKind) -> None:
    with pytest.raises(InvalidInput) as caught:
        await speaking.announce(URGENT, Audience(kind))
    assert caught.value.reason == "no-sites"


async def test_a_public_post_of_somebody_else_at_the_head_office_concerns_nobody_as_before(speaking: Speaking) -> None:
    nadia = await speaking.group.wire.person(speaking.siege, "nadia")
    post = await say(speaking.siege, nadia, "Bonjour")
    await speaking.group.settle()
    assert await find(speaking.site("lyon"), post.uri) is None
