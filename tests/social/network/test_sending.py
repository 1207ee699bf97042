"""What is for members leaves for members only, asked at the moment of sending."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.outbox.rounds import PutOff
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.roster.model import Removal, Snapshot
from fedirse.social.network.roster.store import save_snapshot, save_statement
from fedirse.social.network.roster.wire import read_snapshot, read_statement, render_removal, render_snapshot
from fedirse.social.network.segments.model import Has
from fedirse.social.posts.access.actions import NEVER_SENT, may_send
from fedirse.social.posts.model import Post
from fedirse.storage.deliveries import WaitingDelivery
from tests.federation.network import START
from tests.social.network.roster.test_wire import KEYS, NETWORK, signed
from tests.social.network.test_scopes import LYON, NETWORK_WIDE, admit, define, join, site_of_lyon, write_for
from tests.visitors import Shop


async def asked(shop: Shop, audience: Audience, host: str = "lyon.example", *, at: timedelta = timedelta()) -> str | None:
    post = await write_for(shop, audience)
    return await shop.site.read(may_send, waiting(shop, post, host), START + at)


def waiting(shop: Shop, post: Post, host: str) -> WaitingDelivery:
    return WaitingDelivery(
        1, host, f"https://{host}/inbox", 0, 0, START, "a", "https://x.example/a", "Create", post.actor_id, post.id, b"", shop.site.actor_id
    )


async def test_it_leaves_for_a_member_and_for_no_other_host(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    assert await asked(shop, NETWORK_WIDE) is None
    for host in ("partenaire.example", "x.lyon.example", "lyon.example.evil.example", "LYON.example", "lyon.example:8443"):
        assert await asked(shop, NETWORK_WIDE, host) is not None, host


async def test_without_a_network_it_does_not_leave_at_all(shop: Shop) -> None:
    await admit(shop, await site_of_lyon(shop))
    assert await asked(shop, NETWORK_WIDE) == "this site is in no network"


@pytest.mark.attack("PRV-008")
async def test_what_waits_for_a_removed_member_is_dropped(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    removal = Removal(id="https://siege.example/network/members/1", network=NETWORK, member=LYON, serial=2, digest="", removed=START)
    document = signed(render_removal(removal))
    await shop.site.write(save_statement, read_statement(document, KEYS), document, START)
    reason = await asked(shop, NETWORK_WIDE)
    assert reason is not None
    assert not isinstance(reason, PutOff)


async def test_what_waits_for_a_suspended_member_is_dropped(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop), suspended=True)
    reason = await asked(shop, NETWORK_WIDE)
    assert reason is not None
    assert not isinstance(reason, PutOff)


async def test_after_the_period_of_grace_it_waits_and_is_not_lost(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    assert await asked(shop, NETWORK_WIDE, at=timedelta(days=20)) is None
    assert isinstance(await asked(shop, NETWORK_WIDE, at=timedelta(days=40)), PutOff)


async def test_while_a_later_credential_is_known_to_exist_it_waits(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    listing = Snapshot(
        id=f"{NETWORK}/roster", network=NETWORK, serial=9, digest="", issued=START, ends=START + timedelta(hours=72), listing={LYON: 8}
    )
    document = signed(render_snapshot(listing))
    await shop.site.write(save_snapshot, read_snapshot(document, KEYS), document, START)
    assert isinstance(await asked(shop, NETWORK_WIDE), PutOff)


async def test_a_segment_leaves_for_those_it_covers_and_every_scope_counts(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop), attributes=Attributes(region="Sud"))
    south, north = (
        await define(shop, Has(Attribute.REGION, frozenset({"Sud"})), "sud"),
        await define(shop, Has(Attribute.REGION, frozenset({"Nord"})), "nord"),
    )
    assert await asked(shop, south) is None
    assert await asked(shop, north) is not None
    followers = Audience(AudienceKind.FOLLOWERS, within=frozenset({Scope(AudienceKind.SEGMENT, north.of)}))
    assert await asked(shop, followers) is not None


async def test_what_is_for_partners_leaves_for_those_who_follow_and_for_nobody_who_is_named(shop: Shop) -> None:
    follower, named = await shop.stranger("karim", "partenaire.example"), await shop.stranger("olga", "ailleurs.example")
    await shop.let_follow(follower.actor, await shop.person("ines"))
    post = await write_for(shop, Audience(AudienceKind.PARTNERS, frozenset({named.actor.id})))
    reasons = [
        await shop.site.read(may_send, replace(waiting(shop, post, one.actor.host), inbox=one.actor.inbox), START)
        for one in (follower, named)
    ]
    assert reasons == [None, "nobody there may read the post any more"]


async def test_whoever_was_never_sent_something_internal_is_not_told_that_it_was_deleted(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    post = await write_for(shop, NETWORK_WIDE)
    deletion = replace(waiting(shop, post, "lyon.example"), kind="Delete")
    assert await shop.site.read(may_send, deletion, START) is None
    assert await shop.site.read(may_send, deletion, START + timedelta(days=40)) == NEVER_SENT
