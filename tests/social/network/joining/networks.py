"""A head office and sites that may join it, whole and on one wire."""

from collections.abc import Sequence

from fedirse.activitypub.signatures import multikey
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.network.authority.actions import found_network
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining import store
from fedirse.social.network.joining.actions import join, open_invitation
from fedirse.social.network.joining.invitations.actions import invite
from fedirse.social.network.joining.invitations.model import InvitationLink, Wish
from fedirse.social.network.joining.requests.model import JoinRequest, RequestState
from fedirse.social.network.joining.requests.store import list_requests
from fedirse.social.network.model import Network as Known
from fedirse.social.network.model import NetworkState
from fedirse.social.network.roster.model import Roster, Standing
from fedirse.social.network.roster.rules import standing_of
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import find_network, list_trusted_keys
from fedirse.storage.transaction import Transaction
from tests.federation.network import Network

OPERATOR = Decider()


async def head_office(wire: Network, domain: str = "siege.example", name: str = "Maison Aubrelle") -> Site:
    """A head office with its network."""
    site = await wire.add(domain, head_office=True)
    await site.write(found_network, site, name, site.clock.now())
    return site


async def invited(siege: Site, **wish: object) -> InvitationLink:
    """The link of a fresh invitation."""
    made = await siege.write(invite, siege, Wish(**wish), new_secret(), siege.clock.now(), OPERATOR)  # type: ignore[arg-type]
    return made.link


async def ask(site: Site, link: InvitationLink | str) -> Known:
    """Open the invitation and say yes."""
    opened = await open_invitation(site, link if isinstance(link, str) else link.text)
    return await site.write(join, site, opened, site.clock.now(), OPERATOR)


async def state_at(site: Site, siege: Site) -> NetworkState | None:
    """Where the site stands with the network of that head office."""
    known = await site.read(find_network, siege.uris.site_actor)
    return known.state if known is not None else None


async def answer_at(site: Site, siege: Site) -> str | None:
    """What the site was answered."""
    asked = await site.read(store.find_asked, siege.uris.site_actor)
    return asked.answer if asked is not None else None


async def standing_at(observer: Site, siege: Site, member: Site) -> Standing:
    """What one site takes another for."""
    roster = await observer.read(load_roster, siege.uris.site_actor)
    return standing_of(roster, member.uris.site_actor, observer.clock.now())


async def roster_at(observer: Site, siege: Site) -> Roster:
    return await observer.read(load_roster, siege.uris.site_actor)


async def requests_at(siege: Site, state: RequestState = RequestState.WAITING) -> Sequence[JoinRequest]:
    return await siege.read(list_requests, state)


async def trusted_keys(site: Site, siege: Site) -> list[str]:
    return [key.key for key in await site.read(list_trusted_keys, siege.uris.site_actor)]


async def own_key(site: Site) -> str:
    """The site's Ed25519 key as Multikey."""

    def load(tx: Transaction) -> str:
        return multikey(site.signing.load(tx, site.actor_id).ed25519.key.public)

    return await site.read(load)
