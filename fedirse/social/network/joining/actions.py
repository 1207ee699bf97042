"""What a site does about a network: look at an invitation, ask to be let in, leave."""

from dataclasses import dataclass, replace
from datetime import datetime

from fedirse.activitypub import strict_json, uris
from fedirse.activitypub.signatures import find_proof, load_public_der, multikey
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Conflict, NotFound, Refused, RemoteGone
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.remote.client import FetchKind
from fedirse.site import Site
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining import store
from fedirse.social.network.joining.invitations.actions import USED
from fedirse.social.network.joining.invitations.model import InvitationLink, Offer
from fedirse.social.network.joining.invitations.rules import check_offer, parse_link
from fedirse.social.network.joining.invitations.wire import parse_offer
from fedirse.social.network.joining.model import Asked
from fedirse.social.network.joining.wire import render_join, render_leave
from fedirse.social.network.model import Network, NetworkKey, NetworkState
from fedirse.social.network.roster.actions import have_purged
from fedirse.social.network.store import end_key, list_trusted_keys, save_network, trust_key
from fedirse.social.network.telephone.rules import check_number
from fedirse.social.network.telephone.store import save_own
from fedirse.storage.actors import find_actor_by_uri, get_actor, get_actor_by_uri, list_public_keys
from fedirse.storage.audit import record
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Opened:
    """An invitation that was read and holds, before anybody said yes to it.

    Attributes:
        offer: what it says.
        head_office: who invites.
        key: the network's key, which the link named and the head office lists, with its id.
    """

    offer: Offer
    head_office: StoredActor
    key: NetworkKey


async def open_invitation(site: Site, text: str) -> Opened:
    """Read the invitation that somebody pasted. Nothing is kept of it but who the head office is.

    The key is the one in the link: whoever answers at the address, or has the domain of the head office by now, cannot put another one
    in its place.

    Raises:
        InvalidInput: the text is no link of an invitation.
        Conflict: this site cannot join: it is a head office, or has to do with another network.
        Refused: the invitation does not hold: "forged-invitation", "other-head-office-key", "other-network", "clock",
            "expired-invitation", "used-invitation", "unknown-invitation"; or "blocked-head-office".
        RemoteError, ProtocolError: the head office cannot be asked, or does not answer an invitation.
    """
    link = parse_link(text, allow_http=site.uris.scheme == "http")
    await site.read(check_free, site, None)
    await site.read(_check_allowed, uris.host_of(link.address))
    document = await _fetch(site, link)
    key_id = find_proof(document, link.key)
    if key_id is None:
        raise Refused(
            f"no proof of {link.key} on {link.address}",
            reason="forged-invitation",
            public_message="This invitation is not signed with the key in its link: it is not of the head office that gave you the link.",
        )
    offer = parse_offer(document)
    now = site.clock.now()
    check_offer(offer, link, now)
    await site.read(check_free, site, offer.network)
    head_office = await site.actors.fetch(offer.network)
    await site.read(_check_listed, head_office, key_id, link.key)
    return Opened(offer, head_office, NetworkKey(uri=key_id, network=offer.network, key=link.key, trusted_at=now))


def check_free(tx: Transaction, site: Site, network: str | None) -> None:
    """Whether this site may ask to join.

    Args:
        tx: a transaction.
        site: who asks.
        network: which network; None while that is not known.

    Raises:
        Conflict: the site is a head office, a member of any network, or has asked another one.
    """
    if site.settings.head_office:
        raise Conflict("a head office", public_message="A head office has a network of its own and joins no other.")
    for known in store.list_engagements(tx):
        if known.state is NetworkState.MEMBER:
            raise Conflict(
                f"a member of {known.uri}",
                public_message="This site is in the network “%(name)s” already. A site is in one network at a time: to join another, leave "
                "that one first.",
                name=known.name,
            )
        if network not in {None, known.uri}:
            raise Conflict(
                f"waits for {known.uri}",
                public_message="This site has asked to join “%(name)s”. A site is in one network at a time: leave that one first.",
                name=known.name,
            )


def join(tx: Transaction, site: Site, opened: Opened, now: datetime, by: Decider, *, telephone: str = "") -> Network:
    """Ask to be let in, after somebody said yes; audited. From now on the key of the invitation is the network's.

    Args:
        tx: the transaction.
        site: who asks.
        opened: the invitation.
        now: the time.
        by: who said yes.
        telephone: the number that the head office is to be told once it has let this site in; empty for none.

    Raises:
        Conflict: as `check_free`.
        InvalidInput: it is no number.
    """
    offer = opened.offer
    check_free(tx, site, offer.network)
    save_own(tx, offer.network, check_number(telephone))
    network = Network(
        uri=offer.network, name=offer.name, members=offer.members, head_office=False, state=NetworkState.ASKED, counter=0, since=now
    )
    save_network(tx, network)
    for known in list_trusted_keys(tx, network.uri):
        # What two people have compared just now counts, and nothing from an earlier time.
        if known.uri != opened.key.uri:
            end_key(tx, known.uri, now)
    trust_key(tx, opened.key)
    uri = site.uris.activity(new_id(now))
    store.save_asked(tx, Asked(network=network.uri, uri=uri, asked_at=now))
    _tell(tx, site, network.uri, render_join(uri, site.uris.site_actor, network.uri, offer.address, now), now)
    record(tx, "network.asked", opened.head_office.host, now, account_id=by.account_id, who=by.who)
    return network


def leave(tx: Transaction, site: Site, now: datetime, by: Decider) -> Network:
    """Be in the network no more, or ask no more to be; audited. What is this site's own stays, what others wrote for members is erased.

    Raises:
        NotFound: the site has to do with no network.
        Conflict: it is the head office.
    """
    known = check_may_leave(tx, site)
    save_network(tx, replace(known, state=NetworkState.LEFT, since=now))
    save_own(tx, known.uri, "")
    if known.state is NetworkState.MEMBER:
        have_purged(tx, site, known.uri, now)
    uri = site.uris.activity(new_id(now))
    _tell(tx, site, known.uri, render_leave(uri, site.uris.site_actor, known.uri, now), now)
    head_office = find_actor_by_uri(tx, known.uri)
    record(tx, "network.left", head_office.host if head_office else known.uri, now, account_id=by.account_id, who=by.who)
    return known


def check_may_leave(tx: Transaction, site: Site) -> Network:
    """The network that this site is in, or waits for. Raises as `leave`."""
    if site.settings.head_office:
        raise Conflict("the head office", public_message="The head office is the network: it cannot leave it.")
    known = next(iter(store.list_engagements(tx)), None)
    if known is None:
        raise NotFound("in no network", public_message="This site is in no network.")
    return known


async def _fetch(site: Site, link: InvitationLink) -> JsonObject:
    """The document of an invitation as it was signed; fetched without a signature, because nobody has asked for anything yet."""
    try:
        fetched = await site.client.fetch(link.address, FetchKind.DOCUMENT)
    except RemoteGone as error:
        if error.explicit:
            raise Refused(f"{link.address} is used", reason="used-invitation", public_message=USED) from error
        raise Refused(
            f"nothing at {link.address}",
            reason="unknown-invitation",
            public_message="The head office knows no such invitation. Copy the whole link once more, or ask for a new one.",
        ) from error
    return strict_json.parse(fetched.body)


def _check_allowed(tx: Transaction, host: str) -> None:
    if is_refused_host(tx, host):
        raise Refused(
            f"{host} is blocked here",
            reason="blocked-head-office",
            public_message="This site has nothing to do with %(host)s: the server is blocked, or is not on the list of those that are "
            "talked to. Change that first.",
            host=host,
        )


def _check_listed(tx: Transaction, head_office: StoredActor, key_id: str, key: str) -> None:
    listed = {stored.uri: multikey(load_public_der(stored.der)) for stored in list_public_keys(tx, head_office.id)}
    if listed.get(key_id) != key:
        raise Refused(
            f"{head_office.uri} does not list {key}",
            reason="other-head-office-key",
            public_message="The server of the head office shows another key than the link. Do not go on: ask the head office, and compare "
            "the four words with them.",
        )


def _tell(tx: Transaction, site: Site, network: str, activity: JsonObject, now: datetime) -> None:
    inboxes = inboxes_of([get_actor_by_uri(tx, network)], own_host=site.uris.host, shared=False)
    publish(tx, site, actor=get_actor(tx, site.actor_id), activity=activity, inboxes=inboxes, item_id=None, listed=False, now=now)
