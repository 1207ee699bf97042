"""What one site may look up at another by the id of an activity."""

import pytest

from fedirse.base.errors import RemoteGone
from fedirse.social.follows.store import find_follow
from tests.federation.network import Network, follow_site


async def test_a_follow_is_looked_up_by_the_site_it_was_sent_to_and_by_no_other(network: Network) -> None:
    lyon, nice, metz = [await network.add(domain) for domain in ("lyon.example", "nice.example", "metz.example")]
    await follow_site(lyon, nice)
    asked = await lyon.actors.resolve(nice.uris.site_actor)
    follow = await lyon.read(find_follow, lyon.actor_id, asked.id)
    assert follow is not None
    await network.settle()
    assert (await nice.fetch_document(follow.uri))["type"] == "Follow"
    with pytest.raises(RemoteGone):
        await metz.fetch_document(follow.uri)
