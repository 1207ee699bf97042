"""What a host that was known well can still do once it is blocked."""

import orjson

from fedirse.outbox.schemes import Scheme
from fedirse.outbox.signing import signed_headers
from fedirse.site import Site
from fedirse.storage.actors import find_actor_by_uri
from fedirse.storage.refusals import block_domain
from tests.federation.network import Network, follow_site, say, site_actor


async def forward(by: Site, to: Site, body: bytes) -> int:
    """Let a site pass a document on under its own signature; returns the status it is answered."""
    keys = await by.read(by.signing.load, by.actor_id)
    headers = signed_headers(Scheme.CAVAGE, to.uris.shared_inbox, body, keys, by.clock.now())
    return (await by.client.post(to.uris.shared_inbox, body, headers)).status


async def test_a_blocked_host_makes_us_fetch_nothing_by_what_it_forwards(network: Network) -> None:
    lyon, nice, metz = [await network.add(domain) for domain in ("lyon.example", "nice.example", "metz.example")]
    await follow_site(nice, metz)
    await follow_site(nice, lyon)
    await network.settle()
    await say(lyon, await site_actor(lyon), "bonjour")
    await network.settle()
    body = next(sent.body for sent in network.wire.sent if sent.host == "nice.example" and b"bonjour" in sent.body)
    unproved = orjson.dumps({key: value for key, value in orjson.loads(body).items() if key != "proof"})
    assert await metz.read(find_actor_by_uri, nice.uris.site_actor) is not None

    await metz.write(block_domain, "nice.example", reason="", subdomains=False, now=metz.clock.now())
    network.wire.fetched.clear()
    assert await forward(nice, metz, unproved) == 403
    assert network.wire.fetched == []
