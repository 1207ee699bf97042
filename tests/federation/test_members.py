"""What is for members, between whole sites: it arrives at every member, stays among them, and a member's key is what opens it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from fedirse.activitypub.contexts.outgoing import ACTIVITY_CONTEXT
from fedirse.activitypub.signatures import SignedRequest, add_proof, multikey, sign_cavage, sign_message
from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.base.errors import InvalidInput, Refused
from fedirse.base.identifiers import new_id
from fedirse.base.types import ANYONE, JsonObject
from fedirse.outbox.schemes import Scheme
from fedirse.outbox.signing import signed_headers
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.follows.actions import follow
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.model import Has
from fedirse.social.posts.actions import delete_post, edit_post, publish_post, reader_for
from fedirse.social.posts.model import Draft, PollDraft, Post
from fedirse.social.posts.polls.actions import vote
from fedirse.social.posts.reactions.actions import boost_post, like_post, unlike_post
from fedirse.social.posts.store import list_readable_posts
from fedirse.social.timelines.store import local_timeline
from fedirse.storage.activities import list_outbox
from fedirse.storage.actors import find_local_actor
from fedirse.storage.signing import KeyPair, NamedKey
from tests.federation.members import FOR_NETWORK, MEMBERS, join_together, tell_admission, tell_removal, tell_segment
from tests.federation.network import START, Network, find, local, running_network, texts
from tests.social.network.roster.test_wire import fresh_key

AS2 = "application/activity+json"
SIGNS_AS = "signature-input"


@dataclass
class Group:
    """Three members and a partner, whose people follow Inès of Lyon."""

    network: Network
    lyon: Site
    nantes: Site
    lille: Site
    partner: Site
    ines: StoredActor

    async def write(self, text: str, audience: Audience = FOR_NETWORK, **values: Any) -> Post:
        """A post of Inès, delivered."""
        post = await self.lyon.write(publish_post, self.lyon, self.ines, Draft(text, audience, **values), self.network.clock.now())
        await self.network.settle()
        return post

    async def read_at(self, site: Site, post: Post) -> Audience | None:
        """Whom a post is for at a site but for names, None when it is not there."""
        found = await find(site, post.uri)
        return None if found is None else replace(found.audience, named=frozenset())

    async def person(self, site: Site, handle: str) -> StoredActor:
        return await self.network.person(site, handle)

    async def answer(self, site: Site, by: StoredActor, to: Post, text: str, audience: Audience | None = None) -> Post:
        """An answer of somebody at a site, delivered."""
        parent = await find(site, to.uri)
        assert parent is not None
        draft = Draft(text, audience or Audience(AudienceKind.PUBLIC), in_reply_to=parent.id)
        post = await site.write(publish_post, site, by, draft, self.network.clock.now())
        await self.network.settle()
        return post

    async def get(self, at: Site, uri: str, key: NamedKey | None, *, accept: str = AS2) -> httpx.Response:
        """What a host answers to a GET signed with a key."""
        host, path = at.uris.host, uri.removeprefix(at.uris.origin)
        headers = {"host": host, "accept": accept}
        if key is not None:
            sign = sign_message if "#ed25519" in key.uri else sign_cavage
            headers |= dict(sign(SignedRequest("GET", "https", host, path, (), b""), key.uri, key.key, self.network.clock.now()))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.network.wire.applications[host])) as client:
            client.headers.clear()
            return await client.get(uri, headers=headers)

    async def keys(self, site: Site, actor: StoredActor | None = None) -> KeyPair:
        return await site.read(site.signing.load, site.actor_id if actor is None else actor.id)

    def bodies_to(self, *hosts: str) -> list[dict[str, Any]]:
        """What was posted to some hosts."""
        return [orjson.loads(sent.body) for sent in self.network.wire.sent if sent.host in hosts]


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with running_network(tmp_path) as network:
        lyon, nantes, lille, partner = [await network.add(f"{name}.example") for name in ("lyon", "nantes", "lille", "partenaire")]
        ines, karim = await network.person(lyon, "ines"), await network.person(partner, "karim")
        followed = await partner.actors.resolve(ines.uri)
        await partner.write(follow, partner, karim, followed, START)
        await network.settle()
        south, north = Attributes(region="Sud"), Attributes(region="Nord")
        await join_together(lyon, nantes, lille, attributes=[south, south, north])
        yield Group(network, lyon, nantes, lille, partner, ines)


@pytest.mark.attack("PRV-005", "PRV-039")
async def test_it_arrives_at_every_member_and_not_at_a_follower_outside(group: Group) -> None:
    before = len(group.network.wire.sent)
    post = await group.write("Les chiffres de mars")
    assert await group.read_at(group.nantes, post) == FOR_NETWORK
    assert await group.read_at(group.lille, post) == FOR_NETWORK
    assert await group.read_at(group.partner, post) is None
    assert texts(await local(group.nantes)) == ["<p>Les chiffres de mars</p>"]
    assert texts(await group.nantes.read(local_timeline, ANYONE, group.nantes.actor_id)) == []
    sent = group.network.wire.sent[before:]
    assert sorted(one.host for one in sent) == ["lille.example", "nantes.example"]
    key = (await group.keys(group.lyon)).ed25519.uri
    for one in sent:
        assert orjson.loads(one.body)["proof"]["verificationMethod"] == key
        assert f'keyid="{key}"' in dict(one.headers)[SIGNS_AS]
    assert await group.lyon.read(lambda tx: list_outbox(tx, group.ines.id, before=None, limit=10)) == []


@pytest.mark.attack("PRV-005", "PRV-007")
async def test_a_member_reads_it_by_its_key_and_all_others_get_what_does_not_exist(group: Group) -> None:
    post = await group.write("Les chiffres de mars")
    paul = await group.person(group.nantes, "paul")
    nantes, partner = await group.keys(group.nantes), await group.keys(group.partner)
    answer = await group.get(group.lyon, post.uri, nantes.ed25519)
    assert (answer.status_code, answer.json()["to"]) == (200, [MEMBERS])
    missing = group.lyon.uris.post("01J00000000000000000000000")
    viewers = [None, partner.ed25519, partner.rsa, nantes.rsa, (await group.keys(group.nantes, paul)).ed25519]
    answers = [await group.get(group.lyon, uri, viewer) for viewer in viewers for uri in (post.uri, missing)]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


@pytest.mark.attack("PRV-006")
async def test_a_host_that_only_looks_like_a_member_gets_what_does_not_exist(group: Group) -> None:
    post = await group.write("Les chiffres de mars")
    missing = group.lyon.uris.post("01J00000000000000000000000")
    for host in ("x.nantes.example", "nantes.example.evil.example", "evilnantes.example"):
        keys = await group.keys(await group.network.add(host))
        found, nothing = [await group.get(group.lyon, uri, keys.ed25519) for uri in (post.uri, missing)]
        assert (found.status_code, found.content) == (404, nothing.content)
    # The member's own key under another spelling of its host is nobody's key.
    nantes = (await group.keys(group.nantes)).ed25519
    for spelt in ("https://nantes.example./actor#ed25519", "https://NANTES.example/actor#ed25519"):
        found, nothing = [await group.get(group.lyon, uri, replace(nantes, uri=spelt)) for uri in (post.uri, missing)]
        assert (found.status_code, found.content) == (nothing.status_code, nothing.content)
        assert "mars" not in found.text
    assert (await group.get(group.lyon, post.uri, nantes)).status_code == 200


async def test_a_segment_goes_to_the_sites_it_covers_alone(group: Group) -> None:
    south = await tell_segment(Has(Attribute.REGION, frozenset({"Sud"})), "sud", group.lyon)
    post = await group.write("Pour le Sud", south)
    # Nantes has never heard of the segment: that it was sent it is what it needs to know.
    assert await group.read_at(group.nantes, post) == south
    assert await group.read_at(group.lille, post) is None
    paul = await group.person(group.nantes, "paul")
    found = await find(group.nantes, post.uri)
    assert found is not None
    assert await group.nantes.read(list_readable_posts, [found.id], reader_for(paul)) != {}
    assert await group.nantes.read(list_readable_posts, [found.id], ANYONE) == {}


async def test_an_answer_stays_within_both_scopes_and_says_so_on_the_wire(group: Group) -> None:
    south = await tell_segment(Has(Attribute.REGION, frozenset({"Sud"})), "sud", group.lyon, group.nantes)
    post = await group.write("Au réseau")
    paul = await group.person(group.nantes, "paul")
    answer = await group.answer(group.nantes, paul, post, "Dans le Sud seulement", south)
    both = replace(south, within=frozenset({Scope(AudienceKind.NETWORK, MEMBERS)}))
    assert await group.read_at(group.nantes, answer) == both
    assert await group.read_at(group.lyon, answer) == both
    assert await group.read_at(group.lille, answer) is None
    told = [one for one in group.bodies_to("lyon.example") if one["type"] == "Create"][-1]
    assert told["within"] == told["object"]["within"] == [MEMBERS]


async def test_answers_edits_likes_votes_and_deletes_work_among_members_and_stay_there(group: Group) -> None:
    assert isinstance(group.network.clock, FixedClock)
    poll = PollDraft(("Oui", "Non"), several=False, ends_at=START + timedelta(days=1))
    post = await group.write("Qui vient ?", poll=poll)
    paul = await group.person(group.nantes, "paul")
    at_nantes = await find(group.nantes, post.uri)
    assert at_nantes is not None
    now = group.network.clock.now()
    await group.nantes.write(like_post, group.nantes, paul, at_nantes.id, now)
    await group.nantes.write(vote, group.nantes, paul, at_nantes.id, ["Oui"], now)
    answer = await group.answer(group.nantes, paul, post, "Nous venons")
    liked = await find(group.lyon, post.uri)
    assert liked is not None
    assert liked.poll is not None
    assert (liked.likes, liked.replies, [option.votes for option in liked.poll.options]) == (1, 1, [1, 0])
    assert {await group.read_at(site, answer) for site in (group.lyon, group.nantes, group.lille)} == {FOR_NETWORK}
    group.network.clock.advance(timedelta(minutes=5))
    await group.lyon.write(edit_post, group.lyon, group.ines, post.id, Draft("Qui vient mardi ?", post.audience), group.network.clock.now())
    await group.nantes.write(unlike_post, group.nantes, paul, at_nantes.id, group.network.clock.now())
    await group.network.settle()
    edited, unliked = await find(group.lille, post.uri), await find(group.lyon, post.uri)
    assert edited is not None
    assert unliked is not None
    assert (edited.content, unliked.likes) == ("<p>Qui vient mardi ?</p>", 0)
    await group.lyon.write(delete_post, group.lyon, group.ines, post.id, group.network.clock.now())
    await group.network.settle()
    gone = await find(group.lille, post.uri)
    assert gone is not None
    assert gone.deleted_at is not None
    assert [one for one in group.bodies_to("partenaire.example") if one["type"] != "Accept"] == []


@pytest.mark.attack("PRV-013")
async def test_an_edit_takes_people_away_and_never_adds_any(group: Group) -> None:
    assert isinstance(group.network.clock, FixedClock)
    south = await tell_segment(Has(Attribute.REGION, frozenset({"Sud"})), "sud", group.lyon)
    post = await group.write("Au réseau")

    async def edit(text: str, audience: Audience) -> None:
        assert isinstance(group.network.clock, FixedClock)
        group.network.clock.advance(timedelta(minutes=5))
        await group.lyon.write(edit_post, group.lyon, group.ines, post.id, Draft(text, audience), group.network.clock.now())
        await group.network.settle()

    await edit("Encore au réseau", Audience(AudienceKind.PUBLIC))
    assert await group.read_at(group.lille, post) == FOR_NETWORK
    assert await group.read_at(group.partner, post) is None
    await edit("Au Sud seulement", south)
    narrowed = replace(south, within=frozenset({Scope(AudienceKind.NETWORK, MEMBERS)}))
    assert await group.read_at(group.nantes, post) == narrowed
    lost = await find(group.lille, post.uri)
    assert lost is not None
    assert (lost.content, lost.deleted_at is not None) == ("", True)
    await edit("De nouveau au réseau", FOR_NETWORK)
    assert await group.read_at(group.lyon, post) == narrowed


async def test_a_public_post_that_becomes_internal_is_taken_back_from_everybody_else(group: Group) -> None:
    assert isinstance(group.network.clock, FixedClock)
    post = await group.write("À tous", Audience(AudienceKind.PUBLIC))
    assert await group.read_at(group.partner, post) is not None
    group.network.clock.advance(timedelta(minutes=5))
    await group.lyon.write(edit_post, group.lyon, group.ines, post.id, Draft("Au réseau", FOR_NETWORK), group.network.clock.now())
    await group.network.settle()
    taken = await find(group.partner, post.uri)
    assert taken is not None
    assert (taken.content, taken.deleted_at is not None) == ("", True)
    assert await group.read_at(group.nantes, post) == FOR_NETWORK
    assert "Au réseau" not in str(group.bodies_to("partenaire.example"))


@pytest.mark.attack("PRV-010")
async def test_somebody_outside_who_is_named_is_refused_with_their_name(group: Group) -> None:
    await group.lyon.actors.resolve("https://partenaire.example/people/karim")
    with pytest.raises(InvalidInput, match=r"karim@partenaire\.example"):
        await group.write("Bonjour @karim@partenaire.example", FOR_NETWORK)
    post = await group.write("Au réseau")
    with pytest.raises(InvalidInput, match=r"karim@partenaire\.example"):
        await group.answer(group.lyon, group.ines, post, "Et toi, @karim@partenaire.example ?")
    with pytest.raises(InvalidInput, match=r"karim@partenaire\.example"):
        await group.lyon.write(
            edit_post, group.lyon, group.ines, post.id, Draft("@karim@partenaire.example", FOR_NETWORK), group.network.clock.now()
        )
    assert [one for one in group.bodies_to("partenaire.example") if one["type"] != "Accept"] == []


@pytest.mark.attack("PRV-012")
async def test_it_cannot_be_boosted_here_nor_by_another_member(group: Group) -> None:
    post = await group.write("Au réseau")
    paul = await group.person(group.nantes, "paul")
    at_nantes = await find(group.nantes, post.uri)
    assert at_nantes is not None
    for site, actor, found in ((group.lyon, group.ines, post), (group.nantes, paul, at_nantes)):
        with pytest.raises(Refused):
            await site.write(boost_post, site, actor, found.id, group.network.clock.now())
    announce = _activity(group.nantes, paul, "Announce", post.uri, "https://www.w3.org/ns/activitystreams#Public")
    assert await _send(group, group.nantes, paul, announce, group.lyon, by_site=True) == 404
    after = await find(group.lyon, post.uri)
    assert after is not None
    assert after.boosts == 0


@pytest.mark.attack("PRV-007")
async def test_the_key_of_a_person_says_nothing_for_their_site(group: Group) -> None:
    paul, ines_at_nantes = await group.person(group.nantes, "paul"), await group.nantes.actors.resolve(group.ines.uri)
    for to in ([MEMBERS], [MEMBERS, ines_at_nantes.uri]):
        note = _note(group.nantes, paul, to)
        if len(to) == 1:
            edit = _activity(group.nantes, paul, "Update", note, *to)
            assert await _send(group, group.nantes, paul, edit, group.lyon, by_site=False) == 403
        status = await _send(group, group.nantes, paul, _activity(group.nantes, paul, "Create", note, *to), group.lyon, by_site=False)
        found = await find(group.lyon, note["id"])
        if len(to) == 1:
            assert (status, found) == (403, None)
        else:
            assert found is not None
            assert found.audience == Audience(AudienceKind.DIRECT, frozenset({group.ines.id}))


async def test_the_proof_of_the_site_is_as_good_as_its_signature_whoever_brings_it(group: Group) -> None:
    paul = await group.person(group.nantes, "paul")
    note = _note(group.nantes, paul, [MEMBERS])
    activity = _activity(group.nantes, paul, "Create", note, MEMBERS)
    body = await _proven(group, group.nantes, paul, activity, by_site=True)
    marie = await group.person(group.lille, "marie")
    assert await _post(group, group.lyon, body, await group.keys(group.lille, marie)) == 202
    found = await find(group.lyon, note["id"])
    assert found is not None
    assert found.audience == FOR_NETWORK


@pytest.mark.attack("PRV-008")
async def test_what_a_removed_member_says_and_asks_for_is_that_of_a_stranger(group: Group) -> None:
    post = await group.write("Avant")
    await tell_removal(group.nantes, group.lyon, group.lille, serial=9)
    later = await group.write("Après")
    assert await group.read_at(group.nantes, later) is None
    assert await group.read_at(group.lille, later) == FOR_NETWORK
    assert (await group.get(group.lyon, post.uri, (await group.keys(group.nantes)).ed25519)).status_code == 404
    paul = await group.person(group.nantes, "paul")
    at_nantes = await find(group.nantes, post.uri)
    assert at_nantes is not None
    await group.nantes.write(like_post, group.nantes, paul, at_nantes.id, group.network.clock.now())
    said = Draft("Toujours là", FOR_NETWORK)
    kept = await group.nantes.write(publish_post, group.nantes, paul, said, group.network.clock.now())
    await group.network.settle()
    assert await group.read_at(group.lyon, kept) is None
    unliked = await find(group.lyon, post.uri)
    assert unliked is not None
    assert unliked.likes == 0


async def test_what_waits_for_a_member_that_is_removed_meanwhile_is_dropped(group: Group) -> None:
    assert isinstance(group.network.clock, FixedClock)
    group.network.wire.offline.add("nantes.example")
    post = await group.write("Pendant la panne")
    await tell_removal(group.nantes, group.lyon, serial=9)
    group.network.wire.offline.clear()
    group.network.clock.advance(timedelta(days=1))
    await group.network.settle()
    assert await group.read_at(group.nantes, post) is None


async def test_whoever_took_over_the_domain_of_a_member_is_sent_nothing_they_can_speak_for(group: Group) -> None:
    # The head office has written down another key than the one that lives at Nantes now.
    await tell_admission(group.nantes, group.lyon, serial=7, key=multikey(fresh_key().public))
    paul = await group.person(group.nantes, "paul")
    note = _note(group.nantes, paul, [MEMBERS])
    body = await _proven(group, group.nantes, paul, _activity(group.nantes, paul, "Create", note, MEMBERS), by_site=True)
    assert await _post(group, group.lyon, body, await group.keys(group.nantes)) in {401, 403}
    assert await find(group.lyon, note["id"]) is None
    post = await group.write("Au réseau")
    assert (await group.get(group.lyon, post.uri, (await group.keys(group.nantes)).ed25519)).status_code == 404


async def test_a_member_speaks_for_its_own_people_and_for_nobody_elsewhere(group: Group) -> None:
    karim = await group.partner.read(find_local_actor, "karim")
    assert karim is not None
    note = _note(group.partner, karim, [MEMBERS])
    activity = _activity(group.partner, karim, "Create", note, MEMBERS)
    body = orjson.dumps(activity)
    assert await _post(group, group.lyon, body, await group.keys(group.nantes)) in {401, 403}
    assert await find(group.lyon, note["id"]) is None


async def test_what_waits_is_sent_to_a_member_whose_standing_is_known_again(group: Group) -> None:
    assert isinstance(group.network.clock, FixedClock)
    group.network.clock.advance(timedelta(days=40))
    post = await group.write("Après une longue panne du siège")
    assert await group.read_at(group.nantes, post) is None
    for serial, member in enumerate((group.lyon, group.nantes), start=20):
        await tell_admission(member, group.lyon, group.nantes, serial=serial, at=group.network.clock.now())
    group.network.clock.advance(timedelta(minutes=11))
    await group.network.settle()
    assert await group.read_at(group.nantes, post) == FOR_NETWORK


def _note(site: Site, author: StoredActor, to: list[str]) -> JsonObject:
    uri = site.uris.post(new_id(START))
    return {"id": uri, "type": "Note", "attributedTo": author.uri, "content": "<p>Entre nous</p>", "to": to, "published": START.isoformat()}


def _activity(site: Site, actor: StoredActor, kind: str, what: JsonObject | str, *to: str) -> JsonObject:
    uri = site.uris.activity(new_id(START))
    return {"@context": list(ACTIVITY_CONTEXT), "id": uri, "type": kind, "actor": actor.uri, "object": what, "to": list(to)}


async def _proven(group: Group, site: Site, actor: StoredActor, activity: JsonObject, *, by_site: bool) -> bytes:
    """The activity with a proof by its actor's own key, or by that of their site."""
    key = (await group.keys(site, None if by_site else actor)).ed25519
    return orjson.dumps(add_proof(activity, key=key.key, verification_method=key.uri, created=group.network.clock.now()))


async def _send(group: Group, site: Site, actor: StoredActor, activity: JsonObject, to: Site, *, by_site: bool) -> int:
    """Post an activity, proven and signed by its actor or by their site."""
    body = await _proven(group, site, actor, activity, by_site=by_site)
    return await _post(group, to, body, await group.keys(site, None if by_site else actor), Scheme.MESSAGE_ED25519)


async def _post(group: Group, to: Site, body: bytes, keys: KeyPair, scheme: Scheme = Scheme.MESSAGE_ED25519) -> int:
    inbox = to.uris.shared_inbox
    headers = signed_headers(scheme, inbox, body, keys, group.network.clock.now())
    application = group.network.wire.applications[to.uris.host]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application)) as client:
        return (await client.post(inbox, content=body, headers=dict(headers))).status_code
