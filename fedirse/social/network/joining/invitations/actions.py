"""Making invitations, handing them over, and showing them to whoever has the link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fedirse.activitypub.signatures import add_proof, multikey
from fedirse.base import limits
from fedirse.base.errors import Gone, NotFound
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.rules import digest_of
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.authority.stating.actions import own_network
from fedirse.social.network.joining.invitations import store
from fedirse.social.network.joining.invitations.model import Invitation, InvitationLink, Offer, Wish
from fedirse.social.network.joining.invitations.rules import check_wish
from fedirse.social.network.joining.invitations.wire import render_offer
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction

UNKNOWN: Final = N_("The head office knows no such invitation. Copy the whole link once more, or ask for a new one.")
OVER: Final = N_("The time of this invitation is over. Ask the head office for a new one.")
USED: Final = N_("This invitation has been used, or was withdrawn. Ask the head office for a new one.")


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh invitation, with the only copy of its link."""

    invitation: Invitation
    link: InvitationLink


def invite(tx: Transaction, site: Site, wish: Wish, secret: str, now: datetime, by: Decider) -> Made:
    """An invitation to the network, audited.

    Args:
        tx: the transaction.
        site: the head office.
        wish: whom it lets in, and for how long.
        secret: from `sessions.actions.new_secret`, made before the transaction.
        now: the time.
        by: who invites.

    Raises:
        NotFound: this site has no network.
        InvalidInput: uses, days or texts that cannot be.
    """
    own_network(tx, site)
    check_wish(wish)
    invitation = Invitation(
        id=new_id(now),
        note=wish.note.strip(),
        attributes=wish.attributes,
        approved=wish.approved,
        uses=wish.uses,
        uses_left=wish.uses,
        made_at=now,
        ends_at=now + timedelta(days=wish.days),
        made_by=by.account_id,
    )
    store.add_invitation(tx, invitation, digest_of(secret))
    note, uses, approved = invitation.note, wish.uses, wish.approved
    record(tx, "network.invited", invitation.id, now, account_id=by.account_id, who=by.who, sites=uses, approved=approved, note=note)
    key = site.signing.load(tx, site.actor_id).ed25519.key.public
    return Made(invitation, InvitationLink(site.uris.network_invitation(secret), multikey(key)))


def invite_all(tx: Transaction, site: Site, wishes: Sequence[tuple[Wish, str]], now: datetime, by: Decider) -> list[Made]:
    """Several invitations at once, each with its secret: all of them or none. Raises as `invite`."""
    return [invite(tx, site, wish, secret, now, by) for wish, secret in wishes]


def withdraw(tx: Transaction, site: Site, invitation_id: str, now: datetime, by: Decider) -> None:
    """Let an invitation admit nobody any more. Who has asked with it already goes on waiting. Raises NotFound."""
    own_network(tx, site)
    found = store.withdraw_invitation(tx, invitation_id)
    if found is None:
        raise NotFound(f"no invitation {invitation_id}", public_message="There is no such invitation.")
    if found.uses_left:
        record(tx, "network.invitation-withdrawn", found.id, now, account_id=by.account_id, who=by.who, note=found.note)


def find_invitation(tx: Transaction, secret: str) -> Invitation | None:
    """The invitation with that secret, whatever has become of it, or None."""
    return store.find_invitation(tx, digest_of(secret)) if len(secret) <= limits.LINK_SECRET_CHARACTERS else None


def offer_document(tx: Transaction, site: Site, secret: str, now: datetime) -> JsonObject:
    """What an invitation says, signed now; also one whose time is over, so that its holder learns why.

    Raises:
        NotFound: no invitation has that secret.
        Gone: nothing of it is left.
    """
    offer = _offer(tx, site, secret, now)
    pair = site.signing.load(tx, site.actor_id).ed25519
    return add_proof(render_offer(offer), key=pair.key, verification_method=pair.uri, created=now)


def find_offer(tx: Transaction, site: Site, secret: str, now: datetime) -> Offer:
    """What an invitation says, for somebody at a browser. Raises NotFound, and Gone also for one whose time is over; both in words."""
    offer = _offer(tx, site, secret, now)
    if offer.ends_at <= now:
        raise Gone("an invitation that has ended", public_message=OVER)
    return offer


def _offer(tx: Transaction, site: Site, secret: str, now: datetime) -> Offer:
    found = find_invitation(tx, secret)
    if found is None:
        raise NotFound("no such invitation", public_message=UNKNOWN)
    if not found.uses_left:
        raise Gone("a used invitation", public_message=USED)
    network = own_network(tx, site)
    return Offer(
        address=site.uris.network_invitation(secret),
        network=network.uri,
        name=network.name,
        members=network.members,
        attributes=found.attributes,
        shown_at=now,
        ends_at=found.ends_at,
    )
