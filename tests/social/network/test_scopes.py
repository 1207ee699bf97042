"""Who gets what is for members: over HTTP, by the key the head office has written down and by nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from fedirse.activitypub.signatures import multikey
from fedirse.base.identifiers import new_id
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.network.model import Attribute, Attributes, Network, NetworkKey, NetworkState
from fedirse.social.network.roster.model import Removal
from fedirse.social.network.roster.store import save_statement
from fedirse.social.network.roster.wire import read_statement, render_credential, render_removal
from fedirse.social.network.segments.model import Condition, Has
from fedirse.social.network.segments.store import save_segment
from fedirse.social.network.segments.wire import read_segment, render_segment
from fedirse.social.network.store import save_network, trust_key
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import add_post
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.roster.test_wire import KEY, KEY_ID, KEYS, NETWORK, credential, fresh_key, signed
from tests.social.network.segments.test_segments import segment
from tests.visitors import AS2, Shop, Stranger

MEMBERS = "https://siege.example/network/members"
LYON = "https://lyon.example/actor"
NETWORK_WIDE = Audience(AudienceKind.NETWORK, of=MEMBERS)


async def join(shop: Shop) -> None:
    """Make the shop a member of a network whose key the tests have."""

    def write(tx: Transaction) -> None:
        save_network(
            tx, Network(uri=NETWORK, name="Aubrelle", members=MEMBERS, head_office=False, state=NetworkState.MEMBER, counter=0, since=START)
        )
        trust_key(tx, NetworkKey(uri=KEY_ID, network=NETWORK, key=multikey(KEY.public), trusted_at=START))

    await shop.site.write(write)


async def admit(shop: Shop, member: Stranger, serial: int = 1, **changes: Any) -> None:
    """Tell the shop that somebody's site is a member, under the key they have."""
    values = {"member": member.actor.uri, "key": multikey(member.key.public), "issued": START, "ends": START + timedelta(hours=72)}
    document = signed(render_credential(credential(**(values | {"serial": serial} | changes))))
    await shop.site.write(save_statement, read_statement(document, KEYS), document, START)


async def define(shop: Shop, condition: Condition, name: str) -> Audience:
    """Tell the shop of a segment; returns the audience of what is addressed to it."""
    document = signed(render_segment(segment(condition, name)))
    await shop.site.write(save_segment, read_segment(document, KEYS), document)
    return Audience(AudienceKind.SEGMENT, of=segment(condition, name).id)


async def site_of_lyon(shop: Shop) -> Stranger:
    return await shop.stranger("lyon", "lyon.example", key=fresh_key(), uri=LYON, kind="Application")


async def write_for(shop: Shop, audience: Audience) -> Post:
    """A post of Inès with that audience."""
    ines = await shop.person("ines")
    post = await shop.receive(ines, "<p>Entre nous.</p>", audience)
    here = replace(post, id=new_id(START), local=True)
    here = replace(here, uri=shop.site.uris.post(here.id), url=shop.site.uris.post(here.id), thread_id=here.id)
    await shop.site.write(add_post, here)
    return here


async def fetch(shop: Shop, post: Post, signer: Stranger | None) -> httpx.Response:
    return await shop.get(f"/posts/{post.id}", accept=AS2, signer=signer)


def alike(answers: Sequence[httpx.Response]) -> bool:
    """Whether nobody can tell the answers apart."""
    return len({(answer.status_code, answer.content, tuple(sorted(answer.headers.items()))) for answer in answers}) == 1


async def test_a_member_gets_what_is_for_members_by_the_key_of_its_site(shop: Shop) -> None:
    await join(shop)
    lyon = await site_of_lyon(shop)
    await admit(shop, lyon)
    answer = await fetch(shop, await write_for(shop, NETWORK_WIDE), lyon)
    assert answer.status_code == 200
    assert "Entre nous." in answer.text
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.attack("PRV-005", "PRV-006", "PRV-007", "PRV-008")
async def test_nobody_else_does_and_none_can_tell_it_from_what_does_not_exist(shop: Shop) -> None:
    await join(shop)
    post, ines = await write_for(shop, NETWORK_WIDE), await shop.person("ines")
    lyon = await site_of_lyon(shop)
    await admit(shop, lyon)
    follower = await shop.stranger("karim", "partenaire.example")
    await shop.let_follow(follower.actor, ines)
    nantes = await shop.stranger("nantes", "nantes.example", key=fresh_key(), uri="https://nantes.example/actor")
    await admit(shop, nantes)
    removal = Removal(
        id="https://siege.example/network/members/2", network=NETWORK, member=nantes.actor.uri, serial=2, digest="", removed=START
    )
    document = signed(render_removal(removal))
    await shop.site.write(save_statement, read_statement(document, KEYS), document, START)
    suspended = await shop.stranger("lille", "lille.example", key=fresh_key(), uri="https://lille.example/actor")
    await admit(shop, suspended, suspended=True)
    lapsed = await shop.stranger("metz", "metz.example", key=fresh_key(), uri="https://metz.example/actor")
    await admit(shop, lapsed, issued=START - timedelta(days=60), ends=START - timedelta(days=57))
    viewers = {
        "nobody": None,
        "a follower outside": follower,
        "a person of a member, with their own key": await shop.stranger("paul", "lyon.example"),
        "a member's site with its RSA key": await shop.stranger("lyon-rsa", "lyon.example"),
        "below a member's domain": await shop.stranger("x", "x.lyon.example", key=fresh_key()),
        "a domain that begins like a member's": await shop.stranger("x", "lyon.example.evil.example", key=fresh_key()),
        "removed": nantes,
        "suspended": suspended,
        "lapsed": lapsed,
    }
    missing = replace(post, id="01J00000000000000000000000")
    for who, viewer in viewers.items():
        answers = [await fetch(shop, one, viewer) for one in (post, missing)]
        assert answers[0].status_code == 404, who
        assert alike(answers), who


async def test_whoever_took_over_the_domain_of_a_member_is_not_the_member(shop: Shop) -> None:
    await join(shop)
    lyon = await site_of_lyon(shop)
    await admit(shop, lyon)
    thief = await shop.stranger("lyon", "lyon.example", key=fresh_key(), uri=LYON, kind="Application")
    assert (await fetch(shop, await write_for(shop, NETWORK_WIDE), thief)).status_code == 404


async def test_a_segment_opens_to_the_members_it_covers_alone(shop: Shop) -> None:
    await join(shop)
    lyon = await site_of_lyon(shop)
    await admit(shop, lyon, attributes=Attributes(region="Sud"))
    south = await define(shop, Has(Attribute.REGION, frozenset({"Sud"})), "sud")
    north = await define(shop, Has(Attribute.REGION, frozenset({"Nord"})), "nord")
    both = replace(south, within=frozenset({Scope(AudienceKind.SEGMENT, north.of)}))
    unknown = Audience(AudienceKind.SEGMENT, of="https://siege.example/network/segments/unknown")
    assert [(await fetch(shop, await write_for(shop, audience), lyon)).status_code for audience in (south, north, both, unknown)] == [
        200,
        404,
        404,
        404,
    ]
    await admit(shop, lyon, serial=2, attributes=Attributes(region="Nord"))
    assert (await fetch(shop, await write_for(shop, south), lyon)).status_code == 404


async def test_the_networks_of_others_open_nothing_here(shop: Shop) -> None:
    lyon = await site_of_lyon(shop)
    await admit(shop, lyon)
    assert (await fetch(shop, await write_for(shop, NETWORK_WIDE), lyon)).status_code == 404
    await join(shop)
    assert (await fetch(shop, await write_for(shop, replace(NETWORK_WIDE, of="https://other.example/members")), lyon)).status_code == 404
