"""Founds the demo's network: the head office invites the stores, each opens its invitation and joins, and selections are defined.

The stores ask the running head office over HTTP and wait for its answer, as with `fedirse network join`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fedirse.demo.cast import GROUP, HEAD_OFFICE, NEWCOMER, SITES, STORES, CastSite
from fedirse.demo.membership import KNOWN_BY, NETWORK_NAME, SELECTIONS, TELEPHONES
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.store import get_account
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining.actions import join, open_invitation
from fedirse.social.network.joining.invitations.actions import invite
from fedirse.social.network.joining.invitations.model import Wish
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.store import current_network
from fedirse.social.network.telephone.actions import give_number
from fedirse.storage.actors import list_actors_by_uri
from fedirse.storage.transaction import Transaction

Until = Callable[[Callable[[], Awaitable[bool]], str, Site], Awaitable[None]]
"""Waits until something is so, said in words, at a site."""


async def found(sites: Mapping[str, Site], until: Until) -> str:
    """Make the network with all its stores in it.

    Args:
        sites: open beside the running processes, by key; with their people.
        until: waits.

    Returns:
        The link of an invitation that nobody has used: the newcomer's, whom somebody then has to let in.
    """
    head_office = sites[HEAD_OFFICE.key]
    nadia = await head_office.read(_who_answers, HEAD_OFFICE)
    await head_office.write(found_network, head_office, NETWORK_NAME, head_office.clock.now())
    links = {store.key: await _invite(head_office, store, nadia, approved=True) for store in STORES}
    await asyncio.gather(*(_join(sites[store.key], store, links[store.key]) for store in STORES))
    for member in GROUP:
        site = sites[member.key]
        await until(lambda site=site: site.read(_knows_all), f"the {len(GROUP)} members of the network to be known", site)  # type: ignore[misc]
    for key, number in TELEPHONES.items():
        site = sites[key]
        await site.write(give_number, site, number, site.clock.now(), await site.read(_who_answers, SITES[key]))
    await head_office.write(_define_all, head_office)
    return await _invite(head_office, NEWCOMER, nadia, approved=False)


async def _invite(head_office: Site, store: CastSite, by: Decider, *, approved: bool) -> str:
    wish = Wish(note=store.name, attributes=KNOWN_BY[store.key], approved=approved)
    made = await head_office.write(invite, head_office, wish, new_secret(), head_office.clock.now(), by)
    return made.link.text


async def _join(site: Site, store: CastSite, link: str) -> None:
    opened = await open_invitation(site, link)
    by = await site.read(_who_answers, store)
    await site.write(join, site, opened, site.clock.now(), by)


def _who_answers(tx: Transaction, site: CastSite) -> Decider:
    person = next(person for person in site.people if person.answers_for_the_site)
    return Decider(get_account(tx, person.handle).id, person.handle)


def _knows_all(tx: Transaction) -> bool:
    """Whether this site is a member, knows that all the others are, and where to send what is for them."""
    network = current_network(tx)
    if network is None:
        return False
    roster = load_roster(tx, network.uri)
    return len(list_actors_by_uri(tx, list(roster.held))) == len(GROUP) == len(roster.held)


def _define_all(tx: Transaction, site: Site) -> None:
    ids: dict[str, str] = {}
    for selection in SELECTIONS.values():
        ids[selection.name] = define_segment(tx, site, selection.name, selection.condition(ids), site.clock.now()).id
