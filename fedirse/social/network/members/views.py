"""How many people are at some sites of the network, for the sentence beside an audience."""

from collections.abc import Collection, Mapping

from fedirse.activitypub import uris
from fedirse.site import Site
from fedirse.social.accounts.store import count_accounts
from fedirse.social.network.members.model import Facts, People
from fedirse.social.network.members.rules import together
from fedirse.social.network.members.store import list_facts
from fedirse.storage.transaction import Transaction


def read_people(tx: Transaction, site: Site, members: Collection[str]) -> Mapping[str, int | None]:
    """How many people each member has, by the URI of its actor; None where it does not say. Our own are counted here."""
    facts = list_facts(tx, {uris.host_of(member) for member in members})
    numbers = {member: facts.get(uris.host_of(member), Facts()).told.people for member in members}
    own = site.uris.site_actor
    return {**numbers, own: count_accounts(tx)} if own in numbers else numbers


def count_people(tx: Transaction, site: Site, members: Collection[str]) -> People:
    """The people of these members together."""
    return together(read_people(tx, site, members).values())
