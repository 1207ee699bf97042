"""Letting a site in or not, and telling it."""

from dataclasses import replace
from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.network.authority.actions import admit, change, change_key, get_credential, is_member
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.authority.rules import check_attributes
from fedirse.social.network.joining.invitations.model import Invitation
from fedirse.social.network.joining.requests import store
from fedirse.social.network.joining.requests.model import SENTENCES, JoinRequest, Refusal, RequestState
from fedirse.social.network.joining.wire import render_answer
from fedirse.social.network.model import Attributes
from fedirse.social.network.roster.actions import NETWORK_ACCOUNT
from fedirse.social.notifications.actions import notify_who_may, withdraw_from_all
from fedirse.social.notifications.model import NotificationKind
from fedirse.storage.actors import find_actor_by_uri, get_actor, get_actor_by_uri
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def let_wait(tx: Transaction, site: Site, request: JoinRequest, now: datetime) -> None:
    """Keep a request until somebody decides, tell those who may, and answer that it waits."""
    store.save_request(tx, request)
    member = get_actor_by_uri(tx, request.member)
    notify_who_may(tx, Permission.MANAGE_NETWORK, NotificationKind.SITE_WAITS, member.id, now)
    answer(tx, site, "TentativeAccept", member, request.uri, now)


def let_in(tx: Transaction, site: Site, request: JoinRequest, now: datetime, by: Decider | None = None) -> None:
    """State that a site is a member, or that it is one under another key, and tell it; nobody decided where the invitation does.

    Raises as `admit` and `change_key`.
    """
    if is_member(tx, site, request.member):
        if get_credential(tx, site, request.member).attributes != request.attributes:
            change(tx, site, request.member, attributes=request.attributes, now=now, by=by)
        change_key(tx, site, request.member, request.key, now=now, by=by)
    else:
        admit(tx, site, request.member, name=request.name, attributes=request.attributes, key=request.key, now=now, by=by)
    stop_waiting(tx, request.member)
    store.save_request(tx, replace(request, state=RequestState.ADMITTED, answered_at=now))
    answer(tx, site, "Accept", get_actor_by_uri(tx, request.member), request.uri, now)


def let_in_by_invitation(tx: Transaction, site: Site, request: JoinRequest, invitation: Invitation, now: datetime) -> None:
    """Let in a site whose invitation says so, audited: whoever made the invitation decided then. Raises as `admit`."""
    let_in(tx, site, request, now)
    record(tx, "member.joined", request.member, now, account_id=NETWORK_ACCOUNT, who=request.host, note=invitation.note)


def approve(tx: Transaction, site: Site, member: str, now: datetime, by: Decider, *, attributes: Attributes | None = None) -> JoinRequest:
    """Let in a site that waits, audited by `admit`; known by what the invitation said, or by other attributes.

    Raises:
        NotFound: it does not wait.
        InvalidInput: attributes that cannot be used.
    """
    request = _waiting(tx, member)
    if attributes is not None:
        check_attributes(attributes)
        request = replace(request, attributes=attributes)
    let_in(tx, site, request, now, by)
    return request


def refuse(tx: Transaction, site: Site, member: str, now: datetime, by: Decider) -> JoinRequest:
    """Send away a site that waits, audited. Raises NotFound when it does not wait.

    Its invitation stays used: with its use given back, who was sent away could ask again at once, as often as they like.
    """
    request = _waiting(tx, member)
    stop_waiting(tx, member)
    store.save_request(tx, replace(request, state=RequestState.REFUSED, reason=Refusal.BY_HAND, answered_at=now))
    answer(tx, site, "Reject", get_actor_by_uri(tx, member), request.uri, now, words=SENTENCES[Refusal.BY_HAND])
    record(tx, "network.refused", request.host, now, account_id=by.account_id, who=by.who)
    return request


def stop_waiting(tx: Transaction, member: str) -> bool:
    """Let a request wait no more, nor be told as one that does; False when none waited."""
    known = find_actor_by_uri(tx, member)
    if known is not None:
        withdraw_from_all(tx, NotificationKind.SITE_WAITS, known.id)
    return store.end_waiting(tx, member)


def answer(tx: Transaction, site: Site, kind: str, member: StoredActor, join: str, now: datetime, *, words: str = "") -> None:
    """Tell a site what became of its Join: Accept, TentativeAccept or Reject."""
    uri = site.uris.activity(new_id(now))
    activity = render_answer(kind, uri, join=join, member=member.uri, network=site.uris.site_actor, words=words, published=now)
    inboxes = inboxes_of([member], own_host=site.uris.host, shared=False)
    publish(tx, site, actor=get_actor(tx, site.actor_id), activity=activity, inboxes=inboxes, item_id=None, listed=False, now=now)


def _waiting(tx: Transaction, member: str) -> JoinRequest:
    request = store.find_waiting(tx, member)
    if request is None:
        raise NotFound(f"no request of {member}", public_message="This site does not wait for an answer.")
    return request
