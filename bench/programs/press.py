"""The command line's side of a site, kept open: makes followers and followed authors known, and publishes posts.

Started with a root, a domain and a folder of identities. Reads JSON lines from standard input, does what they say, and answers each
with a line: `{"do": "meet", "origins": […], "implements": […], "follow": "us" | "them"}`, `{"do": "publish", "count": 3}` with
`"audience": "network"` where it is for members, `{"do": "admit", "sites": 248, "selections": 20}`.
"""

import asyncio
import json
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from bench.identities import Identities
from fedirse import assembly
from fedirse.activitypub.documents.actor import parse_actor
from fedirse.activitypub.jsonld import read
from fedirse.activitypub.signatures import multikey, public_der
from fedirse.base.settings import load_process_settings
from fedirse.outbox.wake import WakeSender
from fedirse.remote.actors import to_stored, usable_keys
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.model import Follow, FollowState
from fedirse.social.follows.store import save_follow
from fedirse.social.network.actions import find_scope
from fedirse.social.network.authority.stating.actions import state_membership, state_roster
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.segments.model import Has
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import StoredKey, get_actor, save_actor, save_public_keys
from fedirse.storage.keyring import generate_ed25519
from fedirse.storage.transaction import Transaction


def meet(tx: Transaction, site: Site, documents: list[dict[str, Any]], follow: str, now: datetime) -> None:
    """Know these actors and their keys, as if each had been fetched, and a follow between each and the site."""
    for document in documents:
        actor = parse_actor(read(document).document)
        stored = save_actor(tx, to_stored(actor, now))
        keys = [StoredKey(uri, stored.id, purpose, public_der(key), now) for uri, purpose, key in usable_keys(actor)]
        save_public_keys(tx, stored.id, keys)
        pair = (stored.id, site.actor_id) if follow == "us" else (site.actor_id, stored.id)
        save_follow(tx, Follow(*pair, f"{actor.id}/follow", FollowState.ACCEPTED, now))


def admit_sites(tx: Transaction, site: Site, sites: int, selections: int, now: datetime) -> None:
    """Make so many sites members of the network, which nobody can reach, and define selections that half of the network is in."""
    regions = ("Nord", "Sud")
    for number in range(sites):
        uri, attributes = f"http://shop{number}.test:9/actor", Attributes(region=regions[number % 2], city=f"City {number}")
        key = multikey(generate_ed25519().public)
        state_membership(tx, site, uri, name=f"Shop {number}", attributes=attributes, key=key, now=now)
    for number in range(selections):
        define_segment(tx, site, f"Selection {number}", Has(Attribute.REGION, frozenset({regions[number % 2]})), now)
    state_roster(tx, site, now)


async def publish(site: Site, count: int, kind: AudienceKind) -> None:
    author = await site.read(get_actor, site.actor_id)
    audience = Audience(kind, of=await site.read(find_scope, kind.value, ""))
    text = "We open an hour earlier on **Saturday**: come and try the new #bread, it is worth getting up for. " * 2
    for _ in range(count):
        await site.write(publish_post, site, author, Draft(text, audience), site.clock.now())


async def obey(site: Site, identities: Identities, order: dict[str, Any]) -> None:
    if order["do"] == "publish":
        await publish(site, order["count"], AudienceKind(order.get("audience", "public")))
        return
    if order["do"] == "admit":
        await site.write(admit_sites, site, order["sites"], order["selections"], site.clock.now())
        return
    documents = [identities.actor_document(origin, tuple(order["implements"])) for origin in order["origins"]]
    for start in range(0, len(documents), 100):
        await site.write(meet, site, documents[start : start + 100], order["follow"], site.clock.now())


async def main() -> None:
    root, domain, identities = Path(sys.argv[1]), sys.argv[2], Identities(Path(sys.argv[3]))
    ground = assembly.lay_ground(load_process_settings(root))
    site = await assembly.open_site(assembly.site_folder(root, domain), ground)
    site.pulse.listen(partial(WakeSender(root).wake, domain))
    print(json.dumps({"ready": True}), flush=True)
    while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        await obey(site, identities, json.loads(line))
        print(json.dumps({"done": True}), flush=True)
    await site.database.close()
    await ground.close()


uvloop.run(main())
