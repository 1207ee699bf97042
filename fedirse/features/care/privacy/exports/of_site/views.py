"""The first page of the export of a site, and the tables beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from fedirse.activitypub import uris
from fedirse.base.errors import NotFound
from fedirse.base.spreadsheets import render_table
from fedirse.base.types import JsonObject
from fedirse.site import Site
from fedirse.social.network.model import ENDED, Network, NetworkState
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.roster.rules import standing_of
from fedirse.social.network.roster.store import get_document, load_roster
from fedirse.social.network.store import list_networks
from fedirse.storage.transaction import Transaction

Files = dict[str, bytes | str]


@dataclass(frozen=True, slots=True)
class SiteContents:
    """What the first page leads to and tells.

    Attributes:
        network: the network that the site is in, or was in last; None for none.
        members: name and domain of each of its sites, by name.
        post_pages: how many pages of posts there are.
        files: names of the other files in the archive.
    """

    network: Network | None
    members: Sequence[tuple[str, str]]
    post_pages: int = 0
    files: Sequence[str] = ()


def read_site_lists(tx: Transaction, site: Site, now: datetime) -> tuple[Files, SiteContents]:
    """The files with what is known of the network, and what the first page tells."""
    known = sorted(list_networks(tx, {NetworkState.MEMBER, *ENDED}), key=lambda one: (one.state is NetworkState.MEMBER, one.since))
    if not known:
        return {}, SiteContents(None, ())
    network = known[-1]
    roster = load_roster(tx, network.uri)
    members = sorted(
        (held.statement.name or uris.host_of(member), uris.host_of(member))
        for member, held in roster.held.items()
        if isinstance(held.statement, Credential) and not standing_of(roster, member, now).expelled
    )
    files: Files = {"members.csv": render_table(["Name", "Domain"], members)}
    said = _said_of_us(tx, site, network)
    if said is not None:
        files["membership.json"] = orjson.dumps(said, option=orjson.OPT_INDENT_2)
    return files, SiteContents(network, members)


def _said_of_us(tx: Transaction, site: Site, network: Network) -> JsonObject | None:
    """The head office's last word about this site, as it signed it: it proves itself to anybody."""
    try:
        return get_document(tx, network.uri, site.uris.site_actor)
    except NotFound:
        return None
