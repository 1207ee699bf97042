"""What is noted at the moment something leaves: the standing under which the gate let it through."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from fedirse.base.clock import FixedClock
from fedirse.features.care.ledger.actions import find_about, sent_as
from fedirse.features.care.ledger.model import About, Sent
from fedirse.features.care.ledger.store import list_sent
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.posts.actions import delete_post, publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.store import remove_post
from fedirse.storage.deliveries import WaitingDelivery
from fedirse.storage.refusals import block_domain
from tests.federation.members import FOR_NETWORK, join_together, tell_admission, tell_removal
from tests.federation.network import START, Network, follow_site, running_network, say, site_actor
from tests.social.network.test_scopes import MEMBERS, NETWORK_WIDE, admit, join, site_of_lyon, write_for
from tests.visitors import Shop

SHOP, HEAD = "magasin.example", "siege.example"


async def noted(
    shop: Shop, audience: Audience | None, host: str = "lyon.example", kind: str = "Create", *, at: timedelta = timedelta()
) -> str | None:
    """What is noted of a delivery about a post for that audience; about no post, but for members alone, without one."""
    post = await write_for(shop, audience or NETWORK_WIDE)
    delivery = WaitingDelivery(
        id=7,
        host=host,
        inbox=f"https://{host}/inbox",
        attempts=0,
        refusals=0,
        queued_at=START,
        activity_id="a",
        activity_uri="https://x.example/a",
        kind=kind,
        actor_id=post.actor_id,
        item_id=post.id if audience is not None else None,
        body=b"",
        signer_id=shop.site.actor_id if audience is None or audience.internal else None,
    )
    return (await shop.site.read(sent_as, [delivery], START + at)).get(7)


async def test_the_serial_of_the_credential_in_force_is_noted(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop), serial=17)
    assert await noted(shop, NETWORK_WIDE) == "in-force 17"
    within = Audience(AudienceKind.FOLLOWERS, within=frozenset({Scope(AudienceKind.NETWORK, MEMBERS)}))
    assert await noted(shop, within) == "in-force 17"
    assert await noted(shop, NETWORK_WIDE, at=timedelta(days=20)) == "grace 17"
    assert await noted(shop, None, kind="Like") == "in-force 17"
    assert await noted(shop, None, kind="Undo") == "concerned"


async def test_nothing_is_made_up_for_whoever_is_no_member(shop: Shop) -> None:
    assert await noted(shop, NETWORK_WIDE) is None
    await join(shop)
    await admit(shop, await site_of_lyon(shop), suspended=True)
    for host in ("lyon.example", "partenaire.example", "x.lyon.example"):
        assert await noted(shop, NETWORK_WIDE, host) is None, host
        assert await noted(shop, None, host, kind="Like") is None, host
    assert await noted(shop, NETWORK_WIDE, kind="Delete") == "holder"


async def test_a_follower_is_told_from_somebody_who_is_named(shop: Shop) -> None:
    karim = await shop.stranger("karim", "lyon.example", inbox="https://lyon.example/inbox")
    await shop.let_follow(karim.actor, await shop.person("ines"))
    assert await noted(shop, Audience(AudienceKind.FOLLOWERS)) == "follower"
    assert await noted(shop, Audience(AudienceKind.FOLLOWERS, named=frozenset({karim.actor.id}))) == "named"
    assert await noted(shop, Audience(AudienceKind.DIRECT, named=frozenset({karim.actor.id}))) == "named"
    assert await noted(shop, Audience(AudienceKind.PUBLIC)) == "public"


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    async with running_network(tmp_path, FixedClock(START)) as running:
        await running.add(SHOP)
        await running.add(HEAD)
        yield running


async def lines(site: Site, about: About) -> list[Sent]:
    return await site.read(list_sent, about, limit=100)


async def test_the_ledger_tells_of_a_post_from_its_sending_to_its_deletion(network: Network) -> None:
    shop, head = network.processes[SHOP].sites[SHOP], network.processes[HEAD].sites[HEAD]
    await follow_site(head, shop)
    await network.settle()
    author = await site_actor(shop)
    post = await say(shop, author, "Bonjour")
    await network.settle()
    await shop.write(delete_post, shop, author, post.id, shop.clock.now())
    await network.settle()

    about = await shop.read(find_about, f" {post.uri} ")
    assert about == await shop.read(find_about, post.id) == About(item_id=post.id)
    told = await lines(shop, about)
    assert [(one.host, one.kind, one.standing, one.state) for one in told] == [
        (HEAD, "Create", "public", "delivered"),
        (HEAD, "Delete", "holder", "delivered"),
    ]
    await shop.write(remove_post, post.id)
    assert await shop.read(find_about, post.id) == about, "what was sent is told of also when nothing of the post is left"


async def test_an_activity_that_is_about_no_post_is_found_by_its_address(network: Network) -> None:
    head = network.processes[HEAD].sites[HEAD]
    await follow_site(head, network.processes[SHOP].sites[SHOP])
    await network.settle()
    (address,) = [orjson.loads(sent.body)["id"] for sent in network.wire.sent if sent.host == SHOP]
    about = await head.read(find_about, address)
    assert about == await head.read(find_about, address.rpartition("/")[2])
    assert [(one.host, one.kind, one.standing) for one in await lines(head, about)] == [(SHOP, "Follow", "concerned")]


async def test_what_never_left_has_no_standing_and_says_why(network: Network) -> None:
    shop, head = network.processes[SHOP].sites[SHOP], network.processes[HEAD].sites[HEAD]
    await follow_site(head, shop)
    await network.settle()
    network.wire.offline.add(HEAD)
    tried, never = [await say(shop, await site_actor(shop), text) for text in ("Essayé", "Jamais parti")]
    await network.settle()
    await shop.write(lambda tx: block_domain(tx, HEAD, reason="pourriels", subdomains=False, now=START))
    assert isinstance(network.clock, FixedClock)
    network.clock.advance(timedelta(days=1))
    network.wire.offline.clear()
    await network.settle()
    for post, standing in ((tried, "public"), (never, None)):
        (line,) = await lines(shop, About(item_id=post.id))
        assert (line.state, line.answer, line.standing) == ("withheld", "the domain is blocked", standing)


async def test_a_post_for_members_is_sent_under_their_credentials_and_withheld_from_who_is_removed(network: Network) -> None:
    shop, nantes = network.processes[SHOP].sites[SHOP], await network.add("nantes.example")
    await join_together(shop, nantes)
    author = await network.person(shop, "ines")

    async def write(text: str) -> Post:
        post = await shop.write(publish_post, shop, author, Draft(text, FOR_NETWORK), START)
        await network.settle()
        return post

    async def told(post: Post) -> tuple[str | None, str]:
        (line,) = await lines(shop, About(item_id=post.id))
        assert line.host == "nantes.example"
        return line.standing, line.state

    assert await told(await write("Entre nous.")) == ("in-force 2", "delivered")
    await tell_admission(nantes, shop, serial=5)
    assert await told(await write("Encore.")) == ("in-force 5", "delivered")
    network.wire.offline.add("nantes.example")
    tried, never = await write("Pendant la panne."), await write("Et après.")
    await tell_removal(nantes, shop, serial=6)
    network.wire.offline.clear()
    assert isinstance(network.clock, FixedClock)
    network.clock.advance(timedelta(hours=1))
    await network.settle()
    assert await told(tried) == ("in-force 5", "withheld")
    assert await told(never) == (None, "withheld")
