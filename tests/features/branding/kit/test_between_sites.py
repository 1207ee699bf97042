"""A head office offers a look; each site sees it, decides, gets its own copy, and can go back. Nobody else can offer one."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from PIL import Image

from fedirse.base.errors import Conflict, NotFound
from fedirse.base.identifiers import new_id
from fedirse.base.types import ANYONE, JsonObject
from fedirse.features.branding.kit.actions import (
    OFFERED,
    find_offered,
    get_offered,
    look_of,
    offer_kit,
    refuse_kit,
    take_kit,
    withdraw_kit,
)
from fedirse.features.branding.kit.jobs import tell_newcomers
from fedirse.features.branding.kit.model import Choice, Kit, KnownKit, Look, Wish
from fedirse.features.branding.kit.store import count_waiting
from fedirse.features.branding.kit.wire import render_offer
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.follows.channels.model import Runner
from fedirse.social.media.actions import accept_upload, attach
from fedirse.social.media.model import Purpose
from fedirse.social.media.store import list_of_actor
from fedirse.social.media.views import url_of
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from tests.federation.network import follow_site
from tests.federation.rosters import Group, receive_again, running_group

BY = Runner("01J00000000000000000000000", "nadia")
LOOK = Look("#b3261e", "#f2c14e", "round")
SIEGE = "https://siege.example/actor"


class Bytes:
    """A picture, read as an upload."""

    def __init__(self, colour: str) -> None:
        self.content = io.BytesIO()
        Image.new("RGB", (96, 96), colour).save(self.content, "PNG")
        self.content.seek(0)

    async def read(self, size: int = -1) -> bytes:
        return self.content.read(size)


class Offering:
    """A head office that offers, and its sites."""

    def __init__(self, group: Group) -> None:
        self.group = group

    @property
    def siege(self) -> Site:
        return self.group.siege

    def site(self, name: str) -> Site:
        return self.group.sites[f"{name}.example"]

    async def logo(self, colour: str = "#b3261e") -> str:
        """A logo that is offered; its address."""
        now = self.group.clock.now()
        kept = await accept_upload(self.siege, self.siege.actor_id, Bytes(colour), filename="logo.png", purpose=Purpose.LOGO, now=now)
        await self.siege.write(attach, self.siege, [kept.id], OFFERED, self.siege.actor_id, now, purpose=Purpose.LOGO)
        return url_of(self.siege, kept)

    async def offer(self, look: Look = LOOK, name: str = "Charte 2026") -> Kit:
        """A kit, delivered."""
        self.group.clock.advance(timedelta(minutes=1))
        now = self.group.clock.now()
        kit = await self.siege.write(lambda tx: offer_kit(tx, self.siege, name, "Pour être reconnus.", look, now, by=BY))
        await self.group.settle()
        return kit

    async def withdraw(self) -> None:
        await self.siege.write(lambda tx: withdraw_kit(tx, self.siege, self.group.clock.now(), by=BY))
        await self.group.settle()

    async def at(self, name: str) -> KnownKit | None:
        """What a site was offered."""
        return await self.site(name).read(find_offered)

    async def take(self, name: str, look: Look | None = None) -> None:
        """Somebody takes it, and it is copied."""
        known = await self.at(name)
        assert known is not None
        site = self.site(name)
        wish = Wish(look or known.kit.look, BY.account_id, BY.who)
        await site.write(take_kit, site, known.kit.version, wish, self.group.clock.now())
        await self.group.settle()

    async def send(self, sender: str, receiver: str, activity: JsonObject) -> None:
        """A site sends something, under its own key, as to a member."""
        site, other = self.site(sender), await self.site(sender).actors.resolve(f"https://{receiver}.example/actor")

        def say(tx: Transaction) -> None:
            publish(
                tx,
                site,
                actor=get_actor(tx, site.actor_id),
                activity=activity,
                inboxes=inboxes_of([other], own_host=site.uris.host, shared=True),
                item_id=None,
                listed=False,
                now=self.group.clock.now(),
                signer_id=site.actor_id,
            )

        await site.write(say)
        await self.group.settle()

    def rendered(self, sender: str, kit: Kit) -> JsonObject:
        """An offer as a site would say it."""
        site = self.site(sender)
        uri = site.uris.activity(new_id(self.group.clock.now()))
        return render_offer(uri, head_office=site.uris.site_actor, members=self.siege.uris.members, kit=kit, now=self.group.clock.now())


@pytest.fixture
async def offering(tmp_path: Path) -> AsyncIterator[Offering]:
    async with running_group(tmp_path, "lyon", "nantes") as group:
        yield Offering(group)


async def waiting(site: Site) -> int:
    """The number beside the look of a site."""
    return await site.read(count_waiting, ANYONE)


async def test_what_the_head_office_offers_waits_at_every_site_and_changes_nothing_there(offering: Offering) -> None:
    before = offering.site("lyon").settings
    await offering.offer()
    for name in ("lyon", "nantes"):
        known = await offering.at(name)
        assert known is not None
        assert (known.kit.version, known.kit.name, known.kit.sentence, known.kit.look) == (1, "Charte 2026", "Pour être reconnus.", LOOK)
        assert known.choice is Choice.WAITING
        assert await waiting(offering.site(name)) == 1
    assert offering.site("lyon").settings == before
    # The head office offers nothing to itself.
    assert await offering.siege.read(find_offered) is None
    assert await waiting(offering.siege) == 0


async def test_another_member_cannot_offer_a_look(offering: Offering) -> None:
    await offering.send("nantes", "lyon", offering.rendered("nantes", Kit(7, "Autre", "", LOOK)))
    assert await offering.at("lyon") is None
    # Nor one that says that it is the head office's.
    forged = offering.rendered("nantes", Kit(8, "Autre", "", LOOK))
    forged["object"]["attributedTo"] = SIEGE
    await offering.send("nantes", "lyon", forged)
    assert await offering.at("lyon") is None


async def test_a_stranger_cannot_offer_a_look_even_to_who_follows_it(offering: Offering) -> None:
    stranger = await offering.group.make("ailleurs")
    await follow_site(offering.site("lyon"), stranger)
    await offering.group.settle()
    other = await stranger.actors.resolve("https://lyon.example/actor")
    activity = offering.rendered("ailleurs", Kit(7, "Autre", "", LOOK))

    def say(tx: Transaction) -> None:
        publish(
            tx,
            stranger,
            actor=get_actor(tx, stranger.actor_id),
            activity=activity,
            inboxes=inboxes_of([other], own_host=stranger.uris.host, shared=True),
            item_id=None,
            listed=True,
            now=offering.group.clock.now(),
        )

    await stranger.write(say)
    await offering.group.settle()
    assert any(sent.host == "lyon.example" and b"BrandKit" in sent.body for sent in offering.group.wire.wire.sent)
    assert await offering.at("lyon") is None


async def test_what_comes_twice_and_an_older_version_after_a_newer_one_have_no_effect(offering: Offering) -> None:
    await offering.offer()
    first = next(sent.body for sent in offering.group.wire.wire.sent if sent.host == "lyon.example" and b"BrandKit" in sent.body)
    await offering.offer(replace(LOOK, colour="#1f7a4d"), "Charte verte")
    lyon = offering.site("lyon")
    await lyon.write(lambda tx: refuse_kit(tx, 2, offering.group.clock.now(), by=BY))
    # The very same once more.
    assert await receive_again(offering.group, lyon, first) == 202
    # The older one under another id, as if it had been on the way for long.
    await offering.send("siege", "lyon", offering.rendered("siege", Kit(1, "Charte 2026", "", LOOK)))
    # The present version with other words.
    await offering.send("siege", "lyon", offering.rendered("siege", Kit(2, "Autre", "", LOOK)))
    known = await offering.at("lyon")
    assert known is not None
    assert (known.kit.version, known.kit.name, known.choice) == (2, "Charte verte", Choice.REFUSED)


async def test_a_member_that_joins_later_is_offered_it_too_and_nobody_twice(offering: Offering) -> None:
    await offering.offer()
    await offering.group.admit("brest")
    await offering.group.settle()
    assert await offering.at("brest") is None
    await tell_newcomers(offering.siege)
    await offering.group.settle()
    known = await offering.at("brest")
    assert known is not None
    assert known.kit.name == "Charte 2026"
    count = sum(b"BrandKit" in sent.body for sent in offering.group.wire.wire.sent)
    assert count == 3
    await tell_newcomers(offering.siege)
    await offering.group.settle()
    assert sum(b"BrandKit" in sent.body for sent in offering.group.wire.wire.sent) == count


async def test_a_site_that_was_away_gets_it_when_it_is_back(offering: Offering) -> None:
    offering.group.cut("lyon")
    await offering.offer()
    assert await offering.at("lyon") is None
    offering.group.cut()
    await offering.group.pass_time(hours=2)
    assert await offering.at("lyon") is not None


async def test_a_taken_kit_becomes_the_sites_own_with_files_of_its_own_and_can_be_undone(offering: Offering) -> None:
    lyon = offering.site("lyon")
    before = look_of(lyon.settings)
    await offering.offer(replace(LOOK, logo=await offering.logo()))
    await offering.take("lyon")
    now = look_of(lyon.settings)
    assert (now.colour, now.accent, now.font) == ("#b3261e", "#f2c14e", "round")
    assert now.logo.endswith(".png")
    with Image.open(lyon.folder / "media" / now.logo) as picture:
        assert picture.size == (96, 96)
    [own] = await lyon.read(list_of_actor, lyon.actor_id)
    assert own.purpose is Purpose.LOGO
    known = await offering.at("lyon")
    assert known is not None
    assert (known.choice, known.before, known.given) == (Choice.TAKEN, before, now)
    assert await waiting(lyon) == 0
    # What the head office does with its own files afterwards is nothing to the site.
    await offering.withdraw()
    assert look_of(lyon.settings) == now
    assert (lyon.folder / "media" / now.logo).is_file()


async def test_it_can_be_taken_with_other_colours_and_without_its_logo(offering: Offering) -> None:
    await offering.offer(replace(LOOK, logo=await offering.logo()))
    await offering.take("lyon", replace(LOOK, accent="#123456"))
    look = look_of(offering.site("lyon").settings)
    assert (look.colour, look.accent, look.logo) == ("#b3261e", "#123456", "")


async def test_a_later_version_is_offered_again_and_not_put_in_place(offering: Offering) -> None:
    await offering.offer()
    await offering.take("lyon")
    own = look_of(offering.site("nantes").settings)
    await offering.offer(replace(LOOK, colour="#1f7a4d"))
    known = await offering.at("lyon")
    assert known is not None
    assert (known.kit.version, known.choice) == (2, Choice.WAITING)
    assert offering.site("lyon").settings.colour == "#b3261e"
    assert await waiting(offering.site("lyon")) == 1
    # Taken as well, the way back leads to what the site had of its own.
    await offering.take("lyon")
    known = await offering.at("lyon")
    assert known is not None
    assert known.before is not None
    assert replace(known.before, logo="", cover="") == replace(own, logo="", cover="")


async def test_a_picture_that_cannot_be_had_changes_nothing_and_says_so(offering: Offering) -> None:
    lyon = offering.site("lyon")
    before = lyon.settings
    await offering.offer(replace(LOOK, logo="https://siege.example/media/none/none/full.png"))
    await offering.take("lyon")
    known = await offering.at("lyon")
    assert known is not None
    assert known.choice is Choice.FAILED
    assert lyon.settings == before
    assert await waiting(lyon) == 1


async def test_while_the_head_office_cannot_be_reached_the_copy_waits(offering: Offering) -> None:
    await offering.offer(replace(LOOK, logo=await offering.logo()))
    offering.group.cut("siege")
    await offering.take("lyon")
    known = await offering.at("lyon")
    assert known is not None
    assert known.choice is Choice.TAKING
    offering.group.cut()
    await offering.group.pass_time(hours=1)
    known = await offering.at("lyon")
    assert known is not None
    assert known.choice is Choice.TAKEN


async def test_a_picture_that_lies_with_somebody_else_is_no_part_of_it(offering: Offering) -> None:
    await offering.offer(replace(LOOK, logo="https://nantes.example/logo", cover="https://siege.example.evil.example/c.png"))
    known = await offering.at("lyon")
    assert known is not None
    assert known.kit.look == LOOK


async def test_what_is_withdrawn_can_be_taken_no_more_and_is_told_to_nobody_new(offering: Offering) -> None:
    await offering.offer()
    await offering.withdraw()
    known = await offering.at("lyon")
    assert known is not None
    assert (known.kit.withdrawn, known.kit.version, known.kit.name) == (True, 2, "")
    assert await waiting(offering.site("lyon")) == 0
    with pytest.raises(NotFound):
        await offering.site("lyon").read(get_offered, 2)
    await offering.group.admit("brest")
    await tell_newcomers(offering.siege)
    await offering.group.settle()
    assert await offering.at("brest") is None


async def test_who_looked_at_an_earlier_version_does_not_take_the_later_one_unseen(offering: Offering) -> None:
    await offering.offer()
    await offering.offer(replace(LOOK, colour="#1f7a4d"))
    lyon = offering.site("lyon")
    with pytest.raises(Conflict):
        await lyon.write(take_kit, lyon, 1, Wish(LOOK), offering.group.clock.now())


async def test_a_site_offers_nothing_to_others(offering: Offering) -> None:
    lyon = offering.site("lyon")
    with pytest.raises(NotFound):
        await lyon.write(lambda tx: offer_kit(tx, lyon, "Autre", "", LOOK, offering.group.clock.now(), by=BY))


async def test_it_leaves_for_members_alone_and_names_nobody(offering: Offering) -> None:
    await offering.offer()
    sent = [one for one in offering.group.wire.wire.sent if b"BrandKit" in one.body]
    assert {one.host for one in sent} == {"lyon.example", "nantes.example"}
    body = orjson.loads(sent[0].body)
    assert body["to"] == [offering.siege.uris.members]
    assert body["actor"] == SIEGE
    assert b"nadia" not in sent[0].body
