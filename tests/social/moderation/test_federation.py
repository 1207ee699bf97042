"""Closed federation, and blocks once a host is known: the door, the way out and the pages, all by the same rule."""

import msgspec
import orjson
import pytest

from fedirse.assembly import renew_settings
from fedirse.base.errors import Blocked
from fedirse.outbox.schemes import Scheme
from fedirse.outbox.signing import signed_headers
from fedirse.site import Site
from fedirse.social.moderation.blocks.actions import adopt_federation, allow_host, block_actor, block_host, disallow_host
from fedirse.social.moderation.model import OPERATOR
from fedirse.social.posts.model import Post
from fedirse.storage.actors import get_actor_by_uri
from fedirse.storage.audit import list_entries
from fedirse.storage.refusals import is_federation_closed, is_refused_host, refused_among
from tests.federation.network import Network, find, follow_site, local, say, site_actor, texts
from tests.visitors import Shop


async def close(site: Site, *allowed: str) -> None:
    """Have to do with these servers only."""
    for host in allowed:
        await site.write(allow_host, host, reason="Du groupe.", by=OPERATOR, now=site.clock.now())
    site.adopt(msgspec.structs.replace(site.settings, federation="allowed"))
    await site.write(adopt_federation, site)


async def post_as(by: Site, to: Site, post: Post) -> int:
    """Send a Create once more, as whoever wrote it would; the status it is answered."""
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{by.uris.origin}/activities/x",
        "type": "Like",
        "actor": by.uris.site_actor,
        "object": post.uri,
    }
    body = orjson.dumps(document)
    keys = await by.read(by.signing.load, by.actor_id)
    return (
        await by.client.post(to.uris.shared_inbox, body, signed_headers(Scheme.CAVAGE, to.uris.shared_inbox, body, keys, by.clock.now()))
    ).status


async def test_who_is_not_on_the_list_gets_the_answer_of_the_blocked_at_the_door(network: Network) -> None:
    colmar, lyon, metz = [await network.add(domain) for domain in ("colmar.example", "lyon.example", "metz.example")]
    said = await say(colmar, await site_actor(colmar), "bonjour")
    assert await post_as(lyon, colmar, said) == 202
    await close(colmar, "metz.example")
    assert await post_as(lyon, colmar, said) == 403
    assert await post_as(metz, colmar, said) == 202
    await colmar.write(disallow_host, "metz.example", OPERATOR, colmar.clock.now())
    assert await post_as(metz, colmar, said) == 403


async def test_nothing_is_fetched_from_who_is_not_on_the_list(network: Network) -> None:
    colmar, lyon = await network.add("colmar.example"), await network.add("lyon.example")
    said = await say(lyon, await site_actor(lyon), "bonjour")
    await close(colmar)
    network.wire.fetched.clear()
    with pytest.raises(Blocked):
        await colmar.fetch_document(said.uri)
    assert network.wire.fetched == []
    await colmar.write(allow_host, "lyon.example", reason="Du groupe.", by=OPERATOR, now=colmar.clock.now())
    assert (await colmar.fetch_document(said.uri))["id"] == said.uri


async def test_nothing_is_delivered_to_who_is_not_on_the_list(network: Network) -> None:
    colmar, lyon, metz = [await network.add(domain) for domain in ("colmar.example", "lyon.example", "metz.example")]
    await follow_site(lyon, colmar)
    await follow_site(metz, colmar)
    await network.settle()
    await close(colmar, "metz.example")
    said = await say(colmar, await site_actor(colmar), "pour le groupe")
    await network.settle()
    assert await find(metz, said.uri) is not None
    assert await find(lyon, said.uri) is None
    assert not [sent for sent in network.wire.sent if sent.host == "lyon.example" and b"pour le groupe" in sent.body]


async def test_who_is_not_on_the_list_may_fetch_nothing_signed(network: Network) -> None:
    colmar, lyon = await network.add("colmar.example"), await network.add("lyon.example")
    said = await say(colmar, await site_actor(colmar), "bonjour")
    assert (await lyon.fetch_document(said.uri))["id"] == said.uri
    await close(colmar)
    with pytest.raises(Exception, match="403"):
        await lyon.fetch_document(said.uri)


async def test_what_they_wrote_is_shown_no_more_and_comes_back_with_its_follows_once_they_are_allowed(network: Network) -> None:
    colmar, lyon = await network.add("colmar.example"), await network.add("lyon.example")
    await follow_site(colmar, lyon)
    await network.settle()
    await say(lyon, await site_actor(lyon), "bonjour")
    await network.settle()
    assert texts(await local(colmar)) == ["<p>bonjour</p>"]
    await close(colmar)
    assert texts(await local(colmar)) == []
    await colmar.write(allow_host, "lyon.example", reason="Du groupe.", by=OPERATOR, now=colmar.clock.now())
    assert texts(await local(colmar)) == ["<p>bonjour</p>"]
    await say(lyon, await site_actor(lyon), "encore")
    await network.settle()
    assert len(await local(colmar)) == 2


async def test_the_setting_counts_from_the_start_of_the_site(network: Network) -> None:
    colmar = await network.add("colmar.example")
    assert not await colmar.read(is_federation_closed)
    settings = network.folder / "colmar.example" / "sites" / "colmar.example" / "settings.toml"
    await network.stop("colmar.example")
    settings.write_text(settings.read_text("utf-8").replace('federation = "open"', 'federation = "allowed"'), "utf-8")
    again = await network.start("colmar.example")
    assert await again.read(is_federation_closed)
    await network.stop("colmar.example")
    settings.write_text(settings.read_text("utf-8").replace('federation = "allowed"', 'federation = "open"'), "utf-8")
    assert not await (await network.start("colmar.example")).read(is_federation_closed)


async def test_a_setting_that_somebody_changes_by_hand_counts_while_the_site_is_served(network: Network) -> None:
    colmar = await network.add("colmar.example")
    path = colmar.folder / "settings.toml"
    path.write_text(path.read_text("utf-8").replace('federation = "open"', 'federation = "allowed"'), "utf-8")
    await renew_settings(colmar)
    assert await colmar.read(is_federation_closed)


async def test_the_pages_stay_open_to_anybody_at_a_browser(shop: Shop) -> None:
    said = await say(shop.site, await shop.person("ines"), "Pour tous")
    await close(shop.site)
    assert (await shop.get(f"/posts/{said.id}")).status_code == 200
    assert "Pour tous" in (await shop.get("/@ines")).text


async def test_a_block_counts_before_the_list_and_our_own_host_never_needs_to_be_on_it(shop: Shop) -> None:
    site = shop.site
    await close(site, "lyon.example", "metz.example:8443")
    await site.write(block_host, site, "lyon.example", reason="Fini.", subdomains=False, by=OPERATOR, now=site.clock.now())
    hosts = ["magasin.example", "lyon.example", "metz.example:8443", "metz.example", "sous.lyon.example", "nice.example"]
    refused = {"lyon.example", "metz.example", "sous.lyon.example", "nice.example"}
    assert await site.read(refused_among, hosts) == refused
    assert {host for host in hosts if await site.read(is_refused_host, host)} == refused


async def test_a_host_on_the_list_may_use_any_port(shop: Shop) -> None:
    await close(shop.site, "lyon.example")
    assert not await shop.site.read(is_refused_host, "lyon.example:8443")
    assert await shop.site.read(refused_among, ["lyon.example:8443"]) == frozenset()


async def test_nothing_of_a_blocked_person_is_accepted_whoever_brings_it(network: Network) -> None:
    colmar, lyon = await network.add("colmar.example"), await network.add("lyon.example")
    karim = await network.person(lyon, "karim")
    ines = await network.person(colmar, "ines")
    await lyon.actors.resolve(ines.uri)
    first = await say(lyon, karim, f"@{ines.handle}@colmar.example un")
    await network.settle()
    assert await find(colmar, first.uri) is not None
    known = await colmar.read(get_actor_by_uri, karim.uri)
    await colmar.write(block_actor, known, reason="Insultes.", by=OPERATOR, now=colmar.clock.now())
    second = await say(lyon, karim, f"@{ines.handle}@colmar.example deux")
    await network.settle()
    assert await find(colmar, second.uri) is None
    assert 403 in [sent.status for sent in network.wire.sent if b"deux" in sent.body]
    other = await say(lyon, await network.person(lyon, "nour"), f"@{ines.handle}@colmar.example trois")
    await network.settle()
    assert await find(colmar, other.uri) is not None
    assert [entry.deed for entry in await colmar.read(list_entries)] == ["actor.blocked"]
