"""What members say to the head office of how they can be called: Update of a ContactPoint."""

from datetime import datetime

from fedirse.activitypub import strict_json
from fedirse.activitypub.signatures import find_proof
from fedirse.base.errors import Refused
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.authority.actions import get_credential, is_member
from fedirse.social.network.authority.telephones.store import find_telephone, save_telephone
from fedirse.social.network.store import find_network
from fedirse.social.network.telephone.rules import is_news
from fedirse.social.network.telephone.wire import parse_telephone
from fedirse.storage.transaction import Transaction


def receive_telephone(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Update of a ContactPoint: a member's number, or that it has none any more. Of whoever is no member nothing is kept, nor of what was
    said to another head office: somebody may pass on what a site told the one it was with before.

    Raises:
        Refused: "unproven-key", it is not signed with the key of the member.
        MalformedDocument: as `parse_telephone`.
    """
    here = site.uris.site_actor
    if here not in authentic.activity.to or find_network(tx, here) is None or not is_member(tx, site, authentic.actor.uri):
        return Handled.IGNORED
    keys = get_credential(tx, site, authentic.actor.uri).keys_at(now)
    document = strict_json.parse(authentic.body) if authentic.proof is not Proof.ORIGIN else {}
    if all(find_proof(document, key) is None for key in keys):
        raise Refused(f"a telephone number of {authentic.actor.uri} with another key", reason="unproven-key")
    said = parse_telephone(authentic.activity, now)
    if not is_news(said, find_telephone(tx, said.member)):
        return Handled.IGNORED
    save_telephone(tx, said)
    return Handled.DONE
