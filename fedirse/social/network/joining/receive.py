"""What a head office answers to this site: Accept, TentativeAccept, Reject."""

from dataclasses import replace
from datetime import datetime

from fedirse.activitypub import strict_json
from fedirse.activitypub.signatures import find_proof
from fedirse.base.errors import Refused
from fedirse.base.roles import Permission
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.site import Site
from fedirse.social.network.joining import store
from fedirse.social.network.joining.wire import read_words
from fedirse.social.network.model import Network, NetworkState
from fedirse.social.network.roster.actions import NETWORK_ACCOUNT, ask_anew
from fedirse.social.network.store import current_network, find_network, list_trusted_keys, save_network
from fedirse.social.network.telephone.actions import tell_number
from fedirse.social.notifications.actions import notify_who_may
from fedirse.social.notifications.model import NotificationKind
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def receive_accept(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Accept: this site is a member from now on, and asks who the others are."""
    network = _network_asked(tx, authentic)
    if network is None or current_network(tx) is not None:
        return Handled.IGNORED
    save_network(tx, replace(network, state=NetworkState.MEMBER, since=now))
    store.note_answer(tx, network.uri, "", now)
    _tell(tx, authentic, network, NotificationKind.LET_IN, now)
    ask_anew(tx, site, network, now)
    tell_number(tx, site, network, now)
    return Handled.DONE


def receive_tentative(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """TentativeAccept: somebody at the head office decides."""
    network = _network_asked(tx, authentic)
    if network is None:
        return Handled.IGNORED
    store.note_answer(tx, network.uri, "", now)
    return Handled.DONE


def receive_reject(tx: Transaction, site: Site, authentic: Authenticated, now: datetime) -> Handled:
    """Reject: this site is not let in. Of one that is a member, only statements say that it is none any more."""
    network = _network_asked(tx, authentic)
    if network is None:
        return Handled.IGNORED
    save_network(tx, replace(network, state=NetworkState.REFUSED, since=now))
    store.note_answer(tx, network.uri, read_words(authentic.activity), now)
    _tell(tx, authentic, network, NotificationKind.NOT_LET_IN, now)
    return Handled.DONE


def _tell(tx: Transaction, authentic: Authenticated, network: Network, kind: NotificationKind, now: datetime) -> None:
    """Let those who run the site hear what became of its request; in the audit log it is a deed of the head office."""
    notify_who_may(tx, Permission.MANAGE_SITE, kind, authentic.actor.id, now)
    deed = "network.let-us-in" if kind is NotificationKind.LET_IN else "network.refused-us"
    record(tx, deed, network.name, now, account_id=NETWORK_ACCOUNT, who=authentic.actor.host)


def _network_asked(tx: Transaction, authentic: Authenticated) -> Network | None:
    """The network whose head office answers what this site asked it last, and still waits for; None for any other answer.

    Raises:
        Refused: "not-the-head-office", it is not signed with the key that was in the invitation.
    """
    asked = store.find_asked(tx, authentic.actor.uri)
    network = find_network(tx, authentic.actor.uri)
    if asked is None or network is None or network.state is not NetworkState.ASKED or authentic.activity.object_id != asked.uri:
        return None
    keys = [key.key for key in list_trusted_keys(tx, network.uri)]
    document = strict_json.parse(authentic.body)
    if authentic.proof is Proof.ORIGIN or all(find_proof(document, key) is None for key in keys):
        raise Refused(f"an answer of {network.uri} with another key", reason="not-the-head-office")
    return network
