"""What is a site's own is read from its database: no answer of another server makes it ask itself over HTTP."""

import pytest
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from fedirse.base.errors import UnsafeAddress
from fedirse.remote.client import FetchKind
from tests.federation.network import Network


@pytest.mark.attack("SSRF-041")
async def test_a_redirect_to_the_site_that_asks_is_not_followed(network: Network) -> None:
    lyon = await network.add("lyon.example")

    async def evil(scope: Scope, receive: Receive, send: Send) -> None:
        await RedirectResponse(lyon.uris.site_actor)(scope, receive, send)

    network.wire.applications["evil.example"] = evil
    with pytest.raises(UnsafeAddress) as signed:
        await lyon.fetch_document("https://evil.example/x")
    with pytest.raises(UnsafeAddress) as unsigned:
        await lyon.client.fetch("https://evil.example/x", FetchKind.PICTURE)
    assert (signed.value.reason, unsigned.value.reason) == ("own-domain", "own-domain")
    assert network.wire.fetched == ["https://evil.example/x"] * 2


async def test_sites_of_one_network_ask_each_other(network: Network) -> None:
    lyon, nice = [await network.add(domain) for domain in ("lyon.example", "nice.example")]
    assert (await lyon.fetch_document(nice.uris.site_actor))["id"] == nice.uris.site_actor
