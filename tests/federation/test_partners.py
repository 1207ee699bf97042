"""A partner channel between whole sites: who asks waits, who is let in gets what is for partners, and nobody else ever does."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from fedirse.activitypub.signatures import SignedRequest, sign_cavage
from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.base.errors import Conflict, InvalidInput, NotAuthorised, Refused
from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.accounts.actions import give_roles
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.actions import follow
from fedirse.social.follows.channels.model import Runner
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import find_follow
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.partners import actions
from fedirse.social.partners.model import Words
from fedirse.social.partners.views import read_end
from fedirse.social.posts.actions import publish_post, reader_for
from fedirse.social.posts.holding.actions import approve_answer
from fedirse.social.posts.holding.store import list_held
from fedirse.social.posts.marks.model import Mark, Vouched
from fedirse.social.posts.marks.views import vouch_for, written
from fedirse.social.posts.model import Draft, PollDraft, Post
from fedirse.social.posts.polls.actions import vote
from fedirse.social.posts.reactions.actions import boost_post
from fedirse.social.posts.speaking.actions import delete_for, edit_for, publish_for
from fedirse.social.posts.store import list_readable_posts
from fedirse.storage.actors import find_actor_by_uri
from tests.federation.network import Network, find, running_network

AS2 = "application/activity+json"
BY = Runner("", "operator")
FOR_PARTNERS = Audience(AudienceKind.PARTNERS)


@dataclass
class Trade:
    """A head office with the channel `catalogue`, Marc who runs it, Inès who does not; Karim, Olga and Nadia at two other servers."""

    network: Network
    office: Site
    supplier: Site
    other: Site
    channel: StoredActor
    marc: StoredActor
    ines: StoredActor
    karim: StoredActor
    nadia: StoredActor
    olga: StoredActor

    async def ask(self, site: Site, person: StoredActor) -> None:
        """Somebody asks to follow the channel."""
        known = await site.actors.resolve(self.channel.uri)
        await site.write(follow, site, person, known, self.network.clock.now())
        await self.network.settle()

    async def known(self, person: StoredActor) -> StoredActor:
        """Somebody as the office knows them."""
        found = await self.office.read(find_actor_by_uri, person.uri)
        assert found is not None
        return found

    async def let_in(self, site: Site, person: StoredActor) -> None:
        """Somebody asks and is let in."""
        await self.ask(site, person)
        known = await self.known(person)
        await self.office.write(actions.approve, self.office, "catalogue", known.id, BY, self.network.clock.now())
        await self.network.settle()

    async def end(self, person: StoredActor, *, recall: bool = False) -> None:
        """A partnership ends."""
        known, now = await self.known(person), self.network.clock.now()
        await self.office.write(lambda tx: actions.end(tx, self.office, "catalogue", known.id, BY, now, recall=recall))
        await self.network.settle()

    async def write(self, text: str, **values: Any) -> Post:
        """Marc writes in the channel, and it is delivered."""
        draft = Draft(text, FOR_PARTNERS, **values)
        post = await self.office.write(publish_for, self.office, self.marc, "catalogue", draft, self.network.clock.now())
        await self.network.settle()
        return post

    async def answer(self, site: Site, by: StoredActor, to: Post, text: str, kind: AudienceKind = AudienceKind.PUBLIC) -> Post:
        """Somebody answers, and it is delivered."""
        parent = await find(site, to.uri)
        assert parent is not None
        draft = Draft(text, Audience(kind), in_reply_to=parent.id)
        post = await site.write(publish_post, site, by, draft, self.network.clock.now())
        await self.network.settle()
        return post

    async def fetch(self, uri: str, site: Site | None = None, person: StoredActor | None = None) -> int:
        """What the office answers to a fetch, signed by somebody's key."""
        path = uri.removeprefix(self.office.uris.origin)
        headers = {"host": "siege.example", "accept": AS2}
        if site is not None and person is not None:
            key = (await site.read(site.signing.load, person.id)).rsa
            request = SignedRequest("GET", "https", "siege.example", path, (), b"")
            headers |= dict(sign_cavage(request, key.uri, key.key, self.network.clock.now()))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.network.wire.applications["siege.example"])) as client:
            client.headers.clear()
            return (await client.get(uri, headers=headers)).status_code

    def sent_to(self, host: str, kind: str) -> list[dict[str, Any]]:
        """The activities of a kind that were posted to a server."""
        bodies = [orjson.loads(sent.body) for sent in self.network.wire.sent if sent.host == host]
        return [body for body in bodies if body["type"] == kind]

    async def may_read(self, person: StoredActor, post: Post) -> bool:
        """Whether one of the office's people, or somebody it knows, may read a post there."""
        known = await self.known(person)
        held = await find(self.office, post.uri)
        assert held is not None
        return held.id in await self.office.read(list_readable_posts, [held.id], reader_for(known))


@pytest.fixture
async def trade(tmp_path: Path) -> AsyncIterator[Trade]:
    async with running_network(tmp_path) as network:
        office, supplier, other = [await network.add(f"{name}.example") for name in ("siege", "fournisseur", "ailleurs")]
        marc, ines = await network.person(office, "marc"), await network.person(office, "ines")
        await office.write(give_roles, office, "marc", (Role.ADMINISTRATOR,))
        words = Words("Catalogue", "Les nouveautés\n<b>du mois</b>")
        channel = await office.write(actions.create_channel, office, "catalogue", words, BY, network.clock.now())
        karim, nadia = await network.person(supplier, "karim"), await network.person(supplier, "nadia")
        olga = await network.person(other, "olga")
        yield Trade(network, office, supplier, other, channel, marc, ines, karim, nadia, olga)


async def test_a_channel_is_found_like_everybody_here_and_says_that_it_approves_followers(trade: Trade) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(trade.network.wire.applications["siege.example"])) as client:
        found = await client.get("https://siege.example/.well-known/webfinger?resource=acct:catalogue@siege.example")
        assert trade.channel.uri in found.text
        document = (await client.get(trade.channel.uri, headers={"accept": AS2})).json()
    assert (document["type"], document["manuallyApprovesFollowers"], document["discoverable"]) == ("Service", True, False)
    assert document["summary"] == "<p>Les nouveautés</p><p>&lt;b&gt;du mois&lt;/b&gt;</p>"
    assert await trade.fetch(f"{trade.channel.uri}/outbox") == await trade.fetch(f"{trade.channel.uri}/followers") == 200


async def test_who_asks_waits_and_those_who_decide_are_told(trade: Trade) -> None:
    await trade.ask(trade.supplier, trade.karim)
    asked = await trade.known(trade.karim)
    waiting = await trade.office.read(find_follow, asked.id, trade.channel.id)
    assert waiting is not None
    assert waiting.state is FollowState.REQUESTED
    told = await trade.office.read(list_notifications, trade.marc.id)
    assert [(one.kind, one.actor_id) for one in told] == [(NotificationKind.PARTNER_ASKS, asked.id)]
    assert await trade.office.read(list_notifications, trade.ines.id) == []
    post = await trade.write("Pas encore pour vous")
    assert await find(trade.supplier, post.uri) is None
    assert await trade.fetch(post.uri, trade.supplier, trade.karim) == 404
    await trade.office.write(actions.refuse, trade.office, "catalogue", asked.id, BY, trade.network.clock.now())
    await trade.network.settle()
    assert [body["object"]["type"] for body in trade.sent_to("fournisseur.example", "Reject")] == ["Follow"]
    assert await trade.office.read(list_notifications, trade.marc.id) == []


async def test_a_partner_gets_exactly_what_is_for_partners_and_a_stranger_gets_nothing(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    await trade.ask(trade.other, trade.olga)
    post = await trade.write("Les prix d’avril")
    (created,) = trade.sent_to("fournisseur.example", "Create")
    assert created["actor"] == created["object"]["attributedTo"] == trade.channel.uri
    for part in (created, created["object"]):
        assert part["to"] == f"{trade.channel.uri}/followers" or part["to"] == [f"{trade.channel.uri}/followers"]
        assert not part.get("cc")
        assert "Public" not in orjson.dumps(part["to"]).decode()
    (header,) = [dict(sent.headers) for sent in trade.network.wire.sent if b'"Create"' in sent.body]
    assert f"{trade.channel.uri}#" in str(header)
    assert trade.marc.uri not in orjson.dumps(created).decode()
    received = await find(trade.supplier, post.uri)
    assert received is not None
    assert received.audience.kind is AudienceKind.FOLLOWERS
    assert await find(trade.other, post.uri) is None
    assert trade.sent_to("ailleurs.example", "Create") == []
    assert await trade.fetch(post.uri, trade.supplier, trade.karim) == 200
    for site, person in ((trade.supplier, trade.nadia), (trade.other, trade.olga)):
        assert await trade.fetch(post.uri, site, person) == 404
    assert await trade.fetch(post.uri) == 404
    assert await trade.may_read(trade.ines, post)


async def test_after_the_end_nothing_new_arrives_and_nothing_can_be_read(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    before = await trade.write("Les prix d’avril")
    trade.network.wire.offline.add("fournisseur.example")
    late = await trade.write("Écrit pendant l’absence")
    await trade.end(trade.karim)
    trade.network.wire.offline.clear()
    after = await trade.write("Les prix de mai")
    assert len(trade.sent_to("fournisseur.example", "Create")) == 1
    for post in (before, late, after):
        assert await trade.fetch(post.uri, trade.supplier, trade.karim) == 404
    assert await find(trade.supplier, before.uri) is not None
    assert trade.sent_to("fournisseur.example", "Delete") == []


async def test_their_server_can_be_asked_to_delete_what_it_has(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    await trade.let_in(trade.other, trade.olga)
    post = await trade.write("Les prix d’avril")
    await trade.end(trade.karim, recall=True)
    gone = await find(trade.supplier, post.uri)
    assert gone is not None
    assert gone.deleted_at is not None
    kept = await find(trade.other, post.uri)
    assert kept is not None
    assert kept.deleted_at is None
    assert await trade.may_read(trade.ines, post)


async def test_a_server_that_has_another_partner_is_not_asked(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    await trade.let_in(trade.supplier, trade.nadia)
    await trade.write("Les prix d’avril")
    with pytest.raises(Conflict):
        await trade.end(trade.karim, recall=True)
    known = await trade.known(trade.karim)
    still = await trade.office.read(find_follow, known.id, trade.channel.id)
    assert still is not None, "what is refused changes nothing"


async def test_those_of_a_welcome_server_are_let_in_at_once_and_those_who_wait_there_too(trade: Trade) -> None:
    await trade.ask(trade.supplier, trade.karim)
    host = await trade.office.write(actions.welcome, trade.office, "catalogue", "Fournisseur.example ", BY, trade.network.clock.now())
    assert host == "fournisseur.example"
    await trade.network.settle()
    await trade.ask(trade.supplier, trade.nadia)
    await trade.ask(trade.other, trade.olga)
    post = await trade.write("Pour tous les partenaires")
    assert await trade.fetch(post.uri, trade.supplier, trade.karim) == await trade.fetch(post.uri, trade.supplier, trade.nadia) == 200
    assert await trade.fetch(post.uri, trade.other, trade.olga) == 404
    await trade.office.write(actions.end_welcome, "catalogue", host, BY, trade.network.clock.now())
    assert await trade.fetch(post.uri, trade.supplier, trade.karim) == 200


@pytest.mark.attack("PRV-039")
async def test_what_a_partner_answers_waits_and_is_then_for_the_people_of_the_site_only(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    await trade.let_in(trade.other, trade.olga)
    post = await trade.write("Les prix d’avril")
    answer = await trade.answer(trade.supplier, trade.karim, post, "Et la livraison ?", AudienceKind.FOLLOWERS)
    (held,) = await trade.office.read(lambda tx: list_held(tx, limit=5))
    assert held.uri == answer.uri
    assert not await trade.may_read(trade.ines, answer)
    await trade.office.write(approve_answer, trade.office, held.id, trade.network.clock.now())
    await trade.network.settle()
    assert await trade.may_read(trade.ines, answer)
    assert not await trade.may_read(trade.olga, answer)
    assert trade.sent_to("ailleurs.example", "Create")[-1]["object"]["id"] == post.uri
    assert [one.kind for one in await trade.office.read(list_notifications, trade.marc.id)] == [NotificationKind.REPLY]
    kept = await find(trade.office, answer.uri)
    assert kept is not None
    (mark,) = await trade.office.read(vouch_for, trade.office, [written(kept, await trade.known(trade.karim))])
    assert mark == Vouched(Mark.PARTNER, "fournisseur.example")
    draft = Draft("Le 3 avril", FOR_PARTNERS, in_reply_to=kept.id)
    said = await trade.office.write(publish_for, trade.office, trade.marc, "catalogue", draft, trade.network.clock.now())
    await trade.network.settle()
    assert await find(trade.supplier, said.uri) is not None
    assert await find(trade.other, said.uri) is None
    assert await trade.may_read(trade.ines, said)


async def test_our_people_answer_among_themselves_and_nothing_of_it_leaves(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    post = await trade.write("Les prix d’avril")
    before = len(trade.network.wire.sent)
    inside = await trade.answer(trade.office, trade.ines, post, "On garde la marge ?", AudienceKind.SITE)
    everybody = await trade.answer(trade.office, trade.ines, post, "Et moi ?")
    assert len(trade.network.wire.sent) == before
    for said in (inside, everybody):
        assert await trade.may_read(trade.marc, said)
        assert not await trade.may_read(trade.karim, said)
        assert await trade.fetch(said.uri, trade.supplier, trade.karim) == 404


async def test_an_edit_and_a_delete_go_where_the_post_went(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    post = await trade.write("Les prix d’avril")
    assert isinstance(trade.network.clock, FixedClock)
    trade.network.clock.advance(timedelta(minutes=1))
    now = trade.network.clock.now()
    await trade.office.write(edit_for, trade.office, trade.marc, post.id, Draft("Les prix de mai", FOR_PARTNERS), now)
    await trade.network.settle()
    changed = await find(trade.supplier, post.uri)
    assert changed is not None
    assert changed.content == "<p>Les prix de mai</p>"
    await trade.office.write(delete_for, trade.office, trade.marc, post.id, now)
    await trade.network.settle()
    gone = await find(trade.supplier, post.uri)
    assert gone is not None
    assert gone.deleted_at is not None
    assert trade.sent_to("ailleurs.example", "Delete") == []


async def test_who_may_not_run_channels_writes_changes_and_deletes_nothing_there(trade: Trade) -> None:
    post, now = await trade.write("Les prix d’avril"), trade.network.clock.now()
    with pytest.raises(InvalidInput):
        await trade.office.write(publish_for, trade.office, trade.ines, "catalogue", Draft("Moi aussi", FOR_PARTNERS), now)
    with pytest.raises(NotAuthorised):
        await trade.office.write(edit_for, trade.office, trade.ines, post.id, Draft("Changé", FOR_PARTNERS), now)
    with pytest.raises(NotAuthorised):
        await trade.office.write(delete_for, trade.office, trade.ines, post.id, now)
    with pytest.raises(Refused):
        await trade.office.write(publish_post, trade.office, trade.ines, Draft("Comme un canal", FOR_PARTNERS), now)
    with pytest.raises(Refused):
        await trade.office.write(publish_post, trade.office, trade.channel, Draft("Pour tous", Audience(AudienceKind.PUBLIC)), now)


async def test_whose_partnership_ended_is_not_let_in_again_because_their_server_was_welcome(trade: Trade) -> None:
    await trade.office.write(actions.welcome, trade.office, "catalogue", "fournisseur.example", BY, trade.network.clock.now())
    await trade.ask(trade.supplier, trade.karim)
    known = await trade.known(trade.karim)
    assert (await trade.office.read(read_end, "catalogue", known.id)).welcome
    await trade.end(trade.karim)
    await trade.ask(trade.supplier, trade.karim)
    again = await trade.office.read(find_follow, known.id, trade.channel.id)
    assert again is not None
    assert again.state is FollowState.REQUESTED


@pytest.mark.attack("PRV-010")
async def test_somebody_who_is_no_partner_cannot_be_named(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    await trade.office.actors.resolve(trade.olga.uri)
    with pytest.raises(InvalidInput):
        await trade.write("Voyez avec @olga@ailleurs.example")
    named = await trade.write("Merci @karim@fournisseur.example")
    (created,) = trade.sent_to("fournisseur.example", "Create")
    assert created["object"]["id"] == named.uri
    assert trade.karim.uri in created["cc"]


@pytest.mark.attack("PRV-012")
async def test_a_boost_of_it_is_refused_here_and_from_there(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    post = await trade.write("Les prix d’avril")
    with pytest.raises(Refused):
        await trade.office.write(boost_post, trade.office, trade.ines, post.id, trade.network.clock.now())
    received = await find(trade.supplier, post.uri)
    assert received is not None
    with pytest.raises(Refused):
        await trade.supplier.write(boost_post, trade.supplier, trade.karim, received.id, trade.network.clock.now())


async def test_partners_and_our_people_vote_in_a_poll_of_the_channel(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    now = trade.network.clock.now()
    post = await trade.write("Quel format ?", poll=PollDraft(("Petit", "Grand"), several=False, ends_at=now + timedelta(days=1)))
    received = await find(trade.supplier, post.uri)
    assert received is not None
    await trade.supplier.write(vote, trade.supplier, trade.karim, received.id, ["Grand"], now)
    await trade.office.write(vote, trade.office, trade.ines, post.id, ["Petit"], now)
    await trade.network.settle()
    counted = await find(trade.office, post.uri)
    assert counted is not None
    assert counted.poll is not None
    assert [option.votes for option in counted.poll.options] == [1, 1]


async def test_a_closed_channel_parts_from_everybody_and_lets_nobody_in(trade: Trade) -> None:
    await trade.let_in(trade.supplier, trade.karim)
    await trade.ask(trade.other, trade.olga)
    post = await trade.write("Les prix d’avril")
    await trade.office.write(actions.close_channel, trade.office, "catalogue", BY, trade.network.clock.now())
    await trade.network.settle()
    assert len(trade.sent_to("fournisseur.example", "Reject")) == len(trade.sent_to("ailleurs.example", "Reject")) == 1
    assert await trade.fetch(post.uri, trade.supplier, trade.karim) == 404
    assert await trade.may_read(trade.ines, post)
    with pytest.raises(InvalidInput):
        await trade.write("Encore un mot")
    await trade.ask(trade.supplier, trade.nadia)
    assert len(trade.sent_to("fournisseur.example", "Reject")) == 2
    known = await trade.known(trade.nadia)
    assert await trade.office.read(find_follow, known.id, trade.channel.id) is None
