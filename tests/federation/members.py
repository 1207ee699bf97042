"""Whole sites that are members of one network, set up through their stores: how they join is another matter's test."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fedirse.activitypub.signatures import multikey
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.network.model import Attributes, Network, NetworkKey, NetworkState
from fedirse.social.network.roster.model import Removal
from fedirse.social.network.roster.store import save_statement
from fedirse.social.network.roster.wire import read_statement, render_credential, render_removal
from fedirse.social.network.segments.model import Condition
from fedirse.social.network.segments.store import save_segment
from fedirse.social.network.segments.wire import read_segment, render_segment
from fedirse.social.network.store import save_network, trust_key
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.social.network.roster.test_wire import KEY, KEY_ID, KEYS, NETWORK, credential, signed
from tests.social.network.segments.test_segments import segment

MEMBERS = "https://siege.example/network/members"
FOR_NETWORK = Audience(AudienceKind.NETWORK, of=MEMBERS)


async def join_together(*sites: Site, attributes: Sequence[Attributes] = ()) -> None:
    """Make the sites members of one network; each knows the credentials of all, and the actors they are about."""
    for site in sites:
        await site.write(_join)
    for number, member in enumerate(sites, start=1):
        about = attributes[number - 1] if attributes else Attributes()
        await tell_admission(member, *sites, serial=number, attributes=about)
        for site in sites:
            if site is not member:
                await site.actors.resolve(member.uris.site_actor)


async def tell_admission(
    member: Site, *sites: Site, serial: int, attributes: Attributes | None = None, key: str | None = None, at: datetime = START
) -> None:
    """Tell some sites that one is a member, under its own key unless another is given."""
    pair = await member.read(member.signing.load, member.actor_id)
    statement = credential(
        id=f"https://siege.example/network/members/{member.settings.domain}",
        member=member.uris.site_actor,
        key=key or multikey(pair.ed25519.key.public),
        serial=serial,
        attributes=attributes or Attributes(),
        issued=at,
        ends=at + timedelta(hours=72),
    )
    document = signed(render_credential(statement))
    for site in sites:
        await site.write(save_statement, read_statement(document, KEYS), document, at)


async def tell_removal(member: Site, *sites: Site, serial: int) -> None:
    """Tell some sites that one is no member any more."""
    removal = Removal(
        id=f"https://siege.example/network/members/{member.settings.domain}",
        network=NETWORK,
        member=member.uris.site_actor,
        serial=serial,
        digest="",
        removed=START,
    )
    document = signed(render_removal(removal))
    for site in sites:
        await site.write(save_statement, read_statement(document, KEYS), document, START)


async def tell_segment(condition: Condition, name: str, *sites: Site) -> Audience:
    """Tell some sites of a segment; returns the audience of what is addressed to it."""
    defined = segment(condition, name)
    document = signed(render_segment(defined))
    for site in sites:
        await site.write(save_segment, read_segment(document, KEYS), document)
    return replace(FOR_NETWORK, kind=AudienceKind.SEGMENT, of=defined.id)


def _join(tx: Transaction) -> None:
    save_network(
        tx, Network(uri=NETWORK, name="Aubrelle", members=MEMBERS, head_office=False, state=NetworkState.MEMBER, counter=0, since=START)
    )
    trust_key(tx, NetworkKey(uri=KEY_ID, network=NETWORK, key=multikey(KEY.public), trusted_at=START))
