"""What members say to the head office of their keys: Offer."""

from datetime import datetime

from fedirse.activitypub import strict_json
from fedirse.activitypub.signatures import find_proof
from fedirse.base.errors import MalformedDocument, Refused
from fedirse.base.roles import Permission
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.authority.actions import get_credential, is_member
from fedirse.social.network.joining.requests.model import JoinRequest, RequestState
from fedirse.social.network.joining.requests.store import save_request
from fedirse.social.network.keys.actions import CHECK_KEY
from fedirse.social.network.keys.wire import parse_key
from fedirse.social.network.roster.model import Credential
from fedirse.social.network.store import find_network
from fedirse.social.notifications.actions import notify_who_may
from fedirse.social.notifications.model import NotificationKind
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction


def receive_offer(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Offer of a membership under another key: taken where the key before says so too, else kept until somebody decides.

    Raises:
        Refused: "other-network"; "not-a-member"; "unproven-key", the new key has not signed it.
        MalformedDocument: as `parse_key`.
    """
    document = strict_json.parse(authentic.body)
    inner = document.get("object")
    if not isinstance(inner, dict):
        raise MalformedDocument("an offer of nothing", reason="bad-key-offer")
    offer = parse_key(inner)
    network = find_network(tx, site.uris.site_actor)
    if network is None or offer.network != network.uri:
        raise Refused(f"{offer.network} is no network of this site", reason="other-network")
    if offer.member != authentic.actor.uri or not is_member(tx, site, offer.member):
        raise Refused(f"{offer.member} is no member", reason="not-a-member")
    if find_proof(inner, offer.key) is None:
        raise Refused(f"{offer.key} has not signed its offer", reason="unproven-key")
    known = get_credential(tx, site, offer.member)
    if known.key == offer.key:
        return Handled.IGNORED
    if authentic.proof is not Proof.ORIGIN and find_proof(document, known.key) is not None:
        add_job(tx, CHECK_KEY, f"{offer.member}#{offer.key}", now, {"until": offer.until.isoformat()})
        site.pulse.mark()
    else:
        _let_wait(tx, authentic, known, offer.key, now)
    return Handled.DONE


def _let_wait(tx: Transaction, authentic: Authenticated, known: Credential, key: str, now: datetime) -> None:
    """Keep it as a request, which the four words of the new key stand beside."""
    actor = authentic.actor
    request = JoinRequest(
        member=actor.uri,
        uri=authentic.activity.id,
        name=known.name,
        host=actor.host,
        key=key,
        attributes=known.attributes,
        state=RequestState.WAITING,
        asked_at=now,
    )
    save_request(tx, request)
    notify_who_may(tx, Permission.MANAGE_NETWORK, NotificationKind.SITE_WAITS, actor.id, now)
