"""What sites say to their head office after they are no members any more: that they have erased what others wrote for members."""

from datetime import datetime

from fedirse.activitypub import strict_json
from fedirse.activitypub.signatures import find_proof
from fedirse.base.errors import Refused
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.authority.departures import store
from fedirse.social.network.parting.wire import parse_receipt
from fedirse.social.network.roster.actions import NETWORK_ACCOUNT
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def receive_receipt(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Accept of a removal: kept beside the removal, once, as what that site says.

    Raises:
        Refused: "unproven-key", it is not signed with the key that the site was known by as a member.
        MalformedDocument: as `parse_receipt`.
    """
    departure = store.find_departure(tx, authentic.actor.uri)
    if departure is None or departure.received_at is not None:
        return Handled.IGNORED
    document = strict_json.parse(authentic.body)
    if authentic.proof is Proof.ORIGIN or find_proof(document, departure.key) is None:
        raise Refused(f"a receipt of {authentic.actor.uri} with another key", reason="unproven-key")
    receipt = parse_receipt(document)
    if receipt.serial < departure.serial:
        # Of an earlier parting: it was a member again since.
        return Handled.IGNORED
    store.note_receipt(tx, departure.member, erased=receipt.erased, purged_at=receipt.purged_at, now=now)
    record(tx, "member.purged", departure.member, now, account_id=NETWORK_ACCOUNT, who=authentic.actor.host, count=receipt.erased)
    return Handled.DONE
